/** Every limit of the gRPC border. Client and server take them from here, so that they can't drift apart. */

/**
 * Largest request, bytes (64 MiB). A plan of 100,000 actions is about 30 MiB; gRPC's own
 * default of 4 MiB would refuse a plan of some 12,000.
 */
export const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Largest answer that a client takes, bytes. A plan that fitted a request (at most 1,000,000 actions) comes back to its
 * applier with the UUID and the state of each action, some 50 bytes more.
 */
export const ANSWER_BYTES_MAX = 2 * MESSAGE_BYTES_MAX;

/**
 * Memory for requests kept until their answer arrives, so that they can be sent again, bytes (128 MiB per
 * client). One request may use MESSAGE_BYTES_MAX of it: the default (1 MiB) would send a large Complete once.
 */
export const RETRY_BUFFER_BYTES_MAX = 2 * MESSAGE_BYTES_MAX;

/** Tries of one call, the first included. gRPC allows no more than 5. All of them share one deadline. */
export const CALL_ATTEMPTS_MAX = 5;

/**
 * Pause before the second try, seconds; doubled each time up to the next constant, and randomised by gRPC.
 * Together about 1.5 s: longer than the restart of a state process behind several addresses is noticed.
 */
export const RETRY_BACKOFF_FIRST_S = 0.1;
export const RETRY_BACKOFF_MAX_S = 1;

/** Reconnecting starts after this, ms, and never waits longer than the second: a restarted state is found fast. */
export const RECONNECT_BACKOFF_FIRST_MS = 100;
export const RECONNECT_BACKOFF_MAX_MS = 2_000;

/** A silent connection is probed after this, ms, and given up when the probe stays unanswered for the second. */
export const KEEPALIVE_AFTER_MS = 10_000;
export const KEEPALIVE_ANSWER_MS = 5_000;

/**
 * Calls of one connection that are on their way at once; more wait at their caller. A worker has one call per event
 * and run in its hands, a few hundred; a caller gone wild doesn't fill the server.
 */
export const STREAMS_PER_CONNECTION_MAX = 1_000;

/** How long calls in flight may go on when a server stops, ms. The process has to be gone in seconds. */
export const SHUTDOWN_GRACE_MS = 3_000;

/**
 * Longest text of an error and largest details (JSON) on the wire. Both travel in HTTP/2 trailers, where text is
 * percent-encoded (up to 9 bytes a character) and the block as a whole is bounded by 64 KiB.
 */
export const ERROR_TEXT_CHARACTERS_MAX = 4_000;
export const ERROR_DETAILS_BYTES_MAX = 8_192;

/** How long a caller waits, by what the call does. All tries and pauses of one call are inside. */
export interface Deadlines {
  /** Get... and List...: a page of 1,000 rows is read in some 50 ms; the rest is queueing. */
  readMs: number;
  /** Ingest, Claim, Release, BeginAction, AbortAction, EndAction, CreateAudit (which waits up to 2 s for the audit index), ReportService. */
  writeMs: number;
  /** Below the pause between heartbeats, or a slow one would push the next behind the end of the lease. */
  heartbeatMs: number;
  /**
   * Calls that write or read a whole plan, at 50 ms per 1,000 actions, so that 100,000 fit: Complete writes one,
   * ClaimPlans brings one, EndPlan cancels what is left of one. Verify... looks at thousands of rows.
   */
  completeMs: number;
}

export const DEADLINES: Readonly<Deadlines> = {
  readMs: 10_000,
  writeMs: 10_000,
  heartbeatMs: 2_000,
  completeMs: 30_000,
};
