/**
 * Counts from outside what became of the senders' occurrences: SQL of its own over the tables, the senders' own list of
 * answers, the log files of appliers. It shares no code with the product, so an error of thought in the product's own
 * `vigil verify` can't hide here.
 */

import { existsSync, readFileSync } from "node:fs";
import type pg from "pg";
import type { Occurrence } from "./load.ts";

/** Contradictions of one kind that are printed. */
const SHOWN_MAX = 10;

export interface Counts {
  occurrences: number;
  /** Those with at least one 202. */
  acknowledged: number;
  /** Acknowledged ones that became part of a run that succeeded. */
  completed: number;
  /** Acknowledged ones that ended as a dead letter. */
  deadLetters: number;
  /** Rows that the ledger settled as repetitions. */
  duplicates: number;
  /** Occurrences in the ledger whose senders never saw a 202: the answer was lost. */
  unacknowledged: number;
  runs: number;
  plans: number;
  attempts: number;
  actions: number;
  executions: number;
}

export interface Verdict {
  counts: Counts;
  /** Reasons of dead letters, with their numbers. */
  deadReasons: ReadonlyMap<string, number>;
  /** What contradicts the guarantees; empty when they held. */
  contradictions: string[];
}

interface EventRow {
  event_id: string;
  occurrence: string | null;
  audit: string | null;
  fate: string;
  duplicate_of: string | null;
  run_state: string | null;
  run_audit: string | null;
  plans: number;
}

export async function check(
  sql: pg.Pool,
  occurrences: readonly Occurrence[],
  applierLogs: readonly string[],
): Promise<Verdict> {
  const contradictions: string[] = [];
  const { rows: events } = await sql.query<EventRow>(
    `select e.event_id, substring(convert_from(e.body, 'UTF8') from 'occurrence-[0-9a-f-]{36}') as occurrence,
       a.uuid as audit, e.fate, e.duplicate_of, r.state as run_state, ra.uuid as run_audit,
       (select count(*)::int from action_plan p where p.run_id = e.run_id) as plans
     from event e left join audit a on a.id = e.audit_id
       left join run r on r.id = e.run_id left join audit ra on ra.id = r.audit_id`,
  );
  const counts = checkEvents(events, occurrences, contradictions);
  Object.assign(counts, await checkRuns(sql, contradictions));
  Object.assign(counts, await checkActions(sql, applierLogs, contradictions));
  const { rows: dead } = await sql.query<{ reason: string; n: number }>(
    "select reason, count(*)::int as n from dead_letter group by reason order by n desc",
  );
  return { counts, deadReasons: new Map(dead.map(({ reason, n }) => [reason, n])), contradictions };
}

function checkEvents(
  events: readonly EventRow[],
  occurrences: readonly Occurrence[],
  contradictions: string[],
): Counts {
  const rowsOf = Map.groupBy(events, (event) => event.occurrence);
  const byId = new Map(events.map((event) => [event.event_id, event]));
  const known = new Set(occurrences.map(({ id }) => id));
  for (const event of events) {
    if (event.occurrence === null || !known.has(event.occurrence))
      contradictions.push(`event ${event.event_id} was sent by nobody`);
    contradictions.push(...contradictionsOfEvent(event, byId));
  }
  if (byId.size !== events.length) contradictions.push("event ids stand twice in the ledger");

  const counts: Counts = {
    occurrences: occurrences.length,
    acknowledged: 0,
    completed: 0,
    deadLetters: 0,
    duplicates: events.filter(({ fate }) => fate === "DUPLICATE").length,
    unacknowledged: 0,
    runs: 0,
    plans: 0,
    attempts: 0,
    actions: 0,
    executions: 0,
  };
  for (const occurrence of occurrences) {
    const rows = rowsOf.get(occurrence.id) ?? [];
    const done = rows.filter(({ fate }) => fate === "DONE").length;
    const dead = rows.filter(({ fate }) => fate === "DEAD_LETTER").length;
    contradictions.push(...contradictionsOf(occurrence, rows, done + dead));
    if (occurrence.acknowledged === 0) {
      if (rows.length > 0) counts.unacknowledged++;
      continue;
    }
    counts.acknowledged++;
    if (done > 0) counts.completed++;
    else if (dead > 0) counts.deadLetters++;
  }
  return counts;
}

function contradictionsOfEvent(event: EventRow, byId: ReadonlyMap<string, EventRow>): string[] {
  const name = `event ${event.event_id} (${event.occurrence})`;
  switch (event.fate) {
    case "DONE":
      if (event.run_state !== "SUCCEEDED") return [`${name} is DONE, but its run is ${event.run_state}`];
      if (event.plans !== 1) return [`${name} is DONE, but its run has ${event.plans} plans`];
      if (event.run_audit !== event.audit) return [`${name} is part of a run of another audit`];
      return [];
    case "DUPLICATE": {
      const first = event.duplicate_of === null ? undefined : byId.get(event.duplicate_of);
      if (first === undefined) return [`${name} is a duplicate of nothing`];
      if (first.occurrence !== event.occurrence)
        return [`${name} is taken for a duplicate of another occurrence`];
      return [];
    }
    case "DEAD_LETTER":
      return [];
    default:
      return [`${name} ended as ${event.fate}`];
  }
}

