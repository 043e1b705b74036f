/** What crosses the border between the main thread and where computing happens. */

import type { ComputeInput, ComputeStage, ErrorData } from "@vigil/core";
import type { PlannedSolution } from "@vigil/proto";

/** The snapshot is shared memory: handing it over to a thread copies nothing. */
export type ComputeTask = ComputeInput;

/**
 * The solution as it goes to state, all JSON already written: what is written in the thread needs no
 * cloning as objects and no time of the main thread.
 */
export type ComputedSolution = Omit<PlannedSolution, "snapshotHash" | "optionsJson" | "traceParent">;

/** What the stages of a computing took, ms, by the clock of its thread: `write` is the writing of JSON. */
export type ThreadTimes = Partial<Record<ComputeStage | "write", number>>;

/** What comes from the thread. */
export interface ThreadResult extends ComputedSolution {
  /** Not for state. */
  threadTimes?: ThreadTimes;
}

/** A union and no exception: one that crosses threads loses its kind. */
export type ComputeOutcome = { ok: true; solution: ThreadResult } | { ok: false; error: ErrorData };

/** What a process of its own is asked. Memory is not shared between processes. */
export interface LoneQuestion {
  task: Omit<ComputeTask, "snapshot">;
  /** Absent: that of the question before. */
  snapshot?: Uint8Array;
}

/** Said once at the start, and then in answer to each question. */
export type LoneAnswer = "ready" | ComputeOutcome;

/** Where runs are computed. */
export interface Computer {
  /**
   * @param signal ends the wait, or the computing
   * @param onStart called when computing begins
   * @param onLong called when the run goes on without a place of its own, since others wait
   * @throws VigilError what computing itself came to; what cut it off (`isEndedThread`): deadline (time limit),
   *   overloaded (out of memory), internal (it died); or the signal's reason
   */
  compute(
    task: ComputeTask,
    signal: AbortSignal,
    onStart?: () => void,
    onLong?: () => void,
  ): Promise<ThreadResult>;
  /** Ends all of it, also what computes. Resolves when it is gone. Idempotent. */
  close(): Promise<void>;
}
