import type { ClusterModel } from "./model.ts";

/** What a person asks about a model first. */
export interface ModelSummary {
  takenAt: string | null;
  nodes: number;
  /** Nodes that strategies may use: up and enabled. */
  nodesAvailable: number;
  instances: number;
  unmappedInstances: number;
  aggregates: number;
  metrics: MetricSummary[];
}

export interface MetricSummary {
  name: string;
  unit: string;
  samples: number;
  missing: number;
}

export function summarizeModel(model: ClusterModel): ModelSummary {
  const { nodes, instances } = model;
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
    metrics: model.metrics.map(({ name, unit, values }) => {
      const missing = values.reduce((count, value) => count + Number(Number.isNaN(value)), 0);
      return { name, unit, samples: values.length - missing, missing };
    }),
  };
}