function contradictionsOf(occurrence: Occurrence, rows: readonly EventRow[], ends: number): string[] {
  const { id, acknowledged, shape, sends, audit } = occurrence;
  const name = `${id} (${shape}, sent ${sends} times, acknowledged ${acknowledged} times)`;
  const wrong: string[] = [];
  if (acknowledged > 0 && ends === 0)
    wrong.push(
      `LOST: ${name} has ${rows.length} rows in the ledger, none of them completed or a dead letter`,
    );
  // An alarm without an identity of its own may be run once more when its repetition comes late.
  if (ends > (shape === "other alarm" ? sends : 1))
    wrong.push(`DOUBLED: ${name} was completed ${ends} times`);
  if (shape !== "other alarm" && rows.length > 1) wrong.push(`DOUBLED: ${name} has ${rows.length} rows`);
  if (rows.some((row) => row.audit !== audit)) wrong.push(`${name} is in the ledger of another audit`);
  for (const eventId of occurrence.eventIds)
    if (!rows.some((row) => row.event_id === eventId))
      wrong.push(`LOST: ${name}: the acknowledged event ${eventId} is not in the ledger`);
  return wrong;
}

async function checkRuns(
  sql: pg.Pool,
  contradictions: string[],
): Promise<Pick<Counts, "runs" | "plans" | "attempts">> {
  const { rows: wrong } = await sql.query<{ run_id: string; state: string; plans: number }>(
    `select r.run_id, r.state, count(p.id)::int as plans from run r left join action_plan p on p.run_id = r.id
     group by r.id having count(p.id) <> (r.state = 'SUCCEEDED')::int or r.state in ('DUE', 'LIVE')`,
  );
  for (const { run_id, state, plans } of wrong)
    contradictions.push(`run ${run_id} is ${state} and has ${plans} plans`);
  const { rows: overlapping } = await sql.query<{ one: string; other: string }>(
    `select x.run_id as one, y.run_id as other from run x join run y
       on y.audit_id = x.audit_id and y.id > x.id and y.started_at < x.finished_at and x.started_at < y.finished_at`,
  );
  for (const { one, other } of overlapping)
    contradictions.push(`runs ${one} and ${other} of one audit ran at the same time`);
  const { rows } = await sql.query<{ runs: number; plans: number; attempts: number }>(
    `select count(*)::int as runs, coalesce(sum(attempts), 0)::int as attempts,
       (select count(*)::int from action_plan) as plans from run`,
  );
  return rows[0]!;
}

interface ActionRow {
  uuid: string;
  state: string;
  plan: string;
  plan_state: string;
  /** Leases that appliers had of the plan. */
  leases: number;
  launched: boolean;
}

/** Each lease of a plan may execute an action once: more is an applier that went on without a lease. */
async function checkActions(
  sql: pg.Pool,
  applierLogs: readonly string[],
  contradictions: string[],
): Promise<Pick<Counts, "actions" | "executions">> {
  const { rows: actions } = await sql.query<ActionRow>(
    `select a.uuid, a.state, p.uuid as plan, p.state as plan_state, p.token::int as leases,
       p.launched_at is not null as launched
     from action a join action_plan p on p.id = a.action_plan_id where p.launched_at is not null`,
  );
  const executions = new Map<string, number>();
  for (const { action } of applierLogs.flatMap(nopLines))
    executions.set(action, (executions.get(action) ?? 0) + 1);
  for (const { uuid, state, plan, plan_state, leases } of actions) {
    const times = executions.get(uuid) ?? 0;
    if (times > leases)
      contradictions.push(
        `action ${uuid} was executed ${times} times under ${leases} leases of plan ${plan}`,
      );
    if (plan_state === "SUCCEEDED" && state !== "SUCCEEDED")
      contradictions.push(`plan ${plan} is SUCCEEDED, its action ${uuid} is ${state}`);
    if (!["SUCCEEDED", "FAILED", "CANCELLED", "SUPERSEDED"].includes(plan_state))
      contradictions.push(`plan ${plan} was started and is ${plan_state}`);
  }
  return { actions: actions.length, executions: [...executions.values()].reduce((sum, n) => sum + n, 0) };
}

/** Lines by which an applier tells that it has executed an action of type nop. */
function nopLines(file: string): { action: string }[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      if (!line.includes('"msg":"nop"')) return [];
      try {
        const { action } = JSON.parse(line) as { action?: string };
        return action === undefined ? [] : [{ action }];
      } catch {
        // Cut off by a kill.
        return [];
      }
    });
}

/** The first of each kind, and how many there are. */
export function shown(contradictions: readonly string[]): string {
  const rest = contradictions.length - SHOWN_MAX;
  return [...contradictions.slice(0, SHOWN_MAX), ...(rest > 0 ? [`... and ${rest} more`] : [])].join("\n");
}
