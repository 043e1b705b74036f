/** PlanService on PostgreSQL: every call, as one applier lives it, and what users do meanwhile. */

import { randomUUID } from "node:crypto";
import { until } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { retireStrategies } from "../database/retire.ts";
import { inTransaction } from "../database/transaction.ts";
import { event } from "../runs/testing/run-world.ts";
import { expire } from "./leases.ts";
import { APPLIER, openPlanWorld, type PlanWorld } from "./testing/plan-world.ts";

/** Long enough to play no part; leases.it.test.ts has those that run out. */
const LEASE_MS = 60_000;
const CHAIN = [[], [0], [1]];

let world: PlanWorld;
beforeAll(async () => {
  world = await openPlanWorld(LEASE_MS);
});
afterAll(() => world.close());

const changes = (uuid: string) =>
  world.query<{ kind: string; version: string; state: string; data: object }>(
    `select kind, version::text as version, data->>'state' as state, data from outbox where uuid = $1 order by id`,
    [uuid],
  );

describe("ClaimPlans", () => {
  it("gives a started plan with its actions in order, and shows who has it", async () => {
    const uuid = await world.newPlan([[], [], [1, 0]]);
    expect(await world.claim(), "nobody started it").toBeUndefined();
    await world.start(uuid);
    const { lease } = (await world.claim())!;
    expect(lease).toMatchObject({ planUuid: uuid, token: "1", strategyName: "dummy", state: "ONGOING" });
    expect(lease).toMatchObject({ leaseMs: LEASE_MS, heartbeatMs: LEASE_MS / 4 });
    expect(lease.actions!.map(({ parents }) => parents)).toEqual([[], [], [1, 0]]);
    expect(lease.actions![2]).toMatchObject({
      actionType: "nop",
      inputParametersJson: '{"message":"2"}',
      state: "PENDING",
      intentJson: "",
    });
    expect(await world.planRow(uuid)).toMatchObject({
      state: "ONGOING",
      hostname: "host-a",
      applier_id: APPLIER,
      started: true,
      finished: false,
    });
    expect((await changes(uuid)).at(-1)).toMatchObject({
      kind: "action_plan",
      state: "ONGOING",
      version: "3",
      data: { audit_uuid: lease.auditUuid, actions: 3 },
    });
    expect(await world.claim(), "it is taken").toBeUndefined();
  });

  it("takes a plan that auto_trigger launched while it is RECOMMENDED", async () => {
    const uuid = await world.newPlan([[]]);
    await world.query("update action_plan set launched_at = clock_timestamp() where uuid = $1", [uuid]);
    expect((await world.claim())!.uuid).toBe(uuid);
  });

  it.each(["cancel", "remove"] as const)("leaves a plan that a user made away with by %s", async (how) => {
    const uuid = await world.newPlan([[]]);
    if (how === "cancel") await world.start(uuid);
    else await world.query("update action_plan set launched_at = clock_timestamp() where uuid = $1", [uuid]);
    await world[how](uuid);
    expect(await world.claim()).toBeUndefined();
  });

  it("gives each plan to one applier however many ask at once, the oldest first", async () => {
    const uuids = await Promise.all(Array.from({ length: 12 }, () => world.newPlan([[]])));
    for (const uuid of uuids) await world.start(uuid);
    const first = await world.claim();
    expect(first!.uuid).toBe(uuids[0]);
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        world.plans.claimPlans({ applierId: `host-${n}:1:x`, maxPlans: 3, claimId: "" }),
      ),
    );
    const given = answers.flatMap(({ plans }) => plans!.map(({ planUuid }) => planUuid!));
    // What two claims passed over at the same moment is there for the next.
    const rest = (await world.plans.claimPlans({ applierId: APPLIER, maxPlans: 50, claimId: "" })).plans!;
    const all = [first!.uuid, ...given, ...rest.map(({ planUuid }) => planUuid!)];
    expect(all.toSorted()).toEqual(uuids.toSorted());
  });

  it("and a user who cancels at the same moment come one after the other", async () => {
    for (let round = 0; round < 10; round++) {
      const uuid = await world.newPlan([[]]);
      await world.start(uuid);
      // Asked for what the plan was: a cancel that comes after the claim is refused as a transition.
      const [plan, cancel] = await Promise.allSettled([world.claim(), world.cancel(uuid)]);
      const held = plan.status === "fulfilled" ? plan.value : undefined;
      const { state } = await world.planRow(uuid);
      expect(state).toBe(cancel.status === "rejected" ? "ONGOING" : held ? "CANCELLING" : "CANCELLED");
      expect(held?.uuid).toBe(state === "CANCELLED" ? undefined : uuid);
      await held?.endPlan("enough");
    }
  });

  it("brings the same again to whoever asks again, and nothing to others", async () => {
    await world.query("truncate audit cascade");
    const uuids = [await world.newPlan(CHAIN), await world.newPlan(CHAIN), await world.newPlan(CHAIN)];
    for (const uuid of uuids) await world.start(uuid);
    const claimId = randomUUID();
    const ask = (applierId: string, id: string) =>
      world.plans.claimPlans({ applierId, maxPlans: 2, claimId: id }).then(({ plans }) => plans!);
    const [first, again] = await Promise.all([ask(APPLIER, claimId), ask(APPLIER, claimId)]);
    const brought = new Set([...first, ...again].map(({ planUuid }) => planUuid));
    expect(brought).toEqual(new Set(uuids.slice(0, brought.size)));
    expect((await ask(APPLIER, claimId)).map(({ planUuid }) => planUuid).sort()).toEqual([...brought].sort());
    expect((await ask(APPLIER, claimId)).map(({ token }) => token)).toEqual([...brought].map(() => "1"));
    expect((await world.planRow(uuids[0]!)).heartbeat).not.toBe("0");
    expect((await ask("other:1:x", claimId)).length).toBe(uuids.length - brought.size);
    await expect(ask(APPLIER, "no UUID")).rejects.toMatchObject({ kind: "invalid-input" });
    await world.query("truncate audit cascade");
  });

  it("refuses an applier without room or name", async () => {
    const claim = (applierId: string, maxPlans: number) =>
      world.plans.claimPlans({ applierId, maxPlans, claimId: "" });
    await expect(claim(APPLIER, 0)).rejects.toMatchObject({ kind: "invalid-input" });
    await expect(claim("", 1)).rejects.toMatchObject({ kind: "invalid-input" });
  });
});

