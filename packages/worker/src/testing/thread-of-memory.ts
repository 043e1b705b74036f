/** The compute thread, which after each run collects what is garbage and tells what it still holds. */

import type { ComputeOutcome, ComputeTask } from "../compute-task.ts";
import compute from "../compute-thread.ts";

/** Memory of the thread in bytes takes the place of the computing time: results have no room for more. */
export default function measured(task: ComputeTask): ComputeOutcome {
  const outcome = compute(task);
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const solution = outcome.ok ? outcome.solution : { strategyName: task.strategyName };
  return { ok: true, solution: { ...solution, computeMs: heapUsed + arrayBuffers } };
}
