/**
 * The process in which suspects are computed, one after the other: a child of the worker, with one compute thread. The
 * main thread stays free, so that it sees at once when the worker is gone, and when memory grows that no limit of the
 * heap counts.
 */

import { writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { DEFAULT_RUN_HEAP_MAX_MIB, shareSnapshot, VigilError } from "@vigil/core";
import { createComputePool } from "./compute-pool.ts";
import type { ComputeOutcome, LoneAnswer, LoneQuestion } from "./compute-task.ts";
import { endedThread } from "./ended-thread.ts";

/** As options of the process: JSON on its command line. */
export interface LoneOptions {
  runTimeMaxMs?: number | undefined;
  heapMaxMiB?: number | undefined;
  /** URL of the module that computes; absent: compute-thread.ts. */
  threadModule?: string | undefined;
}

/** The kernel, when memory runs out, takes this process and not the worker, the database or the broker. */
const OOM_SCORE = "1000";
/** Work that goes on and on must not take the processors from what is known to be good. */
const NICENESS = 10;
/** Looks at the memory, ms: some 100 MiB are filled meanwhile. */
const MEMORY_LOOK_MS = 50;
/** Memory outside of the heap (arrays of numbers, a plan on its way) may be as much as the heap. */
const GROWTH_PER_HEAP = 2;
const MIB = 1024 * 1024;

const options = JSON.parse(process.argv[2] ?? "{}") as LoneOptions;
const growthMaxMiB = GROWTH_PER_HEAP * (options.heapMaxMiB ?? DEFAULT_RUN_HEAP_MAX_MIB);
const pool = createComputePool({
  threads: 1,
  runTimeMaxMs: options.runTimeMaxMs,
  heapMaxMiB: options.heapMaxMiB,
  threadModule: options.threadModule === undefined ? undefined : new URL(options.threadModule),
});
const never = new AbortController().signal;
let snapshot = new SharedArrayBuffer(0);

const die = () => process.kill(process.pid, "SIGKILL");
const answer = (said: LoneAnswer, then?: () => void) => process.send?.(said, undefined, undefined, then);

async function outcomeOf({ task, snapshot: fresh }: LoneQuestion): Promise<ComputeOutcome> {
  if (fresh !== undefined) snapshot = shareSnapshot(fresh);
  try {
    return { ok: true, solution: await pool.compute({ ...task, snapshot }, never) };
  } catch (thrown) {
    return { ok: false, error: VigilError.from(thrown).toData() };
  }
}

const residentMiB = () => Math.ceil(process.memoryUsage.rss() / MIB);

function watchMemory(beforeMiB: number): void {
  const growthMiB = residentMiB() - beforeMiB;
  if (growthMiB <= growthMaxMiB) return;
  const text = `computing filled more than ${growthMaxMiB} MiB of memory and was ended. Raise the worker's heap limit.`;
  answer({ ok: false, error: endedThread("overloaded", text).toData() }, die);
}

async function compute(question: LoneQuestion): Promise<void> {
  const beforeMiB = residentMiB();
  const looks = setInterval(() => watchMemory(beforeMiB), MEMORY_LOOK_MS);
  const outcome = await outcomeOf(question);
  clearInterval(looks);
  answer(outcome);
}

try {
  writeFileSync("/proc/self/oom_score_adj", OOM_SCORE);
  setPriority(NICENESS);
} catch {
  // Another system, or not allowed: the kernel then chooses by size alone.
}
process.on("disconnect", die);
// Signals to the whole group are meant for the worker, which ends this process when it is time.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
process.on("message", (question: LoneQuestion) => void compute(question));
answer("ready");
