/** What strategies make better, as numbers of a cluster: each run that moves something makes them smaller. */
import type { JsonObject } from "../json.ts";
import type { ClusterModelSource, InstanceSource, NodeSource } from "../model/source.ts";
import { capacityOf } from "./world.ts";

/** Compared from the first number on; smaller is better. */
export type Measure = (source: ClusterModelSource, parameters: JsonObject) => number[];

/** Samples of a metric by node or instance, null where there is none. */
function samplesOf(source: ClusterModelSource, name: string): (at: number) => number | null {
  const values = source.metrics.find((one) => one.name === name)?.values;
  return (at) => values?.[at] ?? null;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function instancesOn(
  source: ClusterModelSource,
  wanted: (node: NodeSource, at: number) => boolean,
): InstanceSource[] {
  return source.instances.filter(({ nodeIndex: at }) => {
    const there = at === null ? undefined : source.nodes[at];
    return at !== null && there !== undefined && wanted(there, at);
  });
}

/** Hosts with servers on them. */
export const activeHosts: Measure = ({ instances }) => [
  new Set(instances.map(({ nodeIndex }) => nodeIndex).filter((at) => at !== null)).size,
];

/** vCPUs in use above what hosts have, then hosts with servers on them. */
export const overloadThenHosts: Measure = (source, parameters) => {
  const hostCpu = samplesOf(source, "host_cpu_usage");
  const cpu = samplesOf(source, "instance_cpu_usage");
  const loads = source.nodes.map(({ vcpus }, at) => ((hostCpu(at) ?? 0) * vcpus) / 100);
  const sums = source.nodes.map(() => 0);
  source.instances.forEach(({ nodeIndex, vcpus }, at) => {
    if (nodeIndex !== null) sums[nodeIndex] = (sums[nodeIndex] ?? 0) + (vcpus * (cpu(at) ?? 0)) / 100;
  });
  const over = source.nodes.map((one, at) =>
    Math.max(0, Math.max(loads[at] ?? 0, sums[at] ?? 0) - capacityOf(one).vcpus),
  );
  return [sum(over), ...activeHosts(source, parameters)];
};

/** Load on hosts at or above the threshold, then instances there. */
export const hotLoad: Measure = (source, parameters) => {
  const metric = String(parameters.metrics);
  const sample = samplesOf(source, metric);
  const isCpu = metric === "instance_cpu_usage";
  const loads = source.nodes.map(() => 0);
  source.instances.forEach(({ nodeIndex, vcpus }, at) => {
    if (nodeIndex === null) return;
    loads[nodeIndex] = (loads[nodeIndex] ?? 0) + (sample(at) ?? 0) * (isCpu ? vcpus / 100 : 1);
  });
  const isHot = ({ vcpus, memoryMiB, status, state }: NodeSource, at: number): boolean =>
    status === "enabled" &&
    state === "up" &&
    (100 * (loads[at] ?? 0)) / (isCpu ? vcpus : memoryMiB) >= Number(parameters.threshold);
  const hot = source.nodes.map((one, at) => (isHot(one, at) ? (loads[at] ?? 0) : 0));
  return [sum(hot), instancesOn(source, isHot).length];
};

/** Weighted sum of the standard deviations over open hosts. */
export const weightedDeviation: Measure = (source, { metrics }) => {
  const open = [...source.nodes.keys()].filter((at) => {
    const { status, state } = source.nodes[at] ?? {};
    return status === "enabled" && state === "up";
  });
  const shares: Record<string, (at: number) => number> = {
    instance_cpu_usage: (at) => (samplesOf(source, "host_cpu_usage")(at) ?? 0) / 100,
    instance_ram_usage: (at) =>
      (samplesOf(source, "host_ram_usage")(at) ?? 0) / 1024 / (source.nodes[at]?.memoryMiB ?? 1),
  };
  const deviations = (metrics as string[]).map((name) => {
    const values = open.map((at) => shares[name]?.(at) ?? 0);
    const mean = sum(values) / (values.length || 1);
    return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (values.length || 1));
  });
  return [sum(deviations)];
};

/** Instances on open hosts whose sample reaches the threshold. */
export function instancesOnHot(metric: string, threshold: string): Measure {
  return (source, parameters) => {
    const sample = samplesOf(source, metric);
    return [instancesOn(source, (_, at) => (sample(at) ?? -1) >= Number(parameters[threshold])).length];
  };
}

/** Instances on the host to be emptied. */
export const onMaintenanceHost: Measure = (source, { maintenance_node: name }) => [
  instancesOn(source, ({ hostname }) => hostname === name).length,
];

/** Instances and volumes still where they are to leave. */
export const leftInZone: Measure = (source, parameters) => {
  const hosts = (parameters.compute_nodes ?? []) as JsonObject[];
  const pools = (parameters.storage_pools ?? []) as JsonObject[];
  const instances = instancesOn(source, ({ hostname }) =>
    hosts.some(({ src_node: name }) => name === hostname),
  ).length;
  const volumes = (source.storage?.volumes ?? []).filter((one) =>
    pools.some(
      ({ src_pool: name, dst_type: type }) =>
        name === one.host && (type === undefined || type !== one.volumeType),
    ),
  ).length;
  return [instances + volumes];
};
