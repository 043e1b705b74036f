import type { ClusterModelSource } from "@vigil/core";

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
