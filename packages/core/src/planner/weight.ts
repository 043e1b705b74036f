/**
 * Planner `weight`: layers. Actions are grouped by the weight of their type, heaviest first, each group
 * is cut into chunks of the type's parallelization, and every action waits for the whole chunk before
 * it. So service disables run before the migrations that empty the host.
 *
 * A chunk ends early before a migration that needs what another one of the same chunk frees.
 */
import { VigilError } from "../errors.ts";
import type { SolutionAction } from "../strategies/solution.ts";
import { LayerRooms } from "./layer-rooms.ts";
import type { PlannedAction, Planner } from "./planner.ts";
import { readWeights, type WeightOptions, weightOf } from "./weights.ts";

const DEFAULT_WEIGHTS: WeightOptions = {
  nop: 70,
  volume_migrate: 60,
  change_nova_service_state: 50,
  sleep: 40,
  stop: 35,
  migrate: 30,
  resize: 20,
  turn_host_to_acpi_s3_state: 10,
  change_node_power_state: 9,
};

/** How many actions of a type run at once. */
const DEFAULT_PARALLELIZATION: WeightOptions = {
  nop: 1,
  volume_migrate: 2,
  change_nova_service_state: 1,
  sleep: 1,
  stop: 2,
  migrate: 2,
  resize: 2,
  turn_host_to_acpi_s3_state: 2,
  change_node_power_state: 2,
};

export interface WeightPlannerOptions {
  weights?: WeightOptions | undefined;
  /** Integers >= 1; smaller ones count as 1. */
  parallelization?: WeightOptions | undefined;
}

/** @throws VigilError invalid-input for weights or parallelizations that are no numbers */
export function createWeightPlanner(options: WeightPlannerOptions = {}): Planner {
  const weights = readWeights(options.weights ?? DEFAULT_WEIGHTS);
  const parallelization = options.parallelization ?? DEFAULT_PARALLELIZATION;
  for (const type of Object.keys(parallelization)) chunkSize(type, parallelization);
  return (actions, model) => {
    const planned: PlannedAction[] = [];
    let parents: number[] = [];
    for (const group of groupsByWeight(actions, weights)) {
      const type = group[0]?.actionType ?? "";
      const sizeMax = chunkSize(type, parallelization);
      const rooms = type === "migrate" && sizeMax > 1 ? new LayerRooms(group, model) : null;
      let layer: number[] = [];
      for (const [index, { actionType, inputParameters }] of group.entries()) {
        if (layer.length === sizeMax || rooms?.mustWait(index)) {
          rooms?.close();
          parents = layer;
          layer = [];
        }
        rooms?.add(index);
        layer.push(planned.length);
        planned.push({ actionType, inputParameters, parents });
      }
      parents = layer;
    }
    return planned;
  };
}

/** Actions of one type each, in solution order, heaviest type first. */
function groupsByWeight(
  actions: readonly SolutionAction[],
  weights: ReadonlyMap<string, number>,
): SolutionAction[][] {
  const groups = new Map<number, SolutionAction[]>();
  for (const action of actions) {
    const weight = weightOf(weights, action.actionType);
    const group = groups.get(weight);
    if (group === undefined) groups.set(weight, [action]);
    else group.push(action);
  }
  return [...groups].sort(([a], [b]) => b - a).map(([, group]) => group);
}

function chunkSize(type: string, parallelization: WeightOptions): number {
  const given = parallelization[type] ?? 1;
  const size = Math.max(1, Math.trunc(Number(given)));
  if (!Number.isNaN(size)) return size;
  throw new VigilError(
    "invalid-input",
    `Parallelization of ${type} is ${JSON.stringify(given)}, an integer >= 1 is wanted`,
  );
}
