/** Clusters of the benchmark: generated once into .cache/, and once more as the snapshot that a worker gets. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readClusterJson } from "@vigil/collectors";
import { type ClusterModelSource, encodeSnapshot, type MetricSource } from "@vigil/core";
import { progress } from "../figures.ts";
import { PYTHON, TOOLS } from "./python.ts";
import type { Size } from "./rows.ts";

export const CACHE = join(import.meta.dirname, "../../.cache/bench");

export interface ClusterFiles {
  size: Size;
  /** Cluster JSON, for the checker. */
  cluster: string;
  /** Bytes of `encodeSnapshot`. */
  snapshot: string;
}

/** The files of a size, made where they are missing; undefined: they are, and there is no Python to make them. */
export function clusterFiles(size: Size, seed = 1): ClusterFiles | undefined {
  mkdirSync(CACHE, { recursive: true });
  const name = join(CACHE, `c-${size.replace("/", "-")}-s${seed}`);
  const files = { size, cluster: `${name}.json`, snapshot: `${name}.snapshot` };
  if (!existsSync(files.cluster)) {
    if (PYTHON === undefined) {
      progress(`${size}: no python3 to generate the cluster, and ${files.cluster} is not there; left out`);
      return undefined;
    }
    progress(`${size}: generating the cluster ...`);
    const partial = `${files.cluster}.part`;
    execFileSync(PYTHON, [
      join(TOOLS, "gen_cluster.py"),
      "--size",
      size,
      "--seed",
      String(seed),
      "--out",
      partial,
    ]);
    renameSync(partial, files.cluster);
  }
  return files;
}

/** Writes the snapshot of a cluster; run in a process of its own, since parsing leaves much memory behind. */
export function writeSnapshot({ cluster, snapshot }: ClusterFiles): void {
  const model = readClusterJson(readFileSync(cluster, "utf8"));
  writeFileSync(snapshot, encodeSnapshot({ ...model, metrics: [...model.metrics, ...thermal(model)] }));
}

/**
 * What the generator has no sensors for: one host in ten is hot, the rest are warm. Rows of a rack are
 * neighbours, so the values go round by the number of the host, and no random numbers are needed.
 */
function thermal({ nodes }: ClusterModelSource): MetricSource[] {
  const column = (name: string, unit: string, sampleOf: (node: number) => number): MetricSource => {
    const key = { aggregate: null, periodS: null, granularityS: null };
    return { name, unit, ...key, values: nodes.map((_, node) => sampleOf(node)) };
  };
  const hot = (node: number): boolean => node % 10 === 0;
  return [
    column("host_outlet_temp", "degC", (node) => (hot(node) ? 40 : 25 + (node % 7))),
    column("host_inlet_temp", "degC", (node) => 20 + (node % 5)),
    column("host_airflow", "0.1 CFM", (node) => (hot(node) ? 500 : 250 + (node % 11))),
    column("host_power", "W", (node) => (hot(node) ? 400 : 200 + (node % 13))),
  ];
}
