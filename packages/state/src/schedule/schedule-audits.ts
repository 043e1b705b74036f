/** One look of the scheduler at the CONTINUOUS audits whose time has come. */

import { hostname } from "node:os";
import { type AuditChange, decideSchedule, decideStart, type EventMode } from "@vigil/core";
import { rows, type Sql } from "../database/transaction.ts";
import { toldOfAudits } from "../outbox/tell.ts";
import { type EndingRun, endRuns, makeDueRuns } from "../runs/end-runs.ts";
import { lockAuditsToSchedule, type ScheduledAudit } from "../runs/locked-audit.ts";

/** Changes that are no end of a run; the host as in END. */
const CHANGE = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as x(audit_id bigint, audit_state text, message text,
    next_run_ms double precision)
), changed as (
  update audit set state = coalesce(audit_state, audit.state), version = version + 1,
    updated_at = clock_timestamp(), status_message = coalesce(message, status_message),
    hostname = case when audit_state is null then hostname else coalesce(hostname, $3) end,
    next_run_time = to_timestamp(next_run_ms / 1000)
  from given where audit.id = given.audit_id
  returning audit.id, uuid, name, audit_type, audit.state, version
)
${toldOfAudits("changed", "$2::boolean")}`;

interface OpenRun {
  id: string;
  audit_id: string;
  state: "DUE" | "LIVE";
}

/** What the look writes. */
interface Writes {
  runsOf: string[];
  changes: { audit: ScheduledAudit; change: AuditChange }[];
  ends: EndingRun[];
}

/**
 * One transaction: locks up to `max` audits, passing over those that others hold, so any number of schedulers may look
 * at once.
 * @returns looked: how many audits there were, `max` when there may be more. due: workers should be woken
 */
export async function scheduleAudits(
  sql: Sql,
  max: number,
  eventMode: EventMode,
): Promise<{ looked: number; due: boolean }> {
  const audits = await lockAuditsToSchedule(sql, max);
  if (audits.length === 0) return { looked: 0, due: false };
  const open = await openRuns(sql, audits);
  const writes: Writes = { runsOf: [], changes: [], ends: [] };
  for (const audit of audits) schedule(audit, open.get(audit.id), eventMode, writes);
  if (writes.runsOf.length > 0) await makeDueRuns(sql, writes.runsOf, "CONTINUOUS");
  await changeAudits(sql, writes.changes, eventMode);
  await endRuns(sql, writes.ends, eventMode);
  return { looked: audits.length, due: writes.runsOf.length > 0 };
}

function schedule(
  audit: ScheduledAudit,
  run: OpenRun | undefined,
  eventMode: EventMode,
  writes: Writes,
): void {
  if (run === undefined) {
    const decision = decideSchedule(audit.schedule, audit.nowMs);
    if (decision.run) writes.runsOf.push(audit.id);
    else writes.changes.push({ audit, change: decision.audit });
  } else if (run.state === "DUE") {
    // It waits for a plan's end, or for a worker, and the window may be over meanwhile.
    const decision = decideStart(audit, undefined, eventMode);
    if (decision.start) return;
    writes.ends.push({ runDbId: run.id, auditDbId: audit.id, end: decision.end, result: {} });
  }
}

/** Read under the locks: another scheduler may have made one between this one's look and its lock. */
async function openRuns(sql: Sql, audits: readonly ScheduledAudit[]): Promise<Map<string, OpenRun>> {
  const found = await rows<OpenRun>(
    sql,
    `select id::text as id, audit_id::text as audit_id, state from run
     where audit_id = any($1::bigint[]) and state in ('DUE', 'LIVE')`,
    [audits.map(({ id }) => id)],
  );
  return new Map(found.map((run) => [run.audit_id, run]));
}

async function changeAudits(sql: Sql, changes: Writes["changes"], eventMode: EventMode): Promise<void> {
  if (changes.length === 0) return;
  const given = changes.map(({ audit, change }) => ({
    audit_id: audit.id,
    audit_state: change.state ?? null,
    message: change.statusMessage ?? null,
    next_run_ms: change.nextRunMs ?? null,
  }));
  await rows(sql, CHANGE, [JSON.stringify(given), eventMode === "strict", hostname()]);
}
