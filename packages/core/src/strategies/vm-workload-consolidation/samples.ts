/** What instances use and what hosts report, read once per audit, before the first move. */
import { findMetric, type MetricRequest } from "../../model/metrics.ts";
import type { ClusterModel } from "../../model/model.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
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

/** @throws VigilError not-found (MetricNotAvailable) without a metric that nothing stands in for */
export function readSamples(overlay: Overlay, parameters: VmWorkloadConsolidationParameters): Samples {
  const { model, parity } = overlay;
  const column = (name: string): Float64Array =>
    findMetric(model.metrics, requestOf(name, parameters)).values;
  const cpuPercent = column("instance_cpu_usage");
  const hostCpuPercent = column("host_cpu_usage");
  const hostRamKiB = column("host_ram_usage");
  const ram = optionalColumns(model, ["instance_ram_usage", "instance_ram_allocated"], parameters);
  const disk = optionalColumns(model, ["instance_root_disk_size"], parameters);
  const { vcpus, memoryMiB, diskGb, state } = model.instances;
  const stopped = model.findText("stopped");
  const cpuOf = (instance: number): number => {
    const percent = cpuPercent[instance] as number;
    if (parity) return ((vcpus[instance] as number) * (percent || 100)) / 100;
    // What does not run uses no CPU: that is known without a sample.
    if (Number.isNaN(percent) && state[instance] === stopped) return 0;
    return ((vcpus[instance] as number) * percent) / 100;
  };
  const samples: Samples = {
    cpu: Float64Array.from(vcpus, (_, instance) => cpuOf(instance)),
    ramMiB: chain(ram, memoryMiB, parity),
    diskGb: chain(disk, diskGb, parity),
    hostCpu: hostCpuPercent.map((percent, node) => (percent * (model.nodes.vcpus[node] as number)) / 100),
    hostRamMiB: hostRamKiB.map((kib) => kib / KIB_PER_MIB),
    coverage: { wanted: 0, present: 0 },
  };
  measureCoverage(overlay, samples, [ram, disk]);
  return samples;
}

function requestOf(name: string, { period, granularity }: VmWorkloadConsolidationParameters): MetricRequest {
  return { name, aggregate: "mean", periodS: period, granularityS: granularity };
}

/** Columns of a chain that the model holds: the flavor stands in for those it lacks. */
function optionalColumns(
  model: ClusterModel,
  names: readonly string[],
  parameters: VmWorkloadConsolidationParameters,
): Float64Array[] {
  const held = names.filter((name) => model.metrics.some((column) => column.name === name));
  return held.map((name) => findMetric(model.metrics, requestOf(name, parameters)).values);
}

/** First sample of the chain, else what the flavor has. With `parity` a sample of 0 is none, as in Watcher. */
function chain(columns: readonly Float64Array[], flavor: Uint32Array, parity: boolean): Float64Array {
  return Float64Array.from(flavor, (size, instance) => {
    for (const column of columns) {
      const value = column[instance] as number;
      if (parity ? value > 0 : !Number.isNaN(value)) return value;
    }
    return size;
  });
}

/** Whether the strategy looks at a node at all: in scope and up, whatever its status. */
export function isLookedAt(overlay: Overlay, node: number): boolean {
  return overlay.takesPart[node] === 1 && overlay.model.nodes.up[node] === 1;
}

export function hasHostSamples({ hostCpu, hostRamMiB }: Samples, node: number): boolean {
  return present(hostCpu, node) + present(hostRamMiB, node) === 2;
}

/** Over nodes looked at and their instances. A chain counts once, if the model has any of its columns. */
function measureCoverage(
  overlay: Overlay,
  { cpu, hostCpu, hostRamMiB, coverage }: Samples,
  chains: readonly Float64Array[][],
): void {
  const held = chains.filter((columns) => columns.length > 0);
  for (let node = 0; node < hostCpu.length; node++) {
    if (!isLookedAt(overlay, node)) continue;
    coverage.wanted += 2 + (overlay.instancesOn[node] as number) * (1 + held.length);
    coverage.present += present(hostCpu, node) + present(hostRamMiB, node);
    for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
      coverage.present += present(cpu, at);
      for (const columns of held) coverage.present += presentInAny(columns, at);
    }
  }
}

function present(values: Float64Array, at: number): 0 | 1 {
  return Number.isNaN(values[at] as number) ? 0 : 1;
}

function presentInAny(columns: readonly Float64Array[], at: number): 0 | 1 {
  for (const values of columns) if (present(values, at) === 1) return 1;
  return 0;
}
