import type { MikroORM } from "@mikro-orm/postgresql";
import {
  auditIndexMark,
  type Bus,
  type ChangePublisher,
  completeAuditIndex,
  createChangePublisher,
  type Stoppable,
} from "@vigil/bus";
import { VigilError } from "@vigil/core";
import type { Logger, ReadinessPart } from "@vigil/service";
import { fromDatabaseError } from "../database/errors.ts";
import { autoCommit, inTransaction } from "../database/transaction.ts";
import type { StateCounts } from "../metrics/counts.ts";
import { rebuildIndex } from "./index-rebuild.ts";
import { deleteRows, isAnyLeft, type OutboxRow, publishRow, takeRows } from "./publish.ts";

/** Look for rows that other processes left behind, ms. Rows of this process are announced at once. */
const POLL_MS = 1_000;
/** Rows in one transaction: 30 ms of publishing, 120 ms where each has an index entry, so a stop is never held up. */
const BATCH_ROWS = 250;
/** After a failure the relay pauses, doubling from the first to the second, ms. */
const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 2_000;
/** A waiting CreateAudit looks whether another process has published its row, ms. */
const WAITER_POLL_MS = 50;

export interface OutboxRelayOptions {
  orm: MikroORM;
  bus: Bus;
  logger: Logger;
  counts?: StateCounts;
  /** Waited for before anything is published. Throws when the broker is not ours. */
  ensureOurs(): Promise<void>;
}

/**
 * Publishes what transactions left in the outbox: audit index, then change stream, then the row is deleted.
 *
 * Invariants: a row is deleted only after both were acknowledged; a crash in between publishes it again, which
 * receivers tell by its version. Rows come in no order that anybody may rely on: receivers compare versions.
 */
export class OutboxRelay {
  readonly #options: OutboxRelayOptions;
  readonly #changes: ChangePublisher;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #rebuilding: Promise<void> | undefined;
  #connections: Stoppable | undefined;
  /** Set by a commit, cleared before the table is read: a commit during the reading is not overlooked. */
  #woken = false;
  #onCommit: () => void = () => undefined;
  #onConnected: () => void = () => undefined;
  #batchDone = Promise.withResolvers<void>();
  #indexIsDue = true;
  #problem: string | undefined = "the outbox has not been read yet";

  constructor(options: OutboxRelayOptions) {
    this.#options = options;
    this.#changes = createChangePublisher(options.bus);
  }

