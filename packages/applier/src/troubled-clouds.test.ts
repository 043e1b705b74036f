/** Clouds that are away, slow or lose answers: what is asked again and for how long, and what never is. */

import { VigilError } from "@vigil/core";
import { describe, expect, it } from "vitest";
import { runPlan, startProcess } from "./testing/applier-process.ts";
import { PlanLedger } from "./testing/plan-ledger.ts";
import { type SmallCloud, STOPPED, smallCloud, VM, VOLUME } from "./testing/small-cloud.ts";

const live = {
  actionType: "migrate",
  inputParameters: { resource_id: VM, migration_type: "live", source_node: "a", destination_node: "b" },
};
const cold = {
  actionType: "migrate",
  inputParameters: { resource_id: STOPPED, migration_type: "cold", source_node: "a", destination_node: "b" },
};
const disable = {
  actionType: "change_nova_service_state",
  inputParameters: { resource_id: "n", resource_name: "b", state: "disabled" },
};
const resize = { actionType: "resize", inputParameters: { resource_id: VM, flavor: "large" } };
const stop = { actionType: "stop", inputParameters: { resource_id: VM } };
const powerOff = {
  actionType: "change_node_power_state",
  inputParameters: { resource_id: "idle", state: "off" },
};
const toPool = {
  actionType: "volume_migrate",
  inputParameters: { resource_id: VOLUME, migration_type: "migrate", destination_node: "h@b#two" },
};
const toType = {
  actionType: "volume_migrate",
  inputParameters: { resource_id: VOLUME, migration_type: "retype", destination_type: "fast" },
};

async function run(world: SmallCloud, ledger: PlanLedger) {
  const startMs = world.clock.nowMs();
  expect(await runPlan({ ...world, ledger })).toMatchObject({ what: "ended" });
  return { state: ledger.states[0], message: ledger.messages[0], ms: world.clock.nowMs() - startMs };
}

/** Makes calls of that name throw, as long as it says so. */
function fail<T extends object>(
  port: T,
  name: keyof T,
  kind: VigilError["kind"],
  isNow: () => boolean,
): void {
  const call = port[name] as (...args: unknown[]) => Promise<unknown>;
  const failing = async (...args: unknown[]) => {
    if (isNow()) throw new VigilError(kind, `${String(name)}: ${kind}`);
    return call.apply(port, args);
  };
  Object.assign(port, { [name]: failing });
}

describe("a write", () => {
  it("whose answer is lost is looked up, of a service too", async () => {
    const world = smallCloud({ faultOf: () => "answer lost" });
    expect(await run(world, new PlanLedger([disable]))).toMatchObject({ state: "SUCCEEDED" });
    expect(world.nova.calls).toEqual(["service b"]);
    const untaken = smallCloud();
    fail(untaken.nova, "setServiceStatus", "deadline", () => true);
    expect(await run(untaken, new PlanLedger([disable]))).toMatchObject({
      state: "FAILED",
      message: "Action failed in execute: nova-compute service b is enabled, wanted disabled",
    });
  });

  it.each([
    ["unavailable", 2_000],
    ["overloaded", 10_000],
  ] as const)("that was not taken (%s) is sent again, after %d ms, three times", async (kind, pauseMs) => {
    for (const [failures, state] of [
      [3, "SUCCEEDED"],
      [4, "FAILED"],
    ] as const) {
      const world = smallCloud();
      const sentMs: number[] = [];
      fail(world.nova, "setServiceStatus", kind, () => {
        sentMs.push(world.clock.nowMs());
        return sentMs.length <= failures;
      });
      expect(await run(world, new PlanLedger([disable]))).toMatchObject({ state });
      expect(sentMs).toEqual([0, 1, 2, 3].map((n) => n * pauseMs));
    }
  });

  it("is not sent again once the lease may have lapsed", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([disable]);
    let sent = 0;
    fail(world.nova, "setServiceStatus", "overloaded", () => ++sent > 0);
    const { outcome } = await startProcess({ ...world, ledger });
    ledger.heartbeatPlans = async () => {
      throw new VigilError("unavailable", "state is away");
    };
    expect(await outcome).toMatchObject({ what: "lost" });
    expect(sent).toBe(1);
  });

  it.each([
    ["live", live, "liveMigrate"],
    ["cold", cold, "coldMigrate"],
    ["stop", stop, "stop"],
    ["resize", resize, "resize"],
    ["service", disable, "setServiceStatus"],
  ] as const)(
    "of an action is not sent again once the plan is cancelled: %s",
    async (_name, action, call) => {
      const world = smallCloud();
      const ledger = new PlanLedger([action]);
      fail(world.nova, call, "overloaded", () => world.clock.nowMs() < 15_000);
      const { outcome } = await startProcess({ ...world, ledger });
      await world.clock.sleep(5_000);
      ledger.cancel();
      expect(await outcome).toEqual({ what: "ended", state: "CANCELLED" });
      expect(ledger.states).toEqual(["CANCELLED"]);
      await world.clock.sleep(60_000);
      expect(world.nova.calls).toEqual([]);
    },
  );
});

