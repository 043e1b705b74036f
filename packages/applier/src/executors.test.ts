/** Each action type on a simulated cloud: when it is skipped or fails beforehand, what it does, what it comes to. */

import { VigilError } from "@vigil/core";
import { describe, expect, it } from "vitest";
import { runPlan } from "./testing/applier-process.ts";
import { PlanLedger } from "./testing/plan-ledger.ts";
import { NOBODY, PAUSED, type SmallCloud, STOPPED, smallCloud, VM, VOLUME } from "./testing/small-cloud.ts";

type Input = Record<string, unknown>;

interface Ended {
  state: string;
  message: string;
  /** Virtual ms that the plan took. */
  ms: number;
}

async function run(world: SmallCloud, actionType: string, inputParameters: Input): Promise<Ended> {
  const ledger = new PlanLedger([{ actionType, inputParameters }]);
  const startMs = world.clock.nowMs();
  expect(await runPlan({ ...world, ledger })).toMatchObject({ what: "ended" });
  return { state: ledger.states[0]!, message: ledger.messages[0]!, ms: world.clock.nowMs() - startMs };
}

const SKIP = "Action was skipped automatically: ";
const PRE = "Action failed in pre_condition: ";
const live = { resource_id: VM, migration_type: "live", source_node: "a", destination_node: "b" };

describe("pre-conditions", () => {
  const cases: [string, string, Input, string, string][] = [
    [
      "migrate: no such server",
      "migrate",
      { ...live, resource_id: NOBODY },
      "SKIPPED",
      `${SKIP}Instance ${NOBODY} not found`,
    ],
    [
      "migrate: server elsewhere",
      "migrate",
      { ...live, source_node: "b" },
      "SKIPPED",
      `${SKIP}Instance ${VM} is not running on source node b (currently on a)`,
    ],
    [
      "migrate: no such target",
      "migrate",
      { ...live, destination_node: "nowhere" },
      "FAILED",
      `${PRE}Destination node nowhere not found`,
    ],
    [
      "migrate: target disabled",
      "migrate",
      { ...live, destination_node: "off" },
      "FAILED",
      `${PRE}Destination node off is not in enabled state`,
    ],
    [
      "migrate: live and stopped",
      "migrate",
      { ...live, resource_id: STOPPED },
      "FAILED",
      `${PRE}Live migration requires instance ${STOPPED} to be in ACTIVE status (current status: SHUTOFF)`,
    ],
    [
      "resize: no such server",
      "resize",
      { resource_id: NOBODY, flavor: "large" },
      "SKIPPED",
      `${SKIP}Instance ${NOBODY} not found`,
    ],
    [
      "resize: no such flavor",
      "resize",
      { resource_id: VM, flavor: "odd" },
      "FAILED",
      `${PRE}Flavor odd not found`,
    ],
    [
      "stop: no such server",
      "stop",
      { resource_id: NOBODY },
      "SKIPPED",
      `${SKIP}Instance ${NOBODY} not found`,
    ],
    [
      "stop: stopped",
      "stop",
      { resource_id: STOPPED },
      "SKIPPED",
      `${SKIP}Instance ${STOPPED} is already stopped`,
    ],
    [
      "service: none",
      "change_nova_service_state",
      { resource_id: "n", resource_name: "zz", state: "enabled" },
      "SKIPPED",
      `${SKIP}nova-compute service zz not found`,
    ],
    [
      "service: so already",
      "change_nova_service_state",
      { resource_id: "n", resource_name: "a", state: "enabled" },
      "SKIPPED",
      `${SKIP}nova-compute service a is already in state enabled`,
    ],
    [
      "volume: none",
      "volume_migrate",
      { resource_id: NOBODY, migration_type: "migrate", destination_node: "h@b#two" },
      "SKIPPED",
      `${SKIP}Volume ${NOBODY} not found`,
    ],
    [
      "volume: no such type",
      "volume_migrate",
      { resource_id: VOLUME, migration_type: "retype", destination_type: "odd" },
      "FAILED",
      `${PRE}Volume type odd not found`,
    ],
    [
      "volume: its own type",
      "volume_migrate",
      { resource_id: VOLUME, migration_type: "retype", destination_type: "slow" },
      "SKIPPED",
      `${SKIP}Volume type is already slow`,
    ],
    [
      "volume: no such pool",
      "volume_migrate",
      { resource_id: VOLUME, migration_type: "swap", destination_node: "h@b#odd" },
      "FAILED",
      `${PRE}Pool h@b#odd not found`,
    ],
    [
      "volume: its own pool",
      "volume_migrate",
      { resource_id: VOLUME, migration_type: "migrate", destination_node: "h@b#one" },
      "SKIPPED",
      `${SKIP}Volume is already on node h@b#one`,
    ],
    [
      "nop: skip",
      "nop",
      { message: null, skip_pre_condition: true },
      "SKIPPED",
      `${SKIP}Skipped in pre_condition`,
    ],
    [
      "nop: fail",
      "nop",
      { message: null, fail_pre_condition: true },
      "FAILED",
      `${PRE}Failed in pre_condition`,
    ],
  ];
  it.each(cases)("%s", async (_name, type, input, state, message) => {
    const world = smallCloud();
    expect(await run(world, type, input)).toMatchObject({ state, message });
    expect([...world.nova.calls, ...world.cinder.calls]).toEqual([]);
  });
});

