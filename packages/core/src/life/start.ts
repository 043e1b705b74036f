/** Whether a due run may start now, or what becomes of it instead. */

import type { JsonValue } from "../json.ts";
import { nextRunAfter, windowState } from "../schedule/decide.ts";
import { scopesOverlap } from "../scope/overlap.ts";
import type { AuditChange, AuditView, EventMode, RunEnd } from "./terms.ts";

/** States in which an audit of this type may run. ONGOING is one: a retry or a follow-up finds it. */
export function isRunnable(audit: Pick<AuditView, "type" | "state">, eventMode: EventMode): boolean {
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

/** An action plan that an applier has begun and not ended. */
export interface PlanUnderWay {
  /** Primary key as decimal text. */
  id: string;
  uuid: string;
  state: "ONGOING" | "CANCELLING";
  /** What the run that made it might touch; null: a state of the release before has not noted it. */
  scope: JsonValue | null;
}

/**
 * The first plan that keeps an audit from running: a strategy that looks at a cloud which is being changed would plan
 * what is out of date at once. Only plans whose scope may overlap the audit's count. strict: any that is ONGOING, as in
 * Watcher; one that a user cancels stops no run there.
 */
export function blockerOf(
  audit: Pick<AuditView, "force">,
  scope: JsonValue,
  plans: readonly PlanUnderWay[],
  eventMode: EventMode,
): PlanUnderWay | undefined {
  if (audit.force) return undefined;
  if (eventMode === "strict") return plans.find(({ state }) => state === "ONGOING");
  return plans.find((plan) => plan.scope === null || scopesOverlap(scope, plan.scope));
}

export type StartDecision = { start: true } | { start: false; end: RunEnd };

/**
 * Called under the audit's lock for a run that is DUE and whose time has come.
 * @param blocker what `blockerOf` found, under a lock that keeps it under way
 */
export function decideStart(
  audit: AuditView,
  blocker: PlanUnderWay | undefined,
  eventMode: EventMode,
): StartDecision {
  if (!isRunnable(audit, eventMode)) return discard(`audit is ${audit.state}`, {});
  if (audit.type === "CONTINUOUS") {
    const window = windowState(audit.schedule, audit.nowMs);
    if (window === "over")
      return discard("the audit's end_time is past", { state: "SUCCEEDED", nextRunMs: null });
    if (window === "before") return discard("the audit's start_time is yet to come", { nextRunMs: null });
  }
  return blocker === undefined ? { start: true } : blocked(audit, blocker, eventMode);
}

/** EVENT and CONTINUOUS wait for the plan's end. Watcher cancels ONESHOT, and loses the runs of the others. */
function blocked(audit: AuditView, blocker: PlanUnderWay, eventMode: EventMode): StartDecision {
  const plan = `action plan ${blocker.uuid}, which is ${blocker.state}`;
  if (audit.type === "ONESHOT") {
    const statusMessage = `Cancelled because of ${plan}; create the audit again when the plan has ended, or with force.`;
    return discard(statusMessage, { state: "CANCELLED", statusMessage });
  }
  if (eventMode === "strict") {
    const statusMessage = `A run was dropped because of ${plan}.`;
    return discard(statusMessage, { statusMessage, ...afterDroppedRun(audit) });
  }
  const statusMessage = `The next run waits for the end of ${plan}.`;
  return {
    start: false,
    end: {
      run: { state: "DUE", delayMs: 0, countAttempt: true, blockedBy: blocker.id },
      leased: "WAITING",
      waiting: "keep",
      reason: statusMessage,
      audit: { statusMessage },
      deadLetter: false,
    },
  };
}

/** The state stays as it was before the run: an EVENT audit left ONGOING by an attempt would refuse every alarm. */
function afterDroppedRun(audit: AuditView): AuditChange {
  if (audit.type === "CONTINUOUS") return { nextRunMs: nextRunAfter(audit.schedule, audit.nowMs) };
  return audit.state === "ONGOING" ? { state: "PENDING", clearHostname: true } : {};
}

function discard(reason: string, audit: AuditChange): StartDecision {
  return {
    start: false,
    end: {
      run: { state: "DISCARDED" },
      leased: "DISCARDED",
      waiting: "DISCARDED",
      reason,
      audit,
      deadLetter: false,
    },
  };
}
