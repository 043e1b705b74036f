/**
 * Keeps copies of the newest models in the database, puts them back when the object store was lost, and removes those
 * that nobody needs any more, here and there.
 */

import type { MikroORM } from "@mikro-orm/postgresql";
import {
  type Bus,
  createModelStore,
  hasSnapshot,
  MODEL_KINDS,
  type ModelHead,
  type ModelKind,
  type ModelStore,
  modelStoreRoom,
  readSnapshot,
  removeSnapshot,
  restoreSnapshot,
  storedSnapshots,
} from "@vigil/bus";
import { VigilError } from "@vigil/core";
import type { Logger } from "@vigil/service";
import { autoCommit } from "../database/transaction.ts";
import { type PrunableSnapshot, snapshotsToPrune } from "./prune.ts";
import {
  databaseNowMs,
  forgetSnapshot,
  isKept,
  keepHead,
  keptHead,
  keptSnapshots,
  lastNamed,
  snapshotPieces,
  storeSnapshot,
} from "./snapshot-rows.ts";

export interface SnapshotWatchParts {
  orm: MikroORM;
  bus: Bus;
  logger: Logger;
  /** How long after the last run that names it a snapshot is kept, ms. */
  keepMs: number;
}

/** Part of the store's limit that snapshots may fill: the rest is for the next imports. */
const ROOM_RATIO = 3 / 4;
/** Part of it that is put back at once after a loss. */
const RESTORE_RATIO = 1 / 2;

/** One look; not two at a time. */
export class SnapshotWatch {
  readonly #parts: SnapshotWatchParts;
  readonly #store: ModelStore;
  /** Newest models that are nowhere any more, told of once. */
  readonly #missed = new Set<string>();

  constructor(parts: SnapshotWatchParts) {
    this.#parts = parts;
    this.#store = createModelStore(parts.bus);
  }

  /**
   * Copies newest models that are new, puts back those that were lost.
   * @throws VigilError unavailable, deadline, overloaded; the database's errors
   */
  async keepHeads(): Promise<void> {
    for (const kind of MODEL_KINDS) {
      const head = await this.#store.head(kind);
      if (head === undefined) await this.#restoreHead(kind);
      else await this.#keep(kind, head);
    }
  }

  async #keep(kind: ModelKind, head: ModelHead): Promise<void> {
    const { orm, bus, logger } = this.#parts;
    const { hash } = head;
    const sql = autoCommit(orm);
    const isCopied = await isKept(sql, hash);
    if (!(await hasSnapshot(bus, hash))) {
      if (isCopied) return this.#restore(hash);
      if (this.#missed.has(hash)) return;
      this.#missed.add(hash);
      logger.error({ kind, hash }, "THE NEWEST MODEL IS LOST, here and in the model store: import it again");
      return;
    }
    if (!isCopied) await storeSnapshot(orm, hash, (take) => readSnapshot(bus, hash, take));
    const kept = await keptHead(sql, kind);
    if (kept?.hash === hash && kept.importedAt === head.importedAt) return;
    await keepHead(orm, kind, head);
    logger.info({ kind, hash }, "the newest model is kept in the database as well");
  }

  async #restoreHead(kind: ModelKind): Promise<void> {
    const { orm, bus, logger } = this.#parts;
    const kept = await keptHead(autoCommit(orm), kind);
    if (kept === undefined) return;
    if (!(await hasSnapshot(bus, kept.hash))) await this.#restore(kept.hash);
    try {
      await this.#store.setHead(kind, kept, 0);
      logger.error({ kind, hash: kept.hash }, "the broker lost which model is newest; it is told again");
    } catch (thrown) {
      // Somebody imported a model in this moment.
      if (VigilError.from(thrown).kind !== "conflict") throw thrown;
    }
  }

  async #restore(hash: string): Promise<void> {
    const { orm, bus, logger } = this.#parts;
    await restoreSnapshot(bus, hash, snapshotPieces(orm, hash));
    logger.error({ hash }, "the model store lost a snapshot; it was put back from the database");
  }

  /**
   * After the loss of the model store: puts back what runs may be computed again from, the newest first.
   * @throws VigilError unavailable, deadline, overloaded; the database's errors
   */
  async restoreOthers(): Promise<void> {
    const { bus, orm } = this.#parts;
    const stored = new Set((await storedSnapshots(bus)).map(({ hash }) => hash));
    const { bytes, bytesMax } = await modelStoreRoom(bus);
    let room = bytesMax * RESTORE_RATIO - bytes;
    for (const { hash, size } of await keptSnapshots(autoCommit(orm))) {
      room -= size;
      if (room < 0) return;
      if (!stored.has(hash)) await this.#restore(hash);
    }
  }

  /** Whether imports will soon find no room. @throws VigilError unavailable, deadline */
  async isCrowded(): Promise<boolean> {
    const { bytes, bytesMax } = await modelStoreRoom(this.#parts.bus);
    return bytes > bytesMax * ROOM_RATIO;
  }

  /**
   * Removes what is neither a newest model nor named by a run that may be computed again.
   * @throws VigilError unavailable, deadline; the database's errors
   */
  async prune(): Promise<void> {
    const { bus, orm, logger, keepMs } = this.#parts;
    const sql = autoCommit(orm);
    const heads = await this.#heads();
    const { bytesMax } = await modelStoreRoom(bus);
    const rules = { nowMs: await databaseNowMs(sql), keepMs, bytesMax: bytesMax * ROOM_RATIO };
    const pruned = snapshotsToPrune(await this.#all(heads), rules);
    for (const hash of pruned) {
      await removeSnapshot(bus, hash);
      // Imported again in this moment: what is the newest model now is put back by the next look, so it stays here.
      if ((await this.#heads()).has(hash)) continue;
      await forgetSnapshot(sql, hash);
    }
    if (pruned.length > 0) logger.info({ pruned }, "model snapshots that no run needs any more were removed");
  }

  async #heads(): Promise<Set<string>> {
    const heads = await Promise.all(MODEL_KINDS.map((kind) => this.#store.head(kind)));
    return new Set(heads.flatMap((head) => head?.hash ?? []));
  }

  /** Those of the store and those of the database. */
  async #all(heads: ReadonlySet<string>): Promise<PrunableSnapshot[]> {
    const sql = autoCommit(this.#parts.orm);
    const stored = await storedSnapshots(this.#parts.bus);
    const known = new Map(
      stored.map(({ hash, size, storedAtMs }) => [hash, { hash, size, headedMs: storedAtMs }]),
    );
    for (const kept of await keptSnapshots(sql)) known.set(kept.hash, kept);
    const named = await lastNamed(sql, [...known.keys()]);
    return [...known.values()].map((snapshot) => ({
      ...snapshot,
      isHead: heads.has(snapshot.hash),
      namedMs: named.get(snapshot.hash),
    }));
  }
}
