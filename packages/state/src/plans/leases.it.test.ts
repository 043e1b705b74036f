/** Leases of plans on PostgreSQL: they run out, are kept, handed back, and fence off whoever had them. */

import { until } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inTransaction, rows } from "../database/transaction.ts";
import { APPLIER, type Held, openPlanWorld, type PlanWorld } from "./testing/plan-world.ts";

const LEASE_MS = 1_000;
const OTHER = "host-b:2:y";
const CHAIN = [[], [0], [1]];

let world: PlanWorld;
beforeAll(async () => {
  world = await openPlanWorld(LEASE_MS);
});
afterAll(() => world.close());

const isFree = async ({ uuid }: Held) => (await world.planRow(uuid)).applier_id === null;
const whenFree = (plan: Held) => until("the lease is lost", () => isFree(plan));

/** Every call that writes, with the reason for which it is refused. */
async function expectStale(plan: Held): Promise<void> {
  const before = { row: await world.planRow(plan.uuid), states: await world.states(plan.uuid) };
  for (const call of [
    () => plan.begin(0),
    () => plan.begin(2),
    () => plan.end(0, "FAILED"),
    () => plan.endPlan("x"),
  ]) {
    await expect(call()).rejects.toMatchObject({
      kind: "illegal-state",
      message: expect.stringContaining("token"),
    });
  }
  await world.plans.releasePlans({ applierId: APPLIER, leases: [plan.ref] });
  expect((await plan.beat()).lost).toEqual([plan.uuid]);
  expect({ row: await world.planRow(plan.uuid), states: await world.states(plan.uuid) }).toEqual(before);
}

describe("a lease that runs out", () => {
  it("leaves the plan ONGOING for the next applier, which gets it as the first has left it", async () => {
    const wakes = world.wakes.appliers;
    const plan = await world.lease(CHAIN);
    await plan.begin(0);
    await plan.end(0, "SUCCEEDED");
    await plan.begin(1, '{"request": "r-1"}');
    await whenFree(plan);
    await until("appliers are woken", () => world.wakes.appliers > wakes);
    expect(await world.planRow(plan.uuid)).toMatchObject({ state: "ONGOING", hostname: "host-a" });
    await expectStale(plan);
    const next = (await world.claim(OTHER))!;
    expect(next.lease).toMatchObject({ planUuid: plan.uuid, token: "2", state: "ONGOING" });
    expect(next.lease.actions!.map(({ state }) => state)).toEqual(["SUCCEEDED", "ONGOING", "PENDING"]);
    expect(next.lease.actions![1]!.intentJson).toBe('{"request": "r-1"}');
    await expectStale(plan);
    expect(await next.begin(0)).toEqual({ verdict: "DONE", state: "SUCCEEDED" });
    expect(await next.begin(1)).toEqual({ verdict: "GO", state: "ONGOING" });
    await next.end(1, "SUCCEEDED");
    await next.begin(2);
    await next.end(2, "SUCCEEDED");
    expect(await next.endPlan()).toBe("SUCCEEDED");
    await expectStale(plan);
    expect(await world.planRow(plan.uuid)).toMatchObject({ hostname: "host-b", token: "2" });
  });

  it("while a user cancels is taken over CANCELLING, and a cancel of a plan without an applier waits for one", async () => {
    const plan = await world.lease(CHAIN);
    await plan.begin(0);
    await whenFree(plan);
    await world.cancel(plan.uuid);
    const next = (await world.claim(OTHER))!;
    expect(next.lease.state).toBe("CANCELLING");
    expect(await next.begin(0)).toEqual({ verdict: "CANCELLING", state: "ONGOING" });
    await whenFree(next);
    const last = (await world.claim())!;
    expect(last.lease).toMatchObject({ token: "3", state: "CANCELLING" });
    expect(await last.endPlan()).toBe("CANCELLED");
    expect(await world.states(plan.uuid)).toEqual(["CANCELLED", "CANCELLED", "CANCELLED"]);
  });

  it("is not the twin's of the same name either", async () => {
    const plan = await world.lease(CHAIN);
    await whenFree(plan);
    const twin = (await world.claim(APPLIER))!;
    await expectStale(plan);
    expect((await twin.beat()).lost).toEqual([]);
    await twin.endPlan("enough");
  });
});

describe("a lease lives on", () => {
  it("as long as the heartbeat moves", async () => {
    const plan = await world.lease(CHAIN);
    const begun = performance.now();
    while (performance.now() - begun < 2 * LEASE_MS)
      expect(await plan.beat()).toMatchObject({ lost: [], unmoved: [] });
    expect(await isFree(plan)).toBe(false);
    await plan.endPlan("enough");
  });

  it("by its applier's work alone, which moves the counter too", async () => {
    const plan = await world.lease([[], []]);
    const before = BigInt((await world.planRow(plan.uuid)).heartbeat);
    await plan.begin(0);
    await plan.begin(0);
    await plan.end(0, "SUCCEEDED");
    expect(BigInt((await world.planRow(plan.uuid)).heartbeat)).toBe(before + 2n);
    await plan.endPlan("enough");
  });
});

describe("a plan whose row is held", () => {
  it("holds up no heartbeat of the others, and its lease is said to be no younger", async () => {
    const [held, other] = [await world.lease(CHAIN), await world.lease(CHAIN)];
    const locked = Promise.withResolvers<void>();
    const freed = Promise.withResolvers<void>();
    const transaction = inTransaction(world.orm, async (sql) => {
      await rows(sql, "select 1 from action_plan where uuid = $1 for update", [held.uuid]);
      locked.resolve();
      await freed.promise;
    });
    await locked.promise;
    const leases = [held.ref, other.ref];
    const beats = await world.plans.heartbeatPlans({ applierId: APPLIER, leases });
    expect(beats).toEqual({ lostPlanUuids: [], cancellingPlanUuids: [], unmovedPlanUuids: [held.uuid] });
    expect((await world.planRow(other.uuid)).heartbeat).toBe("1");
    const waiting = world.plans.heartbeatPlans({ applierId: APPLIER, leases });
    freed.resolve();
    await transaction;
    expect((await waiting).unmovedPlanUuids).toEqual([]);
    for (const plan of [held, other]) await plan.endPlan("enough");
  });
});

describe("ReleasePlans", () => {
  it("hands plans back at once, wakes appliers, and may come twice", async () => {
    const plan = await world.lease(CHAIN);
    await plan.begin(0);
    const wakes = world.wakes.appliers;
    const request = { applierId: APPLIER, leases: [plan.ref] };
    await world.plans.releasePlans(request);
    expect(world.wakes.appliers).toBe(wakes + 1);
    await expectStale(plan);
    const next = (await world.claim(OTHER))!;
    expect(next.lease.actions![0]!.state).toBe("ONGOING");
    await world.plans.releasePlans(request);
    expect((await next.beat()).lost).toEqual([]);
    await next.endPlan("enough");
  });
});
