import type { Planner, PlannerName } from "./planner.ts";
import { createWeightPlanner } from "./weight.ts";
import { createWorkloadStabilizationPlanner } from "./workload-stabilization.ts";

/** Planners with Watcher's default options, by name. A strategy names the one it needs. */
export const PLANNERS: Readonly<Record<PlannerName, Planner>> = {
  weight: createWeightPlanner(),
  workload_stabilization: createWorkloadStabilizationPlanner(),
};