describe("a plan that loses one applier after the other", () => {
  it("is given up when none of its actions ended meanwhile; one that gets on is not", async () => {
    const uuid = await world.newPlan([[], [0], [1]]);
    await world.query("update action_plan set launched_at = now() - interval '1 day' where uuid = $1", [
      uuid,
    ]);
    for (let lost = 0; lost < 4; lost++) {
      const plan = (await world.claim())!;
      expect(plan.uuid).toBe(uuid);
      await plan.begin(lost < 2 ? 0 : 1);
      if (lost === 1) await plan.end(0, "SUCCEEDED");
      const { token, heartbeat } = await world.planRow(uuid);
      const sample = { id: uuid, token: BigInt(token), heartbeat: BigInt(heartbeat) };
      const { freed, ended } = await inTransaction(world.orm, (sql) => expire(sql, [sample], 3));
      expect([freed, ended.map((one) => one.uuid)]).toEqual(lost < 3 ? [[uuid], []] : [[], [uuid]]);
    }
    expect(await world.planRow(uuid)).toMatchObject({
      state: "FAILED",
      applier_id: null,
      status_message: expect.stringContaining("3 appliers were lost one after the other"),
    });
    expect(await world.states(uuid)).toEqual(["SUCCEEDED", "FAILED", "PENDING"]);
  });
});

