/**
 * Transactions of the hot path: prepared statements with real parameters on the ORM's own pool, no unit
 * of work. `em.execute` lost: it writes the values into the SQL text on the client, and the server then
 * plans each statement anew, which for the statements here costs more than running them.
 */

import type { MikroORM } from "@mikro-orm/postgresql";
import type { Pool, PoolClient } from "pg";

/** An open transaction, or the pool for single statements. */
export interface Sql {
  query(text: string, parameters: readonly unknown[], how?: "prepared" | "once"): Promise<unknown[]>;
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `vigil_${names.size}`;
  names.set(text, name);
  return name;
}

function sqlOn(client: Pool | PoolClient): Sql {
  return {
    async query(text, parameters, how = "prepared") {
      const name = how === "prepared" ? { name: nameOf(text) } : {};
      const result = await client.query({ ...name, text, values: [...parameters] });
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
    query: async (text, parameters, how) => sqlOn(await pool(orm)).query(text, parameters, how),
  };
}

/** Commits when `work` resolves, rolls back when it rejects. READ COMMITTED; audits are locked by row. */
export async function inTransaction<T>(orm: MikroORM, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await (await pool(orm)).connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const result = await work(sqlOn(client));
    await client.query("commit");
    return result;
  } catch (error) {
    // A connection that can't even roll back is of no use to the next transaction.
    await client.query("rollback").catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function pool(orm: MikroORM): Promise<Pool> {
  return orm.em.getConnection().getNativeClient();
}
