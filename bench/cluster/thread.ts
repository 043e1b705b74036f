/**
 * The compute thread of a worker whose runs cost 50 ms, on any model: of a processor of this machine, or of one that the
 * worker would have on a machine of its own. The latter only waits, so more workers can be measured than this machine has
 * processors for.
 */

import compute from "../../packages/worker/src/compute-thread.ts";

/** CPU time or waiting time of one run. */
export const RUN_MS = 50;

const never = new Int32Array(new SharedArrayBuffer(4));

export default function costly(task: Parameters<typeof compute>[0]): ReturnType<typeof compute> {
  if (process.env.BENCH_RUNS === "wait") Atomics.wait(never, 0, 0, RUN_MS);
  else spin();
  return compute(task);
}

function spin(): void {
  const begun = process.threadCpuUsage();
  let spentUs = 0;
  while (spentUs < RUN_MS * 1_000) {
    const { user, system } = process.threadCpuUsage(begun);
    spentUs = user + system;
  }
}
