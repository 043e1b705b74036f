/** Whether a due run may start now, or what becomes of it instead. */

import type { AuditView, EventMode, RunEnd } from "./terms.ts";

/** States in which an audit of this type may run. ONGOING is one: a retry or a follow-up finds it. */
export function isRunnable(audit: AuditView, eventMode: EventMode): boolean {
  switch (audit.state) {
    case "PENDING":
    case "ONGOING":
      return true;
    case "SUCCEEDED":
      return audit.type === "EVENT";
    case "FAILED":
      return audit.type === "EVENT" && eventMode === "coalesce";
    case "CANCELLED":
    case "SUSPENDED":
    case "DELETED":
      return false;
  }
}

export type StartDecision = { start: true } | { start: false; end: RunEnd };

/** Called under the audit's lock for a run that is DUE and whose time has come. */
export function decideStart(audit: AuditView, eventMode: EventMode): StartDecision {
  if (isRunnable(audit, eventMode)) return { start: true };
  return {
    start: false,
    end: {
      run: { state: "DISCARDED" },
      leased: "DISCARDED",
      waiting: "DISCARDED",
      reason: `audit is ${audit.state}`,
      audit: {},
      deadLetter: false,
    },
  };
}
