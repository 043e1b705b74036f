/** One plan on a simulated cloud: order, limits, failures, cancel, take-over, drain. */

import { VigilError } from "@vigil/core";
import { describe, expect, it } from "vitest";
import { runPlan, startProcess } from "./testing/applier-process.ts";
import { type LedgerAction, PlanLedger } from "./testing/plan-ledger.ts";
import { STOPPED, smallCloud, VM } from "./testing/small-cloud.ts";

const nop = (parents: number[] = [], flags: Record<string, boolean> = {}): LedgerAction => ({
  actionType: "nop",
  inputParameters: { message: null, ...flags },
  parents,
});
const sleep = (duration: number, parents: number[] = []): LedgerAction => ({
  actionType: "sleep",
  inputParameters: { duration },
  parents,
});
const migrate = (resourceId: string, type: "live" | "cold", parents: number[] = []): LedgerAction => ({
  actionType: "migrate",
  inputParameters: {
    resource_id: resourceId,
    migration_type: type,
    source_node: "a",
    destination_node: "b",
  },
  parents,
});

describe("a plan", () => {
  it("runs in order, at most so many at once, and ends SUCCEEDED", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([sleep(10), sleep(10), sleep(10), sleep(10), nop([0, 1, 2, 3])]);
    let most = 0;
    const onStep = () => {
      most = Math.max(most, ledger.states.filter((state) => state === "ONGOING").length);
      return undefined;
    };
    expect(await runPlan({ ...world, ledger, onStep, actionsMax: 3 })).toEqual({
      what: "ended",
      state: "SUCCEEDED",
    });
    expect(most).toBe(3);
    expect(world.clock.nowMs()).toBe(20_000);
    expect(ledger.actions.map(({ history }) => history)).toEqual(Array(5).fill(["ONGOING", "SUCCEEDED"]));
  });

  it("goes on after actions that fail or are skipped, and says so at its end", async () => {
    const failing = new PlanLedger([
      nop([], { fail_execute: true }),
      nop([0]),
      nop([1], { skip_pre_condition: true }),
    ]);
    expect(await runPlan({ ...smallCloud(), ledger: failing })).toMatchObject({ state: "FAILED" });
    expect(failing.states).toEqual(["FAILED", "SUCCEEDED", "SKIPPED"]);
    const skipping = new PlanLedger([{ ...nop(), state: "SKIPPED" }, nop([0])]);
    expect(await runPlan({ ...smallCloud(), ledger: skipping })).toMatchObject({ state: "SUCCEEDED" });
    expect(skipping.statusMessage).toBe("One or more actions were skipped.");
    expect(skipping.actions[0]!.history).toEqual([]);
  });

  it("tries the next only if the one before failed, under the rule ANY", async () => {
    const ledger = new PlanLedger([nop(), nop([0]), nop([], { fail_execute: true }), nop([2])]);
    expect(await runPlan({ ...smallCloud(), ledger, rule: "ANY" })).toMatchObject({ what: "ended" });
    expect(ledger.states).toEqual(["SUCCEEDED", "PENDING", "FAILED", "SUCCEEDED"]);
  });

  it("without actions ends at once", async () => {
    expect(await runPlan({ ...smallCloud(), ledger: new PlanLedger([]) })).toEqual({
      what: "ended",
      state: "SUCCEEDED",
    });
  });
});

describe("a plan that can't be executed", () => {
  const cases: [string, LedgerAction, RegExp][] = [
    [
      "no cloud",
      migrate(VM, "live"),
      /^This plan needs Nova \(migrate\) and no cloud is configured for the applier: no action was begun$/,
    ],
    [
      "no cloud for volumes",
      {
        actionType: "volume_migrate",
        inputParameters: { resource_id: VM, migration_type: "retype", destination_type: "x" },
      },
      /^This plan needs Cinder and Nova \(volume_migrate\) and no cloud/,
    ],
    [
      "an unknown type",
      { actionType: "explode", inputParameters: {} },
      /^No action type explode; there are nop, /,
    ],
    [
      "an input that does not fit",
      { actionType: "sleep", inputParameters: { duration: "1" } },
      /^Input parameters of sleep do not fit: duration: "1"/,
    ],
    ["a parent that comes later", nop([7]), /parent 7/],
  ];
  it.each(cases)("for %s fails before any action, and says why", async (_name, action, message) => {
    const { clock } = smallCloud();
    const ledger = new PlanLedger([nop(), action]);
    expect(await runPlan({ cloud: {}, clock, ledger })).toEqual({ what: "ended", state: "FAILED" });
    expect(ledger.statusMessage).toMatch(message);
    expect(ledger.states).toEqual(["PENDING", "PENDING"]);
  });
});

