import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../json.ts";
import type { ClusterModelSource } from "../../model/source.ts";
import { cluster, instance, node } from "../../testing/clusters.ts";
import { inBrief, planOf } from "../../testing/plans.ts";
import { handle } from "./handle.ts";

function run(
  source: ClusterModelSource,
  parameters: JsonObject,
  scope: JsonValue[] = [],
  options: JsonObject = {},
) {
  const { actions, explanation } = planOf(source, {
    options,
    goalName: "cluster_maintaining",
    parameters: { maintenance_node: "host-a", ...parameters },
    scope,
  });
  return { actions: actions.map(inBrief), explanation };
}

const CLOSE = "disabled a watcher_maintaining";

function guests(): ClusterModelSource {
  return cluster({
    nodes: [node("a"), node("b"), node("c", { status: "disabled" })],
    instances: [
      instance("active", 0, { vcpus: 1 }),
      instance("paused", 0, { vcpus: 1, state: "paused" }),
      instance("stopped", 0, { vcpus: 1, state: "stopped", memoryMiB: 1 }),
      instance("error", 0, { vcpus: 1, state: "error", memoryMiB: 1 }),
      instance("locked", 0, { vcpus: 1, locked: true, memoryMiB: 1 }),
      instance("excluded", 0, { vcpus: 1, watcherExclude: true, memoryMiB: 1 }),
    ],
  });
}

describe("handle", () => {
  it("follows state and parameters", () => {
    const all = ["active", "paused", "stopped", "suspended"].map((state) =>
      [false, true].flatMap((noLive) =>
        [false, true].map(
          (noCold) => handle(state, { disable_live_migration: noLive, disable_cold_migration: noCold }).do,
        ),
      ),
    );
    // Per state: both allowed, no cold, no live, neither.
    expect(all).toEqual([
      ["live", "live", "cold", "stop"],
      ["live", "live", "nothing", "nothing"],
      ["cold", "nothing", "cold", "nothing"],
      ["nothing", "nothing", "nothing", "nothing"],
    ]);
  });
});

describe("host_maintenance", () => {
  it("leaves the destinations to the scheduler without a backup, and tells what stays and why", () => {
    const { actions, explanation } = run(guests(), {});
    expect(actions).toEqual([
      CLOSE,
      "live active host-a > ?",
      "live paused host-a > ?",
      "cold stopped host-a > ?",
    ]);
    expect(explanation.staying).toMatchObject({
      count: 3,
      byReason: { "its state can't be migrated": 1, locked: 1, excluded: 1 },
      first: [{ instance: "error", state: "error" }, { instance: "locked" }, { instance: "excluded" }],
    });
  });

  it("moves to the backup, opening it first", () => {
    expect(run(guests(), { backup_node: "host-c" }).actions).toEqual([
      "enabled c",
      CLOSE,
      "live active host-a > host-c",
      "live paused host-a > host-c",
      "cold stopped host-a > host-c",
    ]);
    expect(run(guests(), { backup_node: "host-b" }).actions[0]).toBe(CLOSE);
  });

  const unfit: [string, ClusterModelSource["nodes"][number], RegExp][] = [
    ["is down", node("b", { state: "down" }), /it is down/],
    ["lacks vcpus", node("b", { vcpus: 5 }), /no room: vcpus/],
    ["lacks memory", node("b", { memoryMiB: 10 }), /no room: memory/],
    ["lacks disk", node("b", { diskGb: 10 }), /no room: disk/],
  ];
  for (const [what, backup, reason] of unfit) {
    it(`leaves the destinations to the scheduler when the backup ${what}`, () => {
      const source = { ...guests(), nodes: [node("a"), backup] };
      const { actions, explanation } = run(source, { backup_node: "host-b" });
      expect(actions).toEqual([
        CLOSE,
        "live active host-a > ?",
        "live paused host-a > ?",
        "cold stopped host-a > ?",
      ]);
      expect(explanation.summary).toMatch(reason);
    });
  }

  it("takes the host itself for no backup", () => {
    expect(run(guests(), { backup_node: "host-a" }).actions).toEqual(run(guests(), {}).actions);
  });

  it("keeps zone pins", () => {
    const source = cluster({
      nodes: [node("a", { zone: "z1" }), node("b", { zone: "z2" })],
      instances: [instance("free", 0, { vcpus: 1 }), instance("pinned", 0, { vcpus: 1, pinnedAz: "z1" })],
    });
    const { actions, explanation } = run(source, { backup_node: "host-b" });
    expect(actions).toEqual([CLOSE, "live free host-a > host-b"]);
    expect(explanation.staying).toMatchObject({ byReason: { "backup node: other zone than pinned": 1 } });
  });

  it("stops active instances when nothing may be migrated", () => {
    const parameters = { disable_live_migration: true, disable_cold_migration: true };
    expect(run(guests(), parameters).actions).toEqual([CLOSE, "stop active"]);
  });

  it("moves nothing off a dead host, and opens no backup for it", () => {
    const source = {
      ...guests(),
      nodes: [node("a", { state: "down" }), node("b"), node("c", { status: "disabled" as const })],
    };
    const { actions, explanation } = run(source, { backup_node: "host-c" });
    expect(actions).toEqual([CLOSE]);
    expect(explanation.staying).toMatchObject({
      byReason: { "its host is down": 4, locked: 1, excluded: 1 },
    });
  });

  it("closes an empty host once, and one in maintenance again", () => {
    expect(run(cluster({ nodes: [node("a")] }), {}).actions).toEqual([CLOSE]);
    const maintained = node("a", { status: "disabled", disabledReason: "watcher_maintaining" });
    expect(run(cluster({ nodes: [maintained] }), {}).actions).toEqual([CLOSE]);
    const closed = cluster({ nodes: [maintained, node("b", { status: "disabled" })] });
    expect(run(closed, { backup_node: "host-b" }).actions).toEqual(["enabled b", CLOSE]);
  });

  it("names an unknown host, and one outside the scope", () => {
    expect(() => run(guests(), { maintenance_node: "nope" })).toThrow(
      /^not-found: ComputeNodeNotFound: .*"nope" \(parameter maintenance_node\)/,
    );
    expect(() => run(guests(), { backup_node: "nope" })).toThrow(/parameter backup_node/);
    const scope: JsonValue[] = [{ compute: [{ exclude: [{ compute_nodes: [{ name: "host-a" }] }] }] }];
    expect(() => run(guests(), {}, scope)).toThrow(/ComputeNodeNotFound/);
  });

  it("bounds what it tells", () => {
    const many = cluster({
      nodes: [node("a")],
      instances: Array.from({ length: 5000 }, (_, at) =>
        instance(`i${at}`, 0, { locked: true, name: "n".repeat(9999) }),
      ),
    });
    const { explanation } = run(many, {});
    expect(explanation.staying).toMatchObject({ count: 5000 });
    expect(JSON.stringify(explanation).length).toBeLessThan(50_000);
  });

  it("does as the reference with parity: all states, locks and exclusions, a backup without disk", () => {
    const parity = { strategy_parity: true };
    const { actions } = run(guests(), { backup_node: "host-b", disable_cold_migration: false }, [], parity);
    expect(actions).toEqual([
      CLOSE,
      "live active host-a > host-b",
      "cold paused host-a > host-b",
      "cold stopped host-a > host-b",
      "cold error host-a > host-b",
      "live locked host-a > host-b",
      "live excluded host-a > host-b",
    ]);
  });
});