describe("BeginAction", () => {
  it("writes the intent, once, and says GO again to whoever asks again", async () => {
    const plan = await world.lease(CHAIN);
    expect(await plan.begin(0, '{"request": "r-1"}')).toEqual({ verdict: "GO", state: "ONGOING" });
    expect(await plan.begin(0, '{"request": "r-2"}')).toEqual({ verdict: "GO", state: "ONGOING" });
    const uuid = plan.lease.actions![0]!.uuid!;
    const [row] = await world.query(
      "select state, intent, updated_at is not null as touched from action where uuid = $1",
      [uuid],
    );
    expect(row).toEqual({ state: "ONGOING", intent: { request: "r-1" }, touched: true });
    expect(await changes(uuid)).toMatchObject([
      { kind: "action", version: "2", state: "ONGOING", data: { action_plan_uuid: plan.uuid } },
    ]);
  });

  it("waits for all parents to be over, whatever became of them", async () => {
    const plan = await world.lease([[], [], [], [0, 1, 2]]);
    await plan.begin(0);
    await plan.end(0, "FAILED", "no");
    await plan.end(1, "SKIPPED", "there already");
    await expect(plan.begin(3)).rejects.toMatchObject({ kind: "illegal-state" });
    await plan.begin(2);
    await expect(plan.begin(3)).rejects.toThrow("a parent of it is not over");
    await plan.end(2, "SUCCEEDED");
    expect(await plan.begin(3)).toEqual({ verdict: "GO", state: "ONGOING" });
  });

  it("is answered DONE for what a user skipped and what ended before", async () => {
    const uuid = await world.newPlan(CHAIN);
    const [first] = await world.query<{ uuid: string }>(
      "select uuid from action where action_plan_id = (select id from action_plan where uuid = $1) order by id limit 1",
      [uuid],
    );
    await world.skip(first!.uuid);
    await world.start(uuid);
    const plan = (await world.claim())!;
    expect(plan.lease.actions!.map(({ state }) => state)).toEqual(["SKIPPED", "PENDING", "PENDING"]);
    expect(await plan.begin(0)).toEqual({ verdict: "DONE", state: "SKIPPED" });
    await plan.begin(1);
    await plan.end(1, "FAILED", "no");
    expect(await plan.begin(1)).toEqual({ verdict: "DONE", state: "FAILED" });
    await expect(world.skip(plan.lease.actions![2]!.uuid!)).rejects.toMatchObject({ kind: "conflict" });
  });

  it("begins nothing of a plan that a user cancels", async () => {
    const plan = await world.lease(CHAIN);
    await plan.begin(0);
    await world.cancel(plan.uuid);
    expect(await plan.begin(0)).toEqual({ verdict: "CANCELLING", state: "ONGOING" });
    await plan.end(0, "SUCCEEDED");
    expect(await plan.begin(1)).toEqual({ verdict: "CANCELLING", state: "PENDING" });
    expect(await plan.beat()).toEqual({ lost: [], cancelling: [plan.uuid], unmoved: [] });
    expect(await plan.endPlan()).toBe("CANCELLED");
    expect(await world.states(plan.uuid)).toEqual(["SUCCEEDED", "CANCELLED", "CANCELLED"]);
  });

  it("knows only actions of the plan, and plans that exist", async () => {
    const [one, other] = [await world.lease(CHAIN), await world.lease(CHAIN)];
    const begin = (planUuid: string, actionUuid: string) =>
      world.plans.beginAction({ applierId: APPLIER, planUuid, token: "1", actionUuid, intentJson: "" });
    await expect(begin(one.uuid, other.lease.actions![0]!.uuid!)).rejects.toMatchObject({
      kind: "not-found",
    });
    await expect(begin(one.uuid, randomUUID())).rejects.toMatchObject({ kind: "not-found" });
    await expect(begin(randomUUID(), one.lease.actions![0]!.uuid!)).rejects.toMatchObject({
      kind: "not-found",
    });
    const shouted = await begin(one.uuid.toUpperCase(), one.lease.actions![0]!.uuid!.toUpperCase());
    expect(shouted.verdict).toBe("GO");
  });

  it("of many in one transaction fails only the one that the database can't store", async () => {
    const plan = await world.lease(Array.from({ length: 20 }, () => []));
    const answers = await Promise.allSettled(
      plan.lease.actions!.map((_, index) => plan.begin(index, index === 13 ? '{"x": "\\u0000"}' : "")),
    );
    const failed = answers.flatMap(({ status }, index) => (status === "rejected" ? [index] : []));
    expect(failed).toEqual([13]);
    expect((await world.states(plan.uuid)).filter((state) => state === "ONGOING")).toHaveLength(19);
  });
});

