/** Loads as workload_stabilization sees them: hosts by their own metrics, instances by theirs. */
import { VigilError } from "../../errors.ts";
import { findMetric } from "../../model/metrics.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import type { Coverage } from "../coverage.ts";
import { isAvailable } from "../soundness.ts";
import type { LoadMetric, WorkloadStabilizationParameters } from "./parameters.ts";

/** The host metric that each instance metric adds to: adding, say, cores to watts makes no sense. */
const HOST_METRICS: Record<LoadMetric, string> = {
  instance_cpu_usage: "host_cpu_usage",
  instance_ram_usage: "host_ram_usage",
};

const KIB_PER_MIB = 1024;

/** One metric of the run. Hosts are known by position: their place in `Loads.nodes`. */
export interface MetricLoads {
  name: LoadMetric;
  threshold: number;
  weight: number;
  /** By position: vCPUs or MiB that the host has, neither reserve nor ratio counted. */
  size: Float64Array;
  /** By position: share of `size` in use; above 1 where its instances want more than the host has. */
  share: Float64Array;
  /** By instance: vCPUs or MiB in use, >= 0; NaN where any metric of the run has no sample. */
  amount: Float64Array;
}

export interface Loads {
  /** Hosts taking part, sorted by uuid as text. */
  nodes: Int32Array;
  metrics: MetricLoads[];
  coverage: Coverage;
  /** Available hosts left out: a metric of the run has no sample, or the host nothing of the resource. */
  withoutSamples: number;
  withoutResource: number;
}

interface Columns {
  host: Float64Array;
  instance: Float64Array;
  /** By node. */
  size: Uint32Array;
}

/**
 * @throws VigilError invalid-input for a metric without weight or host metric; not-found
 *   (MetricNotAvailable) for one that the model does not hold
 */
export function readLoads(overlay: Overlay, parameters: WorkloadStabilizationParameters): Loads {
  const { model } = overlay;
  const names = [...new Set(parameters.metrics)];
  const columns = names.map((name) => columnsOf(overlay, name, parameters));
  const loads = { coverage: { wanted: 0, present: 0 }, withoutSamples: 0, withoutResource: 0 };
  const taken: number[] = [];
  for (let node = 0; node < model.nodes.count; node++) {
    if (!isAvailable(overlay, node)) continue;
    count(overlay, node, columns, loads.coverage);
    if (columns.some(({ size }) => size[node] === 0)) loads.withoutResource += 1;
    else if (columns.some(({ host }) => !isSample(host[node] as number))) loads.withoutSamples += 1;
    else taken.push(node);
  }
  // The text table is sorted: comparing indices is comparing uuids.
  const { uuid } = model.nodes;
  const nodes = Int32Array.from(taken).sort((a, b) => (uuid[a] as number) - (uuid[b] as number));
  const metrics = names.map((name, at) =>
    metricLoads(overlay, name, columns[at] as Columns, nodes, parameters),
  );
  maskPartial(metrics, model.instances.count);
  return { ...loads, nodes, metrics };
}

/** A sample below 0 is no measurement, and no better than none. */
function isSample(value: number): boolean {
  return value >= 0;
}

function columnsOf(overlay: Overlay, name: LoadMetric, given: WorkloadStabilizationParameters): Columns {
  const { model } = overlay;
  const hostMetric = given.instance_metrics[name];
  if (hostMetric !== HOST_METRICS[name]) {
    throw new VigilError(
      "invalid-input",
      `instance_metrics.${name} is ${JSON.stringify(hostMetric ?? null)}, "${HOST_METRICS[name]}" is wanted: loads of instances and hosts must measure the same`,
    );
  }
  const { periods, aggregation_method: methods, granularity: granularityS } = given;
  const host = findMetric(model.metrics, {
    name: hostMetric,
    aggregate: methods.node === "" ? methods.compute_node : methods.node,
    periodS: periods.node === 0 ? periods.compute_node : periods.node,
    granularityS,
  });
  const instance = findMetric(model.metrics, {
    name,
    aggregate: methods.instance,
    periodS: periods.instance,
    granularityS,
  });
  const size = name === "instance_cpu_usage" ? model.nodes.vcpus : model.nodes.memoryMiB;
  return { host: host.values, instance: instance.values, size };
}

function count(overlay: Overlay, node: number, columns: readonly Columns[], coverage: Coverage): void {
  for (const { host, instance } of columns) {
    coverage.wanted += 1 + (overlay.instancesOn[node] as number);
    if (isSample(host[node] as number)) coverage.present += 1;
    for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
      if (isSample(instance[at] as number)) coverage.present += 1;
    }
  }
}

function metricLoads(
  overlay: Overlay,
  name: LoadMetric,
  columns: Columns,
  nodes: Int32Array,
  parameters: WorkloadStabilizationParameters,
): MetricLoads {
  const cpu = name === "instance_cpu_usage";
  const amount = amountsOf(overlay, columns.instance, cpu);
  const size = Float64Array.from(nodes, (node) => columns.size[node] as number);
  const share = Float64Array.from(nodes, (node, position) => {
    const value = columns.host[node] as number;
    const measured = cpu ? value / 100 : value / KIB_PER_MIB / (size[position] as number);
    if (measured < 1 || overlay.parity) return measured;
    return Math.max(measured, wantedOf(overlay, node, amount) / (size[position] as number));
  });
  const threshold = parameters.thresholds[name];
  return { name, threshold, weight: weightOf(name, parameters), size, share, amount };
}

function amountsOf(overlay: Overlay, samples: Float64Array, cpu: boolean): Float64Array {
  const { vcpus, count } = overlay.model.instances;
  const amount = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const value = samples[at] as number;
    if (!isSample(value)) amount[at] = Number.NaN;
    else amount[at] = cpu ? (value / 100) * (vcpus[at] as number) : value;
  }
  return amount;
}

/**
 * What the instances of a host use together, as far as it is known. A host that is all in use can't measure
 * more than all: by how much it is overloaded, only its instances tell. Watcher takes such a host for far
 * better off than it is, and leaves it overloaded.
 */
function wantedOf(overlay: Overlay, node: number, amount: Float64Array): number {
  let sum = 0;
  for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
    const value = amount[at] as number;
    if (!Number.isNaN(value)) sum += value;
  }
  return sum;
}

function weightOf(name: LoadMetric, { weights }: WorkloadStabilizationParameters): number {
  const weight = weights[`${name}_weight`];
  if (weight !== undefined) return weight;
  throw new VigilError(
    "invalid-input",
    `weights has no ${name}_weight, a number from 0 to 1 is wanted for every entry of metrics; add it or leave out weights`,
  );
}

/** An instance that lacks a sample of one metric has no load at all. */
function maskPartial(metrics: readonly MetricLoads[], instances: number): void {
  if (metrics.length < 2) return;
  for (let at = 0; at < instances; at++) {
    if (!metrics.some(({ amount }) => Number.isNaN(amount[at]))) continue;
    for (const { amount } of metrics) amount[at] = Number.NaN;
  }
}
