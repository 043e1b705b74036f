/** What instances use and what hosts report, read once per audit, before the first move. */
import { findMetric } from "../../model/metrics.ts";
import type { ClusterModel } from "../../model/model.ts";
import type { Overlay } from "../../model/overlay.ts";
import type { Coverage } from "../coverage.ts";
import type { VmWorkloadConsolidationParameters } from "./parameters.ts";

const KIB_PER_MIB = 1024;

export interface Samples {
  /** By instance: vCPUs in use (NaN: not known), MiB, GB. */
  cpu: Float64Array;
  ramMiB: Float64Array;
  diskGb: Float64Array;
  /** By node: vCPUs and MiB that the host itself reports; NaN: no sample. */
  hostCpu: Float64Array;
  hostRamMiB: Float64Array;
  coverage: Coverage;
}

/** Columns of which the first sample counts. */
type Chain = readonly Float64Array[];

/** @throws VigilError not-found (MetricNotAvailable) without a metric that nothing stands in for */
export function readSamples(overlay: Overlay, parameters: VmWorkloadConsolidationParameters): Samples {
  const { model, parity } = overlay;
  const { memoryMiB, diskGb } = model.instances;
  const column = (name: string): Float64Array => columnOf(model, name, parameters);
  // The flavor stands in for metrics that the model holds no column of.
  const chain = (...names: string[]): Chain =>
    names.filter((name) => model.metrics.some((held) => held.name === name)).map(column);
  const ram = chain("instance_ram_usage", "instance_ram_allocated");
  const disk = chain("instance_root_disk_size");
  const samples: Samples = {
    cpu: cpuInUse(model, column("instance_cpu_usage"), parity),
    ramMiB: firstSamples(ram, memoryMiB, parity),
    diskGb: firstSamples(disk, diskGb, parity),
    hostCpu: column("host_cpu_usage").map(
      (percent, node) => (percent * (model.nodes.vcpus[node] as number)) / 100,
    ),
    hostRamMiB: column("host_ram_usage").map((kib) => kib / KIB_PER_MIB),
    coverage: { wanted: 0, present: 0 },
  };
  measureNodes(overlay, samples);
  measureInstances(overlay, samples);
  return samples;
}

function columnOf(
  { metrics }: ClusterModel,
  name: string,
  { period, granularity }: VmWorkloadConsolidationParameters,
): Float64Array {
  return findMetric(metrics, { name, aggregate: "mean", periodS: period, granularityS: granularity }).values;
}

function cpuInUse(model: ClusterModel, percent: Float64Array, parity: boolean): Float64Array {
  const { vcpus, state, count } = model.instances;
  const stopped = model.findText("stopped");
  const cpu = new Float64Array(count);
  for (let instance = 0; instance < count; instance++) {
    let used = percent[instance] as number;
    if (parity) used = used > 0 ? used : 100;
    // What does not run uses no CPU: that is known without a sample.
    else if (Number.isNaN(used) && state[instance] === stopped) used = 0;
    cpu[instance] = ((vcpus[instance] as number) * used) / 100;
  }
  return cpu;
}

/** First sample of the chain, else the flavor. With `parity` a sample of 0 is none, as in Watcher. */
function firstSamples(chain: Chain, flavor: Uint32Array, parity: boolean): Float64Array {
  const first = Float64Array.from(flavor);
  for (const values of chain.toReversed()) {
    for (let instance = 0; instance < first.length; instance++) {
      const value = values[instance] as number;
      if (parity ? value > 0 : !Number.isNaN(value)) first[instance] = value;
    }
  }
  return first;
}

/** Whether the strategy looks at a node at all: in scope and up, whatever its status. */
export function isLookedAt(overlay: Overlay, node: number): boolean {
  return overlay.takesPart[node] === 1 && overlay.model.nodes.up[node] === 1;
}

export function hasHostSamples({ hostCpu, hostRamMiB }: Samples, node: number): boolean {
  return !Number.isNaN(hostCpu[node] as number) && !Number.isNaN(hostRamMiB[node] as number);
}

function measureNodes(overlay: Overlay, { hostCpu, hostRamMiB, coverage }: Samples): void {
  for (let node = 0; node < hostCpu.length; node++) {
    if (!isLookedAt(overlay, node)) continue;
    coverage.wanted += 2;
    if (!Number.isNaN(hostCpu[node] as number)) coverage.present += 1;
    if (!Number.isNaN(hostRamMiB[node] as number)) coverage.present += 1;
  }
}

/**
 * CPU use of the instances on nodes looked at. Memory and disk are never missing: at the end of their chains
 * stands the flavor, which is at least what an instance can use.
 */
function measureInstances(overlay: Overlay, { cpu, coverage }: Samples): void {
  for (let instance = 0; instance < cpu.length; instance++) {
    const node = overlay.nodeOf[instance] as number;
    if (node < 0 || !isLookedAt(overlay, node)) continue;
    coverage.wanted += 1;
    if (!Number.isNaN(cpu[instance] as number)) coverage.present += 1;
  }
}
