/**
 * Model snapshots in the object store, each under the SHA-256 of its bytes, and the pointer to the newest
 * of each kind. A snapshot that was stored never changes, so a run that names its hash can be computed
 * again, bit for bit.
 *
 * The description of an object is written after its last chunk: a writer that dies leaves chunks that
 * nobody sees, and the next put sweeps them away.
 */

import { createHash } from "node:crypto";
import { type JsonObject, VigilError } from "@vigil/core";
import type { ObjectInfo, ObjectStore } from "nats";
import type { Bus } from "./connection.ts";
import { busError } from "./errors.ts";
import { keyValue } from "./key-value.ts";
import { HEADS_BUCKET, MODELS_BUCKET, objectStoreStream } from "./names.ts";
import { readObject } from "./object-reader.ts";
import { sweepOrphanChunks } from "./orphan-chunks.ts";
import { FreshFlight } from "./single-flight.ts";
import { whileConnected } from "./while-connected.ts";

/** Kinds of models; compute is the cluster's nodes and instances. */
export const MODEL_KINDS = ["compute"] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

export interface ModelHead {
  /** Hex SHA-256 of the snapshot. */
  hash: string;
  /** When it was imported, ISO 8601. */
  importedAt: string;
  /** What the importer wants to tell about it (source file, counts). */
  details: JsonObject;
  /** For compare-and-set. */
  revision: number;
}

export interface ModelStore {
  /**
   * Stores a snapshot; one that is there already is not written again.
   * @returns its hash
   * @throws VigilError invalid-input (too large), unavailable, deadline, overloaded (store full)
   */
  put(bytes: Uint8Array): Promise<string>;
  /**
   * Reads a snapshot into memory that threads can share, and verifies its hash.
   * @throws VigilError not-found, invalid-input (too large), unavailable, deadline, internal (hash differs)
   */
  get(hash: string): Promise<SharedArrayBuffer>;
  /**
   * The newest snapshot, by the leader as of a moment after the call; undefined when there is none.
   * @throws VigilError unavailable, deadline
   */
  head(kind: ModelKind): Promise<ModelHead | undefined>;
  /**
   * Points to another snapshot, which must have been put before.
   * @param expectedRevision of the head that this one replaces, 0 for none; left out: whatever is there
   * @returns the new revision
   * @throws VigilError conflict when the head is another one, unavailable, deadline
   */
  setHead(
    kind: ModelKind,
    head: { hash: string; importedAt: string; details?: JsonObject },
    expectedRevision?: number,
  ): Promise<number>;
}

export interface ModelStoreOptions {
  /** Largest snapshot, so that none can fill a worker's memory. Default 512 MiB. */
  bytesMax?: number;
  /** For a whole put or get. Default 60 s: 512 MiB over a 100 Mbit/s line. */
  deadlineMs?: number;
}

const BYTES_MAX = 512 * 1024 * 1024;
const DEADLINE_MS = 60_000;

export function createModelStore(bus: Bus, options: ModelStoreOptions = {}): ModelStore {
  return new Store(bus, options);
}

class Store implements ModelStore {
  readonly #bus: Bus;
  readonly #bytesMax: number;
  readonly #deadlineMs: number;
  readonly #heads = new Map<ModelKind, FreshFlight<ModelHead | undefined>>();

  constructor(bus: Bus, options: ModelStoreOptions) {
    this.#bus = bus;
    this.#bytesMax = options.bytesMax ?? BYTES_MAX;
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  }

  async put(bytes: Uint8Array): Promise<string> {
    const hash = createHash("sha256").update(bytes).digest("hex");
    const doing = `storing model snapshot ${hash}`;
    this.#checkSize(doing, bytes.length);
    try {
      const { store, info: present } = await this.#describe(doing, hash);
      if (present !== null && !present.deleted && present.size === bytes.length) return hash;
      await store.putBlob({ name: hash }, bytes, { timeout: this.#deadlineMs });
      await sweepOrphanChunks(this.#bus, store);
      return hash;
    } catch (thrown) {
      throw busError(doing, thrown);
    }
  }

  async get(hash: string): Promise<SharedArrayBuffer> {
    const doing = `reading model snapshot ${hash}`;
    try {
      const { info } = await this.#describe(doing, hash);
      if (info === null || info.deleted) {
        throw new VigilError(
          "not-found",
          `${doing}: it is no longer kept. A snapshot that is not the newest is removed some days after the last run that used it (VIGIL_SNAPSHOT_KEEP_DAYS), or when the store needs room; if it is the newest, import the model again.`,
        );
      }
      this.#checkSize(doing, info.size);
      const buffer = await readObject(this.#bus, info, this.#deadlineMs);
      const seen = createHash("sha256").update(new Uint8Array(buffer)).digest("hex");
      if (seen === hash) return buffer;
      throw new VigilError(
        "internal",
        `${doing}: its bytes have the hash ${seen}. Delete it and import the model again.`,
      );
    } catch (thrown) {
      throw busError(doing, thrown);
    }
  }

  #checkSize(doing: string, bytes: number): void {
    if (bytes <= this.#bytesMax) return;
    throw new VigilError("invalid-input", `${doing}: it has ${bytes} bytes, the limit is ${this.#bytesMax}`);
  }

  /** The client would make a missing object store without a word, so its stream is looked for first. */
  #describe(doing: string, hash: string): Promise<{ store: ObjectStore; info: ObjectInfo | null }> {
    return whileConnected(this.#bus, doing, async () => {
      const manager = await this.#bus.manager();
      await manager.streams.info(objectStoreStream(MODELS_BUCKET));
      const store = await this.#bus.connection().jetstream().views.os(MODELS_BUCKET);
      return { store, info: await store.info(hash) };
    });
  }

  head(kind: ModelKind): Promise<ModelHead | undefined> {
    let flight = this.#heads.get(kind);
    if (flight === undefined) {
      flight = new FreshFlight(() => this.#readHead(kind));
      this.#heads.set(kind, flight);
    }
    return flight.run();
  }

  #readHead(kind: ModelKind): Promise<ModelHead | undefined> {
    return whileConnected(this.#bus, `reading which ${kind} model is newest`, async () => {
      const entry = await (await keyValue(this.#bus, HEADS_BUCKET)).get(kind);
      if (entry === null || entry.value.length === 0) return undefined;
      const { hash, importedAt, details } = entry.json<Omit<ModelHead, "revision">>();
      return { hash, importedAt, details, revision: entry.revision };
    });
  }

  setHead(
    kind: ModelKind,
    head: { hash: string; importedAt: string; details?: JsonObject },
    expectedRevision?: number,
  ): Promise<number> {
    return whileConnected(this.#bus, `pointing to ${kind} model ${head.hash}`, async () => {
      const bucket = await keyValue(this.#bus, HEADS_BUCKET);
      const value = JSON.stringify({ schema: 1, details: {}, ...head });
      return bucket.put(kind, value, expectedRevision === undefined ? {} : { previousSeq: expectedRevision });
    });
  }
}
