/** The cloud after a plan: what the next audit would find if every action succeeded. Nothing of the engine. */
import type { JsonObject } from "../json.ts";
import type {
  BaremetalSource,
  ClusterModelSource,
  InstanceSource,
  MetricSource,
  StorageSource,
} from "../model/source.ts";
import { type Action, type Amount, count, exceeds, World } from "./world.ts";

/**
 * Instances, services, volumes and machines as the plan leaves them; measured loads go with the instances.
 * A migration without a destination goes to the emptiest open host with room, as Nova's scheduler likes it.
 */
export function afterPlan(source: ClusterModelSource, actions: readonly Action[]): ClusterModelSource {
  const world = new World(source);
  const reasons = source.nodes.map(({ disabledReason }) => disabledReason);
  for (const { actionType, inputParameters: given } of actions) {
    const moved = world.instances.get(given.resource_id);
    if (actionType === "migrate" && moved !== undefined) {
      const { destination_node: name } = given;
      const to = name === undefined ? schedule(world, moved) : world.hosts.get(name);
      if (to !== undefined) world.put(moved, to);
    }
    const host =
      actionType === "change_nova_service_state" ? world.hosts.get(given.resource_name) : undefined;
    if (host === undefined) continue;
    world.status[host] = given.state === "disabled" ? "disabled" : "enabled";
    reasons[host] = (given.disabled_reason as string | undefined) ?? null;
  }
  const place = (one: InstanceSource): number | null => world.place.get(one) ?? null;
  return {
    ...source,
    nodes: source.nodes.map((one, at) => ({
      ...one,
      status: world.status[at] ?? one.status,
      disabledReason: reasons[at] ?? null,
    })),
    instances: source.instances.map((one) => ({ ...one, nodeIndex: place(one) })),
    metrics: loadsMoved(source, place),
    storage: source.storage && volumesMoved(source.storage, actions),
    baremetal: source.baremetal && powerChanged(source.baremetal, actions),
  };
}

function schedule(world: World, moved: InstanceSource): number | undefined {
  const { source, status, used, capacity } = world;
  const open = [...source.nodes.keys()].filter((at) => {
    const there = source.nodes[at];
    if (there?.state !== "up" || status[at] !== "enabled" || there === world.hostOf(moved)) return false;
    if (moved.pinnedAz && there.zone && moved.pinnedAz !== there.zone) return false;
    const full = { ...(used[at] as Amount) };
    count(full, moved, 1);
    return exceeds(full, capacity[at] as Amount).length === 0;
  });
  return open.sort((a, b) => (used[a] as Amount).memoryMiB - (used[b] as Amount).memoryMiB)[0];
}

/** Metrics of hosts that are sums over instances: metric of the instance, and its share of the host's. */
const SUMS: Readonly<Record<string, { of: string; factor: (one: InstanceSource, vcpus: number) => number }>> =
  {
    host_cpu_usage: {
      of: "instance_cpu_usage",
      factor: (one, vcpus) => (vcpus === 0 ? 0 : one.vcpus / vcpus),
    },
    host_ram_usage: { of: "instance_ram_usage", factor: () => 1024 },
  };

function loadsMoved(
  source: ClusterModelSource,
  place: (one: InstanceSource) => number | null,
): MetricSource[] {
  return source.metrics.map((column) => {
    const sum = SUMS[column.name];
    const loads = source.metrics.find(({ name }) => name === sum?.of)?.values;
    if (sum === undefined || loads === undefined) return column;
    const values = [...column.values];
    const add = (host: number | null, one: InstanceSource, load: number): void => {
      const held = host === null ? null : (values[host] ?? null);
      if (host === null || held === null) return;
      values[host] = Math.max(0, held + load * sum.factor(one, source.nodes[host]?.vcpus ?? 1));
    };
    source.instances.forEach((one, at) => {
      const load = loads[at] ?? null;
      if (load === null || place(one) === one.nodeIndex) return;
      add(one.nodeIndex, one, -load);
      add(place(one), one, load);
    });
    return { ...column, values };
  });
}

/** Of several backends' pools that a type fits, the first takes a retyped volume. */
function volumesMoved(storage: StorageSource, actions: readonly Action[]): StorageSource {
  const pools = storage.pools.map((one) => ({ ...one }));
  const volumes = storage.volumes.map((one) => ({ ...one }));
  for (const { actionType, inputParameters: given } of actions) {
    const volume = volumes.find(({ uuid }) => uuid === given.resource_id);
    if (actionType !== "volume_migrate" || volume === undefined) continue;
    const to = targetPool(storage, given);
    if (given.migration_type === "retype") volume.volumeType = given.destination_type as string;
    if (to < 0) continue;
    for (const [at, sign] of [
      [volume.poolIndex ?? -1, -1],
      [to, 1],
    ] as const) {
      const changed = pools[at];
      if (changed === undefined) continue;
      changed.freeCapacityGb = plus(changed.freeCapacityGb, -sign * volume.sizeGb);
      changed.allocatedCapacityGb = plus(changed.allocatedCapacityGb, sign * volume.sizeGb);
    }
    volume.poolIndex = to;
    volume.host = pools[to]?.name ?? null;
  }
  return { ...storage, pools, volumes };
}

function plus(known: number | null, change: number): number | null {
  return known === null ? null : Math.max(0, known + change);
}

function targetPool({ pools, types }: StorageSource, given: JsonObject): number {
  if (given.migration_type !== "retype")
    return pools.findIndex(({ name }) => name === given.destination_node);
  const backend = types.find(({ name }) => name === given.destination_type)?.extraSpecs.volume_backend_name;
  return pools.findIndex(({ backendName }) => backend !== undefined && backendName === backend);
}

function powerChanged({ nodes }: BaremetalSource, actions: readonly Action[]): BaremetalSource {
  const states = new Map(
    actions
      .filter(({ actionType }) => actionType === "change_node_power_state")
      .map(({ inputParameters: given }) => [given.resource_id, given.state as string]),
  );
  return { nodes: nodes.map((one) => ({ ...one, powerState: states.get(one.uuid) ?? one.powerState })) };
}
