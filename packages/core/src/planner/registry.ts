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
