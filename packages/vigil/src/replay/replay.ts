/** Computes the plan of a recorded run again, here, and says whether it is the same. */
import { type ComputedPlan, computePlan, findStrategy, VigilError } from "@vigil/core";
import { type Difference, firstDifference } from "./difference.ts";
import type { PlanContent, RecordedRun } from "./recorded-run.ts";

export interface ReplayResult {
  run: string;
  plan: string;
  identical: boolean;
  strategy: string;
  /** Of the release that made the plan, and of this one; null: this one has no such strategy. */
  strategyVersion: { recorded: string; here: string | null };
  snapshot: string;
  seed: number;
  actions: number;
  /** null when identical. */
  firstDifference: Difference | null;
}

/** Never throws for a plan that can't be computed any more: that is a difference too. */
export function replay(recorded: RecordedRun, snapshot: SharedArrayBuffer): ReplayResult {
  const { request, plan } = recorded;
  const computed = computePlan({ ...request, snapshot });
  const difference = computed.ok
    ? firstDifference(plan, contentOf(computed.plan))
    : { path: "", stored: "a plan", recomputed: `an error: ${computed.error.message}` };
  return {
    run: recorded.runId,
    plan: recorded.planUuid,
    identical: difference === null,
    strategy: request.strategyName,
    strategyVersion: { recorded: recorded.strategyVersion, here: versionHere(request.strategyName) },
    snapshot: recorded.snapshotHash,
    seed: request.seed,
    actions: plan.actions.length,
    firstDifference: difference,
  };
}

/** As JSON makes it: -0 becomes 0, members that are undefined go. */
function contentOf(plan: ComputedPlan): PlanContent {
  const { strategyName, actions, efficacyIndicators, globalEfficacy, explanation } = plan;
  const content = { strategyName, actions, efficacyIndicators, globalEfficacy, explanation };
  return JSON.parse(JSON.stringify(content)) as PlanContent;
}

function versionHere(strategyName: string): string | null {
  try {
    return findStrategy(strategyName).version;
  } catch (thrown) {
    if (VigilError.from(thrown).kind === "not-found") return null;
    throw thrown;
  }
}
