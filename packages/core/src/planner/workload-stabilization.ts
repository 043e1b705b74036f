/**
 * Planner `workload_stabilization`: heaviest type first, and almost no waiting. Migrations run all at
 * once and do not wait for service changes, only for others that free the room they need; a resize waits
 * for the migrations of its instance, and switching a host off waits for what leaves it.
 */
import { EarlierActions } from "./earlier-actions.ts";
import type { PlannedAction, Planner } from "./planner.ts";
import { roomParents } from "./room-parents.ts";
import { readWeights, type WeightOptions, weightOf } from "./weights.ts";

/**
 * Watcher's weights, and three that it lacks: volume_migrate (storage_capacity_balance needs this
 * planner and failed for want of it), stop and change_node_power_state.
 */
const DEFAULT_WEIGHTS: WeightOptions = {
  volume_migrate: 6,
  nop: 5,
  change_nova_service_state: 4,
  sleep: 3,
  stop: 2.5,
  migrate: 2,
  resize: 1,
  change_node_power_state: 0.5,
  turn_host_to_acpi_s3_state: 0,
};

/** @throws VigilError invalid-input for weights that are no numbers or are shared */
export function createWorkloadStabilizationPlanner(options: WeightOptions = DEFAULT_WEIGHTS): Planner {
  const weights = readWeights(options);
  return (actions, model) => {
    const sorted = actions
      .map((action) => ({ action, weight: weightOf(weights, action.actionType) }))
      .sort((a, b) => b.weight - a.weight)
      .map(({ action }) => action);
    // Migrations are one type, so sorting leaves them in the solution's order among themselves.
    const waits = roomParents(sorted, model);
    const earlier = new EarlierActions(sorted, model);
    return sorted.map(({ actionType, inputParameters }, index): PlannedAction => {
      const parents = actionType === "migrate" ? waits[index] : earlier.parentsOf(index);
      return { actionType, inputParameters, parents: parents ?? [] };
    });
  };
}
