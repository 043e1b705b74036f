/** Edits of audits, plans and actions that workers or appliers have in hand at the same time. */

import { randomUUID } from "node:crypto";
import type { AuditState } from "@vigil/core";
import { createLogger } from "@vigil/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guarded } from "../database/guard.ts";
import { autoCommit, firstRow, rows } from "../database/transaction.ts";
import { createPlanService } from "../plans/plan-service.ts";
import { event, leaseRef, openRunWorld, type RunWorld, WORKER } from "../runs/testing/run-world.ts";
import { type Edits, editsOn, failure, patchOf } from "./testing/edit-world.ts";

const LEASE_MS = 30_000;
const ROUNDS = 8;
const APPLIER = "host-b:1:x";

let world: RunWorld;
let user: Edits;
let plans: ReturnType<typeof createPlanService>;
beforeAll(async () => {
  world = await openRunWorld(LEASE_MS);
  user = editsOn(world.orm);
  const service = createPlanService({
    orm: world.orm,
    logger: createLogger({ role: "state", level: "silent" }),
    options: { leaseMs: LEASE_MS },
    notifyCommitted: () => undefined,
    wakeWorkers: () => undefined,
    wakeAppliers: () => undefined,
  });
  plans = { ...service, ...guarded(service, () => undefined) };
});
afterAll(() => world?.close());

async function stateOf(table: "audit" | "action_plan" | "action", uuid: string): Promise<string> {
  const text = `select state from ${table} where uuid = $1`;
  return (await firstRow<{ state: string }>(autoCommit(world.orm), text, [uuid]))!.state;
}

async function plansOf(audit: string): Promise<number> {
  const text = "select 1 from action_plan where audit_id = (select id from audit where uuid = $1)";
  return (await rows(autoCommit(world.orm), text, [audit])).length;
}

/** A run that WORKER has, with one event, and a second event that waits. */
async function liveRun() {
  const audit = await world.newAudit();
  const { lease } = await world.ingest(event(audit));
  await world.ingest(event(audit));
  return { audit, lease: lease! };
}

