/**
 * Transactions of the hot path: prepared statements with real parameters on the ORM's own pool, no unit
 * of work. `em.execute` lost: it writes the values into the SQL text on the client, and the server then
 * plans each statement anew, which for the statements here costs more than running them.
 */

import type { MikroORM } from "@mikro-orm/postgresql";
import type { Pool, PoolClient } from "pg";

/** An open transaction, or the pool for single statements. */
export interface Sql {
  query(text: string, parameters: readonly unknown[]): Promise<unknown[]>;
}

/** Statements prepared per connection; those beyond it are planned each time. Ours are some fifty. */
const PREPARED_STATEMENTS_MAX = 500;

const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= PREPARED_STATEMENTS_MAX) return known;
  const name = `vigil_${names.size}`;
  names.set(text, name);
  return name;
}

function sqlOn(client: Pool | PoolClient): Sql {
  return {
    async query(text, parameters) {
      const name = nameOf(text);
      const result = await client.query({ ...(name ? { name } : {}), text, values: [...parameters] });
      return result.rows;
    },
  };
}

/** Runs one statement; `$1`, `$2` ... stand for `parameters`. */
export async function rows<Row>(sql: Sql, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  return (await sql.query(text, parameters)) as Row[];
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
    query: async (text, parameters) => sqlOn(await pool(orm)).query(text, parameters),
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