describe("nop and sleep", () => {
  it("nop fails in execute without a message, in post_condition with one, and keeps the first", async () => {
    const world = smallCloud();
    const flags = (...names: string[]) => ({
      message: "x",
      ...Object.fromEntries(names.map((name) => [name, true])),
    });
    expect(await run(world, "nop", flags())).toMatchObject({ state: "SUCCEEDED", message: "" });
    expect(await run(world, "nop", flags("fail_execute"))).toMatchObject({ state: "FAILED", message: "" });
    const post = "Action failed in post_condition: Failed in post_condition";
    expect(await run(world, "nop", flags("fail_post_condition"))).toMatchObject({
      state: "FAILED",
      message: post,
    });
    expect(await run(world, "nop", flags("fail_execute", "fail_post_condition"))).toMatchObject({
      message: post,
    });
  });

  it.each([
    [0, 0],
    [3.2, 3_000],
    [100_000, 100_000_000],
  ])("sleep of %d s takes whole seconds", async (duration, ms) => {
    expect(await run(smallCloud(), "sleep", { duration })).toMatchObject({ state: "SUCCEEDED", ms });
  });
});

describe("migrate", () => {
  it.each([VM, PAUSED])("moves %s live to its target", async (id) => {
    const world = smallCloud();
    expect(await run(world, "migrate", { ...live, resource_id: id })).toMatchObject({ state: "SUCCEEDED" });
    expect(world.nova.servers.get(id)).toMatchObject({ host: "b", taskState: null });
  });

  it("lets the scheduler choose, and does not take a server that has not begun for one that failed", async () => {
    for (const migrationType of ["live", "cold"]) {
      const world = smallCloud();
      const input = { ...live, destination_node: null, migration_type: migrationType };
      expect(await run(world, "migrate", input)).toMatchObject({ state: "SUCCEEDED" });
      expect(world.nova.servers.get(VM)).toMatchObject({ host: "b", status: "ACTIVE" });
    }
  });

  it("moves a stopped server cold, confirms once, and leaves it stopped", async () => {
    const world = smallCloud();
    const input = { ...live, resource_id: STOPPED, migration_type: "cold" };
    expect(await run(world, "migrate", input)).toMatchObject({ state: "SUCCEEDED" });
    expect(world.nova.servers.get(STOPPED)).toMatchObject({ host: "b", status: "SHUTOFF" });
    expect(world.nova.calls).toEqual([`migrate ${STOPPED}`, `confirmResize ${STOPPED}`]);
  });

  it.each([
    [
      "live",
      "fails late",
      /^Action failed in execute: Instance .* is still on a without a task \(migration: error\)$/,
    ],
    [
      "cold",
      "fails late",
      /^Action failed in execute: Instance .* is not on b and has no task \(migration: error\)$/,
    ],
    ["live", "refused", /^Action failed in execute: Nova refuses it/],
    ["live", "not reached", /^Action failed in execute: Nova could not be reached/],
  ] as const)("%s that %s fails and says why", async (migrationType, fault, message) => {
    const world = smallCloud({ faultOf: () => fault });
    const ended = await run(world, "migrate", { ...live, migration_type: migrationType });
    expect(ended).toMatchObject({ state: "FAILED", message: expect.stringMatching(message) });
    // What was not taken is sent again, three times.
    expect(world.nova.calls).toHaveLength(fault === "not reached" ? 4 : 1);
  });

  it.each(["live", "cold"])("%s whose answers are lost is looked up, not repeated", async (migrationType) => {
    const world = smallCloud({ faultOf: () => "answer lost" });
    expect(await run(world, "migrate", { ...live, migration_type: migrationType })).toMatchObject({
      state: "SUCCEEDED",
    });
    expect(new Set(world.nova.calls).size).toBe(world.nova.calls.length);
  });

  it("gives up after a quarter of an hour", async () => {
    const ended = await run(smallCloud({ migrationMs: 3_600_000 }), "migrate", live);
    expect(ended).toMatchObject({ state: "FAILED", message: expect.stringContaining("within 900 s") });
    expect(ended.ms).toBeGreaterThanOrEqual(900_000);
    expect(ended.ms).toBeLessThan(920_000);
  });

  it("fails when the server vanishes under way", async () => {
    const world = smallCloud();
    const ended = run(world, "migrate", live);
    void world.clock.sleep(9_000).then(() => world.nova.servers.delete(VM));
    expect(await ended).toMatchObject({
      state: "FAILED",
      message: `Action failed in execute: Instance ${VM} not found`,
    });
  });

  it("bears with a Nova that is away for a while", async () => {
    const world = smallCloud();
    const { getServer } = world.nova;
    let looks = 0;
    world.nova.getServer = async (id) => {
      if (++looks > 2 && looks < 8) throw new VigilError("unavailable", "Nova is away");
      return getServer.call(world.nova, id);
    };
    expect(await run(world, "migrate", live)).toMatchObject({ state: "SUCCEEDED" });
    expect(looks).toBeGreaterThan(8);
  });
});

