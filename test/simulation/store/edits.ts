/** What users and operators do: packages/state/src/edits, and replays of dead letters. */

import { editPlan, type PlanEdit, type ReplayDecision, startPlan, VigilError } from "@vigil/core";
import type { Store } from "./store.ts";

/** A user cancels an audit: edits/audits.ts, for the one transition that ends runs and can't be taken back. */
export function cancelAudit(store: Store, id: number): void {
  const audit = store.tables.audits[id]!;
  if (audit.state !== "PENDING" && audit.state !== "ONGOING") return;
  const run = store.openRun(id);
  if (run !== undefined) store.endRun(run, store.rules.endOfEditedRun("CANCELLED"));
  audit.state = "CANCELLED";
  audit.schedule = { ...audit.schedule, nextRunMs: null };
  store.version++;
}

/** edits/plans.ts. */
export function changePlan(store: Store, id: number, what: "start" | "cancel"): void {
  const plan = store.tables.plans[id]!;
  let edit: PlanEdit;
  try {
    if (what === "start") edit = startPlan(plan.state);
    else {
      const value = plan.state === "ONGOING" ? "CANCELLING" : "CANCELLED";
      edit = editPlan(plan.state, [{ op: "replace", path: "/state", value }]);
    }
  } catch (thrown) {
    if (thrown instanceof VigilError) return;
    throw thrown;
  }
  plan.state = edit.state;
  if (edit.launch) plan.launchedAtMs ??= store.nowMs;
  if (edit.cancelActions) for (const action of plan.actions) action.state = "CANCELLED";
  store.version++;
}

/** An operator has a dead letter run again. Returns the new event's id, undefined when that is refused. */
export function replay(store: Store, eventId: string, newEventId: string): string | undefined {
  const old = store.event(eventId);
  if (old === undefined || old.audit === undefined) return undefined;
  const audit = store.tables.audits[old.audit]!;
  const active = store.openRun(audit.id);
  let decision: ReplayDecision;
  try {
    decision = store.rules.decideReplay([old], {
      audit: store.view(audit),
      activeRun: active && { state: active.state as "DUE" | "LIVE", attempts: active.attempts },
      eventMode: store.life.eventMode,
    });
  } catch (thrown) {
    if (thrown instanceof VigilError) return undefined;
    throw thrown;
  }
  store.tables.events.push({
    ...old,
    eventId: newEventId,
    fate: "WAITING",
    run: undefined,
    duplicateOf: undefined,
    replayOf: eventId,
    baseHash: `replay ${newEventId}`,
    exact: true,
    arrivedAtMs: store.nowMs,
  });
  store.version++;
  if (decision === "make-due") store.makeDueRun(audit.id, "EVENT");
  return newEventId;
}
