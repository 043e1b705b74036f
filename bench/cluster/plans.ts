/** Plans per second of ever more workers, each with one thread, whose runs cost 50 ms each. */

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Cluster } from "../../test/cluster/cluster.ts";
import { median, progress } from "../figures.ts";
import { round } from "./rounds.ts";
import { difference, PARTS, spentBy } from "./spent.ts";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
/** Audits of a round, for each worker: five seconds of its work. */
const AUDITS_PER_WORKER = 100;
/** The first one warms up. */
const ROUNDS = 3;

export interface WorkerRate {
  workers: number;
  /** Median of the rounds. */
  plansPerSecond: number;
  /** Share of this machine's processors that all of the cluster used, 0 .. 1. */
  machineShare: number;
}

/** @param kind wait: as if each worker had a processor of its own */
export async function workerRates(
  cluster: Cluster,
  audits: readonly string[],
  counts: readonly number[],
  kind: "wait" | "compute",
): Promise<WorkerRate[]> {
  const program = ["env", `BENCH_RUNS=${kind}`, process.execPath, WORKER] as const;
  const rates: WorkerRate[] = [];
  for (const count of counts) {
    while (workersOf(cluster).length < count) await cluster.joinWorker({ version: kind, program });
    rates.push(await rateOf(cluster, audits.slice(0, count * AUDITS_PER_WORKER)));
    progress(`${count} workers: ${rates.at(-1)!.plansPerSecond.toFixed(1)} plans/s`);
  }
  await cluster.remove(workersOf(cluster));
  return rates;
}

async function rateOf(cluster: Cluster, audits: readonly string[]): Promise<WorkerRate> {
  const rates: number[] = [];
  const shares: number[] = [];
  for (let n = 0; n < ROUNDS; n++) {
    const before = await spentBy(cluster);
    rates.push(await round(cluster, audits));
    const { cpuS, atS } = difference(before, await spentBy(cluster));
    shares.push(PARTS.reduce((sum, part) => sum + cpuS[part], 0) / atS / availableParallelism());
  }
  return {
    workers: workersOf(cluster).length,
    plansPerSecond: median(rates.slice(1)),
    machineShare: median(shares.slice(1)),
  };
}

function workersOf(cluster: Cluster) {
  return cluster.roles.filter(({ role }) => role === "worker");
}
