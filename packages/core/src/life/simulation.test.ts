/**
 * The life of audits, events and runs under one seed, while messages come twice, workers vanish between any two steps,
 * appliers begin and end plans, and users cancel audits. The invariants L1 to L8 of terms.ts are checked after every
 * step, and at the end, when everything has come to rest, each event must have exactly one fate.
 *
 * A failure prints the seed and path with which fast-check repeats it.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AUDITS, EVENT_AUDITS, WORKERS, World } from "../testing/life-world.ts";

type Step = (world: World) => void;

const worker = fc.nat(WORKERS - 1);
const audit = fc.nat(AUDITS - 1);
const eventAudit = fc.nat(EVENT_AUDITS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(eventAudit, fc.nat(2)).map(
      ([a, b]) =>
        (w: World) =>
          w.post(a, b),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(), worker, fc.boolean(), fc.boolean()).map(
      ([p, n, can, ack]) =>
        (w: World) =>
          w.ingest(p, n, can, ack),
    ),
  },
  { weight: 4, arbitrary: worker.map((n) => (w: World) => w.claim(n)) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        worker,
        fc.nat(),
        fc.constantFrom("plan", "plan", "retryable", "ended thread", "outage", "final"),
        fc.boolean(),
      )
      .map(
        ([n, p, o, f]) =>
          (w: World) =>
            w.complete(n, p, o as "plan", f),
      ),
  },
  { weight: 1, arbitrary: worker.map((n) => (w: World) => w.crash(n)) },
  { weight: 1, arbitrary: worker.map((n) => (w: World) => w.pause(n)) },
  { weight: 1, arbitrary: worker.map((n) => (w: World) => w.release(n)) },
  { weight: 1, arbitrary: audit.map((a) => (w: World) => w.cancel(a)) },
  { weight: 3, arbitrary: fc.constant((w: World) => w.schedule()) },
  { weight: 2, arbitrary: fc.nat().map((p) => (w: World) => w.beginPlan(p)) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(), fc.constantFrom("cancelled", "ended")).map(
      ([p, how]) =>
        (w: World) =>
          w.endPlan(p, how as "ended"),
    ),
  },
  { weight: 3, arbitrary: fc.nat(5_000).map((ms) => (w: World) => w.sleep(ms)) },
);

/**
 * Lets everything that is under way come to its end, as healthy workers and appliers would. CONTINUOUS audits never do;
 * each must have had one more run, or be over.
 */
function settle(world: World): void {
  const runsBefore = world.runs.length;
  for (let round = 0; round < 1_000; round++) {
    world.sleep(60_000);
    if (world.stream.length > 0) world.ingest(0, 0, true, true);
    for (let n = 0; n < world.plans.length; n++) world.endPlan(0, "ended");
    world.schedule();
    while (world.claim(0)) world.check();
    while (world.held.flat().length > 0)
      for (let n = 0; n < WORKERS; n++) world.complete(n, 0, "plan", false);
    world.check();
    if (world.stream.length === 0 && isAtRest(world, runsBefore)) return;
    // A live run that no worker holds any more belongs to a dead one.
    for (const [index, run] of world.runs.entries()) {
      const isHeld = world.held.flat().some((lease) => lease.run === index && lease.token === run.token);
      if (run.state === "LIVE" && !isHeld) world.expire({ run: index, token: run.token });
    }
  }
  throw new Error("the world never came to rest");
}

function isAtRest(world: World, runsBefore: number): boolean {
  const isOpen = ({ state }: { state: string }) => state === "DUE" || state === "LIVE";
  return world.audits.every(({ type, state }, index) => {
    const runs = world.runs.filter((run) => run.audit === index);
    const isScheduled = type === "CONTINUOUS" && (state === "PENDING" || state === "ONGOING");
    if (!isScheduled) return !runs.some(isOpen);
    return world.runs.slice(runsBefore).some((run) => run.audit === index && run.state === "SUCCEEDED");
  });
}

describe.each(["coalesce", "strict"] as const)("life of events and runs, %s", (mode) => {
  it("keeps its invariants whatever comes twice, late, or dies", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100, size: "max" }), (steps) => {
        const world = new World(mode);
        for (const next of steps) {
          next(world);
          world.check();
        }
        settle(world);
        expect(world.rows.length, "each posted event has one row").toBe(world.posted);
        const oneshot = world.audits.find(({ type }) => type === "ONESHOT")!;
        expect(["SUCCEEDED", "FAILED", "CANCELLED"]).toContain(oneshot.state);
        for (const row of world.rows) {
          expect(["DONE", "DUPLICATE", "FILTERED", "DISCARDED", "DEAD_LETTER"]).toContain(row.fate);
        }
      }),
      { numRuns: 300 },
    );
  });
});
