/**
 * Transactions of the hot path: real parameters through the ORM's own pool, no unit of work.
 *
 * `em.execute` was set aside here: it writes the values into the SQL text on the client, which for a
 * plan of 1,000 actions costs more than the insert itself.
 */

import type { MikroORM } from "@mikro-orm/postgresql";
import { CompiledQuery, type Kysely } from "kysely";

/** An open transaction (or the pool itself, for single statements). */
export type Sql = Pick<Kysely<unknown>, "executeQuery">;

/** Runs one statement; `$1`, `$2` ... stand for `parameters`. */
export async function rows<Row>(sql: Sql, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  const result = await sql.executeQuery(CompiledQuery.raw(text, [...parameters]));
  return result.rows as Row[];
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
  return orm.em.getConnection().getClient();
}

/** Commits when `work` resolves, rolls back when it rejects. READ COMMITTED; audits are locked by row. */
export function inTransaction<T>(orm: MikroORM, work: (sql: Sql) => Promise<T>): Promise<T> {
  return orm.em.getConnection().transactional((transaction) => work(transaction as unknown as Sql));
}
