/** Writes what a run came to: `complete`, `release` and the end of a dead lease. */

import {
  decideFailed,
  decideLeaseLost,
  decideReleased,
  decideSucceeded,
  type LeaseSample,
  type LifeOptions,
  type RunEnd,
  tokenVerdict,
  VigilError,
} from "@vigil/core";
import { endRun, type RunResult } from "./end-run.ts";
import type { CompleteInput, LeaseRefInput } from "./inputs.ts";
import { type LockedAudit, lockAuditOfRun } from "./locked-audit.ts";
import { storePlan } from "./store-plan.ts";
import { firstRow, type Sql } from "./transaction.ts";

export interface Completed {
  outcome: string;
  actionPlanUuid: string;
  due: boolean;
}

interface RunRow {
  id: string;
  run_id: string;
  state: string;
  token: string;
  heartbeat: string;
  attempts: number;
  lease_answer: { token: string; outcome: string; actionPlanUuid: string } | null;
}

/**
 * @throws VigilError not-found: no such run; illegal-state: the token is not the newest, another
 * worker has or had the run since: throw the result away.
 */
export async function complete(sql: Sql, input: CompleteInput, options: LifeOptions): Promise<Completed> {
  const { audit, run } = await lockRun(sql, input.runId);
  const verdict = verdictOf(run, input.token);
  if (verdict === "repeat") return { ...run.lease_answer!, due: false };
  if (verdict === "stale") throw staleToken(run, input.token);
  return input.plan
    ? succeed(sql, audit, run, input.token, input.plan, options)
    : fail(sql, audit, run, input, options);
}

async function succeed(
  sql: Sql,
  audit: LockedAudit,
  run: RunRow,
  token: string,
  plan: NonNullable<CompleteInput["plan"]>,
  options: LifeOptions,
): Promise<Completed> {
  const end = decideSucceeded(audit);
  const actionPlanUuid = end.keepPlan ? await storePlan(sql, audit, run, plan) : "";
  const outcome = end.keepPlan ? "RECORDED" : "DISCARDED";
  const { due } = await endRun(sql, audit, run.id, end, options.eventMode, {
    snapshotHash: plan.snapshotHash,
    strategyName: plan.strategyName,
    strategyVersion: plan.strategyVersion,
    explanationJson: plan.explanationJson,
    computeMs: plan.computeMs,
    answer: { token, outcome, actionPlanUuid },
  });
  return { outcome, actionPlanUuid, due };
}

async function fail(
  sql: Sql,
  audit: LockedAudit,
  run: RunRow,
  input: CompleteInput,
  options: LifeOptions,
): Promise<Completed> {
  const { message, retryable } = input.failure!;
  const end = decideFailed(audit, run.attempts, { message, retryable }, options);
  const outcome = end.run.state === "DUE" ? "RETRY_LATER" : "FAILED";
  const answer = { token: input.token, outcome, actionPlanUuid: "" };
  const { due } = await endRun(sql, audit, run.id, end, options.eventMode, { answer });
  return { outcome, actionPlanUuid: "", due };
}

/** Hands one run back. A lease that is no longer the caller's is left alone. */
export function release(sql: Sql, lease: LeaseRefInput, options: LifeOptions): Promise<boolean> {
  return endIfHeld(sql, lease, options, () => decideReleased());
}

/** Ends a lease that the lease watch took for dead, unless its heartbeat has moved since. */
export function expire(sql: Sql, sample: LeaseSample, options: LifeOptions): Promise<boolean> {
  const lease = { runId: sample.runId, token: String(sample.token) };
  return endIfHeld(sql, lease, options, (audit, run) =>
    BigInt(run.heartbeat) === sample.heartbeat ? decideLeaseLost(audit, run.attempts, options) : undefined,
  );
}

/** Returns whether a run is due now. */
async function endIfHeld(
  sql: Sql,
  lease: LeaseRefInput,
  options: LifeOptions,
  decide: (audit: LockedAudit, run: RunRow) => RunEnd | undefined,
): Promise<boolean> {
  const { audit, run } = await lockRun(sql, lease.runId);
  if (verdictOf(run, lease.token) !== "write") return false;
  const end = decide(audit, run);
  if (end === undefined) return false;
  const result: RunResult = {};
  return (await endRun(sql, audit, run.id, end, options.eventMode, result)).due;
}

/** The run's own row is locked as well: heartbeats move it without the audit's lock. */
async function lockRun(sql: Sql, runId: string): Promise<{ audit: LockedAudit; run: RunRow }> {
  const audit = await lockAuditOfRun(sql, runId);
  const run = await firstRow<RunRow>(
    sql,
    `select id::text as id, run_id, state, token::text as token, heartbeat::text as heartbeat, attempts, lease_answer
     from run where run_id = $1 for update`,
    [runId],
  );
  if (audit === undefined || run === undefined) {
    throw new VigilError(
      "not-found",
      `run ${runId} does not exist; the database may have been restored from a backup`,
    );
  }
  return { audit, run };
}

function verdictOf(run: RunRow, token: string): ReturnType<typeof tokenVerdict> {
  const answeredToken = run.lease_answer ? BigInt(run.lease_answer.token) : undefined;
  return tokenVerdict({ state: run.state, token: BigInt(run.token), answeredToken }, BigInt(token));
}

function staleToken(run: RunRow, token: string): VigilError {
  return new VigilError(
    "illegal-state",
    `token ${token} of run ${run.run_id} is stale: the run is ${run.state} with token ${run.token}; drop the result`,
  );
}
