import type { ComputeTask } from "../compute-task.ts";

/** A task for thread-of-tests.ts, which does what the name of the strategy says. */
export function taskOf(strategyName: string, over: Partial<ComputeTask> = {}): ComputeTask {
  return {
    snapshot: new SharedArrayBuffer(8),
    goalName: "dummy",
    strategyName,
    parameters: {},
    scope: [],
    auditType: "EVENT",
    seed: 1,
    options: {},
    history: {},
    ...over,
  };
}
