/** How much there is of what an operator watches, and how long it has waited. */

import type { GetSystemResponse } from "@vigil/proto";
import { rows, type Sql } from "../database/transaction.ts";

type Counts = Pick<
  GetSystemResponse,
  "events" | "runs" | "plans" | "audits" | "deadLettersOpen" | "oldestEventMs" | "oldestDueMs"
>;

/** Events that are done are all but a few, and only the proof (VerifyLedger) counts them. */
const EVENTS = `
select fate as name, count(*)::text as count,
  (extract(epoch from clock_timestamp() - min(arrived_at) filter (where fate = 'WAITING')) * 1000)::bigint::text as oldest_ms
from event where fate in ('WAITING', 'LEASED', 'DEAD_LETTER') group by fate`;

const RUNS = `
select case when state = 'DUE' and blocked_by is not null then 'BLOCKED' else state end as name,
  count(*)::text as count,
  (extract(epoch from clock_timestamp() - min(due_at) filter (where state = 'DUE' and blocked_by is null)) * 1000)::bigint::text as oldest_ms
from run where state in ('DUE', 'LIVE') group by 1`;

const PLANS =
  "select state as name, count(*)::text as count, null as oldest_ms from action_plan where deleted_at is null group by state";
const AUDITS =
  "select state as name, count(*)::text as count, null as oldest_ms from audit where deleted_at is null group by state";
const LETTERS = "select count(*)::text as count from dead_letter where resolution is null";

interface Row {
  name: string;
  count: string;
  oldest_ms: string | null;
}

export async function countAll(sql: Sql): Promise<Counts> {
  const [events, runs, plans, audits, letters] = await Promise.all([
    rows<Row>(sql, EVENTS, []),
    rows<Row>(sql, RUNS, []),
    rows<Row>(sql, PLANS, []),
    rows<Row>(sql, AUDITS, []),
    rows<Pick<Row, "count">>(sql, LETTERS, []),
  ]);
  return {
    events: byName(events),
    runs: byName(runs),
    plans: byName(plans),
    audits: byName(audits),
    deadLettersOpen: letters[0]?.count ?? "0",
    oldestEventMs: oldest(events),
    oldestDueMs: oldest(runs),
  };
}

function byName(counted: readonly Row[]): Record<string, string> {
  return Object.fromEntries(counted.map(({ name, count }) => [name, count]));
}

/** A run that is due later (a pause after a failure) has not waited. */
function oldest(counted: readonly Row[]): number {
  return Math.max(0, ...counted.map(({ oldest_ms }) => Number(oldest_ms ?? 0)));
}
