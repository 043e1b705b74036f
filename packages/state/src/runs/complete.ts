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
import type { Sql } from "../database/transaction.ts";
import { endRun, type RunResult } from "./end-run.ts";
import type { CompleteInput, LeaseRefInput } from "./inputs.ts";
import { type LockedAudit, type LockedRun, lockRun } from "./locked-audit.ts";
import { storePlan } from "./store-plan.ts";

export interface Completed {
  outcome: string;
  actionPlanUuid: string;
  due: boolean;
}

/**
 * @throws VigilError not-found: no such run; illegal-state: the token is not the newest, another
 * worker has or had the run since: throw the result away.
 */
export async function complete(sql: Sql, input: CompleteInput, options: LifeOptions): Promise<Completed> {
  const { audit, run } = await mustLock(sql, input.runId);
  const verdict = verdictOf(run, input.token);
  if (verdict === "repeat") return { ...run.answer!, due: false };
  if (verdict === "stale") throw staleToken(run, input.token);
  return input.plan
    ? succeed(sql, audit, run, input.token, input.plan, options)
    : fail(sql, audit, run, input, options);
}

async function succeed(
  sql: Sql,
  audit: LockedAudit,
  run: LockedRun,
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
  run: LockedRun,
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
    run.heartbeat === sample.heartbeat ? decideLeaseLost(audit, run.attempts, options) : undefined,
  );
}

/** Returns whether a run is due now. */
async function endIfHeld(
  sql: Sql,
  lease: LeaseRefInput,
  options: LifeOptions,
  decide: (audit: LockedAudit, run: LockedRun) => RunEnd | undefined,
): Promise<boolean> {
  const { audit, run } = await mustLock(sql, lease.runId);
  if (verdictOf(run, lease.token) !== "write") return false;
  const end = decide(audit, run);
  if (end === undefined) return false;
  const result: RunResult = {};
  return (await endRun(sql, audit, run.id, end, options.eventMode, result)).due;
}

async function mustLock(sql: Sql, runId: string): Promise<{ audit: LockedAudit; run: LockedRun }> {
  const locked = await lockRun(sql, runId);
  if (locked !== undefined) return locked;
  throw new VigilError(
    "not-found",
    `run ${runId} does not exist; the database may have been restored from a backup`,
  );
}

function verdictOf(run: LockedRun, token: string): ReturnType<typeof tokenVerdict> {
  const answeredToken = run.answer ? BigInt(run.answer.token) : undefined;
  return tokenVerdict({ state: run.state, token: run.token, answeredToken }, BigInt(token));
}

function staleToken(run: LockedRun, token: string): VigilError {
  return new VigilError(
    "illegal-state",
    `token ${token} of run ${run.runId} is stale: the run is ${run.state} with token ${run.token}; drop the result`,
  );
}