describe("resize, stop, services, power", () => {
  it("resizes by id or name, and confirms", async () => {
    for (const flavor of ["2", "large"]) {
      const world = smallCloud();
      expect(await run(world, "resize", { resource_id: VM, flavor })).toMatchObject({ state: "SUCCEEDED" });
      expect(world.nova.servers.get(VM)).toMatchObject({ flavorName: "large", status: "ACTIVE" });
      expect(world.nova.calls).toEqual([`resize ${VM}`, `confirmResize ${VM}`]);
    }
    const late = smallCloud({ faultOf: () => "fails late" });
    expect(await run(late, "resize", { resource_id: VM, flavor: "large" })).toMatchObject({
      state: "FAILED",
    });
  });

  it("stops, and takes a server that is gone meanwhile for stopped", async () => {
    const world = smallCloud();
    expect(await run(world, "stop", { resource_id: VM })).toMatchObject({ state: "SUCCEEDED" });
    const gone = smallCloud({ faultOf: () => "fails late" });
    const ended = run(gone, "stop", { resource_id: VM });
    void gone.clock.sleep(5_000).then(() => gone.nova.servers.delete(VM));
    expect(await ended).toMatchObject({ state: "SUCCEEDED" });
    const stuck = await run(smallCloud({ faultOf: () => "fails late" }), "stop", { resource_id: VM });
    expect(stuck).toMatchObject({
      state: "FAILED",
      message: expect.stringContaining("not stopped after 80 s"),
    });
  });

  it("disables with the reason, and enables", async () => {
    const world = smallCloud();
    const change = { resource_id: "n", resource_name: "b" };
    const disable = { ...change, state: "disabled", disabled_reason: "watcher_disabled" };
    expect(await run(world, "change_nova_service_state", disable)).toMatchObject({ state: "SUCCEEDED" });
    expect(world.nova.hosts.get("b")).toMatchObject({
      status: "disabled",
      disabledReason: "watcher_disabled",
    });
    expect(await run(world, "change_nova_service_state", { ...change, state: "enabled" })).toMatchObject({
      state: "SUCCEEDED",
    });
    expect(world.nova.hosts.get("b")).toMatchObject({ status: "enabled", disabledReason: null });
  });

  it("switches machines, but none off with guests, and none that is so already", async () => {
    const world = smallCloud();
    const power = (id: string, state: string) =>
      run(world, "change_node_power_state", { resource_id: id, state });
    expect(await power("idle", "off")).toMatchObject({ state: "SUCCEEDED" });
    expect(await power("dark", "on")).toMatchObject({ state: "SUCCEEDED" });
    expect(await power("busy", "on")).toMatchObject({ state: "SUCCEEDED" });
    expect(await power("busy", "off")).toMatchObject({
      state: "FAILED",
      message: expect.stringContaining("runs 2 guests"),
    });
    expect(await power("none", "off")).toMatchObject({
      state: "FAILED",
      message: expect.stringContaining("not found"),
    });
    expect(world.ironic.calls).toEqual(["off idle", "on dark"]);
  });
});

