import { setTimeout as delay } from "node:timers/promises";
import type { MikroORM } from "@mikro-orm/postgresql";
import { VigilError } from "@vigil/core";
import type { Logger, ReadinessPart } from "@vigil/service";
import type { Catalogue } from "./catalogue.ts";
import { fromDatabaseError } from "./errors.ts";
import { prepareDatabase } from "./migrate.ts";
import { autoCommit, rows } from "./transaction.ts";

/** Pauses between tries to prepare the database, ms: doubled from the first to the last. */
const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 2_000;
/** A ready database is asked for a sign of life this often, ms. */
const PROBE_EVERY_MS = 2_000;

export interface DatabaseWatchOptions {
  orm: MikroORM;
  catalogue: Catalogue;
  logger: Logger;
  /** Called when schema and catalogue are up to date, and waited for before calls are served. Must not throw. */
  beforeServing?(): Promise<void>;
  /** Called once, when schema and catalogue are up to date. */
  onPrepared(): void;
}

/**
 * Prepares the database as soon as it can be reached, then keeps an eye on it.
 *
 * preparing: no calls are served; left when migrations and catalogue are done, never entered again.
 * prepared: calls are served; readiness follows the last probe.
 */
export class DatabaseWatch {
  readonly #options: DatabaseWatchOptions;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #prepared = false;
  #problem: string | undefined = "the schema has not been checked yet";

  constructor(options: DatabaseWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  readiness(): ReadinessPart {
    const problem = this.#problem;
    return { name: "postgresql", ready: problem === undefined, ...(problem ? { detail: problem } : {}) };
  }

  /** Whether schema and catalogue are up to date. */
  get isPrepared(): boolean {
    return this.#prepared;
  }

  /** @throws VigilError unavailable until the database is prepared */
  check(): void {
    if (this.#prepared) return;
    throw new VigilError("unavailable", `The database is not ready: ${this.#problem}. Try again.`);
  }

  async #run(): Promise<void> {
    let pauseMs = RETRY_FIRST_MS;
    while (!this.#stopping.signal.aborted) {
      try {
        await (this.#prepared ? this.#probe() : this.#prepare());
        pauseMs = PROBE_EVERY_MS;
      } catch (thrown) {
        this.#failed(thrown);
        pauseMs = this.#prepared ? RETRY_FIRST_MS : Math.min(2 * pauseMs, RETRY_MAX_MS);
      }
      await delay(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  async #prepare(): Promise<void> {
    const { orm, catalogue, logger } = this.#options;
    const { isOlder, retired, audits, plans } = await prepareDatabase(orm, catalogue);
    await this.#options.beforeServing?.();
    this.#prepared = true;
    this.#problem = undefined;
    if (isOlder) {
      logger.warn(
        "Goals and strategies in the database are a newer release's, and stay so; upgrade this process",
      );
    }
    if (retired.length > 0) {
      const strategies = retired.map(({ reason }) => reason);
      logger.warn(
        { strategies, audits, plans },
        "Audits and action plans of changed strategies were cancelled",
      );
    }
    logger.info("The database is ready");
    this.#options.onPrepared();
  }

  async #probe(): Promise<void> {
    await rows(autoCommit(this.#options.orm), "select 1", []);
    if (this.#problem !== undefined) this.#options.logger.info("The database answers again");
    this.#problem = undefined;
  }

  #failed(thrown: unknown): void {
    const problem = fromDatabaseError(thrown).message;
    if (problem !== this.#problem) this.#options.logger.warn({ err: thrown }, "The database can't be used");
    this.#problem = problem;
  }
}
