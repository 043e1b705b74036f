import { describe, expect, it } from "vitest";
import type { ComputedPlan } from "../../compute.ts";
import type { JsonObject, JsonValue } from "../../json.ts";
import { openSnapshot } from "../../model/open.ts";
import { Overlay } from "../../model/overlay.ts";
import type { ClusterModelSource } from "../../model/source.ts";
import { cluster, instance, node, samples, snapshotOf } from "../../testing/clusters.ts";
import { inBrief, planOf } from "../../testing/plans.ts";
import { nodeLoads } from "./loads.ts";

function plan(
  source: ClusterModelSource,
  parameters: JsonObject = {},
  scope: JsonValue[] = [],
): ComputedPlan {
  return planOf(source, { goalName: "workload_balancing", parameters, scope });
}

function moves(source: ClusterModelSource, parameters: JsonObject = {}, scope: JsonValue[] = []): string[] {
  return plan(source, parameters, scope).actions.map(inBrief);
}

/** The case that Watcher's own tests use: 32.5 % and 7.5 % CPU, 37.1 % and 18.2 % memory. */
function base(): ClusterModelSource {
  return cluster({
    nodes: [node("a"), node("b")],
    instances: [instance("a1", 0), instance("a2", 0), instance("b1", 1), instance("b2", 1)],
    metrics: [
      samples("instance_cpu_usage", [50, 80, 20, 10]),
      samples("instance_ram_usage", [9, 40, 12, 12]),
    ],
  });
}

describe("node loads", () => {
  const loads = (metric: number) => {
    const model = openSnapshot(snapshotOf(base()));
    return nodeLoads(new Overlay(model), model.metrics[metric] as (typeof model.metrics)[number]);
  };

  it("by CPU are vCPUs in use", () => {
    const { load, utilPercent, average } = loads(0);
    expect([...load]).toEqual([13, 3]);
    expect([...utilPercent]).toEqual([32.5, 7.5]);
    expect(average).toBe(8);
  });

  it("by memory are MiB in use", () => {
    const { load, utilPercent, average } = loads(1);
    expect([...load]).toEqual([49, 24]);
    expect(utilPercent[0]).toBeCloseTo(37.1212, 4);
    expect(utilPercent[1]).toBeCloseTo(18.1818, 4);
    expect(average).toBe(36.5);
  });
});

