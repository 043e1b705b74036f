import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ComputedPlan } from "../../compute.ts";
import type { JsonObject } from "../../json.ts";
import { openSnapshot } from "../../model/open.ts";
import { Overlay } from "../../model/overlay.ts";
import type { ClusterModelSource, InstanceSource } from "../../model/source.ts";
import { DEFAULT_OPTIONS } from "../../options/options.ts";
import { createRandom } from "../../random.ts";
import { afterPlan } from "../../testing/after-plan.ts";
import { faultsOf } from "../../testing/checker.ts";
import { anyCluster, cluster, instance, node, snapshotOf } from "../../testing/clusters.ts";
import { inBrief, planOf, type Request } from "../../testing/plans.ts";
import { targetRefusal } from "../soundness.ts";
import { groupHosts } from "./grouping.ts";
import { readHosts } from "./hosts.ts";

const SPECIFY: JsonObject = { host_choice: "specify" };

function plan(source: ClusterModelSource, request: Request = {}): ComputedPlan {
  return planOf(source, { strategyName: "node_resource_consolidation", parameters: SPECIFY, ...request });
}

function moves(source: ClusterModelSource, request: Request = {}): string[] {
  return plan(source, request).actions.map(inBrief);
}

/** Hosts of 40 vCPUs; each list holds the vCPUs of one host's instances, 20 MiB each. */
function hosts(...held: number[][]): ClusterModelSource {
  const names = "abcdefgh";
  return cluster({
    nodes: held.map((_, at) => node(names[at] as string)),
    instances: held.flatMap((list, at) =>
      list.map((vcpus, n) => instance(`${names[at]}${n}`, at, { vcpus, memoryMiB: 20 })),
    ),
  });
}

function changed(
  source: ClusterModelSource,
  uuid: string,
  members: Partial<InstanceSource>,
): ClusterModelSource {
  return {
    ...source,
    instances: source.instances.map((one) => (one.uuid === uuid ? { ...one, ...members } : one)),
  };
}

/** The cluster of Watcher's own tests: g is disabled and free, h is disabled and holds an instance. */
function eight(): ClusterModelSource {
  const source = hosts([10, 15], [14], [10, 10, 10], [8], [10], [], [], [12]);
  const closed = ["g", "h"];
  return {
    ...source,
    nodes: source.nodes.map((one) => (closed.includes(one.uuid) ? { ...one, status: "disabled" } : one)),
  };
}

describe("grouping", () => {
  const grouped = (auditType: string, failedMigrations: string[]) => {
    const model = openSnapshot(snapshotOf(eight()));
    const overlay = new Overlay(model);
    const input = {
      overlay,
      storage: null,
      baremetal: null,
      parameters: SPECIFY,
      options: DEFAULT_OPTIONS,
      random: createRandom(1),
    };
    const { sources, destinations, free } = groupHosts(
      overlay,
      readHosts({ ...input, auditType, history: { failedMigrations } }),
    );
    return { sources, destinations, free };
  };

  it("promises the hosts most in use to those least in use", () => {
    const expected = { sources: [3, 4, 7], destinations: [2, 0, 1], free: [5, 6] };
    expect(grouped("ONESHOT", [])).toEqual(expected);
    expect(grouped("ONESHOT", ["d0"])).toEqual(expected);
  });

  it("takes hosts whose migrations failed for destinations, except in single audits", () => {
    const expected = { sources: [4, 7], destinations: [3, 2, 0, 1], free: [5, 6] };
    expect(grouped("CONTINUOUS", ["d0", "gone"])).toEqual(expected);
    expect(grouped("EVENT", ["d0"])).toEqual(expected);
  });
});

