/**
 * Rows of audits under their locks. Every change to events and runs of an audit happens under its lock.
 * Locks are taken in the order of ids, so that two batches never wait for each other in a ring.
 */

import type { AuditState, AuditType, AuditView } from "@vigil/core";
import { rows, type Sql } from "../database/transaction.ts";
import { isDue } from "./due.ts";

/** What the scheduler looks at: without what may be large, since it locks many at once. */
export interface ScheduledAudit extends AuditView {
  /** Primary key as decimal text. */
  id: string;
}

export interface LockedAudit extends ScheduledAudit {
  uuid: string;
  name: string;
  goalName: string;
  /** Empty: the goal's default strategy. */
  strategyName: string;
  /** Its plans are given to appliers at once. */
  autoTrigger: boolean;
  /** JSON text, handed on unread. */
  parametersJson: string;
  scopeJson: string;
}

interface ScheduledRow {
  id: string;
  audit_type: AuditType;
  state: AuditState;
  trigger_states: string[];
  force: boolean;
  interval: string | null;
  start_ms: number | null;
  end_ms: number | null;
  next_run_ms: number | null;
  consecutive_failures: number;
  now_ms: number;
}

interface AuditRow extends ScheduledRow {
  uuid: string;
  name: string;
  parameters: string;
  scope: string;
  goal_name: string;
  strategy_name: string | null;
  auto_trigger: boolean;
}

const SCHEDULED_COLUMNS = `a.id::text as id, a.audit_type, a.state, a.trigger_states, a.force, a.interval,
  ${msOf("a.start_time")} as start_ms, ${msOf("a.end_time")} as end_ms, ${msOf("a.next_run_time")} as next_run_ms,
  a.consecutive_failures, ${msOf("clock_timestamp()")} as now_ms`;

const COLUMNS = `${SCHEDULED_COLUMNS}, a.uuid, a.name, a.parameters::text as parameters, a.scope::text as scope,
  g.name as goal_name, s.name as strategy_name, a.auto_trigger`;

const TABLES = `from audit a join goal g on g.id = a.goal_id left join strategy s on s.id = a.strategy_id`;

/** Milliseconds since 1970, as SQL. */
function msOf(time: string): string {
  return `(extract(epoch from ${time}) * 1000)::double precision`;
}

/** Locks the live audits among these. */
export async function lockAudits(
  sql: Sql,
  keys: { uuids: readonly string[]; ids: readonly string[] },
): Promise<LockedAudit[]> {
  const locked = await rows<AuditRow>(
    sql,
    `select ${COLUMNS} ${TABLES}
     where (a.uuid = any($1::uuid[]) or a.id = any($2::bigint[])) and a.deleted_at is null
     order by a.id for update of a`,
    [keys.uuids, keys.ids],
  );
  return locked.map(lockedAudit);
}

/** A run under the locks of its audit's row and its own: heartbeats move it without the audit's lock. */
export interface LockedRun {
  id: string;
  runId: string;
  state: string;
  token: bigint;
  heartbeat: bigint;
  attempts: number;
  isSuspect: boolean;
  failures: readonly string[];
  /** What the `complete` that ended the run, or its newest attempt, was answered. */
  answer: { token: string; outcome: string; actionPlanUuid: string } | null;
  audit: LockedAudit;
}

interface AuditRunRow extends AuditRow {
  run_db_id: string;
  run_id: string;
  run_state: string;
  token: string;
  heartbeat: string;
  attempts: number;
  is_suspect: boolean;
  failures: string[] | null;
  lease_answer: LockedRun["answer"];
}

/**
 * Locks runs and their audits, deleted ones too: their runs still have to end. By run id.
 * @param held what becomes of rows that others hold: they are waited for, or passed over as if they were not there
 */
export async function lockRuns(
  sql: Sql,
  runIds: readonly string[],
  held: "wait" | "pass" = "wait",
): Promise<Map<string, LockedRun>> {
  const locked = await rows<AuditRunRow>(
    sql,
    `select ${COLUMNS}, r.id::text as run_db_id, r.run_id, r.state as run_state, r.token::text as token,
       r.heartbeat::text as heartbeat, r.attempts, r.is_suspect, r.failures, r.lease_answer
     ${TABLES} join run r on r.audit_id = a.id where r.run_id = any($1::uuid[])
     order by a.id, r.id for update of a, r ${held === "pass" ? "skip locked" : ""}`,
    [runIds],
  );
  return new Map(locked.map((row) => [row.run_id, lockedRun(row)]));
}

/**
 * Locks the audits of up to `max` due runs, passing over audits that others hold. What the runs look
 * like now must be read again under the locks: this statement saw them before.
 */
export async function lockAuditsWithDueRuns(sql: Sql, max: number): Promise<LockedAudit[]> {
  const locked = await rows<AuditRow>(
    sql,
    `select ${COLUMNS} ${TABLES} join run r on r.audit_id = a.id
     where r.state = 'DUE' and r.blocked_by is null and ${isDue("r.due_at", "statement_timestamp()")}
     order by r.due_at limit $1 for update of a skip locked`,
    [max],
  );
  return locked.map(lockedAudit);
}

/**
 * Locks up to `max` CONTINUOUS audits that want the scheduler: their next run is due, or not known, or their window is
 * over; and no worker has their run. Audits that others hold are passed over. Open runs must be read again. OFFSET keeps
 * the look at an audit's open run an index lookup: as a join, all open runs would be held against all audits.
 */
export async function lockAuditsToSchedule(sql: Sql, max: number): Promise<ScheduledAudit[]> {
  const locked = await rows<ScheduledRow>(
    sql,
    `select ${SCHEDULED_COLUMNS} from audit a
     where a.audit_type = 'CONTINUOUS' and a.state in ('PENDING', 'ONGOING') and a.deleted_at is null
       and least(coalesce(a.next_run_time, '-infinity'), a.end_time) <= statement_timestamp()
       and not exists (select from run r where r.audit_id = a.id and r.state in ('DUE', 'LIVE')
         and (r.state = 'LIVE' or a.end_time is null or a.end_time >= statement_timestamp()) offset 0)
     order by least(coalesce(a.next_run_time, '-infinity'), a.end_time) limit $1 for update of a skip locked`,
    [max],
  );
  return locked.map(scheduledAudit);
}

function lockedRun(row: AuditRunRow): LockedRun {
  return {
    id: row.run_db_id,
    runId: row.run_id,
    state: row.run_state,
    token: BigInt(row.token),
    heartbeat: BigInt(row.heartbeat),
    attempts: row.attempts,
    isSuspect: row.is_suspect,
    failures: row.failures ?? [],
    answer: row.lease_answer,
    audit: lockedAudit(row),
  };
}

function scheduledAudit(row: ScheduledRow): ScheduledAudit {
  return {
    id: row.id,
    type: row.audit_type,
    state: row.state,
    triggerStates: row.trigger_states,
    force: row.force,
    schedule: {
      interval: row.interval,
      startMs: row.start_ms,
      endMs: row.end_ms,
      nextRunMs: row.next_run_ms,
    },
    consecutiveFailures: row.consecutive_failures,
    nowMs: row.now_ms,
  };
}

function lockedAudit(row: AuditRow): LockedAudit {
  return {
    ...scheduledAudit(row),
    uuid: row.uuid,
    name: row.name,
    goalName: row.goal_name,
    strategyName: row.strategy_name ?? "",
    autoTrigger: row.auto_trigger,
    parametersJson: row.parameters,
    scopeJson: row.scope,
  };
}
