/**
 * Whose broker this is. Streams have fixed names, so a second Vigil with a database of its own on the same NATS account
 * would take that database for an older backup, and everything on the broker for its own. Each database has an id, which
 * a backup of it shares; the sign on the broker names it, and who finds another there keeps off: it publishes nothing,
 * deletes nothing, and serves no calls.
 */

import type { MikroORM } from "@mikro-orm/postgresql";
import { type Bus, HEADS_STREAM, ledgerOwner, type Stoppable, streamsMade } from "@vigil/bus";
import { VigilError } from "@vigil/core";
import type { Logger, ReadinessPart } from "@vigil/service";
import { autoCommit } from "../database/transaction.ts";
import { type MarkName, nameDatabase, readMarks } from "./marks.ts";

export interface BrokerOwnerOptions {
  orm: MikroORM;
  bus: Bus;
  logger: Logger;
  /** Id of the database that this one may take the broker from; empty: of none. */
  takeBrokerFrom?: string;
}

export class BrokerOwner {
  readonly #options: BrokerOwnerOptions;
  #problem: string | undefined;
  /** Compared since the connection was made: behind the next one may be another broker. */
  #isCompared = false;
  #connections: Stoppable | undefined;

  constructor(options: BrokerOwnerOptions) {
    this.#options = options;
    this.#connections = options.bus.onStatus(() => {
      this.#isCompared = false;
    });
  }

  readiness(): ReadinessPart {
    const problem = this.#problem;
    return { name: "broker", ready: problem === undefined, ...(problem ? { detail: problem } : {}) };
  }

  /** @throws VigilError unavailable when the broker was found to be another database's */
  check(): void {
    if (this.#problem !== undefined) throw new VigilError("unavailable", this.#problem);
  }

  /**
   * To be waited for before anything is written to the broker.
   * @throws VigilError unavailable (another database's, or no connection), deadline; the database's errors
   */
  async ensureOurs(): Promise<void> {
    if (!this.#isCompared) await this.compare();
    this.check();
  }

  /**
   * Compares the ids, whatever was found before.
   * @returns this database's id; undefined: the broker is another's
   * @throws VigilError unavailable, deadline; the database's errors
   */
  async compare(): Promise<string | undefined> {
    const { bus, orm, logger, takeBrokerFrom = "" } = this.#options;
    const sql = autoCommit(orm);
    const theirs = await ledgerOwner(bus);
    const marks = await readMarks(sql);
    const ours = marks.database ?? (await nameDatabase(sql, await this.#inheritedName(marks, theirs)));
    this.#isCompared = bus.status().connected;
    if (theirs === undefined || theirs === ours || theirs === takeBrokerFrom) {
      if (this.#problem !== undefined) logger.info({ database: ours }, "The broker is this database's now");
      this.#problem = undefined;
      return ours;
    }
    const problem = `this broker holds the streams of another Vigil: database ${theirs}, and this one is ${ours}. Give each its own NATS account; or, if that database is gone for good and this one is to have its streams, start state with VIGIL_TAKE_BROKER_FROM=${theirs}`;
    if (this.#problem !== problem) logger.error({ theirs, ours }, `NOTHING IS SERVED: ${problem}`);
    this.#problem = problem;
    return undefined;
  }

  /**
   * A database that was restored from a backup of a release without ids has seen this very broker: when its streams were
   * made is in the backup.
   */
  async #inheritedName(
    { streams }: Partial<Record<MarkName, string>>,
    theirs: string | undefined,
  ): Promise<string | undefined> {
    if (streams === undefined || theirs === undefined) return undefined;
    const before: Record<string, string> = JSON.parse(streams);
    const made = await streamsMade(this.#options.bus);
    return before[HEADS_STREAM] === made[HEADS_STREAM] ? theirs : undefined;
  }

  stop(): void {
    this.#connections?.stop();
  }
}
