/** What state does by itself: packages/state/src/schedule. */

import { type AuditRow, isUnderWay } from "./rows.ts";
import type { Store } from "./store.ts";

/** scheduleAudits of schedule-audits.ts, and lockAuditsToSchedule. Returns whether workers should be woken. */
export function scheduleAudits(store: Store): boolean {
  let due = false;
  const now = store.nowMs;
  const wanted = store.tables.audits
    .filter(({ type, state }) => type === "CONTINUOUS" && (state === "PENDING" || state === "ONGOING"))
    .filter((audit) => wantedAtMs(audit) <= now)
    .sort((a, b) => (wantedAtMs(a) < wantedAtMs(b) ? -1 : Number(wantedAtMs(a) > wantedAtMs(b))));
  for (const audit of wanted) {
    const { endMs } = audit.schedule;
    const run = store.openRun(audit.id);
    if (run === undefined) {
      const decision = store.rules.decideSchedule(audit.schedule, now);
      if (!decision.run) {
        store.changeAudit(audit.id, decision.audit);
        continue;
      }
      store.makeDueRun(audit.id, "CONTINUOUS");
      due = true;
    } else if (run.state === "DUE" && endMs !== null && endMs < now) {
      const decision = store.rules.decideStart(store.view(audit), undefined, store.life.eventMode);
      if (!decision.start) store.endRun(run, decision.end);
    }
  }
  return due;
}

function wantedAtMs({ schedule: { nextRunMs, endMs } }: AuditRow): number {
  return Math.min(nextRunMs ?? Number.NEGATIVE_INFINITY, endMs ?? Number.POSITIVE_INFINITY);
}

/** unblockLeftovers of blocked.ts. Returns whether workers should be woken. */
export function unblockLeftovers(store: Store): boolean {
  let due = false;
  for (const run of store.tables.runs) {
    if (run.blockedBy === undefined || run.state !== "DUE") continue;
    const plan = store.tables.plans[Number(run.blockedBy)];
    const waits = plan !== undefined && isUnderWay(plan) && !store.tables.audits[run.audit]!.force;
    if (waits) continue;
    run.blockedBy = undefined;
    run.dueAtMs = store.nowMs;
    store.version++;
    due = true;
  }
  return due;
}
