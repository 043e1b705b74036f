/**
 * The simulated store against the real one: the same calls on both, drawn from a seed, lead to the same answers and
 * rows. Without this the simulation would prove something about its own tables alone.
 */

import { expect, test } from "vitest";
import { scheduleAudits, unblockLeftovers } from "./twins/clockwork.ts";
import { cancelAudit, changePlan, replaceAudit, replay } from "./twins/edits.ts";
import { claimPlan, expirePlan, stepPlan } from "./twins/plans.ts";
import { claim, complete, endLease, ingest } from "./twins/runs.ts";
import { type AuditKind, openTwinWorld, Twins } from "./twins/twins.ts";

const SEED = 20_261;
const STEPS = 500;

const EVERY_HOUR = { interval: "3600", startMs: null, endMs: null, nextRunMs: null };
const zone = (name: string) => [{ compute: [{ availability_zones: [{ name }] }] }];

const AUDITS: readonly AuditKind[] = [
  { type: "EVENT" },
  { type: "EVENT", triggerStates: ["alarm"], scope: zone("a") },
  { type: "EVENT", force: true, autoTrigger: true },
  { type: "CONTINUOUS", schedule: EVERY_HOUR, scope: zone("b") },
  { type: "CONTINUOUS", schedule: EVERY_HOUR, autoTrigger: true },
  { type: "CONTINUOUS", schedule: { ...EVERY_HOUR, interval: "no interval" } },
  { type: "ONESHOT", scope: zone("a") },
];

/** As often as they stand here. */
const CALLS: readonly ((twins: Twins) => Promise<void>)[] = [
  ...[ingest, ingest, ingest, claim, claim, claim, claim, complete, complete, complete, complete, endLease],
  ...[scheduleAudits, scheduleAudits, scheduleAudits, unblockLeftovers],
  ...[changePlan, changePlan, claimPlan, claimPlan, expirePlan, stepPlan, stepPlan, stepPlan, stepPlan],
  ...[replay, replay, cancelAudit, replaceAudit, replaceAudit],
];

for (const eventMode of ["coalesce", "strict"] as const) {
  test(`the same calls lead to the same rows: ${eventMode}`, async () => {
    const real = await openTwinWorld(eventMode);
    try {
      const twins = new Twins(real, SEED, eventMode);
      for (const audit of AUDITS) await twins.addAudit(audit);
      await twins.letTimePass();
      for (let step = 0; step < STEPS; step++) {
        const call = twins.chance.pick(CALLS);
        await call(twins);
        await twins.compare(`step ${step}, ${call.name}`);
        await twins.letTimePass();
      }
      expect(missed(twins)).toEqual([]);
    } finally {
      await real.close();
    }
  });
}

/** What the calls should have led to and did not: a comparison of rows that never change would prove nothing. */
function missed({ store, notes }: Twins): string[] {
  const { audits, events, plans, runs } = store.tables;
  const has = {
    "a plan of an EVENT audit": plans.some((plan) => audits[plan.audit]!.type === "EVENT"),
    "a plan of a CONTINUOUS audit": plans.some((plan) => audits[plan.audit]!.type === "CONTINUOUS"),
    "a ONESHOT audit that is over": audits.some(
      ({ type, state }) => type === "ONESHOT" && state !== "PENDING",
    ),
    "a plan that ended": plans.some(({ state }) => state === "SUCCEEDED" || state === "FAILED"),
    "a replay": events.some(({ replayOf }) => replayOf !== undefined),
    "a live run that a user ended": notes.has("live run cancelled"),
    "a window that was over": audits.some(
      ({ type, state }) => type === "CONTINUOUS" && state === "SUCCEEDED",
    ),
    "an audit that failed": audits.some(({ state }) => state === "FAILED"),
    "a dead letter of a run": runs.some(({ state }) => state === "DEAD_LETTER" || state === "FAILED"),
    "a run that waited for a plan, or was dropped for it":
      notes.has("run-blocked") || notes.has("run dropped"),
  };
  return Object.entries(has).flatMap(([what, isSeen]) => (isSeen ? [] : [what]));
}
