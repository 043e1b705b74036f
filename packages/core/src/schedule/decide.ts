/** What the scheduler does with a CONTINUOUS audit, and when such an audit runs next. */

import { VigilError } from "../errors.ts";
import { statusMessageOf } from "../life/status-message.ts";
import type { AuditChange, AuditSchedule } from "../life/terms.ts";
import { nextRunMs, readInterval } from "./interval.ts";

type WindowState = "before" | "inside" | "over";

/** Where `nowMs` is in the window of the audit. Both ends belong to it. */
export function windowState({ startMs, endMs }: AuditSchedule, nowMs: number): WindowState {
  if (endMs !== null && endMs < nowMs) return "over";
  return startMs !== null && startMs > nowMs ? "before" : "inside";
}

/** run: a due run is made. Otherwise the audit changes: it waits for its time, or its window is over, or it fails. */
type ScheduleDecision = { run: true } | { run: false; audit: AuditChange };

/**
 * For an audit that is PENDING or ONGOING and has no open run. Runs that were missed are made up by one: the next time
 * is counted from its end.
 */
export function decideSchedule(audit: AuditSchedule, nowMs: number): ScheduleDecision {
  const window = windowState(audit, nowMs);
  if (window === "over") return { run: false, audit: { state: "SUCCEEDED", nextRunMs: null } };
  const first = firstRun(audit, nowMs);
  if (typeof first === "string") {
    return { run: false, audit: { state: "FAILED", statusMessage: statusMessageOf(first), nextRunMs: null } };
  }
  // A window that was moved after its first look: what was kept may lie before it.
  const kept = window === "before" && (audit.nextRunMs ?? 0) < (audit.startMs ?? 0) ? null : audit.nextRunMs;
  const nextRunMs = kept ?? first;
  return nextRunMs <= nowMs ? { run: true } : { run: false, audit: { nextRunMs } };
}

/** With an interval in seconds, as soon as the window allows. A text says why there is none. */
function firstRun({ interval, startMs }: AuditSchedule, nowMs: number): number | string {
  const isEarly = startMs !== null && startMs > nowMs;
  try {
    const read = readInterval(interval ?? "none");
    if ("seconds" in read) return isEarly ? startMs : nowMs;
    // A time of the expression at the window's very start belongs to it.
    return nextRunMs(read, isEarly ? startMs - 1 : nowMs);
  } catch (thrown) {
    return VigilError.from(thrown).message;
  }
}

/**
 * `next_run_time` after a run that ended now, in a plan or not.
 * @returns null when the interval can't be read: the scheduler tells, at its next look
 */
export function nextRunAfter({ interval }: AuditSchedule, nowMs: number): number | null {
  try {
    return nextRunMs(readInterval(interval ?? "none"), nowMs);
  } catch {
    return null;
  }
}