describe("news of actions", () => {
  it("are told soon, not once for each step", async () => {
    const indices = Array.from({ length: 20 }, (_, index) => index);
    const plan = await world.lease(indices.map(() => []));
    const before = world.wakes.relay;
    for (const index of indices) {
      await plan.begin(index);
      await plan.end(index, "SUCCEEDED");
    }
    await until("the relay is woken", () => world.wakes.relay > before);
    expect(world.wakes.relay - before).toBeLessThan(2 * indices.length);
    await plan.endPlan();
  });
});

describe("AbortAction", () => {
  it("makes what is under way of a cancelled plan CANCELLING, once, and tells of it", async () => {
    const plan = await world.lease([[], [], [0]]);
    await plan.begin(0, '{"request": "r-1"}');
    await plan.begin(1);
    await plan.end(1, "SUCCEEDED");
    await expect(plan.abort(0)).rejects.toThrow("nobody cancels its plan");
    await world.cancel(plan.uuid);
    await plan.abort(0);
    await plan.abort(0);
    await expect(plan.abort(1)).rejects.toThrow("the first end stands");
    await expect(plan.abort(2)).rejects.toThrow("it was never begun");
    expect(await world.states(plan.uuid)).toEqual(["CANCELLING", "SUCCEEDED", "PENDING"]);
    expect(await plan.begin(0)).toEqual({ verdict: "CANCELLING", state: "CANCELLING" });
    const uuid = plan.lease.actions![0]!.uuid!;
    expect((await changes(uuid)).map(({ kind, state, version }) => `${kind} ${state} ${version}`)).toEqual([
      "action ONGOING 2",
      "action CANCELLING 3",
    ]);
    await plan.end(0, "CANCELLED");
    expect((await changes(uuid)).at(-1)).toMatchObject({ state: "CANCELLED", version: "4" });
    expect(await plan.endPlan()).toBe("CANCELLED");
    expect(await world.states(plan.uuid)).toEqual(["CANCELLED", "SUCCEEDED", "CANCELLED"]);
  });

  it("is refused under another's lease; the next applier gets the action as it is, and aborts it again", async () => {
    const first = await world.lease(CHAIN);
    await first.begin(0, '{"request": "r-1"}');
    await world.cancel(first.uuid);
    await first.abort(0);
    const { token, heartbeat } = await world.planRow(first.uuid);
    const dead = { id: first.uuid, token: BigInt(token), heartbeat: BigInt(heartbeat) };
    await inTransaction(world.orm, (sql) => expire(sql, [dead]));
    const next = (await world.claim("host-b:1:x"))!;
    expect(next.lease).toMatchObject({ planUuid: first.uuid, state: "CANCELLING" });
    const [action] = next.lease.actions!;
    expect(action!.state).toBe("CANCELLING");
    expect(JSON.parse(action!.intentJson!)).toEqual({ request: "r-1" });
    await expect(first.abort(0)).rejects.toThrow("stop working on it");
    await next.abort(0);
    await next.end(0, "CANCELLED");
    expect(await next.endPlan()).toBe("CANCELLED");
  });
});

