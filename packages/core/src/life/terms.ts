/**
 * The terms of the life of events and runs. What `state` loads under the lock of an audit's row, and
 * what a decision tells it to store. The decisions themselves are in the files beside this one; they
 * are pure, so the same logic runs in the service and in simulation.
 *
 * Invariants that every decision keeps (simulation.test.ts checks them after each step):
 *  L1  An audit has at most one active run (DUE or LIVE).
 *  L2  While an audit has WAITING events it has an active run, so somebody will take them.
 *  L3  LEASED events belong to a LIVE run; a run that stops being LIVE leaves none behind.
 *  L4  An event leaves WAITING and LEASED exactly once, into one final fate.
 *  L5  A run has at most one plan, and only its newest token may write it.
 */

export const AUDIT_STATES = [
  "PENDING",
  "ONGOING",
  "SUCCEEDED",
  "FAILED",
  "CANCELLED",
  "SUSPENDED",
  "DELETED",
] as const;
export type AuditState = (typeof AUDIT_STATES)[number];

export type AuditType = "ONESHOT" | "CONTINUOUS" | "EVENT";

/** DUE: anyone may claim it. LIVE: a worker holds its lease. The others are final. */
export type RunState = "DUE" | "LIVE" | "SUCCEEDED" | "FAILED" | "DISCARDED" | "DEAD_LETTER";

/** WAITING and LEASED are on the way; the others are the final fates of an occurrence. */
export type EventFate =
  | "WAITING"
  | "LEASED"
  | "DONE"
  | "DUPLICATE"
  | "FILTERED"
  | "DISCARDED"
  | "DEAD_LETTER";

/**
 * coalesce: events during a run lead to one follow-up run, a failed run re-arms the audit.
 * strict: as Watcher does it: the edge refuses while ONGOING, a failed audit stays FAILED.
 */
export type EventMode = "coalesce" | "strict";

/** What decisions look at of an audit. */
export interface AuditView {
  type: AuditType;
  state: AuditState;
  /** States of the sender's alarm that run the audit; "*" stands for all. */
  triggerStates: readonly string[];
}

/** What decisions look at of a run that is DUE or LIVE. */
export interface RunView {
  state: "DUE" | "LIVE";
  /** Attempts begun so far, the running one included. */
  attempts: number;
}

export interface LifeOptions {
  eventMode: EventMode;
  /** Attempts after which a run that keeps failing becomes a dead letter. */
  maxAttempts: number;
}

/**
 * Attempts of one run. Five with the back-off of `retryDelayMs` span some 15 s of lasting trouble,
 * longer than a restart of any one part, and stop a poisoned audit from burning a thread for ever.
 */
export const DEFAULT_MAX_ATTEMPTS = 5;

/** Change of an audit's row; an absent member stays as it is. */
export interface AuditChange {
  state?: AuditState;
  /** null clears the message. */
  statusMessage?: string | null;
  /** true clears hostname: a PENDING audit shows none. */
  clearHostname?: boolean;
}

/** How a run and the events of its audit go on when the run stops being LIVE (or DUE). */
export interface RunEnd {
  run:
    | { state: "DUE"; delayMs: number; countAttempt: boolean }
    | { state: Exclude<RunState, "DUE" | "LIVE"> };
  /** Fate of the events the run holds; WAITING gives them to the next attempt. */
  leased: EventFate;
  /** Fate of the events that came meanwhile. */
  waiting: "keep" | "DISCARDED";
  /** Why, for every fate but DONE and WAITING; also the dead letter's reason. */
  reason: string;
  audit: AuditChange;
  /** True: a dead letter for the operator is written with `reason`. */
  deadLetter: boolean;
}
