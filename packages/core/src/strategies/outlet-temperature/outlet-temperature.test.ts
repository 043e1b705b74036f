import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ComputedPlan } from "../../compute.ts";
import type { JsonObject } from "../../json.ts";
import type { ClusterModelSource, NodeSource } from "../../model/source.ts";
import { afterPlan } from "../../testing/after-plan.ts";
import { faultsOf } from "../../testing/checker.ts";
import { anyCluster, cluster, instance, node, samples, withColumns } from "../../testing/clusters.ts";
import { inBrief, planOf } from "../../testing/plans.ts";

function plan(
  source: ClusterModelSource,
  parameters: JsonObject = {},
  options: JsonObject = {},
): ComputedPlan {
  return planOf(source, { strategyName: "outlet_temperature", parameters, options });
}

function moves(source: ClusterModelSource, parameters: JsonObject = {}): string[] {
  return plan(source, parameters).actions.map(inBrief);
}

/** Nodes of these temperatures, each with two instances: a1 and a2 on the first, and so on. */
function nodesAt(...degrees: (number | null)[]): ClusterModelSource {
  const names = ["a", "b", "c", "d"].slice(0, degrees.length);
  return cluster({
    nodes: names.map((name) => node(name)),
    instances: names.flatMap((name, at) => [instance(`${name}1`, at), instance(`${name}2`, at)]),
    metrics: [samples("host_outlet_temp", degrees)],
  });
}

function withNode(source: ClusterModelSource, at: number, members: Partial<NodeSource>): ClusterModelSource {
  return {
    ...source,
    nodes: source.nodes.map((one, index) => (index === at ? { ...one, ...members } : one)),
  };
}

describe("outlet_temperature", () => {
  it("moves one instance from the hottest node to the coolest, and says by how much they differ", () => {
    const { actions, explanation } = plan(nodesAt(35, 40, 20, 19.5));
    expect(actions.map(inBrief)).toEqual(["live b1 host-b > host-d"]);
    expect(explanation).toMatchObject({
      nodes: { hot: 2, cool: 2, withoutSamples: 0 },
      moved: { first: [{ instance: "b1", from: "host-b", to: "host-d", fromDegC: 40, toDegC: 19.5 }] },
    });
  });

  it("takes the first of nodes that are equally hot or cool", () => {
    expect(moves(nodesAt(36, 36, 20, 20))).toEqual(["live a1 host-a > host-c"]);
  });

  it("says why it plans nothing", () => {
    const why = (source: ClusterModelSource, parameters: JsonObject = {}): unknown => {
      const { actions, explanation } = plan(source, parameters);
      expect(actions).toEqual([]);
      return explanation.summary;
    };
    expect(why(nodesAt(35, 20), { threshold: 35.1 })).toBe("No node reaches the threshold.");
    expect(why(nodesAt(35, 20), { threshold: 20 })).toBe("Every node with a sample reaches the threshold.");
    expect(why(nodesAt(35, null))).toBe("Too few samples to judge the temperature of nodes.");
    const stuck = nodesAt(40, 20);
    stuck.instances = stuck.instances.map((one) => ({ ...one, state: "paused" }));
    expect(why(stuck)).toBe("No hot node has an active instance that may leave it.");
    expect(why(withNode(nodesAt(40, 20), 1, { diskGb: 59 }))).toBe(
      "No cool node can take the chosen instance.",
    );
  });

  it("leaves out a node without a sample: neither source nor target", () => {
    const parameters = {};
    const { actions, explanation } = plan(nodesAt(null, 40, 20, 25), parameters, { required_coverage: 0.7 });
    expect(actions.map(inBrief)).toEqual(["live b1 host-b > host-c"]);
    expect(explanation).toMatchObject({ nodes: { withoutSamples: 1 }, coverage: { wanted: 4, present: 3 } });
  });

  it("passes over instances that may not move, then nodes without any that may", () => {
    const source = nodesAt(40, 36, 20);
    const change = (members: object, ...uuids: string[]): ClusterModelSource => ({
      ...source,
      instances: source.instances.map((one) => (uuids.includes(one.uuid) ? { ...one, ...members } : one)),
    });
    for (const members of [{ locked: true }, { watcherExclude: true }, { state: "stopped" }]) {
      expect(moves(change(members, "a1"))).toEqual(["live a2 host-a > host-c"]);
      expect(moves(change(members, "a1", "a2"))).toEqual(["live b1 host-b > host-c"]);
    }
    expect(plan(change({ locked: true }, "a1")).explanation.passedOver).toMatchObject({
      count: 1,
      first: [{ instance: "a1", reason: "locked" }],
    });
  });

  it("passes over targets that are closed, full or in another zone", () => {
    const source = nodesAt(40, 19, 20, 21);
    expect(moves(withNode(source, 1, { status: "disabled" }))).toEqual(["live a1 host-a > host-c"]);
    expect(moves(withNode(source, 1, { state: "down" }))).toEqual(["live a1 host-a > host-c"]);
    expect(moves(withNode(source, 1, { memoryMiB: 95 }))).toEqual(["live a1 host-a > host-c"]);
    const zoned = withNode(withNode(source, 1, { zone: "z1" }), 2, { zone: "z2" });
    const pinned = { ...zoned, instances: zoned.instances.map((one) => ({ ...one, pinnedAz: "z2" })) };
    expect(moves(pinned)).toEqual(["live a1 host-a > host-c"]);
    expect(plan(pinned).explanation.targetsPassedOver).toMatchObject({
      byReason: { "other zone than pinned": 1 },
    });
    const inParity = plan(pinned, {}, { strategy_parity: true });
    expect(inParity.actions.map(inBrief)).toEqual(["live a1 host-a > host-b"]);
  });

  it("fails without the metric, naming it", () => {
    expect(() => plan({ ...nodesAt(40, 20), metrics: [] })).toThrow(
      /^not-found: MetricNotAvailable: no samples of host_outlet_temp/,
    );
  });

  it("is sound on any cluster, and comes to rest when run again on its result", () => {
    let moved = 0;
    fc.assert(
      fc.property(
        anyCluster.chain((source) => withColumns(source, { host_outlet_temp: 60 })),
        (source) => {
          let state = source;
          // Temperatures stay as they are, so each run takes one instance off a hot node for good.
          for (let run = 0; run <= source.instances.length; run++) {
            const { actions } = plan(state);
            expect(faultsOf(state, actions)).toEqual([]);
            moved += actions.length;
            if (actions.length === 0) return;
            state = afterPlan(state, actions);
          }
          throw new Error("does not come to rest");
        },
      ),
      { numRuns: 300 },
    );
    expect(moved).toBeGreaterThan(10);
  });
});