describe("EndAction", () => {
  it("keeps the first end, answers it again, and refuses another", async () => {
    const plan = await world.lease(CHAIN);
    await plan.begin(0);
    await plan.end(0, "FAILED", "Action failed in execute: no host");
    await plan.end(0, "FAILED", "Action failed in execute: no host");
    await expect(plan.end(0, "SUCCEEDED")).rejects.toThrow("the first end stands");
    const uuid = plan.lease.actions![0]!.uuid!;
    const [row] = await world.query(
      "select state, status_message, version::text as version from action where uuid = $1",
      [uuid],
    );
    expect(row).toEqual({
      state: "FAILED",
      status_message: "Action failed in execute: no host",
      version: "3",
    });
  });

  it("takes no success of what never began, and no cancel that nobody asked for", async () => {
    const plan = await world.lease(CHAIN);
    await expect(plan.end(0, "SUCCEEDED")).rejects.toThrow("begin it first");
    await expect(plan.end(1, "SKIPPED")).rejects.toThrow("a parent of it is not over");
    await plan.begin(0);
    await expect(plan.end(0, "CANCELLED")).rejects.toThrow("nobody cancels its plan");
    await expect(plan.end(0, "ONGOING")).rejects.toMatchObject({ kind: "invalid-input" });
    await world.cancel(plan.uuid);
    await plan.end(0, "CANCELLED");
    expect(await world.states(plan.uuid)).toEqual(["CANCELLED", "PENDING", "PENDING"]);
  });

  it.each([
    ["NUL", "x\0y", "x\ufffdy"],
    ["half a character", "x\ud83d", "x\ufffd"],
    ["a wide character at the cut", `${"x".repeat(254)}\u{1f525}y`, `${"x".repeat(254)}\u{1f525}`],
    ["no end", "x".repeat(1_000_000), "x".repeat(255)],
  ])("stores a message that has %s", async (_name, message, stored) => {
    const plan = await world.lease([[]]);
    await plan.begin(0);
    await plan.end(0, "FAILED", message);
    const [row] = await world.query("select status_message from action where uuid = $1", [
      plan.lease.actions![0]!.uuid,
    ]);
    expect(row).toEqual({ status_message: stored });
  });
});