describe("a plan that was begun and can't be gone on with", () => {
  it("is FAILED, and does not say that nothing was begun", async () => {
    const { clock } = smallCloud();
    const ledger = new PlanLedger([{ ...nop(), state: "SUCCEEDED" }, migrate(VM, "live"), nop()]);
    expect(await runPlan({ cloud: {}, clock, ledger })).toEqual({ what: "ended", state: "FAILED" });
    expect(ledger.statusMessage).toMatch(/no cloud is configured for the applier$/);
    expect(ledger.states).toEqual(["SUCCEEDED", "PENDING", "PENDING"]);
  });
});

describe("a cancel", () => {
  it("aborts live migrations and sleeps at once, waits for the others, begins nothing, ends CANCELLED", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([
      migrate(VM, "live"),
      sleep(3_600),
      migrate(STOPPED, "cold"),
      nop([0, 1, 2]),
    ]);
    const { outcome } = await startProcess({ ...world, ledger });
    await world.clock.sleep(9_000);
    ledger.cancel();
    expect(await outcome).toEqual({ what: "ended", state: "CANCELLED" });
    expect(ledger.states).toEqual(["CANCELLED", "CANCELLED", "SUCCEEDED", "CANCELLED"]);
    expect(ledger.actions.map(({ history }) => history)).toEqual([
      ["ONGOING", "CANCELLING", "CANCELLED"],
      ["ONGOING", "CANCELLING", "CANCELLED"],
      // Nothing can abort it: it is no less under way than before.
      ["ONGOING", "SUCCEEDED"],
      ["CANCELLED"],
    ]);
    expect(world.nova.servers.get(VM)).toMatchObject({ host: "a", status: "ACTIVE", taskState: null });
    expect(world.nova.servers.get(STOPPED)).toMatchObject({ host: "b", status: "SHUTOFF" });
    expect(world.clock.nowMs()).toBeLessThan(60_000);
  });

  it("that comes too late for a migration leaves it SUCCEEDED", async () => {
    const world = smallCloud({ migrationMs: 10_000 });
    const ledger = new PlanLedger([migrate(VM, "live"), nop([0])]);
    const { outcome, runner } = await startProcess({ ...world, ledger });
    await world.clock.sleep(9_500);
    ledger.cancel();
    runner.cancel();
    expect(await outcome).toMatchObject({ state: "CANCELLED" });
    expect(ledger.states).toEqual(["SUCCEEDED", "CANCELLED"]);
    expect(ledger.actions[0]!.history).toEqual(["ONGOING", "CANCELLING", "SUCCEEDED"]);
    expect(world.nova.servers.get(VM)).toMatchObject({ host: "b" });
  });

  it("is seen as CANCELLING before the cloud hears of it, and while the abort takes its time", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([migrate(VM, "live")]);
    const seen: string[] = [];
    const onStep = (call: string, when: "before" | "after") => {
      if (call === "abortLiveMigration") seen.push(`${when} ${ledger.states[0]}`);
      return undefined;
    };
    const { outcome } = await startProcess({ ...world, ledger, onStep });
    await world.clock.sleep(9_000);
    ledger.cancel();
    expect(await outcome).toMatchObject({ state: "CANCELLED" });
    expect(seen).toEqual(["before CANCELLING", "after CANCELLING"]);
  });

  it("that state can't write yet aborts nothing yet", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([migrate(VM, "live")]);
    const { abortAction } = ledger;
    let calls = 0;
    ledger.abortAction = async (request) => {
      expect(world.nova.calls).toEqual([`live-migration ${VM}`]);
      if (++calls < 4) throw new VigilError("unavailable", "away");
      return abortAction.call(ledger, request);
    };
    const { outcome } = await startProcess({ ...world, ledger });
    await world.clock.sleep(9_000);
    ledger.cancel();
    expect(await outcome).toMatchObject({ state: "CANCELLED" });
    expect(calls).toBe(4);
    expect(ledger.states).toEqual(["CANCELLED"]);
  });

  it.each(["before", "after"] as const)("whose applier dies %s state hears of an abort", async (when) => {
    const world = smallCloud();
    const ledger = new PlanLedger([migrate(VM, "live"), nop([0])]);
    const died = Promise.withResolvers<void>();
    const onStep = (call: string, at: "before" | "after") => {
      if (call !== "abortAction" || at !== when) return undefined;
      died.resolve();
      return new Promise<void>(() => undefined);
    };
    await startProcess({ ...world, ledger, onStep });
    await world.clock.sleep(9_000);
    ledger.cancel();
    await died.promise;
    expect(ledger.states[0]).toBe(when === "before" ? "ONGOING" : "CANCELLING");
    ledger.expireLease();
    expect(await runPlan({ ...world, ledger })).toMatchObject({ state: "CANCELLED" });
    expect(ledger.actions[0]!.history).toEqual(["ONGOING", "CANCELLING", "CANCELLED"]);
    expect(world.nova.calls).toEqual([`live-migration ${VM}`, `abort ${VM}`]);
    expect(world.nova.servers.get(VM)).toMatchObject({ host: "a", status: "ACTIVE" });
  });

  it("of a server that does not come back fails the action, not the applier", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([migrate(VM, "live")]);
    const { outcome } = await startProcess({ ...world, ledger });
    await world.clock.sleep(9_000);
    world.nova.servers.delete(VM);
    ledger.cancel();
    expect(await outcome).toMatchObject({ state: "CANCELLED" });
    expect(ledger.states).toEqual(["FAILED"]);
    expect(ledger.messages[0]).toMatch(
      /Action failed in execute: (LiveMigrationFailed|Instance .* not found)/,
    );
  });

  it("that state tells of when an action is to begin begins nothing", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([sleep(1), nop([0])]);
    const { outcome } = await startProcess({ ...world, ledger });
    // Before the next heartbeat brings it.
    await world.clock.sleep(500);
    ledger.cancel();
    expect(await outcome).toMatchObject({ state: "CANCELLED" });
    expect(ledger.states[1]).toBe("CANCELLED");
    expect(ledger.actions[1]!.history).toEqual(["CANCELLED"]);
  });

  it("is gone on with by the next applier: what was begun is aborted or waited for", async () => {
    const world = smallCloud();
    const intent = JSON.stringify({ status: "ACTIVE", request: null, migration: null });
    const ledger = new PlanLedger([
      { ...migrate(VM, "live"), state: "ONGOING" },
      { ...sleep(9), state: "ONGOING" },
      { ...migrate(STOPPED, "cold"), state: "ONGOING" },
      nop([0]),
    ]);
    for (const action of ledger.actions.slice(0, 3)) action.intentJson = intent;
    await world.nova.liveMigrate(VM, "b");
    ledger.state = "CANCELLING";
    expect(await runPlan({ ...world, ledger, actionsMax: 1 })).toMatchObject({ state: "CANCELLED" });
    // The cold migration was never begun, and is not begun any more.
    expect(ledger.states).toEqual(["CANCELLED", "CANCELLED", "CANCELLED", "CANCELLED"]);
    expect(world.nova.calls).toEqual([`live-migration ${VM}`, `abort ${VM}`]);
  });
});

