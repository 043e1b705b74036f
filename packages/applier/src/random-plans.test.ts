/**
 * Plans of real strategies and planners, executed by the real runner on a simulated cloud: whatever runs side by side
 * fits together, what fails shows, and an applier that dies or stands still at any step costs nothing but time.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runPlan, startProcess, WRITES } from "./testing/applier-process.ts";
import { PlanLedger } from "./testing/plan-ledger.ts";
import { anyCase, type RandomCase, type RandomPlan, randomPlan } from "./testing/random-plan.ts";
import type { Fault, SimulatedNova } from "./testing/simulated-nova.ts";
import type { VirtualClock } from "./testing/virtual-clock.ts";

const RUNS = 150;
/** Plans with migrations that a property must have seen; else it says nothing. */
const PLANS_MIN = 30;

function ledgerOf({ actions, strategyName }: RandomPlan): PlanLedger {
  return new PlanLedger(actions, strategyName);
}

/** Every action that is over was over once. */
function expectOneEnd(ledger: PlanLedger): void {
  for (const { history } of ledger.actions) {
    const ends = history.filter((state) => state !== "ONGOING" && state !== "CANCELLING");
    expect(ends.length).toBeLessThanOrEqual(1);
    expect(history.indexOf("ONGOING")).toBeLessThanOrEqual(0);
  }
}

/** No write was made more often than the plan has actions for it. */
function expectNoRepeats(plan: RandomPlan, nova: SimulatedNova): void {
  const wanted = new Map<string, number>();
  const count = (name: string) => wanted.set(name, (wanted.get(name) ?? 0) + 1);
  for (const { actionType, inputParameters } of plan.actions) {
    const input = inputParameters as Record<string, string>;
    if (actionType === "change_nova_service_state") count(`service ${input.resource_name}`);
    if (actionType === "stop") count(`stop ${input.resource_id}`);
    if (actionType !== "migrate") continue;
    count(`${input.migration_type === "live" ? "live-migration" : "migrate"} ${input.resource_id}`);
    if (input.migration_type === "cold") count(`confirmResize ${input.resource_id}`);
  }
  // Asking twice to abort does nothing the second time.
  const calls = nova.calls.filter((call) => !call.startsWith("abort "));
  for (const call of calls) wanted.set(call, (wanted.get(call) ?? 0) - 1);
  expect([...wanted].filter(([, left]) => left < 0)).toEqual([]);
}

function placesOf(nova: SimulatedNova): string {
  return JSON.stringify([
    [...nova.servers.values()].map(({ id, host, status, taskState }) => [id, host, status, taskState]),
    [...nova.hosts.values()].map(({ host, status }) => [host, status]),
  ]);
}

/** Where everything is after an execution that nothing disturbed. */
async function undisturbed(plan: RandomPlan, actionsMax: number) {
  const { clock, nova } = plan.cloud();
  const ledger = ledgerOf(plan);
  const outcome = await runPlan({ ledger, clock, cloud: { compute: nova }, actionsMax });
  return { outcome, ledger, nova, clock };
}

describe("a plan of a strategy", () => {
  it("fits the capacity at every moment, and does all that it says", async () => {
    let migrating = 0;
    await fc.assert(
      fc.asyncProperty(anyCase, fc.integer({ min: 1, max: 8 }), async (given, actionsMax) => {
        const plan = randomPlan(given);
        const { outcome, ledger, nova } = await undisturbed(plan, actionsMax);
        expectOneEnd(ledger);
        expectNoRepeats(plan, nova);
        if (!plan.isTargeted) return;
        expect(nova.overfills).toEqual([]);
        expect(ledger.messages.filter(Boolean)).toEqual([]);
        expect(outcome).toEqual({ what: "ended", state: "SUCCEEDED" });
        migrating += Number(nova.calls.some((call) => call.includes("migrat")));
      }),
      { numRuns: RUNS },
    );
    expect(migrating).toBeGreaterThan(PLANS_MIN);
  });

  it("with an action that failed is FAILED, and the others have run", async () => {
    const faults: readonly (Fault | undefined)[] = [
      "refused",
      "fails late",
      "answer lost",
      "not reached",
      undefined,
      undefined,
    ];
    let failing = 0;
    await fc.assert(
      fc.asyncProperty(anyCase, fc.infiniteStream(fc.constantFrom(...faults)), async (given, stream) => {
        const plan = randomPlan(given);
        const { clock, nova } = plan.cloud(() => stream.next().value);
        const ledger = ledgerOf(plan);
        const outcome = await runPlan({ ledger, clock, cloud: { compute: nova } });
        const hasFailed = ledger.states.includes("FAILED");
        failing += Number(hasFailed);
        expect(outcome).toEqual({ what: "ended", state: hasFailed ? "FAILED" : "SUCCEEDED" });
        expect(ledger.states.every((state) => ["SUCCEEDED", "FAILED", "SKIPPED"].includes(state))).toBe(true);
        expectOneEnd(ledger);
        expect([...nova.servers.values()].every(({ taskState }) => taskState === null)).toBe(true);
      }),
      { numRuns: RUNS },
    );
    expect(failing).toBeGreaterThan(PLANS_MIN);
  });
});