describe("EndPlan", () => {
  async function run(ends: string[]) {
    const plan = await world.lease(ends.map(() => []));
    for (const [index, end] of ends.entries()) {
      await plan.begin(index);
      await plan.end(index, end);
    }
    return plan;
  }

  it.each([
    [["SUCCEEDED", "SUCCEEDED"], "SUCCEEDED", null],
    [["SUCCEEDED", "SKIPPED"], "SUCCEEDED", "One or more actions were skipped."],
    [["FAILED", "SUCCEEDED"], "FAILED", null],
  ])("with %j is %s, message %s; again it answers the same", async (ends, state, message) => {
    const plan = await run(ends);
    expect(await plan.endPlan()).toBe(state);
    const row = await world.planRow(plan.uuid);
    expect(row).toMatchObject({
      state,
      status_message: message,
      applier_id: null,
      finished: true,
      hostname: "host-a",
    });
    expect(await plan.endPlan()).toBe(state);
    expect(await plan.endPlan("too late")).toBe(state);
    expect(await world.planRow(plan.uuid)).toEqual(row);
    expect((await plan.beat()).lost).toEqual([plan.uuid]);
    await expect(plan.begin(0)).rejects.toMatchObject({ kind: "illegal-state" });
    expect(await changes(plan.uuid)).toHaveLength(4);
  });

  it("waits for actions that are under way, and for those that have yet to run", async () => {
    const plan = await world.lease(CHAIN);
    await expect(plan.endPlan()).rejects.toThrow("have yet to run");
    await plan.begin(0);
    await expect(plan.endPlan()).rejects.toThrow("1 of its actions are under way");
    await plan.end(0, "SUCCEEDED");
    // Under the rule ANY the next is not tried; state does not know the rule, and believes its applier.
    expect(await plan.endPlan()).toBe("SUCCEEDED");
    expect(await world.states(plan.uuid)).toEqual(["SUCCEEDED", "PENDING", "PENDING"]);
  });

  it("by a failure shows why; what was not begun stays PENDING, what was under way ends", async () => {
    const plan = await world.lease([[], []]);
    await plan.begin(0);
    expect(await plan.endPlan("no cloud is configured")).toBe("FAILED");
    expect(await world.planRow(plan.uuid)).toMatchObject({ status_message: "no cloud is configured" });
    expect(await world.states(plan.uuid)).toEqual(["FAILED", "PENDING"]);
  });

  it("of a plan that was cancelled with its strategy keeps the reason", async () => {
    const plan = await world.lease([[]]);
    const [strategy] = await world.query<{ id: string }>("select id::text as id from strategy");
    const retired = { id: strategy!.id, name: "dummy", reason: "strategy dummy is gone" };
    await inTransaction(world.orm, (sql) => retireStrategies(sql, [retired]));
    expect((await plan.beat()).cancelling).toEqual([plan.uuid]);
    expect(await plan.endPlan()).toBe("CANCELLED");
    expect(await world.planRow(plan.uuid)).toMatchObject({ status_message: "strategy dummy is gone" });
  });

  it("makes the runs due that waited for it, and wakes workers", async () => {
    const plan = await run(["SUCCEEDED"]);
    const [audit] = await world.query<{ uuid: string }>(
      `insert into audit (uuid, name, audit_type, state, goal_id) values (gen_random_uuid(), gen_random_uuid()::text,
       'EVENT', 'PENDING', (select id from goal)) returning uuid`,
    );
    const { id } = await world.planRow(plan.uuid);
    await world.query(
      `insert into run (run_id, audit_id, state, cause, seed, due_at, blocked_by)
       select gen_random_uuid(), id, 'DUE', 'EVENT', 1, 'infinity', $2 from audit where uuid = $1`,
      [audit!.uuid, id],
    );
    const before = world.wakes.workers;
    await plan.endPlan();
    const [blocked] = await world.query(
      `select blocked_by, due_at <= clock_timestamp() as is_due from run
       where audit_id = (select id from audit where uuid = $1)`,
      [audit!.uuid],
    );
    expect(blocked).toEqual({ blocked_by: null, is_due: true });
    expect(world.wakes.workers).toBe(before + 1);
  });
});

describe("hostile input", () => {
  it.each([
    { planUuid: "no-uuid" },
    { token: "-1" },
    { token: "1e3" },
    { token: "99999999999999999999" },
    { actionUuid: "" },
    { applierId: "" },
    { intentJson: "[]" },
    { intentJson: "{" },
  ])("%j is refused", async (over) => {
    const good = {
      applierId: APPLIER,
      planUuid: randomUUID(),
      token: "1",
      actionUuid: randomUUID(),
      intentJson: "",
    };
    await expect(world.plans.beginAction({ ...good, ...over })).rejects.toMatchObject({
      kind: "invalid-input",
    });
  });

  it("of a heartbeat and a release is refused, and of unknown plans they take no notice", async () => {
    const leases = [{ planUuid: "x", token: "1" }];
    await expect(world.plans.heartbeatPlans({ applierId: APPLIER, leases })).rejects.toMatchObject({
      kind: "invalid-input",
    });
    const unknown = [{ planUuid: event("x").eventId, token: "9223372036854775807" }];
    const beats = await world.plans.heartbeatPlans({ applierId: APPLIER, leases: unknown });
    expect(beats.lostPlanUuids).toEqual([unknown[0]!.planUuid]);
    await world.plans.releasePlans({ applierId: APPLIER, leases: unknown });
  });
});
