import type { Options } from "../options/options.ts";
import { nodeResourceConsolidationPlanner } from "./node-resource-consolidation.ts";
import type { Planner, PlannerName } from "./planner.ts";
import { createWeightPlanner } from "./weight.ts";
import { createWorkloadStabilizationPlanner } from "./workload-stabilization.ts";

/** Planners by name. A strategy names the one it needs; the operator's options set its weights. */
export const PLANNERS: Readonly<Record<PlannerName, (options: Options) => Planner>> = {
  weight: ({ weightPlanner }) =>
    createWeightPlanner({
      weights: weightPlanner.weights ?? undefined,
      parallelization: weightPlanner.parallelization ?? undefined,
    }),
  workload_stabilization: ({ workloadStabilizationPlanner }) =>
    createWorkloadStabilizationPlanner(workloadStabilizationPlanner.weights ?? undefined),
  node_resource_consolidation: () => nodeResourceConsolidationPlanner,
};

/**
 * Tells whether all planners take these options: a mistake in them is to show at the start, not with the first alarm.
 * @throws VigilError invalid-input, as the planner says it
 */
export function checkPlannerOptions(options: Options): void {
  for (const create of Object.values(PLANNERS)) create(options);
}
