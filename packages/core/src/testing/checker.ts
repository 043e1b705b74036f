/**
 * Judges a plan by itself: plain objects and loops, nothing of the engine. Plays the actions in order
 * on the cluster and lists what is wrong with them.
 */
import type { JsonObject } from "../json.ts";
import type { ClusterModelSource, InstanceSource, NodeSource } from "../model/source.ts";

interface Action {
  actionType: string;
  inputParameters: JsonObject;
}

interface Rules {
  /** Cold migration of active instances is allowed. */
  coldActive?: boolean;
  /** Hostnames and instance uuids that the audit's scope leaves alone. */
  hostsOutOfScope?: readonly string[];
  excluded?: readonly string[];
}

const RESOURCES = ["vcpus", "memoryMiB", "diskGb"] as const;

function capacity(node: NodeSource): Record<(typeof RESOURCES)[number], number> {
  return {
    vcpus: (node.vcpus - node.vcpusReserved) * node.vcpuRatio,
    memoryMiB: (node.memoryMiB - node.memoryReservedMiB) * node.memoryRatio,
    diskGb: (node.diskGb - node.diskReservedGb) * node.diskRatio,
  };
}

/** Faults, empty for a sound plan. */
export function faultsOf(
  source: ClusterModelSource,
  actions: readonly Action[],
  rules: Rules = {},
): string[] {
  const faults: string[] = [];
  const place = new Map(source.instances.map((one) => [one.uuid, one.nodeIndex]));
  const status = new Map(source.nodes.map((one) => [one.hostname, one.status]));
  for (const { actionType, inputParameters } of actions) {
    if (actionType === "change_nova_service_state") {
      const { resource_name: name, resource_id: id, state } = inputParameters;
      if (!source.nodes.some((one) => one.hostname === name && one.uuid === id))
        faults.push(`no host ${name}`);
      status.set(name as string, state as "enabled" | "disabled");
    }
    if (actionType === "stop") {
      const found = source.instances.find((one) => one.uuid === inputParameters.resource_id);
      if (found?.state !== "active") faults.push(`stop of ${inputParameters.resource_id} in ${found?.state}`);
      if (found) faults.push(...untouchable(found, rules));
    }
    if (actionType === "migrate") faults.push(...play(source, place, status, inputParameters, rules));
  }
  return faults;
}

function untouchable(moved: InstanceSource, rules: Rules): string[] {
  const faults: string[] = [];
  if (moved.locked) faults.push(`${moved.uuid} is locked`);
  if (moved.watcherExclude || rules.excluded?.includes(moved.uuid)) faults.push(`${moved.uuid} is excluded`);
  return faults;
}

function play(
  source: ClusterModelSource,
  place: Map<string, number | null>,
  status: ReadonlyMap<string, string>,
  move: JsonObject,
  rules: Rules,
): string[] {
  const moved = source.instances.find((one) => one.uuid === move.resource_id);
  if (moved === undefined) return [`no instance ${move.resource_id}`];
  const faults = untouchable(moved, rules);
  const where = `${moved.uuid} ${move.source_node} > ${move.destination_node}`;
  const at = place.get(moved.uuid) ?? null;
  const from = at === null ? undefined : source.nodes[at];
  if (from?.hostname !== move.source_node) faults.push(`${where}: it is on ${from?.hostname}`);
  if (from?.state !== "up") faults.push(`${where}: source is ${from?.state}`);
  const states = move.migration_type === "live" ? ["active", "paused"] : ["stopped"];
  if (rules.coldActive && move.migration_type === "cold") states.push("active");
  if (!states.includes(moved.state)) faults.push(`${where}: ${move.migration_type} in ${moved.state}`);
  if (move.destination_node === undefined) return faults;
  const target = source.nodes.findIndex((one) => one.hostname === move.destination_node);
  const to = source.nodes[target];
  if (to === undefined) return [...faults, `${where}: no such target`];
  place.set(moved.uuid, target);
  if (to === from) faults.push(`${where}: target is the source`);
  if (to.state !== "up" || status.get(to.hostname) !== "enabled") faults.push(`${where}: target closed`);
  if (rules.hostsOutOfScope?.includes(to.hostname)) faults.push(`${where}: target out of scope`);
  if (moved.pinnedAz && to.zone && moved.pinnedAz !== to.zone) faults.push(`${where}: zone ${to.zone}`);
  const here = source.instances.filter((one) => place.get(one.uuid) === target);
  for (const resource of RESOURCES) {
    const used = here.reduce((sum, one) => sum + one[resource], 0);
    if (used > capacity(to)[resource])
      faults.push(`${where}: ${resource} ${used} of ${capacity(to)[resource]}`);
  }
  return faults;
}