describe("an applier that stops", () => {
  it("begins nothing more, waits for what runs, and leaves the rest to the next one", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([sleep(10), nop([0])]);
    const first = await startProcess({ ...world, ledger });
    await world.clock.sleep(1_000);
    first.runner.drain();
    expect(await first.outcome).toEqual({ what: "unfinished" });
    expect(ledger.states).toEqual(["SUCCEEDED", "PENDING"]);
    ledger.expireLease();
    expect(await runPlan({ ...world, ledger })).toMatchObject({ state: "SUCCEEDED" });
    expect(ledger.actions[0]!.history).toEqual(["ONGOING", "SUCCEEDED"]);
  });

  it("ends a plan whose last actions have just ended", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([sleep(10)]);
    const { runner, outcome } = await startProcess({ ...world, ledger });
    await world.clock.sleep(1_000);
    runner.drain();
    expect(await outcome).toEqual({ what: "ended", state: "SUCCEEDED" });
  });
});

describe("state that is away", () => {
  it("is asked again while the lease holds", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([nop(), nop([0])]);
    const { endAction } = ledger;
    let calls = 0;
    ledger.endAction = async (request) => {
      if (++calls % 3 !== 0) throw new VigilError(calls % 2 ? "unavailable" : "deadline", "away");
      return endAction.call(ledger, request);
    };
    expect(await runPlan({ ...world, ledger })).toMatchObject({ state: "SUCCEEDED" });
    expect(calls).toBe(6);
  });

  it("for longer than the lease ends it: nothing is begun, and the next applier finds out", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([migrate(VM, "live"), migrate(STOPPED, "cold", [0])]);
    const away = async (): Promise<never> => {
      throw new VigilError("unavailable", "away");
    };
    const { outcome, held } = await startProcess({ ...world, ledger });
    await world.clock.sleep(5_000);
    const calls = { endAction: ledger.endAction, heartbeatPlans: ledger.heartbeatPlans };
    ledger.endAction = away;
    ledger.heartbeatPlans = away;
    expect(await outcome).toMatchObject({
      what: "lost",
      reason: expect.stringContaining("no heartbeat got through"),
    });
    expect(held.isLost).toBe(true);
    expect(world.clock.nowMs()).toBeLessThan(5_000 + ledger.leaseMs);
    Object.assign(ledger, calls);
    ledger.expireLease();
    expect(await runPlan({ ...world, ledger })).toMatchObject({ state: "SUCCEEDED" });
    expect(world.nova.calls.filter((call) => call === `live-migration ${VM}`)).toHaveLength(1);
  });

  it("that gave the plan away refuses: nothing more is written or begun", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([sleep(1), migrate(VM, "live", [0])]);
    const { outcome } = await startProcess({ ...world, ledger });
    ledger.token += 1n;
    expect(await outcome).toMatchObject({ what: "lost", reason: expect.stringContaining("state refused") });
    expect(world.nova.calls).toEqual([]);
  });
});
