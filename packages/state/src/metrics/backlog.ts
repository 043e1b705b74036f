/** What is on the way, as few index entries tell it: no count of a scrape may cost more on a system with a million rows. */

import { firstRow, type Sql } from "../database/transaction.ts";

/** Counts end here: so many, or more. */
export const COUNTED_MAX = 10_000;
/** A process that has ended its reports once a minute is gone after three of them. */
const ALIVE = "interval '3 minutes'";

export interface Backlog {
  waiting: number;
  leased: number;
  due: number;
  blocked: number;
  live: number;
  recommended: number;
  launched: number;
  executing: number;
  letters: number;
  outbox: number;
  dueSeconds: number;
  launchedSeconds: number;
  outboxSeconds: number;
  /** ISO 8601 by kind. */
  models: Record<string, string>;
  processes: Record<string, number>;
}

const upTo = (rows: string) => `(select count(*)::int from (select 1 from ${rows} limit $1) counted)`;
const since = (moment: string) => `coalesce(extract(epoch from clock_timestamp() - (${moment})), 0)::float8`;

/**
 * Each part is answered by a partial index of its own, or by a table of a few rows. Leased events by their runs: the index
 * of open events has dead letters as well, of which there may be any number.
 */
const BACKLOG = `
select
  ${upTo("event where fate = 'WAITING'")} as waiting,
  ${upTo("run join event on event.run_id = run.id where run.state = 'LIVE' and fate = 'LEASED'")} as leased,
  ${upTo("run where state = 'DUE' and blocked_by is null")} as due,
  ${upTo("run where state = 'DUE' and blocked_by is not null")} as blocked,
  ${upTo("run where state = 'LIVE'")} as live,
  ${upTo("action_plan where state = 'RECOMMENDED'")} as recommended,
  ${upTo("action_plan where state in ('RECOMMENDED', 'PENDING') and launched_at is not null")} as launched,
  ${upTo("action_plan where state in ('ONGOING', 'CANCELLING')")} as executing,
  ${upTo("dead_letter where resolution is null")} as letters,
  ${upTo("outbox")} as outbox,
  greatest(0, ${since("select min(due_at) from run where state = 'DUE' and blocked_by is null")}) as "dueSeconds",
  greatest(0, ${since("select min(launched_at) from action_plan where state in ('RECOMMENDED', 'PENDING') and launched_at is not null")}) as "launchedSeconds",
  greatest(0, ${since("select created_at from outbox order by id limit 1")}) as "outboxSeconds",
  (select coalesce(jsonb_object_agg(kind, imported_at), '{}') from model_head) as models,
  (select coalesce(jsonb_object_agg(role, n), '{}') from (
    select role, count(*)::int as n from process where seen_at > clock_timestamp() - ${ALIVE} group by role) alive) as processes`;

/** One statement. */
export async function readBacklog(sql: Sql): Promise<Backlog> {
  const row = await firstRow<Backlog>(sql, BACKLOG, [COUNTED_MAX]);
  if (row === undefined) throw new Error("a statement without a table gave no row");
  return row;
}
