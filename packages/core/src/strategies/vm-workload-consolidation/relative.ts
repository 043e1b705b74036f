/** Utilisation as a share of capacity: what Watcher logs, and what people compare hosts by. */
import type { Overlay } from "../../model/overlay.ts";
import type { Loads } from "./loads.ts";

/** Shares of capacity, 0 and more; of a resource that a node has none of: 0. */
export interface RelativeUtilisation {
  cpu: number;
  ram: number;
  disk: number;
}

export function relativeUtilisation(overlay: Overlay, loads: Loads, node: number): RelativeUtilisation {
  return {
    cpu: share(loads.cpu(node), overlay.vcpuCapacity[node] as number),
    ram: share(loads.ramMiB(node), overlay.memoryCapacityMiB[node] as number),
    disk: share(loads.diskGb(node), overlay.diskCapacityGb[node] as number),
  };
}

/** Mean over the nodes; of none: 0. */
export function averageUtilisation(overlay: Overlay, loads: Loads, nodes: Int32Array): RelativeUtilisation {
  const average = { cpu: 0, ram: 0, disk: 0 };
  for (const node of nodes) {
    const { cpu, ram, disk } = relativeUtilisation(overlay, loads, node);
    average.cpu += cpu / nodes.length;
    average.ram += ram / nodes.length;
    average.disk += disk / nodes.length;
  }
  return average;
}

/** Watcher divides by a capacity of 0 and fails the audit. */
function share(use: number, capacity: number): number {
  return capacity === 0 ? 0 : use / capacity;
}
