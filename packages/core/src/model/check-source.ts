/** Checks of a model source, so that a snapshot never holds what its columns can't. */
import { VigilError } from "../errors.ts";
import { METRICS } from "./metrics.ts";
import type { ClusterModelSource, InstanceSource, MetricSource, NodeSource } from "./source.ts";

const UINT32_MAX = 0xffffffff;
/** Indices of instances and nodes are i32 columns. */
const ELEMENTS_MAX = 0x7fffffff;

function refuse(what: string, seen: unknown, wanted: string): never {
  const text = typeof seen === "string" ? JSON.stringify(seen) : String(seen);
  throw new VigilError("invalid-input", `${what} is ${text}, ${wanted} is wanted`);
}

function uint32(value: number, what: string): void {
  if (!(Number.isInteger(value) && value >= 0 && value <= UINT32_MAX)) {
    refuse(what, value, `an integer from 0 to ${UINT32_MAX}`);
  }
}

function ratio(value: number, what: string): void {
  if (!(Number.isFinite(value) && value >= 0)) refuse(what, value, "a finite number >= 0");
}

function checkNode(node: NodeSource): void {
  const at = `of compute node ${node.uuid}`;
  if (node.status !== "enabled" && node.status !== "disabled") {
    refuse(`status ${at}`, node.status, "enabled or disabled");
  }
  if (node.state !== "up" && node.state !== "down") refuse(`state ${at}`, node.state, "up or down");
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
  const { nodeIndex } = instance;
  if (nodeIndex !== null && !(Number.isInteger(nodeIndex) && nodeIndex >= 0 && nodeIndex < nodes)) {
    refuse(`node index ${at}`, nodeIndex, `null or an index below ${nodes}`);
  }
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

function unique(keys: Iterable<string>, what: string): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) throw new VigilError("invalid-input", `${what} ${key} is there twice, once is wanted`);
    seen.add(key);
  }
}

/** @throws VigilError invalid-input naming the element, the value seen and the one wanted */
export function checkSource(model: ClusterModelSource): void {
  const { nodes, instances, aggregates, metrics } = model;
  if (Math.max(nodes.length, instances.length) > ELEMENTS_MAX) {
    refuse("number of elements", Math.max(nodes.length, instances.length), `at most ${ELEMENTS_MAX}`);
  }
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
}
