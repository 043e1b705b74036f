/** Stores how a run ended (or goes on): run, its events, its audit, dead letter, follow-up, outbox. */

import { randomInt, randomUUID } from "node:crypto";
import type { EventMode, RunEnd } from "@vigil/core";
import { firstRow, rows, type Sql } from "../database/transaction.ts";
import type { LockedAudit } from "./locked-audit.ts";

/** What the run itself learns at its end; absent members stay null. */
export interface RunResult {
  snapshotHash?: string;
  strategyName?: string;
  strategyVersion?: string;
  explanationJson?: string;
  computeMs?: number;
  /** What a repeated `complete` of the same token is answered. */
  answer?: { token: string; outcome: string; actionPlanUuid: string };
}

const END = `
with ended as (
  update run set state = $2,
    due_at = case when $2 = 'DUE' then clock_timestamp() + $3 * interval '1 millisecond' else due_at end,
    attempts = attempts - $4::int,
    finished_at = case when $2 = 'DUE' then null else clock_timestamp() end,
    worker_id = case when $2 = 'DUE' then null else worker_id end,
    error = nullif($5, ''), snapshot_hash = $6, strategy_name = $7, strategy_version = $8,
    explanation = $9::jsonb, compute_ms = $10, lease_answer = $11::jsonb
  where id = $1 returning id, run_id, token, state, attempts
), freed as (
  update event set fate = $12, reason = nullif($5, ''),
    run_id = case when $12 = 'WAITING' then null else run_id end
  where run_id = $1 and fate = 'LEASED' returning event_id
), discarded as (
  update event set fate = 'DISCARDED', reason = nullif($5, '')
  where $13 and audit_id = $14 and fate = 'WAITING' returning event_id
), changed as (
  update audit set state = coalesce($15, state), version = version + 1, updated_at = clock_timestamp(),
    status_message = case when $16 then $17 else status_message end,
    hostname = case when $18 then null else hostname end
  where id = $14 and ($15::text is not null or $16 or $18)
  returning id, uuid, name, audit_type, state, version
), letter as (
  insert into dead_letter (uuid, kind, audit_id, run_id, reason, detail)
  select $19::uuid, 'run', $14, run_id, $5, jsonb_build_object('attempts', attempts,
    'event_ids', coalesce((select jsonb_agg(event_id) from freed), '[]'::jsonb))
  from ended where $20
), told as (
  insert into outbox (kind, uuid, version, data, index_entry)
  select 'audit', uuid, version, jsonb_build_object('name', name, 'state', state),
    case when $21 then jsonb_build_object('uuid', uuid, 'id', id::text, 'name', name, 'type', audit_type,
      'state', state, 'version', version::text, 'deleted', false) end
  from changed
  union all
  select 'run', run_id, token * 2 + 1, jsonb_build_object('audit_uuid', $22::text, 'state', state, 'error', nullif($5, '')), null
  from ended
)
select (select count(*)::int from event where audit_id = $14 and fate = 'WAITING') as waiting`;

export interface EndedRun {
  /** A run of this audit is due now or later, so workers should be woken. */
  due: boolean;
}

/** @param runDbId primary key of the run, which is LIVE or DUE under the lock of `audit`. */
export async function endRun(
  sql: Sql,
  audit: LockedAudit,
  runDbId: string,
  end: RunEnd,
  eventMode: EventMode,
  result: RunResult = {},
): Promise<EndedRun> {
  const again = end.run.state === "DUE" ? end.run : undefined;
  const row = await firstRow<{ waiting: number }>(sql, END, [
    runDbId,
    end.run.state,
    again?.delayMs ?? 0,
    again && !again.countAttempt ? 1 : 0,
    end.reason,
    result.snapshotHash ?? null,
    result.strategyName ?? null,
    result.strategyVersion ?? null,
    result.explanationJson ?? null,
    result.computeMs ?? null,
    result.answer ? JSON.stringify(result.answer) : null,
    end.leased,
    end.waiting === "DISCARDED",
    audit.id,
    end.audit.state ?? null,
    end.audit.statusMessage !== undefined,
    end.audit.statusMessage ?? null,
    end.audit.clearHostname === true,
    randomUUID(),
    end.deadLetter,
    eventMode === "strict",
    audit.uuid,
  ]);
  // The statement saw events as they were before it: those that waited then wait still, unless discarded.
  const followUp = again === undefined && end.waiting === "keep" && (row?.waiting ?? 0) > 0;
  if (followUp) await makeDueRun(sql, audit.id, "EVENT");
  return { due: followUp || again !== undefined };
}

/** A new run, due at once. The seed is drawn here, once for all attempts. Returns its primary key. */
export async function makeDueRun(sql: Sql, auditDbId: string, cause: string): Promise<string> {
  const [row] = await rows<{ id: string }>(
    sql,
    `insert into run (run_id, audit_id, state, cause, attempts, token, seed, due_at)
     values ($1, $2, 'DUE', $3, 0, 0, $4, clock_timestamp()) returning id::text as id`,
    [randomUUID(), auditDbId, cause, randomInt(2 ** 32)],
  );
  return row!.id;
}