describe("a user moves an audit out of PENDING or ONGOING", () => {
  test.each<AuditState>(["FAILED", "SUCCEEDED", "CANCELLED", "SUSPENDED"])(
    "to %s: the live run ends as DISCARDED with all its events",
    async (state) => {
      const { audit, lease } = await liveRun();
      await user.patchAudit(audit, ["replace", "/state", state]);
      expect(await world.runStates(audit)).toEqual(["DISCARDED"]);
      expect(await world.fates(audit)).toEqual({ DISCARDED: 2 });
      const beat = await world.runs.heartbeat({ workerId: WORKER, leases: [leaseRef(lease)] });
      expect(beat.lostRunIds).toEqual([lease.runId]);
      expect(await failure(world.complete(lease))).toMatchObject({
        kind: "illegal-state",
        message: expect.stringContaining("is stale"),
      });
      expect(await stateOf("audit", audit)).toBe(state);
      expect(await plansOf(audit)).toBe(0);
      const told = await rows<{ error: string }>(
        autoCommit(world.orm),
        "select data->>'error' as error from outbox where kind = 'run' and uuid = $1 and data->>'state' = 'DISCARDED'",
        [lease.runId],
      );
      expect(told).toEqual([{ error: `a user set the audit to ${state}` }]);
    },
  );

  test("a run that is due ends too, and nobody gets it", async () => {
    const audit = await world.newAudit();
    await world.ingest(event(audit), false);
    await user.patchAudit(audit, ["replace", "/state", "CANCELLED"]);
    expect(await world.runStates(audit)).toEqual(["DISCARDED"]);
    expect(await world.fates(audit)).toEqual({ DISCARDED: 1 });
    expect((await world.runs.claim({ workerId: WORKER, maxRuns: 64, claimId: "" })).leases).toEqual([]);
  });

  test("PENDING to ONGOING leaves it", async () => {
    const audit = await world.newAudit();
    await world.ingest(event(audit), false);
    await user.patchAudit(audit, ["replace", "/state", "ONGOING"]);
    const { leases } = await world.runs.claim({ workerId: WORKER, maxRuns: 64, claimId: "" });
    expect((await world.complete(leases![0])).outcome).toBe("RECORDED");
  });

  test("a deletion discards the follow-up of a finished run", async () => {
    const { audit, lease } = await liveRun();
    await world.complete(lease);
    expect(await world.runStates(audit)).toEqual(["SUCCEEDED", "DUE"]);
    await user.deleteAudit(audit);
    expect(await world.runStates(audit)).toEqual(["SUCCEEDED", "DISCARDED"]);
    expect(await world.fates(audit)).toEqual({ DONE: 1, DISCARDED: 1 });
    expect(await plansOf(audit)).toBe(1);
  });

  test("SUSPENDED to ONGOING gives a ONESHOT audit its run again", async () => {
    const { audit } = await liveRun();
    await user.patchAudit(audit, ["replace", "/audit_type", "ONESHOT"], ["replace", "/state", "SUSPENDED"]);
    user.told();
    await user.patchAudit(audit, ["replace", "/state", "ONGOING"]);
    expect(user.told()).toContain("wake workers");
    expect(await world.runStates(audit)).toEqual(["DISCARDED", "DUE"]);
    const { leases } = await world.runs.claim({ workerId: WORKER, maxRuns: 64, claimId: "" });
    expect((await world.complete(leases![0])).outcome).toBe("RECORDED");
    expect(await stateOf("audit", audit)).toBe("SUCCEEDED");
  });

  test("an audit that is made ONESHOT before it ever ran runs once", async () => {
    const audit = await world.newAudit();
    user.told();
    await user.patchAudit(audit, ["replace", "/audit_type", "ONESHOT"]);
    expect(user.told()).toContain("wake workers");
    const { leases } = await world.runs.claim({ workerId: WORKER, maxRuns: 64, claimId: "" });
    expect((await world.complete(leases![0])).outcome).toBe("RECORDED");
    expect(await stateOf("audit", audit)).toBe("SUCCEEDED");
  });
});

