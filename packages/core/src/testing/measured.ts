/** Clusters with use of CPU and memory, hosts and instances in agreement. Production never imports this. */
import type { ClusterModelSource, InstanceSource, NodeSource } from "../model/source.ts";
import { cluster, samples } from "./clusters.ts";

const KIB_PER_MIB = 1024;

/** What one instance uses: percent of its vCPUs, MiB; null: no sample. */
export interface Use {
  cpu: number | null;
  ram?: number | null;
}

/** Host values follow from the instances there, as a host without load of its own would report them. */
export function measured(
  nodes: readonly NodeSource[],
  guests: readonly (readonly [InstanceSource, Use])[],
): ClusterModelSource {
  const instances = guests.map(([one]) => one);
  const cpu = guests.map(([, use]) => use.cpu);
  const ram = guests.map(([, use]) => (use.ram === undefined ? 1 : use.ram));
  const sums = nodes.map(() => ({ cpu: 0, ram: 0 }));
  guests.forEach(([{ nodeIndex, vcpus }], at) => {
    const sum = sums[nodeIndex ?? -1];
    if (sum === undefined) return;
    sum.cpu += vcpus * (cpu[at] ?? 0);
    sum.ram += ram[at] ?? 0;
  });
  return cluster({
    nodes,
    instances,
    metrics: [
      samples("instance_cpu_usage", cpu),
      samples("instance_ram_usage", ram),
      samples(
        "host_cpu_usage",
        nodes.map(({ vcpus }, at) => (vcpus === 0 ? 0 : (sums[at]?.cpu ?? 0) / vcpus)),
      ),
      samples(
        "host_ram_usage",
        sums.map((sum) => sum.ram * KIB_PER_MIB),
      ),
    ],
  });
}
