/**
 * Looks now and then whether broker and database still fit together, and mends what does not: either may have been lost,
 * or restored from a backup. All state processes look; one at a time acts.
 */

import { setTimeout as delay } from "node:timers/promises";
import type { MikroORM } from "@mikro-orm/postgresql";
import { type Bus, makeRoomByLedger, onMissing, type Stoppable, type TopologyOptions } from "@vigil/bus";
import type { Logger } from "@vigil/service";
import { fromDatabaseError } from "../database/errors.ts";
import { autoCommit, inTransaction, onNewConnection, rows } from "../database/transaction.ts";
import { recordedOf } from "../verify/recorded.ts";
import type { BrokerOwner } from "./broker-owner.ts";
import { watchEvents } from "./events-watch.ts";
import { watchLedger } from "./ledger-watch.ts";
import { SnapshotWatch } from "./snapshot-watch.ts";
import { watchStreams } from "./streams-watch.ts";

export interface BrokerWatchOptions {
  orm: MikroORM;
  bus: Bus;
  logger: Logger;
  owner: BrokerOwner;
  /** Settings for the streams, should they have to be made again. */
  topology?: TopologyOptions;
  /** Days for which a snapshot is kept after the last run that names it. Default 14. */
  snapshotKeepDays?: number;
  /** The audit index lost entries: all are to be written again. */
  indexIsDue(): void;
}

const DEFAULT_SNAPSHOT_KEEP_DAYS = 14;
const DAY_MS = 86_400_000;

/**
 * Between looks, ms: what is handled within it after a backup was taken is found missing only if nothing else is
 * handled before the next look. A look is a dozen small requests.
 */
const LOOK_EVERY_MS = 5_000;
/** At least between two looks, ms: connections may come and go in numbers. */
const LOOK_GAP_MS = 500;
const PRUNE_EVERY_MS = 3_600_000;
/** While the model store is crowded, though what is needed may be what crowds it, ms. */
const CROWDED_EVERY_MS = 60_000;
/** Advisory lock of whoever acts: "vigb" in ASCII. */
const LOCK = 0x76696762;
/** A look takes seconds; a process that stands still for longer must not keep the others from looking, ms. */
const LOCK_MS_MAX = 300_000;
const BUCKET_OF_INDEX = "KV_vigil_audits";
const STORE_OF_MODELS = "OBJ_vigil_models";

export class BrokerWatch {
  readonly #options: BrokerWatchOptions;
  readonly #snapshots: SnapshotWatch;
  readonly #stopping = new AbortController();
  readonly #watches: Stoppable[] = [];
  readonly #problems = new Map<string, string>();
  #loop: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  #isWoken = false;
  #othersAreLost = false;
  #prunedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: BrokerWatchOptions) {
    this.#options = options;
    const keepMs = (options.snapshotKeepDays ?? DEFAULT_SNAPSHOT_KEEP_DAYS) * DAY_MS;
    this.#snapshots = new SnapshotWatch({ ...options, keepMs });
  }

  /** The database behind a new connection, and the broker behind one, may be another than before. */
  async start(): Promise<void> {
    const { orm, bus } = this.#options;
    const lookSoon = () => {
      this.#isWoken = true;
      this.#wake();
    };
    this.#watches.push(
      await onNewConnection(orm, lookSoon),
      bus.onStatus((connected) => connected && lookSoon()),
      onMissing(bus, lookSoon),
    );
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    for (const watch of this.#watches) watch.stop();
    this.#stopping.abort();
    this.#wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.look();
      await delay(LOOK_GAP_MS, undefined, { signal }).catch(() => undefined);
      if (!this.#isWoken) await this.#sleep();
    }
  }

  async #sleep(): Promise<void> {
    const waiting = new AbortController();
    this.#wake = () => waiting.abort();
    if (!this.#stopping.signal.aborted)
      await delay(LOOK_EVERY_MS, undefined, { signal: waiting.signal }).catch(() => undefined);
  }

  /** One look; without a broker there is nothing to see. Never throws: what fails is tried again by the next one. */
  async look(): Promise<void> {
    const { orm, bus, owner } = this.#options;
    if (!bus.status().connected) return;
    this.#isWoken = false;
    let database: string | undefined;
    await this.#step("the owner of the broker", async () => {
      database = await owner.compare();
    });
    if (database === undefined) return;
    const own = database;
    await this.#step("the lock of the watch", () =>
      // The transaction only holds the lock. Should its connection break, another may begin: every step may be repeated.
      inTransaction(orm, async (sql) => {
        await rows(sql, "select set_config('idle_in_transaction_session_timeout', $1, true)", [
          String(LOCK_MS_MAX),
        ]);
        const [lock] = await rows<{ had: boolean }>(sql, "select pg_try_advisory_xact_lock($1) as had", [
          LOCK,
        ]);
        if (lock?.had === true) await this.#lookAtAll(own);
      }),
    );
  }

  async #lookAtAll(database: string): Promise<void> {
    const topology = this.#options.topology ?? {};
    await this.#step("the streams", async () => {
      const lost = await watchStreams(this.#options);
      if (lost.includes(BUCKET_OF_INDEX)) this.#options.indexIsDue();
      if (lost.includes(STORE_OF_MODELS)) this.#othersAreLost = true;
    });
    await this.#step("the event stream", () => watchEvents({ ...this.#options, topology }));
    await this.#step("the ledger", () => watchLedger({ ...this.#options, database, topology }));
    await this.#step("room for events", async () => {
      const { bus, orm } = this.#options;
      await makeRoomByLedger(bus, async (events) => [...(await recordedOf(autoCommit(orm), events))]);
    });
    await this.#step("the models", async () => {
      await this.#snapshots.keepHeads();
      if (this.#othersAreLost) await this.#snapshots.restoreOthers();
      this.#othersAreLost = false;
    });
    await this.#step("models that are no longer needed", async () => {
      const sinceMs = performance.now() - this.#prunedAtMs;
      const isDue =
        sinceMs > PRUNE_EVERY_MS || (sinceMs > CROWDED_EVERY_MS && (await this.#snapshots.isCrowded()));
      if (!isDue) return;
      await this.#snapshots.prune();
      this.#prunedAtMs = performance.now();
    });
  }

  async #step(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#problems.delete(what);
    } catch (thrown) {
      const { message } = fromDatabaseError(thrown);
      if (this.#problems.get(what) !== message)
        this.#options.logger.warn(
          { err: thrown, what },
          "broker and database could not be compared; tried again",
        );
      this.#problems.set(what, message);
    }
  }
}
