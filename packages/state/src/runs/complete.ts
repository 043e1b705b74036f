/** Writes what runs came to: one transaction for a batch of `complete`, `release` or ends of dead leases. */

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
import { keptHead } from "../broker/snapshot-rows.ts";
import type { Sql } from "../database/transaction.ts";
import { type EndingRun, endRuns } from "./end-runs.ts";
import type { CompleteInput, LeaseRefInput } from "./inputs.ts";
import { type LockedRun, lockRuns } from "./locked-audit.ts";
import { type PlanToStore, planUuidOf, storePlans } from "./store-plans.ts";

/** One answer of a batch: an error of one call leaves the others alone. */
export type Completed = { outcome: string; actionPlanUuid: string } | VigilError;

/** What a batch writes. */
interface Writes {
  plans: PlanToStore[];
  ends: EndingRun[];
  /** A model that the broker does not name is in the database, and on its way back. */
  modelIsKept: boolean;
}

/**
 * Answers in the order of the batch. Run ids differ within a batch. Errors among the answers: not-found, no
 * such run; illegal-state, the token is not the newest: another worker has or had the run since, so the
 * result is to be thrown away.
 */
export async function completeAll(
  sql: Sql,
  batch: readonly CompleteInput[],
  options: LifeOptions,
): Promise<{ answers: Completed[]; due: boolean; launched: boolean }> {
  const runs = await lockRuns(
    sql,
    batch.map(({ runId }) => runId),
  );
  const writes: Writes = { plans: [], ends: [], modelIsKept: await isModelKept(sql, batch) };
  const answers = batch.map((input) => complete(runs.get(input.runId), input, writes, options));
  const launched = await storePlans(sql, writes.plans);
  return { answers, launched, due: await endRuns(sql, writes.ends, options.eventMode) };
}

function complete(
  run: LockedRun | undefined,
  input: CompleteInput,
  writes: Writes,
  options: LifeOptions,
): Completed {
  if (run === undefined) return unknownRun(input.runId);
  const verdict = verdictOf(run, input.token);
  if (verdict === "stale") return staleToken(run, input.token);
  if (verdict === "repeat") {
    return { outcome: run.answer!.outcome, actionPlanUuid: run.answer!.actionPlanUuid };
  }
  return input.plan ? succeed(run, input.token, input.plan, writes) : fail(run, input, writes, options);
}

function succeed(
  run: LockedRun,
  token: string,
  plan: NonNullable<CompleteInput["plan"]>,
  writes: Writes,
): Completed {
  const end = decideSucceeded(run.audit);
  if (end.keepPlan) writes.plans.push({ run, plan });
  const answer = {
    outcome: end.keepPlan ? "RECORDED" : "DISCARDED",
    actionPlanUuid: end.keepPlan ? planUuidOf(run) : "",
  };
  const { snapshotHash, strategyName, strategyVersion, explanationJson, optionsJson, computeMs } = plan;
  const learnt = { snapshotHash, strategyName, strategyVersion, explanationJson, optionsJson, computeMs };
  writes.ends.push(ending(run, end, { ...learnt, answer: { token, ...answer } }));
  return answer;
}

function fail(run: LockedRun, input: CompleteInput, writes: Writes, options: LifeOptions): Completed {
  const { kind, message, endedThread, modelMissing } = input.failure!;
  const returns = modelMissing === true && writes.modelIsKept;
  const outage = returns || (!endedThread && (kind === "unavailable" || kind === "deadline"));
  const retryable = returns || input.failure!.retryable;
  const end = decideFailed(run.audit, run, { message, retryable, outage, endedThread }, options);
  const answer = { outcome: end.run.state === "DUE" ? "RETRY_LATER" : "FAILED", actionPlanUuid: "" };
  writes.ends.push(ending(run, end, { answer: { token: input.token, ...answer } }));
  return answer;
}

/** Asked only where a run failed for want of a model, which is rare. */
async function isModelKept(sql: Sql, batch: readonly CompleteInput[]): Promise<boolean> {
  if (!batch.some(({ failure }) => failure?.modelMissing === true)) return false;
  return (await keptHead(sql, "compute")) !== undefined;
}

/** Leases that were ended. */
export interface EndedLeases {
  runIds: string[];
  /** Whether runs are due. */
  due: boolean;
}

/** Hands runs back. Leases that are no longer the caller's are left alone. */
export function release(
  sql: Sql,
  leases: readonly LeaseRefInput[],
  options: LifeOptions,
): Promise<EndedLeases> {
  return endHeld(sql, leases, options, "wait", () => decideReleased());
}

/**
 * Ends leases that the lease watch took for dead, unless their heartbeats have moved since. Those whose rows somebody
 * holds, perhaps to write their plan, are left to the next look, so that they don't hold up the others.
 */
export function expire(
  sql: Sql,
  samples: readonly LeaseSample[],
  options: LifeOptions,
): Promise<EndedLeases> {
  const heartbeats = new Map(samples.map(({ id, heartbeat }) => [id, heartbeat]));
  const leases = samples.map(({ id, token }) => ({ runId: id, token: String(token) }));
  return endHeld(sql, leases, options, "pass", (run) =>
    run.heartbeat === heartbeats.get(run.runId) ? decideLeaseLost(run.audit, run, options) : undefined,
  );
}

async function endHeld(
  sql: Sql,
  leases: readonly LeaseRefInput[],
  options: LifeOptions,
  held: "wait" | "pass",
  decide: (run: LockedRun) => RunEnd | undefined,
): Promise<EndedLeases> {
  const runs = await lockRuns(
    sql,
    leases.map(({ runId }) => runId),
    held,
  );
  const ends: EndingRun[] = [];
  const runIds: string[] = [];
  for (const lease of leases) {
    const run = runs.get(lease.runId);
    if (run === undefined || verdictOf(run, lease.token) !== "write") continue;
    const end = decide(run);
    if (end === undefined) continue;
    ends.push(ending(run, end, {}));
    runIds.push(run.runId);
  }
  return { runIds, due: await endRuns(sql, ends, options.eventMode) };
}

function ending(run: LockedRun, end: RunEnd, result: EndingRun["result"]): EndingRun {
  return { runDbId: run.id, auditDbId: run.audit.id, end, result };
}

function verdictOf(run: LockedRun, token: string): ReturnType<typeof tokenVerdict> {
  const answeredToken = run.answer ? BigInt(run.answer.token) : undefined;
  return tokenVerdict({ state: run.state, token: run.token, answeredToken }, BigInt(token));
}

function unknownRun(runId: string): VigilError {
  return new VigilError(
    "not-found",
    `run ${runId} does not exist; the database may have been restored from a backup`,
  );
}

function staleToken(run: LockedRun, token: string): VigilError {
  return new VigilError(
    "illegal-state",
    `token ${token} of run ${run.runId} is stale: the run is ${run.state} with token ${run.token}; drop the result`,
  );
}