describe("a user gives an audit another type", () => {
  const nextRun = async () =>
    (await world.runs.claim({ workerId: WORKER, maxRuns: 64, claimId: "" })).leases![0];

  /** A PENDING audit of that type with the run that is due for it. */
  async function dueAudit(type: "ONESHOT" | "CONTINUOUS"): Promise<string> {
    const audit = await world.addAudit({ audit_type: type, interval: "3600" });
    await rows(
      autoCommit(world.orm),
      `insert into run (run_id, audit_id, state, cause, seed)
       select gen_random_uuid(), id, 'DUE', audit_type, 1 from audit where uuid = $1`,
      [audit],
    );
    return audit;
  }

  test.each(["ONESHOT", "CONTINUOUS"] as const)(
    "%s to EVENT: the due run ends, and only an alarm runs the audit",
    async (type) => {
      const audit = await dueAudit(type);
      await user.patchAudit(audit, ["replace", "/audit_type", "EVENT"]);
      expect(await world.runStates(audit)).toEqual(["DISCARDED"]);
      expect(await nextRun()).toBeUndefined();
      expect(await stateOf("audit", audit)).toBe("PENDING");
      const { lease } = await world.ingest(event(audit));
      await world.complete(lease);
      expect(await plansOf(audit)).toBe(1);
      expect(await world.fates(audit)).toEqual({ DONE: 1 });
    },
  );

  test("ONESHOT to CONTINUOUS: the due run ends, and the scheduler makes the next", async () => {
    const audit = await dueAudit("ONESHOT");
    await user.patchAudit(audit, ["replace", "/audit_type", "CONTINUOUS"]);
    expect(await world.runStates(audit)).toEqual(["DISCARDED"]);
  });

  test("CONTINUOUS to EVENT between two runs: it waits PENDING for its webhook", async () => {
    const audit = await world.addAudit({ audit_type: "CONTINUOUS", interval: "3600", state: "ONGOING" });
    await user.patchAudit(audit, ["replace", "/audit_type", "EVENT"]);
    expect(await stateOf("audit", audit)).toBe("PENDING");
    expect(await world.runStates(audit)).toEqual([]);
  });

  test("EVENT to CONTINUOUS: an alarm that was taken still gets its run", async () => {
    const audit = await world.addAudit({ interval: "3600" });
    await world.ingest(event(audit), false);
    await user.patchAudit(audit, ["replace", "/audit_type", "CONTINUOUS"]);
    expect(await world.runStates(audit)).toEqual(["DUE"]);
    await world.complete(await nextRun());
    expect(await world.fates(audit)).toEqual({ DONE: 1 });
  });

  test("ONESHOT to EVENT while a worker has the run: it goes on, and an alarm meanwhile gets its own", async () => {
    const audit = await dueAudit("ONESHOT");
    const lease = await nextRun();
    await user.patchAudit(audit, ["replace", "/audit_type", "EVENT"]);
    expect(await stateOf("audit", audit)).toBe("ONGOING");
    await world.ingest(event(audit));
    // Handed back, the run is due for the type before; the alarm that waits outlives it.
    await world.runs.release({ workerId: WORKER, leases: [leaseRef(lease)] });
    await user.patchAudit(audit, ["replace", "/audit_type", "CONTINUOUS"], ["add", "/interval", "3600"]);
    expect(await world.runStates(audit)).toEqual(["DISCARDED", "DUE"]);
    user.told();
    await user.patchAudit(audit, ["replace", "/audit_type", "EVENT"]);
    await world.complete(await nextRun());
    expect(await world.runStates(audit)).toEqual(["DISCARDED", "SUCCEEDED"]);
    expect(await world.fates(audit)).toEqual({ DONE: 1 });
    expect(await stateOf("audit", audit)).toBe("SUCCEEDED");
  });
});

describe("races", () => {
  test("a cancel and a complete: the plan is recorded and the cancel refused, or the other way round", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const audit = await world.newAudit();
      const { lease } = await world.ingest(event(audit));
      const [cancelled, completed] = await Promise.allSettled([
        user.patchAudit(audit, ["replace", "/state", "CANCELLED"]),
        world.complete(lease),
      ]);
      expect([cancelled.status, completed.status].toSorted()).toEqual(["fulfilled", "rejected"]);
      if (cancelled.status === "fulfilled") {
        expect(await stateOf("audit", audit)).toBe("CANCELLED");
        expect(await world.fates(audit)).toEqual({ DISCARDED: 1 });
        expect(await plansOf(audit)).toBe(0);
      } else {
        expect(cancelled.reason).toMatchObject({
          message: "State transition not allowed: (SUCCEEDED -> CANCELLED)",
        });
        expect(await world.fates(audit)).toEqual({ DONE: 1 });
        expect(await plansOf(audit)).toBe(1);
      }
    }
  });

  test("a cancel and a claim: in the end no run is open and no event waits", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const audit = await world.newAudit();
      await world.ingest(event(audit), false);
      const [, { leases }] = await Promise.all([
        user.patchAudit(audit, ["replace", "/state", "CANCELLED"]),
        world.runs.claim({ workerId: WORKER, maxRuns: 64, claimId: "" }),
      ]);
      expect(await stateOf("audit", audit)).toBe("CANCELLED");
      expect(await world.runStates(audit)).toEqual(["DISCARDED"]);
      expect(await world.fates(audit)).toEqual({ DISCARDED: 1 });
      for (const lease of leases!) expect((await failure(world.complete(lease))).kind).toBe("illegal-state");
    }
  });

  test("events that come while an audit is cancelled all get their fate", async () => {
    const audit = await world.newAudit();
    await Promise.all([
      ...Array.from({ length: 10 }, () => world.ingest(event(audit))),
      user.patchAudit(audit, ["replace", "/state", "CANCELLED"]),
    ]);
    const fates = await world.fates(audit);
    expect(fates.DISCARDED).toBe(10);
    expect(await world.runStates(audit)).not.toContain("LIVE");
  });
});

