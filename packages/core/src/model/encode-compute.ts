/** Columns of the compute model: nodes, instances, aggregates, server groups, metrics. */
import {
  type ColumnWriter,
  type FlagColumn,
  jsonText,
  type NumberColumn,
  type TextColumn,
} from "./column-writer.ts";
import { type MetricEntry, UNMAPPED } from "./layout.ts";
import type {
  AggregateSource,
  ClusterModelSource,
  InstanceSource,
  NodeSource,
  ServerGroupSource,
} from "./source.ts";

// Watcher writes an unset zone or pin as an empty text.
const NODE_TEXTS: readonly TextColumn<NodeSource>[] = [
  ["node.uuid", (node) => node.uuid],
  ["node.hostname", (node) => node.hostname],
  ["node.disabledReason", (node) => node.disabledReason],
  ["node.zone", (node) => node.zone || null],
];

const INSTANCE_TEXTS: readonly TextColumn<InstanceSource>[] = [
  ["instance.uuid", (instance) => instance.uuid],
  ["instance.name", (instance) => instance.name],
  ["instance.state", (instance) => instance.state],
  ["instance.projectId", (instance) => instance.projectId],
  ["instance.host", (instance) => instance.host],
  ["instance.hypervisorHostname", (instance) => instance.hypervisorHostname],
  ["instance.created", (instance) => instance.created],
  ["instance.pinnedAz", (instance) => instance.pinnedAz || null],
  ["instance.metadata", (instance) => jsonText(instance.metadata, "an instance")],
  ["instance.flavorExtraSpecs", (instance) => jsonText(instance.flavorExtraSpecs, "an instance")],
];

const AGGREGATE_TEXTS: readonly TextColumn<AggregateSource>[] = [
  ["aggregate.name", (aggregate) => aggregate.name],
  ["aggregate.zone", (aggregate) => aggregate.zone],
];

const GROUP_TEXTS: readonly TextColumn<ServerGroupSource>[] = [
  ["serverGroup.uuid", (group) => group.uuid],
  ["serverGroup.name", (group) => group.name],
];

const NODE_FLAGS: readonly FlagColumn<NodeSource>[] = [
  ["node.enabled", (node) => node.status === "enabled"],
  ["node.up", (node) => node.state === "up"],
];

const NODE_NUMBERS: readonly NumberColumn<NodeSource>[] = [
  ["node.vcpus", "u32", (node) => node.vcpus],
  ["node.vcpusReserved", "u32", (node) => node.vcpusReserved],
  ["node.vcpuRatio", "f64", (node) => node.vcpuRatio],
  ["node.memoryMiB", "u32", (node) => node.memoryMiB],
  ["node.memoryReservedMiB", "u32", (node) => node.memoryReservedMiB],
  ["node.memoryRatio", "f64", (node) => node.memoryRatio],
  ["node.diskGb", "u32", (node) => node.diskGb],
  ["node.diskReservedGb", "u32", (node) => node.diskReservedGb],
  ["node.diskRatio", "f64", (node) => node.diskRatio],
];

const INSTANCE_NUMBERS: readonly NumberColumn<InstanceSource>[] = [
  ["instance.vcpus", "u32", (instance) => instance.vcpus],
  ["instance.memoryMiB", "u32", (instance) => instance.memoryMiB],
  ["instance.diskGb", "u32", (instance) => instance.diskGb],
];

const INSTANCE_FLAGS: readonly FlagColumn<InstanceSource>[] = [
  ["instance.locked", (instance) => instance.locked],
  ["instance.watcherExclude", (instance) => instance.watcherExclude],
];

export function writeComputeTexts(model: ClusterModelSource, writer: ColumnWriter): void {
  const { nodes, instances, aggregates, serverGroups } = model;
  writer.texts(nodes, NODE_TEXTS);
  writer.texts(instances, INSTANCE_TEXTS);
  writer.texts(aggregates, AGGREGATE_TEXTS);
  const hosts = aggregates.flatMap((aggregate) => aggregate.hosts);
  writer.texts(hosts, [["aggregate.hosts", (host) => host]]);
  if (serverGroups.length === 0) return;
  writer.texts(serverGroups, GROUP_TEXTS);
  const members = serverGroups.flatMap((group) => group.members);
  writer.texts(members, [["serverGroup.members", (member) => member]]);
}

export function writeComputeNumbers(model: ClusterModelSource, writer: ColumnWriter): void {
  const { nodes, instances, aggregates, serverGroups } = model;
  writer.flags(nodes, NODE_FLAGS);
  writer.numbers(nodes, NODE_NUMBERS);
  writer.numbers(instances, INSTANCE_NUMBERS);
  writer.flags(instances, INSTANCE_FLAGS);
  writer.numbers(aggregates, [["aggregate.id", "u32", (aggregate) => aggregate.id]]);
  writeLinks(model, writer);
  writer.starts("aggregate.hostStart", aggregates, (aggregate) => aggregate.hosts.length);
  if (serverGroups.length === 0) return;
  writer.starts("serverGroup.memberStart", serverGroups, (group) => group.members.length);
}

/** Where instances are, and the same the other way round: each node's instances in model order. */
function writeLinks({ nodes, instances }: ClusterModelSource, writer: ColumnWriter): void {
  const node = Int32Array.from(instances, (instance) => instance.nodeIndex ?? UNMAPPED);
  const start = new Uint32Array(nodes.length + 1);
  for (const at of node) if (at !== UNMAPPED) start[at + 1] = (start[at + 1] as number) + 1;
  for (let at = 0; at < nodes.length; at++) start[at + 1] = (start[at + 1] as number) + (start[at] as number);
  const list = new Uint32Array(start[nodes.length] as number);
  const fill = start.slice();
  for (let instance = 0; instance < node.length; instance++) {
    const at = node[instance] as number;
    if (at === UNMAPPED) continue;
    list[fill[at] as number] = instance;
    fill[at] = (fill[at] as number) + 1;
  }
  writer.set("instance.node", node);
  writer.set("node.instanceStart", start);
  writer.set("node.instances", list);
}

export function writeMetrics(model: ClusterModelSource, writer: ColumnWriter): MetricEntry[] {
  return model.metrics.map((metric, index) => {
    const column = `metric.${index}`;
    writer.set(
      column,
      Float64Array.from(metric.values, (value) => value ?? Number.NaN),
    );
    const { name, unit, aggregate, periodS, granularityS } = metric;
    return { name, unit, aggregate, periodS, granularityS, column };
  });
}
