/**
 * Transactions of the hot path: prepared statements with real parameters on the ORM's own pool, no unit
 * of work. `em.execute` lost: it writes the values into the SQL text on the client, and the server then
 * plans each statement anew, which for the statements here costs more than running them.
 */

import type { MikroORM } from "@mikro-orm/postgresql";
import type { Pool, PoolClient, QueryConfig } from "pg";

/** An open transaction, or the pool for single statements. */
export interface Sql {
  query(text: string, parameters: readonly unknown[], how?: "prepared" | "once"): Promise<unknown[]>;
}

/**
 * Longest wait for an answer, ms. Above the server's own statement timeout, so that only a server that went without
 * a word (a paused machine, a broken network) reaches it: its connection is given up, which otherwise would hold up
 * all that share it until the kernel gives up, a quarter of an hour later.
 */
const ANSWER_TIMEOUT_MS = 35_000;
/** For a rollback, which takes no time. */
const ROLLBACK_TIMEOUT_MS = 2_000;

const names = new Map<string, string>();

function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `vigil_${names.size}`;
  names.set(text, name);
  return name;
}

function sqlOn(client: Pool | PoolClient, answerTimeoutMs: number): Sql {
  return {
    async query(text, parameters, how = "prepared") {
      const name = how === "prepared" ? { name: nameOf(text) } : {};
      const query = { ...name, text, values: [...parameters], query_timeout: answerTimeoutMs };
      const result = await client.query(query);
      return result.rows;
    },
  };
}

/** Runs one statement; `$1`, `$2` ... stand for `parameters`. Its text must be one of a fixed few. */
export async function rows<Row>(sql: Sql, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  return (await sql.query(text, parameters)) as Row[];
}

/**
 * Runs a statement whose text is put together from what a client asked for (sort keys, filters). It is
 * not prepared: the combinations would fill the memory of each connection.
 */
export async function rowsOnce<Row>(sql: Sql, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  return (await sql.query(text, parameters, "once")) as Row[];
}

export async function firstRow<Row>(
  sql: Sql,
  text: string,
  parameters: readonly unknown[],
): Promise<Row | undefined> {
  return (await rows<Row>(sql, text, parameters))[0];
}

/** The pool for single statements outside a transaction. */
export function autoCommit(orm: MikroORM): Sql {
  return {
    query: async (text, parameters, how) =>
      sqlOn(await pool(orm), ANSWER_TIMEOUT_MS).query(text, parameters, how),
  };
}

export interface TransactionLimits {
  /** Wait for the lock of a row, ms. Default: that of the connection. */
  lockTimeoutMs?: number;
  /** Wait for the server's answer to one statement, ms. */
  answerTimeoutMs?: number;
  /** All statements see the database as it is at the first, and change nothing. */
  snapshot?: boolean;
}

/** Told of each transaction when it has ended; the time includes the wait for a connection. */
type TransactionWatcher = (outcome: "commit" | "rollback", ms: number) => void;

const watchers = new WeakMap<MikroORM, TransactionWatcher>();

/** One watcher for each database. */
export function watchTransactions(orm: MikroORM, watcher: TransactionWatcher): void {
  watchers.set(orm, watcher);
}

/** How many connections there are; all 0 as long as none was ever had. */
export function poolFigures(orm: MikroORM): { total: number; idle: number; waiting: number } {
  const known = pools.get(orm);
  return {
    total: known?.totalCount ?? 0,
    idle: known?.idleCount ?? 0,
    waiting: known?.waitingCount ?? 0,
  };
}

/** Commits when `work` resolves, rolls back when it rejects. READ COMMITTED; audits are locked by row. */
export async function inTransaction<T>(
  orm: MikroORM,
  work: (sql: Sql) => Promise<T>,
  { lockTimeoutMs, answerTimeoutMs = ANSWER_TIMEOUT_MS, snapshot = false }: TransactionLimits = {},
): Promise<T> {
  const beganMs = performance.now();
  let outcome: "commit" | "rollback" = "rollback";
  const client = await (await pool(orm)).connect();
  const command = (text: string, timeoutMs: number) =>
    client.query({ text, query_timeout: timeoutMs } as QueryConfig);
  let broken: Error | undefined;
  try {
    const lockTimeout = lockTimeoutMs === undefined ? "" : `; set local lock_timeout = ${lockTimeoutMs}`;
    const mode = snapshot ? " isolation level repeatable read read only" : "";
    await command(`begin${mode}${lockTimeout}`, answerTimeoutMs);
    const result = await work(sqlOn(client, answerTimeoutMs));
    await command("commit", answerTimeoutMs);
    outcome = "commit";
    return result;
  } catch (error) {
    // A connection that can't even roll back is of no use to the next transaction.
    await command("rollback", ROLLBACK_TIMEOUT_MS).catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
    watchers.get(orm)?.(outcome, performance.now() - beganMs);
  }
}

/** Calls the listener whenever a connection to the database is made. */
export async function onNewConnection(orm: MikroORM, listener: () => void): Promise<{ stop(): void }> {
  const connections = await pool(orm);
  connections.on("connect", listener);
  return { stop: () => connections.off("connect", listener) };
}

/** Of databases that were reached once. */
const pools = new WeakMap<MikroORM, Pool>();

async function pool(orm: MikroORM): Promise<Pool> {
  const known: Pool = await orm.em.getConnection().getNativeClient();
  pools.set(orm, known);
  return known;
}
