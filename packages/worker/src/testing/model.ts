import { type ClusterModelSource, METRICS } from "@vigil/core";

/** A cluster with nothing in it; enough for the dummy strategy. */
export function tinyModel(takenAt: string | null = null): ClusterModelSource {
  return {
    takenAt,
    nodes: [],
    instances: [],
    aggregates: [],
    serverGroups: [],
    metrics: [],
    storage: null,
    baremetal: null,
  };
}

const NODE = {
  status: "enabled" as const,
  state: "up" as const,
  disabledReason: null,
  zone: null,
  vcpus: 64,
  vcpusReserved: 0,
  vcpuRatio: 4,
  memoryMiB: 524_288,
  memoryReservedMiB: 0,
  memoryRatio: 1,
  diskGb: 8_000,
  diskReservedGb: 0,
  diskRatio: 1,
};

/** A cluster on which consolidation and balancing find much to do: every tenth node is hot, all are half full. */
export function busyModel(nodes: number, instances: number): ClusterModelSource {
  const hot = (node: number) => node % 10 === 0;
  return {
    ...tinyModel(),
    nodes: Array.from({ length: nodes }, (_, n) => ({ ...NODE, uuid: `node-${n}`, hostname: `host-${n}` })),
    instances: Array.from({ length: instances }, (_, n) => ({
      uuid: `instance-${n}`,
      name: `vm-${n}`,
      nodeIndex: n % nodes,
      state: n % 20 === 0 ? "stopped" : "active",
      vcpus: 2 ** (n % 3),
      memoryMiB: 2_048 * 2 ** (n % 3),
      diskGb: 20,
      metadata: {},
      projectId: null,
      locked: false,
      host: null,
      hypervisorHostname: null,
      created: null,
      watcherExclude: false,
      flavorExtraSpecs: {},
      pinnedAz: null,
    })),
    metrics: [...METRICS].map(([name, { unit, subject }]) => ({
      name,
      unit,
      aggregate: null,
      periodS: null,
      granularityS: null,
      values: Array.from({ length: subject === "node" ? nodes : instances }, (_, n) =>
        hot(subject === "node" ? n : n % nodes) ? 60 + ((n * 7) % 40) : (n * 7) % 20,
      ),
    })),
  };
}