/** What happens to the applier at one of its steps, counted from the start of its predecessor's. */
interface Mishap {
  after: number;
  kind: "killed" | "stands still";
}

const anyMishaps: fc.Arbitrary<Mishap[]> = fc.array(
  fc.record({
    after: fc.integer({ min: 1, max: 60 }),
    kind: fc.constantFrom("killed" as const, "stands still" as const),
  }),
  { minLength: 1, maxLength: 5 },
);

/** Executes a plan by appliers of which each but the last meets its mishap. Returns how many there were. */
async function executeWithMishaps(
  ledger: PlanLedger,
  nova: SimulatedNova,
  clock: VirtualClock,
  mishaps: readonly Mishap[],
  violations: string[],
): Promise<number> {
  for (let applier = 0; ; applier++) {
    const mishap = mishaps[applier];
    const hit = Promise.withResolvers<"hit">();
    let steps = 0;
    let gone: Promise<void> | undefined;
    const onStep = (call: string, when: "before" | "after") => {
      // An effect follows the check of the lease at once: that an applier stands still between the two for longer than
      // the margin of the lease is not covered, here or elsewhere. It may die there.
      const isNow = mishap?.kind === "stands still" && when === "before" && WRITES.includes(call);
      if (mishap === undefined || isNow) return undefined;
      if (gone === undefined && ++steps >= mishap.after) {
        hit.resolve("hit");
        gone = mishap.kind === "killed" ? new Promise(() => undefined) : clock.sleep(3 * ledger.leaseMs);
      }
      return gone;
    };
    const started = startProcess({ ledger, clock, cloud: { compute: nova }, onStep, violations });
    const end = await Promise.race([started.then(({ outcome }) => outcome), hit.promise]);
    if (end !== "hit" && end.what === "ended") return applier + 1;
    await clock.sleep(ledger.leaseMs);
    ledger.expireLease();
    if (!["PENDING", "ONGOING", "CANCELLING"].includes(ledger.state)) return applier + 1;
  }
}

describe("an applier that dies or stands still at any step", () => {
  it("repeats no action, doubles no effect, and the plan ends as it would have", async () => {
    let crashes = 0;
    await fc.assert(
      fc.asyncProperty(anyCase, anyMishaps, async (given: RandomCase, mishaps) => {
        const plan = randomPlan(given);
        const { nova: wanted, outcome } = await undisturbed(plan, 4);
        const { clock, nova } = plan.cloud();
        const ledger = ledgerOf(plan);
        const violations: string[] = [];
        crashes += (await executeWithMishaps(ledger, nova, clock, mishaps, violations)) - 1;
        // What stood still comes back and finds its lease gone.
        await clock.sleep(10 * ledger.leaseMs);
        expect(violations).toEqual([]);
        expectOneEnd(ledger);
        expectNoRepeats(plan, nova);
        if (!plan.isTargeted) return;
        expect({ what: "ended", state: ledger.state }).toEqual(outcome);
        expect(placesOf(nova)).toBe(placesOf(wanted));
        expect(nova.overfills).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    expect(crashes).toBeGreaterThan(RUNS / 2);
  });

  it("ends a cancelled plan CANCELLED, with every server at rest and nothing begun since", async () => {
    let cancelled = 0;
    await fc.assert(
      fc.asyncProperty(anyCase, anyMishaps, fc.nat(90_000), async (given, mishaps, cancelMs) => {
        const plan = randomPlan(given);
        const { clock, nova } = plan.cloud();
        const ledger = ledgerOf(plan);
        const violations: string[] = [];
        let begunLate: string[] | undefined;
        void clock.sleep(cancelMs).then(() => {
          ledger.cancel();
          begunLate = ledger.state === "CANCELLING" ? ledger.states : undefined;
        });
        await executeWithMishaps(ledger, nova, clock, mishaps, violations);
        await clock.sleep(10 * ledger.leaseMs);
        expect(violations).toEqual([]);
        expectOneEnd(ledger);
        expectNoRepeats(plan, nova);
        for (const busy of ["ONGOING", "CANCELLING"]) expect(ledger.states).not.toContain(busy);
        expect([...nova.servers.values()].every(({ taskState }) => taskState === null)).toBe(true);
        if (begunLate === undefined) return;
        cancelled++;
        expect(ledger.state).toBe("CANCELLED");
        const late = ledger.actions.filter(
          ({ history }, at) => begunLate?.[at] === "PENDING" && history.includes("ONGOING"),
        );
        expect(late).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    expect(cancelled).toBeGreaterThan(PLANS_MIN);
  });
});
