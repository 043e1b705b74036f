/** What one run may take of a machine, unless the operator says otherwise. */

/**
 * Longest computing of one run, ms. The slowest search that is known takes about a minute of a slow processor on the
 * largest model; what takes twice as long most likely never ends, and holds a processor in each of its attempts.
 */
export const DEFAULT_RUN_TIME_MAX_MS = 120_000;

/** JavaScript heap of one run, MiB, the snapshot not counted: twenty times what the largest model takes. */
export const DEFAULT_RUN_HEAP_MAX_MIB = 1_024;
