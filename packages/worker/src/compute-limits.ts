/** What one run may take, in a thread or in a process of its own. */

export interface ComputeLimits {
  /** Longest computing of one run, ms. Default `DEFAULT_RUN_TIME_MAX_MS` of core. */
  runTimeMaxMs?: number | undefined;
  /** JavaScript heap of one run, MiB; the shared snapshot is outside of it. Default `DEFAULT_RUN_HEAP_MAX_MIB`. */
  heapMaxMiB?: number | undefined;
  /** How long a run keeps its place while others wait, ms. Default `LONG_RUN_MS`. */
  longRunMs?: number | undefined;
  /** Module that computes. Default: compute-thread.ts; tests give others. */
  threadModule?: URL | undefined;
}

/**
 * A hundred times what most runs take, so that few are ever moved aside; and the longest that an endless loop holds up
 * the runs behind it.
 */
export const LONG_RUN_MS = 10_000;

export const COMPUTE_THREAD = new URL("./compute-thread.ts", import.meta.url);
