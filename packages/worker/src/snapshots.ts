/**
 * Snapshots in memory: each is fetched once per worker and shared by all its threads. Few are kept, the
 * least recently used goes first; one that a run still computes on stays alive through that run.
 */

import type { ModelHead, ModelStore } from "@vigil/bus";
import { VigilError } from "@vigil/core";
import type { Logger } from "@vigil/service";

export interface SnapshotsOptions {
  store: ModelStore;
  logger: Logger;
  /** Snapshots kept. Default 4: the newest, and some that slow runs or replays still use. */
  entriesMax?: number;
  /** Bytes kept; the newest is kept even when it alone is larger. Default 256 MiB. */
  bytesMax?: number;
}

const ENTRIES_MAX = 4;
const BYTES_MAX = 256 * 1024 * 1024;
/** Kind of the error of `newest` that says that the broker names no model. */
export const NO_MODEL = "illegal-state";

interface Entry {
  loading: Promise<SharedArrayBuffer>;
  /** 0 while loading. */
  bytes: number;
}

export class Snapshots {
  readonly #store: ModelStore;
  readonly #logger: Logger;
  readonly #entriesMax: number;
  readonly #bytesMax: number;
  /** By hash, least recently used first. */
  readonly #entries = new Map<string, Entry>();
  #lastHead: ModelHead | undefined;

  constructor(options: SnapshotsOptions) {
    this.#store = options.store;
    this.#logger = options.logger;
    this.#entriesMax = options.entriesMax ?? ENTRIES_MAX;
    this.#bytesMax = options.bytesMax ?? BYTES_MAX;
  }

  /**
   * The newest compute model. While the broker is away, or has lost it and state is putting it back, the last one that
   * was seen: an older model gives a plan, none gives nothing.
   * @throws VigilError NO_MODEL when none was ever imported, or the broker lost which is newest; unavailable, deadline
   */
  async newest(): Promise<{ hash: string; snapshot: SharedArrayBuffer }> {
    const { hash } = await this.#head();
    return { hash, snapshot: await this.#get(hash) };
  }

  async #head(): Promise<ModelHead> {
    try {
      const head = await this.#store.head("compute");
      // The text of the reference's ClusterStateNotDefined.
      if (head === undefined) throw new VigilError(NO_MODEL, "The cluster state is not defined");
      this.#lastHead = head;
      return head;
    } catch (thrown) {
      const error = VigilError.from(thrown);
      const away = error.kind === "unavailable" || error.kind === "deadline" || error.kind === NO_MODEL;
      if (!away || this.#lastHead === undefined) throw error;
      this.#logger.warn(
        { problem: error.message, snapshot: this.#lastHead.hash },
        "using the last known model",
      );
      return this.#lastHead;
    }
  }

  #get(hash: string): Promise<SharedArrayBuffer> {
    const present = this.#entries.get(hash);
    const entry = present ?? { loading: this.#store.get(hash), bytes: 0 };
    this.#entries.delete(hash);
    this.#entries.set(hash, entry);
    if (present === undefined) void this.#settle(hash, entry);
    return entry.loading;
  }

  async #settle(hash: string, entry: Entry): Promise<void> {
    try {
      entry.bytes = (await entry.loading).byteLength;
      this.#evict();
    } catch {
      // Whoever waits for it gets the error; the next who asks tries again.
      if (this.#entries.get(hash) === entry) this.#entries.delete(hash);
    }
  }

  #evict(): void {
    let bytes = 0;
    for (const entry of this.#entries.values()) bytes += entry.bytes;
    for (const [hash, entry] of this.#entries) {
      if (this.#entries.size <= 1) return;
      if (this.#entries.size <= this.#entriesMax && bytes <= this.#bytesMax) return;
      this.#entries.delete(hash);
      bytes -= entry.bytes;
    }
  }

  /** Snapshots in memory. */
  get size(): number {
    return this.#entries.size;
  }
}
