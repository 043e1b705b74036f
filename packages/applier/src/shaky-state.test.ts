/**
 * State that fails any of its calls, before or after it has taken them: what is written of a plan stays true. Above
 * all, a plan with an action that failed never counts as a success.
 */

import { VigilError } from "@vigil/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startProcess } from "./testing/applier-process.ts";
import { type LedgerAction, PlanLedger } from "./testing/plan-ledger.ts";
import { smallCloud } from "./testing/small-cloud.ts";

const RUNS = 400;
/** Appliers after which a plan must have ended: later ones meet no trouble. */
const APPLIERS_MAX = 20;

const FLAGS = ["fail_execute", "fail_pre_condition", "fail_post_condition", "skip_pre_condition"];

const anyNop = fc.record({
  parents: fc.array(fc.nat(100), { maxLength: 3 }),
  flag: fc.option(fc.constantFrom(...FLAGS), { nil: undefined }),
  seconds: fc.option(fc.nat(4), { nil: undefined }),
});
const anyPlan = fc.array(anyNop, { minLength: 1, maxLength: 9 }).map((nops) =>
  nops.map(({ parents, flag, seconds }, index): LedgerAction => {
    const earlier = index === 0 ? [] : [...new Set(parents.map((parent) => parent % index))];
    return seconds === undefined
      ? {
          actionType: "nop",
          parents: earlier,
          inputParameters: { message: null, ...(flag && { [flag]: true }) },
        }
      : { actionType: "sleep", parents: earlier, inputParameters: { duration: seconds } };
  }),
);

const KINDS = ["unavailable", "deadline", "overloaded", "conflict", "internal"] as const;
/** undefined: the call goes through, which is what most do. */
const anyTrouble = fc.option(fc.constantFrom(...KINDS), { nil: undefined, freq: 4 });

const anyEnd = fc.option(fc.record({ what: fc.constantFrom("cancel", "drain"), afterMs: fc.nat(6_000) }), {
  nil: undefined,
});

describe("whatever fails between an applier and state", () => {
  it("a plan with an action that failed is FAILED or CANCELLED, and one without is not FAILED", async () => {
    const seen = { FAILED: 0, SUCCEEDED: 0, CANCELLED: 0 };
    const shaky = fc.infiniteStream(anyTrouble);
    const rule = fc.constantFrom("ALWAYS" as const, "ANY" as const);
    await fc.assert(
      fc.asyncProperty(anyPlan, shaky, anyEnd, rule, async (actions, troubles, end, rule) => {
        const world = smallCloud();
        const ledger = new PlanLedger(actions);
        const onStep = async (call: string) => {
          const kind = call === "claimPlans" ? undefined : troubles.next().value;
          if (kind !== undefined) throw new VigilError(kind, `${call} is lost`);
        };
        const first = await startProcess({ ...world, ledger, onStep, actionsMax: 3, rule });
        const meanwhile = () => (end?.what === "cancel" ? ledger.cancel() : first.runner.drain());
        if (end !== undefined) void world.clock.sleep(end.afterMs).then(meanwhile);
        let outcome = await first.outcome;
        for (let n = 0; outcome.what !== "ended" && n < APPLIERS_MAX; n++) {
          ledger.expireLease();
          // The end was written, and its answer lost.
          if (ledger.state !== "ONGOING" && ledger.state !== "CANCELLING") break;
          outcome = await (await startProcess({ ...world, ledger, rule })).outcome;
        }
        const hasFailed = ledger.states.includes("FAILED");
        const wanted = [hasFailed ? "FAILED" : "SUCCEEDED", ...(end?.what === "cancel" ? ["CANCELLED"] : [])];
        expect(wanted).toContain(ledger.state);
        for (const busy of ["ONGOING", "CANCELLING"]) expect(ledger.states).not.toContain(busy);
        for (const { history } of ledger.actions) {
          const ends = history.filter((state) => state !== "ONGOING" && state !== "CANCELLING");
          expect(ends.length).toBeLessThanOrEqual(1);
        }
        seen[ledger.state as keyof typeof seen]++;
      }),
      { numRuns: RUNS },
    );
    // Or it says nothing.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(RUNS / 20);
  });
});
