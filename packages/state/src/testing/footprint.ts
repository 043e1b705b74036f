/** What the tables hold, in a form in which two executions of the same work are equal. */

import type { MikroORM } from "@mikro-orm/postgresql";
import { autoCommit, rows } from "../database/transaction.ts";

/** Surrogate keys (gaps where a transaction was undone), clocks, dice, and counters of signs of life. */
const LEFT_OUT = [
  ...["id", "audit_id", "run_id", "goal_id", "strategy_id", "action_plan_id", "blocked_by"],
  ...[
    "created_at",
    "updated_at",
    "started_at",
    "finished_at",
    "arrived_at",
    "received_at",
    "stream_time",
    "due_at",
  ],
  ...["launched_at", "published_at", "next_run_time", "seed", "heartbeat", "claim_id", "last_edit"],
];

/** Further columns: neighbours by what is not a surrogate key. */
const TABLES: Readonly<Record<string, string>> = {
  event: "'run', (select r.run_id from run r where r.id = t.run_id)",
  run: "'run_id', t.run_id, 'is_blocked', t.blocked_by is not null",
  audit: "'wants_run', t.next_run_time is not null",
  action_plan: "'run', (select r.run_id from run r where r.id = t.run_id)",
  action: "'plan', (select p.uuid from action_plan p where p.id = t.action_plan_id)",
  efficacy_indicator: "'plan', (select p.uuid from action_plan p where p.id = t.action_plan_id)",
  dead_letter: "'run', t.run_id",
};

const rowsOf = (table: string, further: string) =>
  `'${table}', (select coalesce(json_agg(to_jsonb(t) - $1::text[] || jsonb_build_object(${further}) order by id), '[]')
    from "${table}" t)`;

const FOOTPRINT = `select
  json_build_object(${Object.entries(TABLES).map(([table, further]) => rowsOf(table, further))})::text as tables,
  (select coalesce(json_agg((to_jsonb(t) - $1::text[])::text), '[]') from outbox t) as news`;

/** Rows by table, in the order in which they were made; identities by the order in which they appear. */
export async function footprintOf(orm: MikroORM): Promise<Record<string, unknown>> {
  const [row] = await rows<{ tables: string; news: string[] }>(autoCommit(orm), FOOTPRINT, [LEFT_OUT]);
  const tables = JSON.parse(nameIdentities(row!.tables)) as Record<string, unknown>;
  // News of one statement have no order among themselves.
  return { ...tables, outbox: row!.news.map((news) => news.replaceAll(IDENTITY, "#")).sort() };
}

/** UUIDs and hashes. */
const IDENTITY = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64}/g;

/** With each UUID and hash replaced by the number of its first appearance. */
export function nameIdentities(json: string): string {
  const names = new Map<string, string>();
  return json.replaceAll(IDENTITY, (identity) => {
    const name = names.get(identity) ?? `#${names.size}`;
    names.set(identity, name);
    return name;
  });
}
