/**
 * How a run ends: by a plan, by a failure, by losing its lease, or handed back. Called under the
 * audit's lock for a run that is LIVE with the caller's token; what a wrong token gets is decided in
 * `tokenVerdict`.
 */

import { nextRunAfter } from "../schedule/decide.ts";
import { statusMessageOf } from "./status-message.ts";
import type { AuditChange, AuditView, LifeOptions, RunEnd } from "./terms.ts";

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
}

/** A run came back with an error. `attempts` counts the one that failed. */
export function decideFailed(
  audit: AuditView,
  attempts: number,
  failure: Failure,
  options: LifeOptions,
): RunEnd {
  if (failure.retryable && failure.outage) return tryAgain(OUTAGE_RETRY_MS, failure.message, false);
  if (failure.retryable && attempts < options.maxAttempts) {
    return tryAgain(retryDelayMs(attempts), failure.message, true);
  }
  return giveUp(audit, failure.retryable ? "DEAD_LETTER" : "FAILED", failure.message, options);
}

/** The run's worker is gone. No delay: the lease time has passed already. */
export function decideLeaseLost(audit: AuditView, attempts: number, options: LifeOptions): RunEnd {
  if (attempts < options.maxAttempts) return tryAgain(0, "the worker stopped sending heartbeats", true);
  const reason = `the worker died in each of ${attempts} attempts`;
  return giveUp(audit, "DEAD_LETTER", reason, options);
}

/** The worker drains and gives the run back. Its attempt does not count. */
export function decideReleased(): RunEnd {
  return tryAgain(0, "handed back by its worker", false);
}

function tryAgain(delayMs: number, reason: string, countAttempt: boolean): RunEnd {
  return {
    run: { state: "DUE", delayMs, countAttempt },
    leased: "WAITING",
    waiting: "keep",
    reason,
    audit: {},
    deadLetter: false,
  };
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