describe("workload_balance", () => {
  it("moves the instance that brings the hot node to the mean", () => {
    expect(moves(base())).toEqual(["live a1 host-a > host-b"]);
    expect(plan(base()).explanation).toMatchObject({
      effect: { sourcePercent: { before: 32.5, after: 20 }, targetPercent: { before: 7.5, after: 20 } },
      coverage: { wanted: 4, present: 4, ratio: 1 },
    });
    expect(moves(base(), { metrics: "instance_ram_usage", threshold: 30 })).toEqual([
      "live a1 host-a > host-b",
    ]);
  });

  it("says why it plans nothing", () => {
    const why = (source: ClusterModelSource, parameters: JsonObject = {}): unknown => {
      const { actions, explanation } = plan(source, parameters);
      expect(actions).toEqual([]);
      return explanation.summary;
    };
    expect(why(base(), { threshold: 35 })).toBe("No node reaches the threshold.");
    expect(why(base(), { threshold: 5 })).toBe("Every node reaches the threshold.");
    const blind = { ...base(), metrics: [samples("instance_cpu_usage", [50, null, 20, 10])] };
    expect(why(blind)).toBe("Too few samples to judge the load of nodes.");
    const stuck = { ...base(), instances: base().instances.map((one) => ({ ...one, locked: true })) };
    expect(why(stuck)).toBe("No instance may leave a hot node without bringing it below the mean.");
    const tight = { ...base(), nodes: [node("a"), node("b", { diskGb: 50 })] };
    expect(why(tight)).toBe("No cool node can take the chosen instance.");
    expect(plan(tight).explanation.targetsPassedOver).toMatchObject({ byReason: { "no room: disk": 1 } });
  });

  it("passes over what may not move", () => {
    const instances = base().instances;
    const withFirst = (members: object): ClusterModelSource => ({
      ...base(),
      instances: instances.map((one, at) => (at === 0 ? { ...one, ...members } : one)),
    });
    for (const members of [{ locked: true }, { watcherExclude: true }, { state: "paused" }]) {
      // a2 alone would leave more than the mean allows: delta is negative.
      expect(moves(withFirst(members))).toEqual([]);
    }
    const scope: JsonValue[] = [{ compute: [{ exclude: [{ instances: [{ uuid: "a1" }] }] }] }];
    expect(moves(base(), {}, scope)).toEqual([]);
  });

  it("takes the coolest target, passing over closed ones, other zones and those that would get hot", () => {
    const third = (members: object, pinnedAz: string | null = null): string[] => {
      const nodes = [
        node("a", { zone: "z1" }),
        node("b", { zone: "z2" }),
        node("c", { zone: "z1", ...members }),
      ];
      return moves({ ...base(), nodes, instances: base().instances.map((one) => ({ ...one, pinnedAz })) });
    };
    expect(third({})).toEqual(["live a1 host-a > host-c"]);
    expect(third({ state: "down" })).toEqual(["live a1 host-a > host-b"]);
    expect(third({ status: "disabled" })).toEqual(["live a1 host-a > host-b"]);
    expect(third({ vcpus: 16 })).toEqual(["live a1 host-a > host-b"]);
    expect(third({}, "z2")).toEqual(["live a1 host-a > host-b"]);
    expect(third({ zone: null }, "z3")).toEqual(["live a1 host-a > host-c"]);
    expect(third({}, "z3")).toEqual([]);
  });

  it("leaves out a node without samples and one without the resource", () => {
    const source = cluster({
      nodes: [node("a"), node("b"), node("c"), node("d", { vcpus: 0 })],
      instances: [
        ...base().instances,
        instance("c1", 2, { state: "stopped" }),
        instance("a3", 0, { vcpus: 1 }),
      ],
      metrics: [samples("instance_cpu_usage", [50, 80, 20, 10, null, 0])],
    });
    const { actions, explanation } = plan(source);
    expect(actions[0]?.inputParameters.destination_node).toBe("host-b");
    expect(explanation.nodes).toMatchObject({ hot: 1, cool: 1, withoutSamples: 1, withoutResource: 1 });
  });

  it("takes a sample of 0 for 0 and an empty node for cool", () => {
    const source = cluster({
      nodes: [node("a"), node("empty")],
      instances: [instance("idle", 0), instance("busy", 0)],
      metrics: [samples("instance_cpu_usage", [0, 100])],
    });
    // Mean 5, excess 5: the busy one (10) would take too much, the idle one leaves a difference of 5.
    expect(moves(source)).toEqual(["live idle host-a > host-empty"]);
  });

  it("counts the instances of its scope, unmapped ones too", () => {
    const source = {
      ...base(),
      instances: [...base().instances, instance("loose", null)],
      metrics: [samples("instance_cpu_usage", [50, 80, 20, 10, null])],
    };
    const count = (scope: JsonValue[]): unknown =>
      plan(source, {}, scope).efficacyIndicators.find(({ name }) => name === "instances_count")?.value;
    expect(count([])).toBe(5);
    expect(count([{ compute: [{ exclude: [{ compute_nodes: [{ name: "host-b" }] }] }] }])).toBe(3);
  });

  it("takes instances off hosts with terabytes in use", () => {
    const large = { memoryMiB: 8e6, memoryRatio: 1 };
    const source = cluster({
      nodes: [node("a", large), node("b", large)],
      instances: [instance("x", 0, { memoryMiB: 1000 }), instance("y", 0, { memoryMiB: 6e6 })],
      metrics: [samples("instance_ram_usage", [1000, 6e6])],
    });
    const given = { metrics: "instance_ram_usage", threshold: 50 };
    expect(moves(source, given)).toEqual(["live x host-a > host-b"]);
    expect(
      planOf(source, {
        strategyName: "workload_balance",
        parameters: given,
        options: { strategy_parity: true },
      }).actions,
    ).toEqual([]);
  });

  it("fails without the metric, naming it", () => {
    expect(() => plan({ ...base(), metrics: [] })).toThrow(
      /^not-found: MetricNotAvailable: no samples of instance_cpu_usage/,
    );
  });
});