describe("volume_migrate", () => {
  const toPool = (pool: string) => ({
    resource_id: VOLUME,
    migration_type: "migrate",
    destination_node: pool,
  });
  const toType = (type: string) => ({
    resource_id: VOLUME,
    migration_type: "retype",
    destination_type: type,
  });

  it("migrates, and waits until the copy is gone", async () => {
    const world = smallCloud();
    const ended = await run(world, "volume_migrate", toPool("h@b#two"));
    expect(ended).toMatchObject({ state: "SUCCEEDED" });
    expect(ended.ms).toBeGreaterThanOrEqual(75_000);
    expect(world.cinder.volumes.get(VOLUME)).toMatchObject({ host: "h@b#two" });
  });

  it("retypes", async () => {
    const world = smallCloud();
    expect(await run(world, "volume_migrate", toType("fast"))).toMatchObject({ state: "SUCCEEDED" });
    expect(world.cinder.volumes.get(VOLUME)).toMatchObject({ type: "fast", status: "in-use" });
  });

  it("does not begin what Cinder would not do", async () => {
    const world = smallCloud();
    expect(await run(world, "volume_migrate", toPool("h@c#fast"))).toMatchObject({
      state: "FAILED",
      message: "Action failed in execute: Volume type slow wants volume_backend_name b, pool h@c#fast has c",
    });
    world.nova.servers.get(VM)!.status = "SHUTOFF";
    expect(await run(world, "volume_migrate", toPool("h@b#two"))).toMatchObject({
      message: expect.stringContaining("which is SHUTOFF, wanted ACTIVE or PAUSED"),
    });
    world.cinder.volumes.get(VOLUME)!.status = "available";
    expect(await run(world, "volume_migrate", toPool("h@b#two"))).toMatchObject({
      message: expect.stringContaining("is attached and available, wanted in-use"),
    });
    expect(world.cinder.calls).toEqual([]);
  });

  it("tells a copy that fails, and gives up one that never ends after six hours", async () => {
    for (const input of [toPool("h@b#two"), toType("fast")]) {
      expect(await run(smallCloud({}, { endOf: () => "error" }), "volume_migrate", input)).toMatchObject({
        state: "FAILED",
      });
      const ended = await run(smallCloud({}, { endOf: () => "never" }), "volume_migrate", input);
      expect(ended).toMatchObject({ state: "FAILED", message: expect.stringContaining("after 21600 s") });
      expect(ended.ms).toBeLessThan(21_700_000);
    }
  });
});
