/**
 * How a run ends: by a plan, by a failure, by losing its lease, or handed back. Called under the
 * audit's lock for a run that is LIVE with the caller's token; what a wrong token gets is decided in
 * `tokenVerdict`.
 */

import { nextRunAfter } from "../schedule/decide.ts";
import { failuresTold, withFailure } from "./failures.ts";
import { statusMessageOf } from "./status-message.ts";
import type { AuditChange, AuditView, FailedRunView, LifeOptions, RunEnd } from "./terms.ts";

/** First retry after 1 s, doubled each time, one minute at the most. */
const RETRY_BASE_MS = 1_000;
/** No run that tries again is due later than this, ms. */
export const RETRY_MAX_MS = 60_000;

/** Delay before the attempt that follows attempt number `attempts` (1-based), ms. */
export function retryDelayMs(attempts: number): number {
  return Math.min(RETRY_BASE_MS * 2 ** Math.max(0, attempts - 1), RETRY_MAX_MS);
}

/** Pause before a run tries again what an outage kept it from, ms: short for an alarm, long for whatever comes back. */
export const OUTAGE_RETRY_MS = 5_000;

/**
 * What a `complete` with this token may do. The newest token of a LIVE run writes; the token that
 * ended the run gets the first answer again; any other is a zombie's and is refused.
 */
export function tokenVerdict(
  run: { state: string; token: bigint; answeredToken: bigint | undefined },
  token: bigint,
): "write" | "repeat" | "stale" {
  if (run.answeredToken === token) return "repeat";
  if (run.state === "LIVE" && run.token === token) return "write";
  return "stale";
}

/** A run came back with a solution. */
export function decideSucceeded(audit: AuditView): RunEnd & { keepPlan: boolean } {
  if (audit.state !== "ONGOING") {
    // Cancelled, suspended or deleted during the run: the user's word stands (reference defect D23).
    return {
      run: { state: "DISCARDED" },
      leased: "DISCARDED",
      waiting: "DISCARDED",
      reason: `audit became ${audit.state} during the run`,
      audit: {},
      deadLetter: false,
      keepPlan: false,
    };
  }
  return {
    run: { state: "SUCCEEDED" },
    leased: "DONE",
    waiting: "keep",
    reason: "",
    audit: { ...afterSuccess(audit), statusMessage: null },
    deadLetter: false,
    keepPlan: true,
  };
}

function afterSuccess(audit: AuditView): AuditChange {
  if (audit.type !== "CONTINUOUS") return { state: "SUCCEEDED" };
  return { consecutiveFailures: 0, nextRunMs: nextRunAfter(audit.schedule, audit.nowMs) };
}

export interface Failure {
  message: string;
  /** The same inputs may do better later. */
  retryable: boolean;
  /** Something that every run needs was away (the broker, say): an attempt that it cost does not count. */
  outage: boolean;
  /** Computing was cut off, or died: out of memory, time limit, death of the thread or the process. */
  endedThread: boolean;
}

/** A run came back with an error. */
export function decideFailed(
  audit: AuditView,
  run: FailedRunView,
  failure: Failure,
  options: LifeOptions,
): RunEnd {
  const { message, retryable, outage, endedThread } = failure;
  if (retryable && outage) return tryAgain(OUTAGE_RETRY_MS, message, { countAttempt: false });
  if (!retryable) return giveUp(audit, "FAILED", message, options);
  if (run.attempts >= options.maxAttempts) return deadLetter(audit, run, message, options);
  return tryAgain(retryDelayMs(run.attempts), message, {
    countAttempt: true,
    failures: withFailure(run.failures, message),
    ...(endedThread ? { suspect: true } : {}),
  });
}

const LEASE_LOST = "its worker stopped sending heartbeats";

/**
 * The run's worker is gone. A run that stood beside others is not blamed, and is not delayed: the lease time has passed
 * already. One that was alone backs off, since what it did to its worker it may do again; but its own process should
 * have died, not the worker, so this says little against it and costs no attempt. It has a bound of its own.
 */
export function decideLeaseLost(audit: AuditView, run: FailedRunView, options: LifeOptions): RunEnd {
  if (!run.isSuspect) return tryAgain(0, LEASE_LOST, { countAttempt: false, suspect: true });
  const lost = 1 + run.failures.filter((failure) => failure === LEASE_LOST).length;
  if (lost >= options.maxLostLeases) return deadLetter(audit, run, LEASE_LOST, options);
  const failures = withFailure(run.failures, LEASE_LOST);
  return tryAgain(retryDelayMs(lost), LEASE_LOST, { countAttempt: false, failures });
}

/** The worker drains and gives the run back. Its attempt does not count. */
export function decideReleased(): RunEnd {
  return tryAgain(0, "handed back by its worker", { countAttempt: false });
}

type DueAgain = Extract<RunEnd["run"], { state: "DUE" }>;

function tryAgain(delayMs: number, reason: string, run: Omit<DueAgain, "state" | "delayMs">): RunEnd {
  return {
    run: { state: "DUE", delayMs, ...run },
    leased: "WAITING",
    waiting: "keep",
    reason,
    audit: {},
    deadLetter: false,
  };
}

function deadLetter(audit: AuditView, run: FailedRunView, message: string, options: LifeOptions): RunEnd {
  return giveUp(audit, "DEAD_LETTER", failuresTold(run.failures, message), options);
}

function giveUp(
  audit: AuditView,
  state: "FAILED" | "DEAD_LETTER",
  reason: string,
  options: LifeOptions,
): RunEnd {
  return {
    run: { state },
    leased: "DEAD_LETTER",
    waiting: audit.state === "ONGOING" ? "keep" : "DISCARDED",
    reason,
    audit: audit.state === "ONGOING" ? failedAudit(audit, reason, options) : {},
    deadLetter: true,
  };
}

/**
 * An EVENT audit is armed again, so that the next alarm runs it, and a CONTINUOUS one runs again at its next time,
 * unless it has failed too often in a row. The failure stays readable.
 */
function failedAudit(audit: AuditView, reason: string, options: LifeOptions): AuditChange {
  const statusMessage = statusMessageOf(reason);
  const isStrict = options.eventMode === "strict";
  if (audit.type === "EVENT" && !isStrict) return { state: "PENDING", statusMessage, clearHostname: true };
  if (audit.type !== "CONTINUOUS") return { state: "FAILED", statusMessage };
  const consecutiveFailures = audit.consecutiveFailures + 1;
  const isLast = isStrict || consecutiveFailures >= options.continuousMaxFailures;
  if (!isLast) {
    const nextRunMs = nextRunAfter(audit.schedule, audit.nowMs);
    return { statusMessage, consecutiveFailures, nextRunMs };
  }
  const told =
    consecutiveFailures === 1 ? reason : `${consecutiveFailures} runs in a row failed. The last: ${reason}`;
  return { state: "FAILED", statusMessage: statusMessageOf(told), consecutiveFailures, nextRunMs: null };
}
