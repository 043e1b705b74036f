import { UNMAPPED } from "./layout.ts";
import type { ClusterModel, StorageColumns } from "./model.ts";

/** What a person asks about a model first. */
export interface ModelSummary {
  takenAt: string | null;
  nodes: number;
  /** Nodes that strategies may use: up and enabled. */
  nodesAvailable: number;
  instances: number;
  unmappedInstances: number;
  aggregates: number;
  /** Absent: no storage model. */
  storage?: StorageSummary;
  /** Absent: no bare metal model. */
  baremetal?: { nodes: number };
  metrics: MetricSummary[];
}

export interface StorageSummary {
  nodes: number;
  pools: number;
  /** Pools whose backend reports no total or no free capacity. */
  poolsWithoutCapacity: number;
  volumes: number;
  /** Volumes that no pool of the model holds. */
  unmappedVolumes: number;
}

export interface MetricSummary {
  name: string;
  unit: string;
  samples: number;
  missing: number;
}

export function summarizeModel(model: ClusterModel): ModelSummary {
  const { nodes, instances, storage, baremetal } = model;
  let nodesAvailable = 0;
  for (let node = 0; node < nodes.count; node++) {
    if (nodes.up[node] === 1 && nodes.enabled[node] === 1) nodesAvailable += 1;
  }
  return {
    takenAt: model.takenAt,
    nodes: nodes.count,
    nodesAvailable,
    instances: instances.count,
    unmappedInstances: instances.count - nodes.instances.length,
    aggregates: model.aggregates.count,
    ...(storage === null ? {} : { storage: summarizeStorage(storage) }),
    ...(baremetal === null ? {} : { baremetal: { nodes: baremetal.count } }),
    metrics: model.metrics.map(({ name, unit, values }) => {
      const missing = values.reduce((count, value) => count + Number(Number.isNaN(value)), 0);
      return { name, unit, samples: values.length - missing, missing };
    }),
  };
}

function summarizeStorage({ nodes, pools, volumes }: StorageColumns): StorageSummary {
  let poolsWithoutCapacity = 0;
  for (let pool = 0; pool < pools.count; pool++) {
    const known = (pools.totalCapacityGb[pool] as number) + (pools.freeCapacityGb[pool] as number);
    poolsWithoutCapacity += Number(Number.isNaN(known));
  }
  const unmappedVolumes = volumes.pool.reduce((count, pool) => count + Number(pool === UNMAPPED), 0);
  return {
    nodes: nodes.count,
    pools: pools.count,
    poolsWithoutCapacity,
    volumes: volumes.count,
    unmappedVolumes,
  };
}
