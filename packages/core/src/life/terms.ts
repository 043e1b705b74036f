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
 *  L6  A run that is blocked is DUE, and the action plan that blocks it is under way.
 *  L7  A CONTINUOUS audit that is PENDING or ONGOING has an active run, or the scheduler will look at it: at its next
 *      run's time, or at once when it has none.
 *  L8  A lease that is lost costs its run no attempt: so no run is given up for what another did that stood beside it.
 *      Only a suspect, which is computed alone, is given up after far more of them. A suspect stays one until it ends.
 *
 * Suspects: a worker that dies takes all its runs with it, and nobody can tell which of them killed it. Each of them
 * becomes a suspect, at no cost; the next worker computes it in a process of its own, one at a time, where it can harm
 * nothing but itself. A run that ended its thread (out of memory, time limit) is known as the culprit at once: its
 * attempt counts, and it goes the same way.
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
export const RUN_STATES = ["DUE", "LIVE", "SUCCEEDED", "FAILED", "DISCARDED", "DEAD_LETTER"] as const;
export type RunState = (typeof RUN_STATES)[number];

/** WAITING and LEASED are on the way; the others are the final fates of an occurrence. */
export const EVENT_FATES = [
  "WAITING",
  "LEASED",
  "DONE",
  "DUPLICATE",
  "FILTERED",
  "DISCARDED",
  "DEAD_LETTER",
] as const;
export type EventFate = (typeof EVENT_FATES)[number];

/**
 * coalesce: events during a run lead to one follow-up run, a failed run re-arms the audit.
 * strict: as Watcher does it: the edge refuses while ONGOING, a failed audit stays FAILED.
 */
export type EventMode = "coalesce" | "strict";

/** When an audit may run. Times are milliseconds since 1970, UTC. */
export interface AuditSchedule {
  /** Text; null: somebody removed it. */
  interval: string | null;
  /** null: from ever. */
  startMs: number | null;
  /** null: for ever. */
  endMs: number | null;
  /** null: nobody has looked at the audit yet, or its schedule was changed. */
  nextRunMs: number | null;
}

/** What decisions look at of an audit. */
export interface AuditView {
  type: AuditType;
  state: AuditState;
  /** States of the sender's alarm that run the audit; "*" stands for all. */
  triggerStates: readonly string[];
  /** It runs even while action plans are under way. */
  force: boolean;
  /** Of CONTINUOUS audits; others may have one and don't look at it. */
  schedule: AuditSchedule;
  /** Runs of a CONTINUOUS audit that failed since the last that did not. */
  consecutiveFailures: number;
  /** The database's clock when the audit was locked, ms since 1970. */
  nowMs: number;
}

/** What decisions look at of a run that is DUE or LIVE. */
export interface RunView {
  state: "DUE" | "LIVE";
  /** Attempts begun so far, the running one included. */
  attempts: number;
}

/** What decisions look at of a LIVE run that failed or lost its lease. */
export interface FailedRunView {
  /** Attempts begun so far, the one that failed included. */
  attempts: number;
  /** The attempt was computed alone, in a process of its own. */
  isSuspect: boolean;
  /** What earlier attempts came to, oldest first, as `RunEnd` told; those that an outage cost are not among them. */
  failures: readonly string[];
}

export interface LifeOptions {
  eventMode: EventMode;
  /** Attempts after which a run that keeps failing becomes a dead letter. */
  maxAttempts: number;
  /** Leases lost as a suspect, after which a run becomes a dead letter. */
  maxLostLeases: number;
  /** Failed runs in a row after which a CONTINUOUS audit is FAILED. strict: one, whatever this says. */
  continuousMaxFailures: number;
}

/**
 * Attempts of one run. Five with the back-off of `retryDelayMs` span some 15 s of lasting trouble,
 * longer than a restart of any one part, and stop a poisoned audit from burning a thread for ever.
 */
export const DEFAULT_MAX_ATTEMPTS = 5;

/**
 * Leases of one suspect. Its own process takes its blows, so its worker most likely died of something else (a restart, the
 * host): an innocent must outlast a bad hour of its workers. Twenty, with the back-off, span 15 minutes; then whatever
 * kills workers, by the memory that it fills perhaps, has had its chances.
 */
export const DEFAULT_MAX_LOST_LEASES = 20;

/**
 * Failed runs of a CONTINUOUS audit in a row, each with its attempts. A FAILED audit is over for good, so one passing
 * error must not do; three tell of a lasting one.
 */
export const DEFAULT_CONTINUOUS_MAX_FAILURES = 3;

/** Change of an audit's row; an absent member stays as it is. */
export interface AuditChange {
  state?: AuditState;
  /** null clears the message. */
  statusMessage?: string | null;
  /** true clears hostname: a PENDING audit shows none. */
  clearHostname?: boolean;
  /** null: to be found by the scheduler. */
  nextRunMs?: number | null;
  consecutiveFailures?: number;
}

/** How a run and the events of its audit go on when the run stops being LIVE (or DUE). */
export interface RunEnd {
  run:
    | {
        state: "DUE";
        delayMs: number;
        countAttempt: boolean;
        /** Primary key of the action plan under way that the run waits for. */
        blockedBy?: string;
        /** The run is computed alone from now on. Absent: as before. */
        suspect?: true;
        /** What the attempts came to so far, this one included. Absent: as before. */
        failures?: readonly string[];
      }
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