/** A plan of three actions, started by the user. */
async function startedPlan(): Promise<{ uuid: string; actions: string[] }> {
  const audit = await world.newAudit();
  // Plans of earlier tests are under way; they must not keep this one from being made.
  await rows(autoCommit(world.orm), "update audit set force = true where uuid = $1", [audit]);
  const { lease } = await world.ingest(event(audit));
  const { actionPlanUuid: uuid } = await world.complete(lease);
  await user.edits.startActionPlan({ uuid: uuid!, editId: randomUUID() });
  const text = `select x.uuid from action x join action_plan p on p.id = x.action_plan_id where p.uuid = $1 order by x.id`;
  const actions = await rows<{ uuid: string }>(autoCommit(world.orm), text, [uuid]);
  return { uuid: uuid!, actions: actions.map((action) => action.uuid) };
}

describe("plans that an applier takes", () => {
  const claim = async (uuid: string) => {
    const { plans: leased } = await plans.claimPlans({ applierId: APPLIER, maxPlans: 1, claimId: "" });
    return leased!.find(({ planUuid }) => planUuid === uuid);
  };

  test("a cancel and a claim: the plan is CANCELLED, or the applier's and the cancel refused", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { uuid } = await startedPlan();
      const [cancelled, lease] = await Promise.allSettled([
        user.patchPlan(uuid, ["replace", "/state", "CANCELLED"]),
        claim(uuid),
      ]);
      const isLeased = lease.status === "fulfilled" && lease.value !== undefined;
      expect(isLeased).toBe(cancelled.status === "rejected");
      expect(await stateOf("action_plan", uuid)).toBe(isLeased ? "ONGOING" : "CANCELLED");
      if (cancelled.status === "rejected") {
        expect(cancelled.reason).toMatchObject({
          message: "State transition not allowed: (ONGOING -> CANCELLED)",
        });
      }
    }
  });

  test("a skip and a claim: the applier knows of the skip, or it is refused", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { uuid, actions } = await startedPlan();
      const action = actions[1]!;
      const skip = user.edits.patchAction(patchOf(action, [["replace", "/state", "SKIPPED"]]));
      const [skipped, claimed] = await Promise.allSettled([skip, claim(uuid)]);
      // A claim passes over a plan whose row is held, so it may need a second try.
      const lease = claimed.status === "fulfilled" && claimed.value ? claimed.value : await claim(uuid);
      const isSkipped = skipped.status === "fulfilled";
      expect(lease!.actions!.map(({ state }) => state)).toEqual([
        "PENDING",
        isSkipped ? "SKIPPED" : "PENDING",
        "PENDING",
      ]);
      if (!isSkipped) {
        expect(skipped.reason).toMatchObject({
          kind: "conflict",
          message: "State update not allowed for actionplan state: ONGOING",
        });
      }
    }
  });

  test("rest-api 7.2, ONGOING -> CANCELLING: its applier learns it by the next heartbeat", async () => {
    const { uuid, actions } = await startedPlan();
    const lease = (await claim(uuid))!;
    const token = String(lease.token);
    await user.patchPlan(uuid, ["replace", "/state", "CANCELLING"]);
    expect(await stateOf("action", actions[0]!)).toBe("PENDING");
    const beat = await plans.heartbeatPlans({ applierId: APPLIER, leases: [{ planUuid: uuid, token }] });
    expect(beat).toMatchObject({ lostPlanUuids: [], cancellingPlanUuids: [uuid] });
    expect(await plans.endPlan({ applierId: APPLIER, planUuid: uuid, token, failure: "" })).toEqual({
      state: "CANCELLED",
    });
    expect(await stateOf("action", actions[0]!)).toBe("CANCELLED");
  });
});