describe("node_resource_consolidation", () => {
  it("names destinations: those with the fewest free vCPUs that have room", () => {
    const { actions, efficacyIndicators, explanation } = plan(eight());
    expect(actions.map(inBrief)).toEqual([
      "live d0 host-d > host-c",
      "live e0 host-e > host-a",
      "live h0 host-h > host-b",
    ]);
    expect(efficacyIndicators.map(({ value }) => value)).toEqual([8, 3, 3]);
    expect(explanation).toMatchObject({
      summary: "3 hosts are emptied by 3 migrations: onto those more in use.",
      nodes: { asked: 8, emptied: 3, free: 2, held: 0, left: 0, rounds: 1 },
      emptied: { first: [{ node: "host-d", vcpus: 8, instances: 1 }, {}, {}] },
      moved: { first: [{ instance: "d0", from: "host-d", to: "host-c", vcpus: 8 }, {}, {}] },
    });
  });

  it("closes sources and free hosts while the scheduler chooses, and opens them again", () => {
    expect(moves(eight(), { parameters: {} })).toEqual([
      "disabled f Watcher node resource consolidation strategy",
      "disabled d Watcher node resource consolidation strategy",
      "disabled e Watcher node resource consolidation strategy",
      "live d0 host-d > ?",
      "live e0 host-e > ?",
      "live h0 host-h > ?",
      "enabled f",
      "enabled d",
      "enabled e",
    ]);
    // Nothing to empty: nothing is closed either.
    expect(moves(hosts([10], []), { parameters: {} })).toEqual([]);
  });

  it("looks at vCPUs, memory, disk and zone pins", () => {
    const source = hosts([5], [20]);
    expect(moves(source)).toEqual(["live a0 host-a > host-b"]);
    for (const members of [{ vcpus: 24 }, { memoryMiB: 39 }, { diskGb: 39 }]) {
      expect(moves({ ...source, nodes: [node("a"), node("b", members)] })).toEqual([]);
    }
    const zones = { ...source, nodes: [node("a", { zone: "z1" }), node("b", { zone: "z2" })] };
    expect(moves(changed(zones, "a0", { pinnedAz: "z1" }))).toEqual([]);
    expect(moves(changed(zones, "a0", { pinnedAz: "z2" }))).toEqual(["live a0 host-a > host-b"]);
  });

  it("leaves hosts that hold what may not move, and takes cold for stopped", () => {
    const source = hosts([2, 3], [20]);
    const states: [Partial<InstanceSource>, string][] = [
      [{ watcherExclude: true }, "excluded"],
      [{ locked: true }, "locked"],
      [{ state: "suspended" }, "state"],
    ];
    for (const [members, reason] of states) {
      const { actions, explanation } = plan(changed(source, "a0", members));
      expect(actions).toEqual([]);
      expect(explanation.stays).toMatchObject({ byReason: { [reason]: 1 }, first: [{ instance: "a0" }] });
    }
    const paused = changed(changed(source, "a0", { state: "stopped" }), "a1", { state: "paused" });
    expect(moves(paused)).toEqual(["live a1 host-a > host-b", "cold a0 host-a > host-b"]);
  });

  it("has nothing to do with hosts that are down", () => {
    const source = hosts([5], [20], [30]);
    const nodes = [node("a"), node("b"), node("c", { state: "down" })];
    expect(moves({ ...source, nodes })).toEqual(["live a0 host-a > host-b"]);
    expect(moves({ ...source, nodes: [node("a", { state: "down" }), node("b"), node("c")] })).toEqual([]);
  });

  it("does not fill a free host to empty another", () => {
    const nodes = [node("a", { status: "disabled" }), node("b")];
    expect(moves({ ...hosts([5], []), nodes })).toEqual([]);
  });

  it("leaves a host as it was that cannot be emptied whole, and says what refused", () => {
    // The larger of a's instances fits into b, the other one does not any more.
    const { actions, efficacyIndicators, explanation } = plan(hosts([5, 4], [33]));
    expect(actions).toEqual([]);
    expect(efficacyIndicators.map(({ value }) => value)).toEqual([2, 0, 0]);
    expect(explanation).toMatchObject({
      summary: "No host can be emptied onto those more in use.",
      nodes: { emptied: 0, left: 1, rounds: 1 },
      stays: {
        count: 1,
        first: [{ node: "host-a", instance: "a1", targets: { "no room: vcpus": 1 } }],
        byReason: { "no room for all it holds": 1 },
      },
    });
  });

  it("goes on in rounds where destinations were promised to more than they take", () => {
    const source = hosts([1, 1], [1, 2], [2, 2], [2, 3], [3, 3]);
    const small = source.instances.map((one) => ({ ...one, memoryMiB: 1 }));
    const { actions, explanation } = plan({ ...source, instances: small });
    expect(explanation.nodes).toMatchObject({ emptied: 4 });
    // Straight to where it ends, each instance once.
    expect(new Set(actions.map(({ inputParameters }) => inputParameters.resource_id)).size).toBe(8);
    expect(new Set(actions.map(({ inputParameters }) => inputParameters.destination_node))).toEqual(
      new Set(["host-e"]),
    );
  });

  it("with strategyParity behaves as the reference", () => {
    const source = hosts([5], [20], [30]);
    const down = { ...source, nodes: [node("a"), node("b"), node("c", { state: "down", diskGb: 0 })] };
    const excluded = changed(down, "a0", { watcherExclude: true, state: "suspended" });
    expect(moves(excluded)).toEqual([]);
    const { actions, efficacyIndicators } = plan(excluded, { options: { strategy_parity: true } });
    expect(actions.map(inBrief)).toEqual(["live a0 host-a > host-c"]);
    expect(efficacyIndicators.map(({ value }) => value)).toEqual([3, 1, 1]);
    expect(moves(excluded, { options: { strategy_parity: true }, parameters: {} })).toHaveLength(3);
  });

  it("is sound on any cluster, frees hosts with each plan that acts, and settles", () => {
    let repeated = 0;
    fc.assert(
      fc.property(anyCluster, (source) => {
        let state = source;
        let settled = false;
        for (let run = 0; run <= source.nodes.length; run++) {
          const { actions, explanation } = plan(state);
          expect(faultsOf(state, actions)).toEqual([]);
          if (actions.length === 0) return;
          expect(settled).toBe(false);
          // After more than one round the next audit has nothing to do.
          settled = (explanation.nodes as { rounds: number }).rounds > 1;
          repeated += Number(settled);
          const after = afterPlan(state, actions);
          expectFreed(state, after);
          state = after;
        }
        throw new Error("does not come to rest");
      }),
      { numRuns: 300 },
    );
    expect(repeated).toBeGreaterThan(0);
  });

  it("comes to rest with host_choice auto, wherever the scheduler puts the instances", () => {
    let plans = 0;
    fc.assert(
      fc.property(anyCluster, fc.nat(), (source, seed) => {
        let state = source;
        for (let run = 0; run <= source.nodes.length; run++) {
          const { actions } = plan(state, { parameters: {} });
          expect(faultsOf(state, actions)).toEqual([]);
          const scheduled = schedule(state, actions, seed + run);
          if (actions.length === 0 || scheduled === null) return;
          plans += 1;
          expectFreed(state, scheduled);
          state = scheduled;
        }
        throw new Error("does not come to rest");
      }),
      { numRuns: 200 },
    );
    expect(plans).toBeGreaterThan(0);
  });
});