  start(): void {
    // A broker that was away may come back empty: what it should know of audits is written again.
    this.#connections = this.#options.bus.onStatus((connected) => {
      if (!connected) return;
      this.#indexIsDue = true;
      this.#onConnected();
    });
    this.#loop = this.#run();
  }

  /** Ends after the batch under way. What is left is published by another process or after the next start. */
  async stop(): Promise<void> {
    this.#connections?.stop();
    this.#stopping.abort();
    this.#onConnected();
    await this.#loop;
    await this.#rebuilding;
    this.#changes.close();
  }

  readiness(): ReadinessPart {
    const problem = this.#problem;
    return { name: "outbox", ready: problem === undefined, ...(problem ? { detail: problem } : {}) };
  }

  /** Says that the audit index lost entries. */
  indexIsDue(): void {
    this.#indexIsDue = true;
    this.notifyCommitted();
  }

  /** Says that a transaction with outbox rows has been committed. */
  notifyCommitted(): void {
    this.#woken = true;
    this.#onCommit();
  }

  /**
   * Waits until these rows are published, by this process or another.
   * @returns false when the time was over first
   */
  async whenPublished(outboxIds: readonly string[], timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (outboxIds.length > 0) {
      const batchDone = this.#batchDone.promise;
      if (!(await isAnyLeft(autoCommit(this.#options.orm), outboxIds))) break;
      if (performance.now() >= deadline || this.#stopping.signal.aborted) return false;
      await sooner(batchDone, WAITER_POLL_MS);
    }
    return true;
  }

  async #run(): Promise<void> {
    let backoffMs = BACKOFF_FIRST_MS;
    while (!this.#stopping.signal.aborted) {
      this.#woken = false;
      try {
        await this.#ensureReady();
        this.#rebuildIfDue();
        const isFull = await this.#publishBatch();
        this.#solved();
        backoffMs = BACKOFF_FIRST_MS;
        if (!isFull) await this.#sleep(POLL_MS, "commit");
      } catch (thrown) {
        this.#failed(thrown);
        // Commits don't shorten this pause: under load they would make it none.
        await this.#sleep(backoffMs, "connection");
        backoffMs = Math.min(2 * backoffMs, BACKOFF_MAX_MS);
      }
    }
  }

  async #ensureReady(): Promise<void> {
    const { connected, detail } = this.#options.bus.status();
    if (!connected) throw new VigilError("unavailable", detail ?? "no connection to NATS");
    await this.#options.ensureOurs();
  }

  /** @returns whether there may be more rows at once */
  async #publishBatch(): Promise<boolean> {
    const { orm } = this.#options;
    const batch = await inTransaction(orm, async (sql) => {
      const taken = await takeRows(sql, BATCH_ROWS);
      const published = await this.#publishAll(taken);
      await deleteRows(sql, published.ids);
      return { taken: taken.length, ...published };
    });
    this.#batchDone.resolve();
    this.#batchDone = Promise.withResolvers();
    if (batch.failure !== undefined) throw batch.failure;
    return batch.taken === BATCH_ROWS;
  }

  /** All at once: acknowledgements of 250 rows take as long as those of one. */
  async #publishAll(taken: readonly OutboxRow[]): Promise<{ ids: string[]; failure: unknown }> {
    const ids: string[] = [];
    let failure: unknown;
    const publish = async (row: OutboxRow): Promise<void> => {
      try {
        await publishRow(this.#options.bus, this.#changes, row);
        this.#options.counts?.published(row.kind, row.data.state);
        ids.push(row.id);
      } catch (thrown) {
        if (VigilError.from(thrown).kind !== "invalid-input") {
          failure = thrown;
          return;
        }
        // NATS will never take it. Kept, it would be tried for ever; receivers get the row's next version.
        const { kind, uuid, version } = row;
        this.#options.logger.error(
          { err: thrown, kind, uuid, version },
          "A change was refused and is given up",
        );
        ids.push(row.id);
      }
    };
    await Promise.all(taken.map(publish));
    return { ids, failure };
  }

  /** Beside the outbox, not before it: a large index must not hold up the news. */
  #rebuildIfDue(): void {
    if (!this.#indexIsDue || this.#rebuilding !== undefined || !this.#options.bus.status().connected) return;
    this.#indexIsDue = false;
    this.#rebuilding = this.#rebuild().finally(() => {
      this.#rebuilding = undefined;
    });
  }

  async #rebuild(): Promise<void> {
    const { orm, bus, logger } = this.#options;
    try {
      const mark = await auditIndexMark(bus);
      const audits = await rebuildIndex(orm, bus, this.#stopping.signal);
      if (!this.#stopping.signal.aborted) await completeAuditIndex(bus, mark);
      logger.info({ audits }, "The audit index has every audit");
    } catch (thrown) {
      this.#indexIsDue = true;
      logger.warn({ err: thrown }, "The audit index could not be completed; it is tried again");
    }
  }

  #solved(): void {
    if (this.#problem !== undefined) this.#options.logger.info("The outbox is being published");
    this.#problem = undefined;
  }

  #failed(thrown: unknown): void {
    const problem = `committed changes wait to be published: ${fromDatabaseError(thrown).message}`;
    if (problem !== this.#problem)
      this.#options.logger.warn({ err: thrown }, "The outbox can't be published");
    this.#problem = problem;
  }

  async #sleep(ms: number, until: "commit" | "connection"): Promise<void> {
    if (this.#stopping.signal.aborted || (until === "commit" && this.#woken)) return;
    const wake = Promise.withResolvers<void>();
    this.#onConnected = wake.resolve;
    if (until === "commit") this.#onCommit = wake.resolve;
    await sooner(wake.promise, ms);
    this.#onCommit = () => undefined;
  }
}

/** Waits for the promise, or so long. */
async function sooner(promise: Promise<void>, ms: number): Promise<void> {
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, ms);
  await Promise.race([promise, timeout.promise]);
  clearTimeout(timer);
}
