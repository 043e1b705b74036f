/** Checks of a model source, so that a snapshot never holds what its columns can't. */
import { checkBaremetal, checkStorage } from "./check-storage.ts";
import { fewEnough, indexOrNull, ratio, refuse, serviceState, uint32, unique } from "./check-values.ts";
import { METRICS } from "./metrics.ts";
import type { ClusterModelSource, InstanceSource, MetricSource, NodeSource } from "./source.ts";

function checkNode(node: NodeSource): void {
  const at = `of compute node ${node.uuid}`;
  serviceState(node, at);
  uint32(node.vcpus, `vcpus ${at}`);
  uint32(node.vcpusReserved, `vcpusReserved ${at}`);
  ratio(node.vcpuRatio, `vcpuRatio ${at}`);
  uint32(node.memoryMiB, `memoryMiB ${at}`);
  uint32(node.memoryReservedMiB, `memoryReservedMiB ${at}`);
  ratio(node.memoryRatio, `memoryRatio ${at}`);
  uint32(node.diskGb, `diskGb ${at}`);
  uint32(node.diskReservedGb, `diskReservedGb ${at}`);
  ratio(node.diskRatio, `diskRatio ${at}`);
}

function checkInstance(instance: InstanceSource, nodes: number): void {
  const at = `of instance ${instance.uuid}`;
  uint32(instance.vcpus, `vcpus ${at}`);
  uint32(instance.memoryMiB, `memoryMiB ${at}`);
  uint32(instance.diskGb, `diskGb ${at}`);
  indexOrNull(instance.nodeIndex, nodes, `node index ${at}`);
}

function checkMetric(metric: MetricSource, model: ClusterModelSource): void {
  const described = METRICS.get(metric.name);
  if (described === undefined) refuse("metric", metric.name, `one of ${[...METRICS.keys()].join(", ")}`);
  if (metric.unit !== described.unit) refuse(`unit of ${metric.name}`, metric.unit, described.unit);
  const wanted = described.subject === "node" ? model.nodes.length : model.instances.length;
  if (metric.values.length !== wanted) {
    refuse(
      `length of ${metric.name}`,
      metric.values.length,
      `${wanted}, one value per ${described.subject},`,
    );
  }
  for (const value of metric.values) {
    if (value !== null && !Number.isFinite(value))
      refuse(`sample of ${metric.name}`, value, "a number or null");
  }
}

/** @throws VigilError invalid-input naming the element, the value seen and the one wanted */
export function checkSource(model: ClusterModelSource): void {
  const { nodes, instances, aggregates, serverGroups, metrics, storage, baremetal } = model;
  fewEnough([nodes, instances]);
  for (const node of nodes) checkNode(node);
  for (const instance of instances) checkInstance(instance, nodes.length);
  for (const aggregate of aggregates) uint32(aggregate.id, `id of aggregate ${aggregate.name}`);
  for (const metric of metrics) checkMetric(metric, model);
  unique(
    nodes.map((node) => node.uuid),
    "Compute node",
  );
  unique(
    instances.map((instance) => instance.uuid),
    "Instance",
  );
  unique(
    metrics.map((metric) => [metric.name, metric.aggregate, metric.periodS, metric.granularityS].join(" ")),
    "Metric column",
  );
  unique(
    serverGroups.map((group) => group.uuid),
    "Server group",
  );
  if (storage !== null) checkStorage(storage);
  if (baremetal !== null) checkBaremetal(baremetal);
}
