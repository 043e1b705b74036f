/** What the database remembers of the broker, by name. */

import { rows, type Sql } from "../database/transaction.ts";

/**
 * count: raised here and on the broker as events are handled. position: the one at which it was last raised.
 * fed: for which disagreement all events were last delivered again. streams: when each stream was made, as JSON.
 */
export type MarkName = "count" | "position" | "fed" | "streams";

export async function readMarks(sql: Sql): Promise<Partial<Record<MarkName, string>>> {
  const marks = await rows<{ name: MarkName; value: string }>(sql, "select name, value from broker_mark", []);
  return Object.fromEntries(marks.map(({ name, value }) => [name, value]));
}

export async function writeMark(sql: Sql, name: MarkName, value: string): Promise<void> {
  await rows(
    sql,
    `insert into broker_mark (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value`,
    [name, value],
  );
}
