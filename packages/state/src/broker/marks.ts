/** What the database remembers of the broker, by name. */

import { rows, type Sql } from "../database/transaction.ts";

/**
 * count: raised here and on the broker as events are handled. position: the one at which it was last raised.
 * fed: for which disagreement all events were last delivered again. streams: when each stream was made, as JSON.
 * database: its id, a UUID that its backups share. seen: up to where the event stream was found to hold what was handled,
 * as JSON.
 */
export type MarkName = "count" | "position" | "fed" | "streams" | "database" | "seen";

export async function readMarks(sql: Sql): Promise<Partial<Record<MarkName, string>>> {
  const marks = await rows<{ name: MarkName; value: string }>(sql, "select name, value from broker_mark", []);
  return Object.fromEntries(marks.map(({ name, value }) => [name, value]));
}

/**
 * Gives the database an id, unless it has one.
 * @param id one that it should have had; left out: a new one
 * @returns the one that it has
 */
export async function nameDatabase(sql: Sql, id?: string): Promise<string> {
  await rows(
    sql,
    `insert into broker_mark (name, value) values ('database', coalesce($1, gen_random_uuid()::text)) on conflict (name) do nothing`,
    [id ?? null],
  );
  const { database } = await readMarks(sql);
  return database!;
}

/**
 * Sets the count, which is `from` as long as nobody else has raised it; one that was never set counts as "0".
 * @returns false when it is another
 */
export async function raiseCount(sql: Sql, from: string, to: string): Promise<boolean> {
  const set = await rows(
    sql,
    `with present as (update broker_mark set value = $2 where name = 'count' and value = $1 returning 1),
     first as (insert into broker_mark (name, value) select 'count', $2 where $1 = '0' on conflict (name) do nothing returning 1)
     select from present union all select from first`,
    [from, to],
  );
  return set.length > 0;
}

export async function writeMark(sql: Sql, name: MarkName, value: string): Promise<void> {
  await rows(
    sql,
    `insert into broker_mark (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value`,
    [name, value],
  );
}
