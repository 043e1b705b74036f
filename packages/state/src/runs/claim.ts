/** Gives due runs to a worker, and keeps leases alive. */

import { decideStart, type PlanUnderWay } from "@vigil/core";
import type { Lease } from "@vigil/proto";
import { rows, type Sql } from "../database/transaction.ts";
import { isDue } from "./due.ts";
import { type EndingRun, endRuns } from "./end-runs.ts";
import type { LeaseRefInput } from "./inputs.ts";
import { heldLease, type LeaseTerms } from "./lease.ts";
import { lockAudits, lockAuditsWithDueRuns } from "./locked-audit.ts";
import { lockBlockers, PLAN_IS_UNDER_WAY } from "./plans-under-way.ts";
import { type RunToStart, startRuns } from "./start-runs.ts";

export interface Claimed {
  leases: Lease[];
  /** Runs that may not start now: they wait for a plan, or are over. Runs behind them were not looked at. */
  putAside: number;
}

/** A worker's question for runs. */
export interface Claim {
  workerId: string;
  /** Runs at most. */
  max: number;
  /** UUID that a repetition of the question has too; empty: it is not repeated. */
  claimId: string;
}

/**
 * What the question has brought already, when its answer got lost. Their counters move, so that a lease which the worker
 * hears of late is as fresh as any. The lock makes a repetition wait for the first call, should that still be at work.
 */
export async function claimedBefore(
  sql: Sql,
  { workerId, claimId }: Claim,
  terms: LeaseTerms,
): Promise<Lease[]> {
  if (claimId === "") return [];
  await rows(sql, "select pg_advisory_xact_lock(hashtextextended($1, 0))", [`claim ${claimId}`]);
  const live = await rows<{ id: string; audit_id: string }>(
    sql,
    `select id::text as id, audit_id::text as audit_id from run
     where state = 'LIVE' and claim_id = $1 and worker_id = $2`,
    [claimId, workerId],
  );
  if (live.length === 0) return [];
  const audits = await lockAudits(sql, { uuids: [], ids: live.map((run) => run.audit_id) });
  const leases: Lease[] = [];
  for (const audit of audits) {
    const { id } = live.find((run) => run.audit_id === audit.id)!;
    const lease = await heldLease(sql, audit, id, workerId, terms);
    if (lease) leases.push(lease);
  }
  const refs = leases.map(({ runId, token }) => ({ runId: runId!, token: String(token) }));
  await heartbeat(sql, workerId, refs);
  return leases;
}

/** One transaction: the audits of up to `max` due runs are locked, passing over locked ones. */
export async function claim(
  sql: Sql,
  { workerId, max, claimId }: Claim,
  terms: LeaseTerms,
): Promise<Claimed> {
  const audits = await lockAuditsWithDueRuns(sql, max);
  if (audits.length === 0) return { leases: [], putAside: 0 };
  const due = await rows<{ id: string; audit_id: string; plan_is_under_way: boolean }>(
    sql,
    `select id::text as id, audit_id::text as audit_id, ${PLAN_IS_UNDER_WAY} as plan_is_under_way from run
     where state = 'DUE' and blocked_by is null and ${isDue("due_at", "clock_timestamp()")}
       and audit_id = any($1::bigint[])`,
    [audits.map((audit) => audit.id)],
  );
  const blockers = due.some((run) => run.plan_is_under_way)
    ? await lockBlockers(sql, audits, terms.eventMode)
    : new Map<string, PlanUnderWay>();
  const toStart: RunToStart[] = [];
  const ends: EndingRun[] = [];
  for (const run of due) {
    const audit = audits.find((candidate) => candidate.id === run.audit_id)!;
    const decision = decideStart(audit, blockers.get(audit.id), terms.eventMode);
    if (decision.start) toStart.push({ runDbId: run.id, audit, workerId, claimId: claimId || undefined });
    else ends.push({ runDbId: run.id, auditDbId: audit.id, end: decision.end, result: {} });
  }
  await endRuns(sql, ends, terms.eventMode);
  return { leases: await startRuns(sql, toStart, terms), putAside: ends.length };
}

/*
 * Rows that somebody holds are passed over: a worker that writes a huge plan holds its run's row for seconds, and
 * would die of all its other leases if this waited for it. Nor can it then be part of a deadlock.
 */
const BEAT = `
with held as (
  select run.id, run.run_id
  from run join jsonb_to_recordset($1::jsonb) as x("runId" uuid, token bigint) on run.run_id = x."runId"
  where run.token = x.token and run.state = 'LIVE' and run.worker_id = $2
), free as (
  select id from run where id in (select id from held) and state = 'LIVE' and worker_id = $2
  for no key update skip locked
), beaten as (
  update run set heartbeat = heartbeat + 1 from free where run.id = free.id
)
select run_id from held`;

/** Moves the counters of the leases that are still the worker's; returns the runs that are not. */
export async function heartbeat(sql: Sql, workerId: string, leases: LeaseRefInput[]): Promise<string[]> {
  if (leases.length === 0) return [];
  const alive = await rows<{ run_id: string }>(sql, BEAT, [JSON.stringify(leases), workerId]);
  const kept = new Set(alive.map((row) => row.run_id));
  return leases.map((lease) => lease.runId).filter((runId) => !kept.has(runId));
}
