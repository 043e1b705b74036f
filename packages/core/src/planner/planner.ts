/**
 * A planner turns a solution into a graph: stored order, and for each action those that must have
 * finished before it. It sees the model, since what may run together depends on where things are.
 */
import type { JsonObject } from "../json.ts";
import type { ClusterModel } from "../model/model.ts";
import type { SolutionAction } from "../strategies/solution.ts";

export type PlannerName = "weight" | "workload_stabilization" | "node_resource_consolidation";

export interface PlannedAction {
  actionType: string;
  inputParameters: JsonObject;
  /** Indices of earlier actions that must have finished before; ascending. Actions may share one list. */
  parents: number[];
}

/** Empty in, empty out. @throws VigilError invalid-input for an action type without a weight */
export type Planner = (actions: readonly SolutionAction[], model: ClusterModel) => PlannedAction[];
