/**
 * A database that fails at a chosen command, on a connection of the real one: everything above it runs unchanged, and
 * a statement that is new is counted without anybody telling.
 */

import type { MikroORM } from "@mikro-orm/postgresql";
import type { Pool, PoolClient } from "pg";

/**
 * refused: the command is not run, the connection is good for more (a timeout, a lock, a full disk).
 * lost: it is run, and the connection breaks before its answer comes.
 */
export const FAULTS = ["refused", "lost"] as const;
export type Fault = (typeof FAULTS)[number];

type Query = (config: { text: string }) => Promise<unknown>;

export class FaultyDatabase {
  /** To be given to services in place of the one that works. */
  readonly orm: MikroORM;
  #armed: { step: number; fault: Fault } | undefined;
  #step = 0;
  #hit: string | undefined;

  constructor(orm: MikroORM) {
    const pool = async () => this.#pool((await orm.em.getConnection().getNativeClient()) as Pool);
    // As much of it as database/transaction.ts looks at.
    this.orm = { em: { getConnection: () => ({ getNativeClient: pool }) } } as unknown as MikroORM;
  }

  /** Of the commands from now on, begin and commit among them, the one with this number fails. @param step from 1 */
  arm(step: number, fault: Fault): void {
    this.#armed = { step, fault };
    this.#step = 0;
    this.#hit = undefined;
  }

  /** From now on nothing fails. Returns the command that did; undefined when there were fewer. */
  disarm(): string | undefined {
    this.#armed = undefined;
    return this.#hit;
  }

  #pool(pool: Pool): Pool {
    return {
      query: this.#failing((config) => pool.query(config)),
      connect: async () => this.#client(await pool.connect()),
    } as unknown as Pool;
  }

  #client(client: PoolClient): PoolClient {
    return {
      query: this.#failing((config) => client.query(config)),
      release: (error?: Error) => client.release(error),
    } as unknown as PoolClient;
  }

  /** All commands of one connection. */
  #failing(query: Query): Query {
    let isBroken = false;
    return async (config) => {
      if (isBroken) throw new Error("Connection terminated");
      const { text } = config;
      const fault = text === "rollback" ? undefined : this.#next(text);
      if (fault === "refused") {
        throw Object.assign(new Error(`refused by a test: ${text}`), { code: "57014" });
      }
      const result = await query(config);
      if (fault === undefined) return result;
      isBroken = true;
      throw new Error("Connection terminated unexpectedly");
    };
  }

  #next(text: string): Fault | undefined {
    if (this.#armed === undefined || ++this.#step !== this.#armed.step) return undefined;
    this.#hit = text;
    return this.#armed.fault;
  }
}
