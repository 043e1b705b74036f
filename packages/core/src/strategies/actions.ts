/** The actions that most strategies build, with the names and parameters that the applier expects. */
import type { JsonObject } from "../json.ts";
import type { ClusterModel, StorageColumns } from "../model/model.ts";
import type { MoveIndices, Solution } from "./solution.ts";

export type MigrationType = "live" | "cold";

export interface Migration extends MoveIndices {
  type: MigrationType;
}

export function addMigration(solution: Solution, model: ClusterModel, migration: Migration): void {
  const { uuid, name } = model.instances;
  const { type, instance, source, destination } = migration;
  const parameters: JsonObject = { migration_type: type, source_node: hostnameOf(model, source) };
  if (destination !== null) parameters.destination_node = hostnameOf(model, destination);
  parameters.resource_name = model.text(name[instance] as number);
  const id = model.text(uuid[instance] as number);
  solution.add("migrate", parameters, id, { instance, source, destination });
}

/** To another pool, or to another type, which may put it in another pool. */
export type VolumeChange =
  | { migration_type: "migrate"; destination_node: string }
  | { migration_type: "retype"; destination_type: string };

export function addVolumeMigration(
  solution: Solution,
  model: ClusterModel,
  { volumes }: StorageColumns,
  volume: number,
  change: VolumeChange,
): void {
  const parameters = { ...change, resource_name: model.text(volumes.name[volume] as number) };
  solution.add("volume_migrate", parameters, model.text(volumes.uuid[volume] as number));
}

/** @param disabledReason given exactly when the state is disabled */
export function addServiceState(
  solution: Solution,
  model: ClusterModel,
  node: number,
  change: { state: "enabled" } | { state: "disabled"; disabledReason: string },
): void {
  const parameters: JsonObject = { state: change.state };
  if (change.state === "disabled") parameters.disabled_reason = change.disabledReason;
  parameters.resource_name = model.text(model.nodes.hostname[node] as number);
  solution.add("change_nova_service_state", parameters, model.text(model.nodes.uuid[node] as number));
}

// A plan of many migrations names the same hosts over and over: each name is decoded once.
const decodedHostnames = new WeakMap<ClusterModel, (string | undefined)[]>();

function hostnameOf(model: ClusterModel, node: number): string {
  const known = decodedHostnames.get(model);
  if (known === undefined) {
    decodedHostnames.set(model, new Array(model.nodes.count));
    return hostnameOf(model, node);
  }
  known[node] ??= model.text(model.nodes.hostname[node] as number);
  return known[node];
}
