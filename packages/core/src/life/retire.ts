/**
 * What becomes of audits, their runs and their plans when a release no longer offers their strategy, or offers it with
 * other parameters. What is finished stays as it is: Watcher cancels finished plans too, and so rewrites what happened.
 */

import type { PlanState } from "./plan-terms.ts";
import type { AuditState, AuditType, RunEnd } from "./terms.ts";

/** Whether the audit may still run, so that it is to be CANCELLED. A SUCCEEDED EVENT audit waits for its next alarm. */
export function isRetirable({ type, state }: { type: AuditType; state: AuditState }): boolean {
  if (state === "SUCCEEDED") return type === "EVENT";
  return state === "PENDING" || state === "ONGOING" || state === "SUSPENDED";
}

/**
 * The plan's next state; undefined: it stays. One under way is not cut off: its applier stops it, as when a user
 * cancels it, so that the row says what was done.
 */
export function retiredPlanState(state: PlanState): "CANCELLED" | "CANCELLING" | undefined {
  switch (state) {
    case "RECOMMENDED":
    case "PENDING":
      return "CANCELLED";
    case "ONGOING":
      return "CANCELLING";
    default:
      return undefined;
  }
}

/** The end of a DUE or LIVE run of such an audit. The audit's own change is stored beside it. */
export function endOfRetiredRun(reason: string): RunEnd {
  return {
    run: { state: "DISCARDED" },
    leased: "DISCARDED",
    waiting: "DISCARDED",
    reason,
    audit: {},
    deadLetter: false,
  };
}
