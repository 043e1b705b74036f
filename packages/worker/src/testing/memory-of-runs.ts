/**
 * Computes every strategy again and again, as a worker does, and prints what it takes in memory, one line of JSON:
 *
 *     node --expose-gc packages/worker/src/testing/memory-of-runs.ts NODES INSTANCES RUNS [SNAPSHOT]
 *
 * A process of its own, since the memory of a test's process has other reasons to grow. SNAPSHOT is a file of
 * `encodeSnapshot` to take instead of the made-up cluster. Without --expose-gc the peak is that of a real worker.
 */
import { readFileSync } from "node:fs";
import { encodeSnapshot, STRATEGIES, shareSnapshot } from "@vigil/core";
import { createComputePool } from "../compute-pool.ts";
import { busyModel } from "./model.ts";

/** Rounds over all strategies after which code is compiled and caches are full; what comes then is growth. */
const SETTLING_ROUNDS = 3;
const MIB = 1_048_576;

export interface MemoryOfRuns {
  runs: number;
  /** Runs that came to a plan; the others to an error. */
  plans: number;
  snapshotMiB: number;
  /** Heap and arrays that the thread still holds after a run: at first, and after all runs. */
  settledMiB: number;
  endMiB: number;
  /** Resident set of the whole process, at most. */
  peakMiB: number;
}

async function measure(snapshot: SharedArrayBuffer, runs: number): Promise<MemoryOfRuns> {
  const threadModule = new URL("./thread-of-memory.ts", import.meta.url);
  const pool = createComputePool({ threads: 1, threadModule });
  const never = new AbortController().signal;
  let plans = 0;
  /** What the thread held at the end of the last run. */
  const compute = async (count: number) => {
    let heldBytes = 0;
    plans = 0;
    for (let n = 0; n < count; n++) {
      const { name, goalName } = STRATEGIES[n % STRATEGIES.length]!;
      const task = { snapshot, goalName, strategyName: name, seed: n, auditType: "EVENT" };
      // Some strategies lack a model or a parameter here: their errors have to leave nothing as well.
      const given = { parameters: {}, scope: [], options: {}, history: {} };
      const { computeMs, explanationJson } = await pool.compute({ ...task, ...given }, never);
      heldBytes = Number(computeMs);
      if (explanationJson !== undefined) plans++;
    }
    return heldBytes / MIB;
  };
  const settledMiB = await compute(SETTLING_ROUNDS * STRATEGIES.length);
  const endMiB = await compute(runs);
  await pool.close();
  const peakMiB = process.resourceUsage().maxRSS / 1_024;
  return { runs, plans, snapshotMiB: snapshot.byteLength / MIB, settledMiB, endMiB, peakMiB };
}

const [nodes, instances, runs] = process.argv.slice(2, 5).map(Number) as [number, number, number];
const file = process.argv[5];
const bytes = file === undefined ? encodeSnapshot(busyModel(nodes, instances)) : readFileSync(file);
process.stdout.write(`${JSON.stringify(await measure(shareSnapshot(bytes), runs))}\n`);
