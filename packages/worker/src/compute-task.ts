/** What crosses the border between the main thread and a compute thread. */

import type { ComputeInput, ErrorData } from "@vigil/core";
import type { PlannedSolution } from "@vigil/proto";

/** The snapshot is shared memory: handing it over copies nothing. */
export type ComputeTask = ComputeInput;

/**
 * The solution as it goes to state, all JSON already written: what is written in the thread needs no
 * cloning as objects and no time of the main thread.
 */
export type ComputedSolution = Omit<PlannedSolution, "snapshotHash" | "optionsJson">;

/** A union and no exception: one that crosses threads loses its kind. */
export type ComputeOutcome = { ok: true; solution: ComputedSolution } | { ok: false; error: ErrorData };