/** Fewer hosts in use than before, and none that was not. */
function expectFreed(before: ClusterModelSource, after: ClusterModelSource): void {
  const inUse = ({ instances }: ClusterModelSource): Set<number | null> =>
    new Set(instances.map(({ nodeIndex }) => nodeIndex));
  expect(inUse(after).size).toBeLessThan(inUse(before).size);
  expect([...inUse(after)].filter((host) => !inUse(before).has(host))).toEqual([]);
}

/**
 * Carries out a plan without destinations as Nova might: any open host with room, at random.
 * @returns null when a migration found no room
 */
function schedule(
  source: ClusterModelSource,
  actions: ComputedPlan["actions"],
  seed: number,
): ClusterModelSource | null {
  const model = openSnapshot(snapshotOf(source));
  const overlay = new Overlay(model);
  const random = createRandom(seed);
  for (const { actionType, inputParameters: given } of actions) {
    if (actionType === "change_nova_service_state") {
      overlay.enabled[model.nodeByUuid(given.resource_id as string)] = given.state === "enabled" ? 1 : 0;
      continue;
    }
    const moved = model.instanceByUuid(given.resource_id as string);
    const targets = [...source.nodes.keys()].filter((at) => targetRefusal(overlay, moved, at) === null);
    if (targets.length === 0) return null;
    overlay.move(moved, overlay.nodeOf[moved] as number, targets[random.below(targets.length)] as number);
  }
  const instances = source.instances.map((one, at) => {
    const place = overlay.nodeOf[at] as number;
    return { ...one, nodeIndex: place < 0 ? null : place };
  });
  return { ...source, instances };
}
