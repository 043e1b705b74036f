/** Stores how runs ended (or go on): runs, their events, their audits, dead letters, follow-ups, outbox. */

import { randomInt, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { EventMode, RunEnd } from "@vigil/core";
import { rows, type Sql } from "../database/transaction.ts";
import { toldOfAudits } from "../outbox/tell.ts";
import { isOfCulprit } from "./culprits.ts";

/** What a run was made for: the audit's type then. */
export type RunCause = "EVENT" | "ONESHOT" | "CONTINUOUS";

/** What a run itself learns at its end; absent members become null. */
export interface RunResult {
  snapshotHash?: string;
  strategyName?: string;
  strategyVersion?: string;
  explanationJson?: string;
  optionsJson?: string;
  computeMs?: number;
  /** What a repeated `complete` of the same token is answered. */
  answer?: { token: string; outcome: string; actionPlanUuid: string };
}

/** A run that is LIVE or DUE under the lock of its audit. Audits differ within a batch. */
export interface EndingRun {
  runDbId: string;
  auditDbId: string;
  end: RunEnd;
  result: RunResult;
}

/**
 * One statement for all. It sees events as they were before it: an event that waited then and is not
 * discarded waits still, which is what the last column counts. The ids of the audits come twice, as in START. An audit
 * that is over shows a host, also if no worker ever took it: this one's. The message that tells what a due run waited
 * for goes with the run.
 *
 * A run that no worker held gets a new token all the same: followers tell what is newer by it, and drop what is not.
 */
const END = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as x(run_db_id bigint, audit_id bigint, state text,
    delay_ms double precision, uncounted int, reason text, snapshot_hash text, strategy_name text,
    strategy_version text, explanation text, options text, compute_ms double precision, answer jsonb, leased_fate text,
    discard_waiting boolean, audit_state text, set_message boolean, message text, clear_hostname boolean,
    set_next_run boolean, next_run_ms double precision, failures int, blocked_by bigint, dead_letter boolean,
    suspect boolean, attempt_failures json)
), ended as (
  update run set state = given.state, token = token + (run.state = 'DUE')::int,
    due_at = case when given.state = 'DUE' then clock_timestamp() + delay_ms * interval '1 millisecond' else due_at end,
    attempts = attempts - uncounted, is_suspect = is_suspect or given.suspect,
    failures = coalesce(given.attempt_failures, run.failures),
    finished_at = case when given.state = 'DUE' then null else clock_timestamp() end,
    worker_id = case when given.state = 'DUE' then null else worker_id end,
    error = given.reason, snapshot_hash = given.snapshot_hash,
    strategy_name = coalesce(given.strategy_name, run.strategy_name),
    strategy_version = given.strategy_version, explanation = given.explanation::json,
    options = given.options::json, compute_ms = given.compute_ms, blocked_by = given.blocked_by,
    lease_answer = coalesce(given.answer, run.lease_answer)
  from given where run.id = given.run_db_id
  returning run.id, run.run_id, run.audit_id, run.token, run.state, run.attempts, run.error
), freed as (
  update event set fate = leased_fate, reason = given.reason,
    run_id = case when leased_fate = 'WAITING' then null else run_id end
  from given where event.run_id = given.run_db_id and fate = 'LEASED'
  returning event_id, given.run_db_id
), discarded as (
  update event set fate = 'DISCARDED', reason = given.reason
  from given where discard_waiting and event.audit_id = given.audit_id and fate = 'WAITING'
), changed as (
  update audit set state = coalesce(audit_state, audit.state), version = version + 1,
    updated_at = clock_timestamp(),
    status_message = case when set_message then message else nullif(status_message, waits.why) end,
    hostname = case when clear_hostname then null
      when audit_state in ('SUCCEEDED', 'FAILED') then coalesce(hostname, $4) else hostname end,
    next_run_time = case when set_next_run then to_timestamp(next_run_ms / 1000) else next_run_time end,
    consecutive_failures = coalesce(failures, consecutive_failures)
  from given
    left join (select id, error as why from run where state = 'DUE') waits on waits.id = run_db_id and given.state <> 'DUE'
  where audit.id = given.audit_id and audit.id = any($3::bigint[])
    and (audit_state is not null or set_message or clear_hostname or set_next_run or failures is not null
      or status_message = waits.why)
  returning audit.id, uuid, name, audit_type, audit.state, version
), letters as (
  insert into dead_letter (uuid, kind, audit_id, run_id, reason, detail)
  select gen_random_uuid(), 'run', ended.audit_id, ended.run_id, given.reason, jsonb_build_object('attempts', attempts,
    'event_ids', coalesce((select jsonb_agg(event_id) from freed where freed.run_db_id = ended.id), '[]'))
  from ended join given on given.run_db_id = ended.id where given.dead_letter
), told as (
  ${toldOfAudits("changed", "$2::boolean")}
  union all
  select 'run', run_id, token * 2 + 1, jsonb_build_object(
    'audit_uuid', (select uuid from audit where id = ended.audit_id), 'state', state, 'error', error), null
  from ended
)
select audit_id::text as audit_id,
  (select count(*)::int from event where event.audit_id = given.audit_id and fate = 'WAITING') as waiting
