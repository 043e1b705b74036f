/** Load of nodes as workload_balance sees it: the sum of what their instances use. */
import type { MetricColumn } from "../../model/metrics.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import type { Coverage } from "../coverage.ts";
import { isAvailable } from "../soundness.ts";

/** vCPUs in use, or MiB in use; NaN without a sample. */
export type LoadOf = (instance: number) => number;

export interface NodeLoads {
  /** Nodes taking part, in model order. */
  nodes: number[];
  /** By node: load, and load in percent of what the node has. */
  load: Float64Array;
  utilPercent: Float64Array;
  /** By node: vCPUs or MiB it has, neither reserve nor ratio counted. */
  total: Uint32Array;
  /** Mean load of the nodes taking part. */
  average: number;
  coverage: Coverage;
  /** Available nodes left out: without any of the resource, or with instances and no sample. */
  withoutResource: number;
  withoutSamples: number;
}

export function loadOf(overlay: Overlay, column: MetricColumn): LoadOf {
  const { values } = column;
  const { vcpus } = overlay.model.instances;
  if (column.unit === "MiB") return (instance) => values[instance] as number;
  return (instance) => ((values[instance] as number) * (vcpus[instance] as number)) / 100;
}

export function nodeLoads(overlay: Overlay, column: MetricColumn): NodeLoads {
  const { model } = overlay;
  const count = model.nodes.count;
  const loads: NodeLoads = {
    nodes: [],
    load: new Float64Array(count),
    utilPercent: new Float64Array(count),
    total: column.unit === "MiB" ? model.nodes.memoryMiB : model.nodes.vcpus,
    average: 0,
    coverage: { wanted: 0, present: 0 },
    withoutResource: 0,
    withoutSamples: 0,
  };
  const load = loadOf(overlay, column);
  let sum = 0;
  for (let node = 0; node < count; node++) {
    if (!isAvailable(overlay, node)) continue;
    if (loads.total[node] === 0) loads.withoutResource += 1;
    else if (measure(overlay, node, load, loads)) {
      loads.nodes.push(node);
      sum += loads.load[node] as number;
    } else loads.withoutSamples += 1;
  }
  loads.average = loads.nodes.length === 0 ? 0 : sum / loads.nodes.length;
  return loads;
}

/** Sums up one node. False when it holds instances of which none has a sample: its load is not known. */
function measure(overlay: Overlay, node: number, load: LoadOf, loads: NodeLoads): boolean {
  let present = 0;
  let sum = 0;
  for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
    const value = load(at);
    if (Number.isNaN(value)) continue;
    present += 1;
    sum += value;
  }
  const instances = overlay.instancesOn[node] as number;
  loads.coverage.wanted += instances;
  loads.coverage.present += present;
  loads.load[node] = sum;
  loads.utilPercent[node] = (100 * sum) / (loads.total[node] as number);
  return instances === 0 || present > 0;
}