describe("a cloud that can't be read", () => {
  it("when a move is to be confirmed leaves no server unconfirmed", async () => {
    for (const action of [cold, resize]) {
      const world = smallCloud();
      const id = action.inputParameters.resource_id;
      let asked = 0;
      const isConfirming = () => world.nova.servers.get(id)?.status === "VERIFY_RESIZE" && ++asked <= 3;
      fail(world.nova, "writesOf", "unavailable", isConfirming);
      expect(await run(world, new PlanLedger([action]))).toMatchObject({ state: "SUCCEEDED" });
      expect(asked).toBeGreaterThan(3);
      expect(world.nova.calls.at(-1)).toBe(`confirmResize ${id}`);
    }
  });

  it.each([
    ["live", live, "compute", "getServer"],
    ["live, its writes", live, "compute", "writesOf"],
    ["cold", cold, "compute", "getServer"],
    ["resize", resize, "compute", "findFlavor"],
    ["stop", stop, "compute", "getServer"],
    ["service", disable, "compute", "getService"],
    ["power", powerOff, "baremetal", "getNode"],
    ["volume", toPool, "volume", "getVolume"],
    ["retype", toType, "volume", "getVolume"],
  ] as const)("by an applier that takes over is waited for: %s", async (_name, action, part, call) => {
    const world = smallCloud();
    const ledger = new PlanLedger([{ ...action, state: "ONGOING" }]);
    const port = world.cloud[part] as unknown as Record<string, unknown>;
    fail(port, call, "unavailable", () => world.clock.nowMs() < 300_000);
    expect(await run(world, ledger)).toMatchObject({ state: "SUCCEEDED" });
    expect(world.clock.nowMs()).toBeGreaterThan(300_000);
  });

  it("at all, for a quarter of an hour, fails the action that was taken over, with what the cloud said", async () => {
    const world = smallCloud();
    const ledger = new PlanLedger([{ ...live, state: "ONGOING" }]);
    fail(world.nova, "getServer", "unavailable", () => true);
    const ended = await run(world, ledger);
    expect(ended).toMatchObject({
      state: "FAILED",
      message: "Action failed in execute: getServer: unavailable",
    });
    expect(ended.ms).toBeGreaterThanOrEqual(900_000);
    expect(ended.ms).toBeLessThan(905_000);
  });
});

describe("polling ends", () => {
  it("of a server that stays unconfirmed after 60 s", async () => {
    const world = smallCloud();
    world.nova.confirmResize = async () => undefined;
    expect(await run(world, new PlanLedger([cold]))).toMatchObject({
      state: "FAILED",
      message: `Action failed in execute: Instance ${STOPPED} is not confirmed after 60 s`,
    });
  });

  it("of a resize after 900 s, of a machine's power after 600 s", async () => {
    const world = smallCloud();
    world.nova.resize = async () => {
      world.nova.servers.get(VM)!.taskState = "resize_prep";
    };
    const resized = await run(world, new PlanLedger([resize]));
    expect(resized).toMatchObject({ state: "FAILED", message: expect.stringContaining("after 900 s") });
    expect(resized.ms).toBeGreaterThanOrEqual(900_000);
    expect(resized.ms).toBeLessThan(905_000);
    world.ironic.setPower = async () => undefined;
    const powered = await run(world, new PlanLedger([powerOff]));
    expect(powered).toMatchObject({
      state: "FAILED",
      message: "Action failed in execute: Node idle is not off after 600 s",
    });
    expect(powered.ms).toBe(600_000);
  });

  it("of the copy of a volume that is not deleted after 1200 s", async () => {
    const world = smallCloud();
    world.cinder.hasShadow = async () => true;
    expect(await run(world, new PlanLedger([toPool]))).toMatchObject({
      state: "FAILED",
      message: `Action failed in execute: The copy of volume ${VOLUME} is not deleted after 1200 s`,
    });
  });

  it("of an abort after 480 s, as LiveMigrationFailed", async () => {
    const world = smallCloud({ migrationMs: 10_000_000 });
    world.nova.abortLiveMigration = async () => undefined;
    const ledger = new PlanLedger([live]);
    const { outcome } = await startProcess({ ...world, ledger });
    await world.clock.sleep(3_000_000 / 10);
    ledger.cancel();
    const cancelledMs = world.clock.nowMs();
    expect(await outcome).toMatchObject({ state: "CANCELLED" });
    expect(ledger.messages[0]).toBe(
      `Action failed in execute: LiveMigrationFailed: abort of live migration: instance ${VM} has not come to rest`,
    );
    expect(ledger.states).toEqual(["FAILED"]);
    // A heartbeat may bring the cancel late.
    expect(world.clock.nowMs() - cancelledMs).toBeLessThan(480_000 + ledger.leaseMs);
  });
});

describe("a migration that is aborted", () => {
  it.each([
    ["at rest where it was", "a", "ACTIVE", "CANCELLED", ""],
    ["paused where it was", "a", "PAUSED", "CANCELLED", ""],
    ["in ERROR where it was", "a", "ERROR", "CANCELLED", ""],
    ["on its target", "b", "ACTIVE", "SUCCEEDED", ""],
    [
      "elsewhere",
      "off",
      "ACTIVE",
      "FAILED",
      `Action failed in execute: LiveMigrationFailed: abort of live migration: instance ${VM} is on off`,
    ],
  ])("%s", async (_name, host, status, state, message) => {
    const world = smallCloud({ migrationMs: 10_000_000 });
    const ledger = new PlanLedger([live]);
    world.nova.abortLiveMigration = async () => {
      Object.assign(world.nova.servers.get(VM)!, { host, status, taskState: null });
    };
    const { outcome } = await startProcess({ ...world, ledger });
    await world.clock.sleep(20_000);
    ledger.cancel();
    expect(await outcome).toMatchObject({ state: "CANCELLED" });
    expect([ledger.states[0], ledger.messages[0]]).toEqual([state, message]);
  });
});

describe("a volume", () => {
  it("whose migration ends in error has failed, wherever it is", async () => {
    const world = smallCloud();
    world.cinder.migrate = async () => {
      Object.assign(world.cinder.volumes.get(VOLUME)!, { host: "h@b#two", migrationStatus: "error" });
    };
    expect(await run(world, new PlanLedger([toPool]))).toMatchObject({
      state: "FAILED",
      message: `Action failed in execute: Migration of volume ${VOLUME} ended in error`,
    });
  });
});
