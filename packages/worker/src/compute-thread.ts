/** Runs in a compute thread: core's pure computing, and nothing that waits. */

import { computePlan, warmUp } from "@vigil/core";
import type { ComputeOutcome, ComputeTask } from "./compute-task.ts";

warmUp();

export default function compute(task: ComputeTask): ComputeOutcome {
  const startedMs = performance.now();
  const result = computePlan(task);
  if (!result.ok) return result;
  const { plan } = result;
  return {
    ok: true,
    solution: {
      strategyName: plan.strategyName,
      strategyVersion: plan.strategyVersion,
      actions: plan.actions.map((action) => ({
        actionType: action.actionType,
        inputParametersJson: JSON.stringify(action.inputParameters),
        parents: action.parents,
      })),
      efficacyIndicators: plan.efficacyIndicators.map(({ name, description, unit, value }) => ({
        name,
        description,
        value,
        ...(unit === null ? {} : { unit }),
      })),
      globalEfficacyJson: JSON.stringify(plan.globalEfficacy),
      explanationJson: JSON.stringify(plan.explanation),
      computeMs: performance.now() - startedMs,
    },
  };
}
