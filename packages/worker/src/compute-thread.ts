/** Runs in a compute thread: core's pure computing, and nothing that waits. */

import { getPriority, setPriority } from "node:os";
import { computePlan, VigilError, warmUp } from "@vigil/core";
import type { ComputeOutcome, ComputeTask, ThreadTimes } from "./compute-task.ts";
import { endedThread } from "./ended-thread.ts";

/** Steps behind its own process. */
const COMPUTE_NICENESS = 5;
/** As of setpriority(2). */
const NICENESS_MAX = 19;

// Of this thread alone, on Linux: a worker whose threads compute must still say that it lives.
setPriority(Math.min(getPriority() + COMPUTE_NICENESS, NICENESS_MAX));
warmUp();

/** What V8 says when the machine, not the heap's limit, is out of memory: nothing that the inputs are to blame for. */
const NO_MEMORY = "Array buffer allocation failed";

export default function compute(task: ComputeTask): ComputeOutcome {
  const outcome = computed(task);
  if (outcome.ok || outcome.error.message !== NO_MEMORY) return outcome;
  return {
    ok: false,
    error: endedThread("overloaded", `computing got no more memory: ${NO_MEMORY}`).toData(),
  };
}

function computed(task: ComputeTask): ComputeOutcome {
  const startedMs = performance.now();
  const threadTimes: ThreadTimes = {};
  let sinceMs = startedMs;
  const onEnd = (stage: keyof ThreadTimes) => {
    const nowMs = performance.now();
    threadTimes[stage] = nowMs - sinceMs;
    sinceMs = nowMs;
  };
  const result = computePlan(task, onEnd);
  if (!result.ok) return result;
  const { plan } = result;
  try {
    const solution = {
      strategyName: plan.strategyName,
      strategyVersion: plan.strategyVersion,
      actions: plan.actions.map((action) => ({
        actionType: action.actionType,
        inputParametersJson: JSON.stringify(action.inputParameters),
        parents: action.parents,
      })),
      efficacyIndicators: plan.efficacyIndicators.map(({ name, description, unit, value }) => ({
        name,
        description,
        value,
        ...(unit === null ? {} : { unit }),
      })),
      globalEfficacyJson: JSON.stringify(plan.globalEfficacy),
      explanationJson: JSON.stringify(plan.explanation),
      computeMs: performance.now() - startedMs,
    };
    onEnd("write");
    return { ok: true, solution: { ...solution, threadTimes } };
  } catch (thrown) {
    // Texts longer than V8 can hold: the same plan would fail the same way again.
    return { ok: false, error: VigilError.from(thrown).toData() };
  }
}