from given`;

/** Returns whether a run of one of the audits is due now or later, so that workers should be woken. */
export async function endRuns(sql: Sql, runs: readonly EndingRun[], eventMode: EventMode): Promise<boolean> {
  if (runs.length === 0) return false;
  const found = await rows<{ audit_id: string; waiting: number }>(sql, END, [
    JSON.stringify(runs.map(endOf)),
    eventMode === "strict",
    runs.map(({ auditDbId }) => auditDbId),
    hostname(),
  ]);
  const waiting = new Map(found.map((row) => [row.audit_id, row.waiting]));
  const followUps = runs.filter(
    ({ auditDbId, end }) =>
      end.run.state !== "DUE" && end.waiting === "keep" && (waiting.get(auditDbId) ?? 0) > 0,
  );
  if (followUps.length > 0) {
    const auditDbIds = followUps.map(({ auditDbId }) => auditDbId);
    await makeDueRuns(sql, auditDbIds, "EVENT");
  }
  return followUps.length > 0 || runs.some(({ end }) => end.run.state === "DUE" && !end.run.blockedBy);
}

function endOf({ runDbId, auditDbId, end, result }: EndingRun): Record<string, unknown> {
  const again = end.run.state === "DUE" ? end.run : undefined;
  return {
    run_db_id: runDbId,
    audit_id: auditDbId,
    state: end.run.state,
    delay_ms: again?.delayMs ?? 0,
    uncounted: again && !again.countAttempt ? 1 : 0,
    suspect: again?.suspect === true,
    attempt_failures: again?.failures ?? null,
    reason: end.reason === "" ? null : end.reason,
    snapshot_hash: result.snapshotHash ?? null,
    strategy_name: result.strategyName ?? null,
    strategy_version: result.strategyVersion ?? null,
    explanation: result.explanationJson ?? null,
    options: result.optionsJson ?? null,
    compute_ms: result.computeMs ?? null,
    answer: result.answer ?? null,
    leased_fate: end.leased,
    discard_waiting: end.waiting === "DISCARDED",
    audit_state: end.audit.state ?? null,
    set_message: end.audit.statusMessage !== undefined,
    message: end.audit.statusMessage ?? null,
    clear_hostname: end.audit.clearHostname === true,
    set_next_run: end.audit.nextRunMs !== undefined,
    next_run_ms: end.audit.nextRunMs ?? null,
    failures: end.audit.consecutiveFailures ?? null,
    blocked_by: again?.blockedBy ?? null,
    dead_letter: end.deadLetter,
  };
}

/** A new run, due at once. The seed is drawn here, once for all attempts. */
export function makeDueRun(sql: Sql, auditDbId: string, cause: RunCause): Promise<void> {
  return makeDueRuns(sql, [auditDbId], cause);
}

/** One for each of these audits, which are locked and have no run that is due or live. */
export async function makeDueRuns(sql: Sql, auditDbIds: readonly string[], cause: RunCause): Promise<void> {
  await rows(
    sql,
    `insert into run (run_id, audit_id, state, cause, attempts, token, seed, due_at, is_suspect)
     select x.run_id, x.audit_id, 'DUE', $4, 0, 0, x.seed, clock_timestamp(), ${isOfCulprit("x.audit_id")}
     from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as x(run_id, audit_id, seed)`,
    [auditDbIds.map(() => randomUUID()), auditDbIds, auditDbIds.map(() => randomInt(2 ** 32)), cause],
  );
}
