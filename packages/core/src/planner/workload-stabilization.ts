/**
 * Planner `workload_stabilization`: heaviest type first, and almost no waiting. Migrations run all at
 * once and do not wait for service changes; a resize waits for the migrations of its instance, and
 * switching a host off waits for what leaves it.
 */
import type { JsonObject } from "../json.ts";
import { UNMAPPED } from "../model/layout.ts";
import type { ClusterModel } from "../model/model.ts";
import type { PlannedAction, Planner } from "./planner.ts";
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

interface Host {
  uuid: unknown;
  hostname: unknown;
}

/** @throws VigilError invalid-input for weights that are no numbers or are shared */
export function createWorkloadStabilizationPlanner(options: WeightOptions = DEFAULT_WEIGHTS): Planner {
  const weights = readWeights(options);
  return (actions, model) => {
    const sorted = actions
      .map((action) => ({ action, weight: weightOf(weights, action.actionType) }))
      .sort((a, b) => b.weight - a.weight);
    const planned: PlannedAction[] = [];
    for (const { action } of sorted) {
      const parents = parentsOf(action.actionType, action.inputParameters, planned, model);
      planned.push({ actionType: action.actionType, inputParameters: action.inputParameters, parents });
    }
    return planned;
  };
}

function parentsOf(
  actionType: string,
  parameters: JsonObject,
  earlier: readonly PlannedAction[],
  model: ClusterModel,
): number[] {
  switch (actionType) {
    case "resize":
      return indices(earlier, (action) => action.inputParameters.resource_id === parameters.resource_id);
    case "turn_host_to_acpi_s3_state":
      return sleepParents(hostOf(parameters, model), earlier, model);
    case "change_node_power_state":
      // Nothing leaves a host by switching it on.
      if (parameters.state !== "off") return [];
      return indices(earlier, (action) => leaves(action, hostOf(parameters, model), model));
    default:
      return [];
  }
}

/** All resizes on the host, and the migrations from it that those resizes do not wait for already. */
function sleepParents(host: Host, earlier: readonly PlannedAction[], model: ClusterModel): number[] {
  const resizes = indices(
    earlier,
    (action) => action.actionType === "resize" && isOn(action.inputParameters.resource_id, host, model),
  );
  const waitedFor = new Set(resizes.flatMap((index) => earlier[index]?.parents ?? []));
  const migrations = indices(earlier, (action) => isMigrationFrom(action, host));
  return [...resizes, ...migrations.filter((index) => !waitedFor.has(index))].sort((a, b) => a - b);
}

function leaves(action: PlannedAction, host: Host, model: ClusterModel): boolean {
  if (action.actionType === "stop") return isOn(action.inputParameters.resource_id, host, model);
  return isMigrationFrom(action, host);
}

function isMigrationFrom(action: PlannedAction, host: Host): boolean {
  return action.actionType === "migrate" && action.inputParameters.source_node === host.hostname;
}

/** Actions name hosts by uuid (resource_id), hostname (resource_name), or a bare metal id beside it. */
function hostOf(parameters: JsonObject, model: ClusterModel): Host {
  const { resource_id: uuid, resource_name: hostname } = parameters;
  const node = typeof uuid === "string" ? model.nodeByUuid(uuid) : -1;
  if (node < 0) return { uuid, hostname: hostname ?? uuid };
  return { uuid, hostname: model.text(model.nodes.hostname[node] as number) };
}

/** Whether the instance is on the host in the model, that is, before the plan. */
function isOn(instanceUuid: unknown, host: Host, model: ClusterModel): boolean {
  const instance = typeof instanceUuid === "string" ? model.instanceByUuid(instanceUuid) : -1;
  if (instance < 0) return false;
  const node = model.instances.node[instance] as number;
  return node !== UNMAPPED && model.text(model.nodes.hostname[node] as number) === host.hostname;
}

function indices(actions: readonly PlannedAction[], test: (action: PlannedAction) => boolean): number[] {
  return actions.flatMap((action, index) => (test(action) ? [index] : []));
}
