import { describe, expect, it } from "vitest";
import type { ComputedPlan } from "../../compute.ts";
import { Reasons } from "../../explanation.ts";
import type { JsonObject, JsonValue } from "../../json.ts";
import { openSnapshot } from "../../model/open.ts";
import { Overlay } from "../../model/overlay.ts";
import type { ClusterModelSource, InstanceSource, NodeSource } from "../../model/source.ts";
import { checkParameters } from "../../parameters/check.ts";
import { cluster, instance, node, samples, snapshotOf } from "../../testing/clusters.ts";
import { inBrief, planOf, type Request } from "../../testing/plans.ts";
import { readLoads } from "./loads.ts";
import type { WorkloadStabilizationParameters } from "./parameters.ts";
import { RecordTargets } from "./records.ts";
import { Room } from "./room.ts";
import { simulate } from "./simulate.ts";
import { Spread } from "./spread.ts";

const BOTH = ["instance_cpu_usage", "instance_ram_usage"];

function plan(source: ClusterModelSource, parameters: JsonObject = {}, request: Request = {}): ComputedPlan {
  return planOf(source, { strategyName: "workload_stabilization", parameters, ...request });
}

function moves(source: ClusterModelSource, parameters: JsonObject = {}, request: Request = {}): string[] {
  return plan(source, parameters, request).actions.map(inBrief);
}

/** The cluster of Watcher's own tests: five hosts of 40 vCPUs and 132 MiB, the third one hot. */
function five(): ClusterModelSource {
  const guest = (at: number, on: number, vcpus: number, memoryMiB: number, members = {}): InstanceSource =>
    instance(`i${at}`, on, { vcpus, memoryMiB, ...members });
  return cluster({
    nodes: Array.from({ length: 5 }, (_, at) => node(`Node_${at}`)),
    instances: [
      guest(0, 0, 10, 2),
      guest(1, 0, 11, 3),
      guest(2, 1, 12, 1),
      guest(3, 2, 10, 2),
      guest(4, 2, 10, 2),
      guest(5, 2, 10, 2),
      guest(6, 3, 10, 2, { state: "stopped" }),
      guest(7, 4, 10, 2),
    ],
    metrics: [
      samples("host_cpu_usage", [7, 7, 80, 5, 5]),
      samples("host_ram_usage", [7168, 5120, 29696, 8192, 4096]),
      samples("instance_cpu_usage", [7, 7, 10, 5, 5, 10, 8, 4]),
      samples("instance_ram_usage", [2, 5, 5, 8, 5, 16, 8, 4]),
    ],
  });
}

/** Two hosts of 40 vCPUs: one at 60 % with two guests, the other at 20 %. */
function pair(members: Partial<InstanceSource> = {}, target: Partial<NodeSource> = {}): ClusterModelSource {
  return cluster({
    nodes: [node("a"), node("b", target)],
    instances: [
      instance("big", 0, { vcpus: 20, ...members }),
      instance("small", 0, { vcpus: 20, ...members }),
    ],
    metrics: [samples("host_cpu_usage", [60, 20]), samples("instance_cpu_usage", [80, 40])],
  });
}

describe("loads and cases", () => {
  const overlay = new Overlay(openSnapshot(snapshotOf(five())));
  const parameters = checkParameters("workload_stabilization", { metrics: BOTH });
  const loads = readLoads(overlay, parameters as unknown as WorkloadStabilizationParameters);
  const spread = new Spread(loads.metrics);

  it("are those of Watcher's tests", () => {
    const [cpu, ram] = loads.metrics;
    expect([...(cpu?.share ?? [])]).toEqual([0.07, 0.07, 0.8, 0.05, 0.05]);
    expect([...(ram?.share ?? [])].map((share) => share * 132)).toEqual([7, 5, 29, 8, 4]);
    expect(spread.deviation(0)).toBeCloseTo(0.2961351043, 9);
    expect(spread.deviation(1)).toBeCloseTo(0.0705156138, 9);
    expect(spread.deviation(1) * 132).toBeCloseTo(9.308, 3);
    expect(spread.weighted()).toBeCloseTo(0.3666507181, 9);
  });

  it("full search finds ten entries, the best of which moves the busiest instance", () => {
    const choice = new RecordTargets(new Room(overlay, loads.nodes, true), loads.metrics);
    const entries = simulate(overlay, loads, spread, choice, new Reasons());
    expect(entries.count).toBe(10);
    const [first = -1] = entries.sorted();
    expect([entries.instances[first], entries.targets[first]]).toEqual([5, 4]);
    expect(entries.values[first]).toBeCloseTo(0.3244548698, 9);
  });

  it("a move changes both hosts", () => {
    const moved = new Spread(loads.metrics);
    moved.move(5, 2, 1);
    expect(moved.share(0, 1)).toBeCloseTo(0.095, 9);
    expect(moved.share(1, 1) * 132).toBeCloseTo(21, 9);
    expect(moved.share(1, 2) * 132).toBeCloseTo(13, 9);
  });
});

describe("workload_stabilization", () => {
  it("moves what evens out the hosts most, and tells the figures", () => {
    const { actions, explanation, efficacyIndicators } = plan(pair());
    // The big one would only swap the loads.
    expect(actions.map(inBrief)).toEqual(["live small host-a > host-b"]);
    expect(Object.fromEntries(efficacyIndicators.map(({ name, value }) => [name, value]))).toEqual({
      instance_migrations_count: 1,
      instances_count: 2,
      standard_deviation_before_audit: expect.closeTo(0.2, 9),
      standard_deviation_after_audit: expect.closeTo(0, 9),
    });
    expect(explanation).toMatchObject({
      trigger: "instance_cpu_usage",
      nodes: { considered: 2, withoutSamples: 0, withoutResource: 0 },
      coverage: { wanted: 4, present: 4 },
      stays: { byReason: { "no gain": 1 }, first: [{ instance: "big", reason: "no gain" }] },
      moved: { count: 1, first: [{ instance: "small", from: "host-a", to: "host-b" }] },
      hosts: {
        first: [
          { node: "host-a", instance_cpu_usage: { before: 0.6, after: expect.closeTo(0.4, 9) } },
          { node: "host-b", instance_cpu_usage: { before: 0.2, after: expect.closeTo(0.4, 9) } },
        ],
      },
    });
  });

  it("stops below the threshold of any metric", () => {
    const given = { metrics: BOTH, thresholds: { instance_cpu_usage: 0.2, instance_ram_usage: 0.05 } };
    // Memory is below 0.05 after one move, CPU nowhere near.
    expect(moves(five(), { ...given, host_choice: "cycle" })).toEqual(["live i3 host-Node_2 > host-Node_0"]);
    const never = { instance_cpu_usage: 0, instance_ram_usage: 0 };
    expect(moves(five(), { ...given, thresholds: never, host_choice: "fullsearch" })).toEqual([
      "live i5 host-Node_2 > host-Node_4",
      "live i3 host-Node_2 > host-Node_1",
    ]);
  });

  it("says why it plans nothing", () => {
    const why = (source: ClusterModelSource, parameters: JsonObject = {}): unknown => {
      const { actions, explanation, efficacyIndicators } = plan(source, parameters);
      expect(actions).toEqual([]);
      expect(efficacyIndicators).toHaveLength(4);
      return explanation.summary;
    };
    const even = /^The hosts' loads are even enough/;
    expect(why(pair(), { thresholds: { instance_cpu_usage: 0.21 } })).toMatch(even);
    expect(why({ ...pair(), nodes: [], instances: [], metrics: empty() })).toMatch(even);
    expect(why(pair(), { metrics: [] })).toMatch(even);
    const blind = {
      ...pair(),
      metrics: [...pair().metrics.slice(0, 1), samples("instance_cpu_usage", [80, null])],
    };
    expect(why(blind)).toBe("Too few samples to judge the load of hosts.");
    expect(why(pair({ locked: true }))).toBe("No move that is possible makes the hosts' loads more even.");
  });

  function empty(): ClusterModelSource["metrics"] {
    return [samples("host_cpu_usage", []), samples("instance_cpu_usage", [])];
  }

  it("leaves alone what may not move, and tells", () => {
    const stays = (members: Partial<InstanceSource>, request: Request = {}): unknown => {
      const { actions, explanation } = plan(pair(members), {}, request);
      expect(actions).toEqual([]);
      return (explanation.stays as JsonObject).byReason;
    };
    expect(stays({ locked: true })).toEqual({ locked: 2 });
    expect(stays({ watcherExclude: true })).toEqual({ excluded: 2 });
    expect(stays({ state: "stopped" })).toEqual({ "neither active nor paused": 2 });
    const scope: JsonValue[] = [
      { compute: [{ exclude: [{ instances: [{ uuid: "big" }, { uuid: "small" }] }] }] },
    ];
    expect(stays({}, { scope })).toEqual({ excluded: 2 });
    expect(moves(pair({ state: "paused" }))).toEqual(["live small host-a > host-b"]);
  });

  it("passes over hosts that can't take the instance, and tells why none can", () => {
    const tight: [Partial<NodeSource>, string][] = [
      [{ vcpus: 40, vcpuRatio: 0.2 }, "no room: vcpus"],
      [{ memoryMiB: 10 }, "no room: memory"],
      [{ diskGb: 10 }, "no room: disk"],
    ];
    for (const [target, reason] of tight) {
      for (const host_choice of ["retry", "cycle", "fullsearch"]) {
        const { actions, explanation } = plan(pair({}, target), { host_choice });
        expect(actions).toEqual([]);
        expect(explanation.stays).toMatchObject({
          byReason: { "no host has room": 2 },
          first: [{ instance: "big", targets: { [reason]: 1 } }, { instance: "small" }],
        });
      }
    }
    expect(moves(pair({ pinnedAz: "z1" }, { zone: "z2" }))).toEqual([]);
    expect(moves(pair({ pinnedAz: "z1" }, { zone: "z1" }))).toHaveLength(1);
    for (const closed of [{ state: "down" as const }, { status: "disabled" as const }]) {
      expect(plan(pair({}, closed)).explanation.nodes).toMatchObject({ considered: 1 });
    }
  });

  it("counts the room that its own moves take", () => {
    const source = cluster({
      nodes: [node("a"), node("b", { vcpuRatio: 0.5 })],
      instances: Array.from({ length: 4 }, (_, at) => instance(`i${at}`, 0, { memoryMiB: 1 })),
      metrics: [samples("host_cpu_usage", [90, 0]), samples("instance_cpu_usage", [50, 50, 50, 50])],
    });
    const { actions, explanation } = plan(source, { thresholds: { instance_cpu_usage: 0 } });
    expect(actions).toHaveLength(2);
    expect(explanation.passedOver).toMatchObject({ byReason: { "no room: vcpus": 2 } });
  });

  it("takes 0 for 0, and no sample for nothing at all", () => {
    const source = pair();
    const withHost = (values: (number | null)[]): ClusterModelSource => ({
      ...source,
      nodes: [...source.nodes, node("c")],
      metrics: [samples("host_cpu_usage", values), samples("instance_cpu_usage", [80, 40])],
    });
    expect(moves(withHost([60, 40, 0]), { host_choice: "fullsearch" })[0]).toMatch(/> host-c$/);
    const { actions, explanation } = plan(withHost([60, 20, null]));
    expect(actions.map(inBrief)).toEqual(["live small host-a > host-b"]);
    expect(explanation).toMatchObject({
      nodes: { considered: 2, withoutSamples: 1 },
      coverage: { wanted: 5, present: 4, ratio: 0.8 },
    });
    const without = { ...source, nodes: [node("a"), node("b"), node("c", { vcpus: 0 })] };
    expect(plan({ ...without, metrics: withHost([60, 20, 5]).metrics }).explanation.nodes).toMatchObject({
      withoutResource: 1,
    });
  });

  it("takes an instance for loaded only if all metrics of the run have a sample", () => {
    const source = five();
    const holes = source.metrics.map((column) =>
      column.name === "instance_ram_usage" ? samples(column.name, [2, 5, 5, 8, 5, null, 8, 4]) : column,
    );
    const { explanation } = plan({ ...source, metrics: holes }, { metrics: BOTH, host_choice: "fullsearch" });
    expect(explanation.stays).toMatchObject({ byReason: { "no sample": 1 } });
  });

  it("sees by how much a host is overloaded that can't measure more than all", () => {
    const source = cluster({
      nodes: [node("a"), node("b")],
      instances: [
        instance("x", 0, { vcpus: 20, memoryMiB: 1 }),
        instance("y", 0, { vcpus: 40, memoryMiB: 1 }),
        instance("z", 0, { vcpus: 4, memoryMiB: 1 }),
      ],
      metrics: [samples("host_cpu_usage", [100, 60]), samples("instance_cpu_usage", [100, 100, 50])],
    });
    const given = { thresholds: { instance_cpu_usage: 0 }, retry_count: 5 };
    expect(plan(source, given).explanation.deviations).toMatchObject([{ before: expect.closeTo(0.475, 9) }]);
    const parity = plan(source, given, { options: { strategy_parity: true } });
    expect(parity.explanation.deviations).toMatchObject([{ before: expect.closeTo(0.2, 9) }]);
  });

  it("improves on a deviation of 1 or more, which the reference leaves alone", () => {
    const source = cluster({
      nodes: [node("a"), node("b")],
      instances: Array.from({ length: 10 }, (_, at) => instance(`i${at}`, 0, { vcpus: 16, memoryMiB: 1 })),
      metrics: [samples("host_cpu_usage", [100, 0]), samples("instance_cpu_usage", Array(10).fill(100))],
    });
    const roomy = { ...source, nodes: source.nodes.map((one) => ({ ...one, vcpuRatio: 16 })) };
    const { actions, explanation } = plan(roomy, { host_choice: "fullsearch" });
    expect(explanation.weightedDeviation).toMatchObject({ before: 2, after: expect.closeTo(0, 9) });
    expect(actions).toHaveLength(5);
  });

  it("with parity looks at disk totals only", () => {
    const options = { strategy_parity: true };
    const small = { vcpuRatio: 0.1, memoryMiB: 1, zone: "z2" };
    expect(moves(pair({ pinnedAz: "z1", locked: true }, small), {}, { options })).toEqual([
      "live small host-a > host-b",
    ]);
    const { actions, explanation } = plan(pair({}, { diskGb: 10 }), {}, { options });
    expect(actions).toEqual([]);
    expect(explanation.passedOver).toMatchObject({ byReason: { "no room: disk": 1 } });
  });

  it("draws from the run's seed only", () => {
    const source = five();
    const given = { thresholds: { instance_cpu_usage: 0 } };
    const of = (seed: number): string => JSON.stringify(plan(source, given, { seed }));
    expect(of(3)).toBe(of(3));
    expect(new Set([1, 2, 3, 4, 5, 6].map(of)).size).toBeGreaterThan(1);
  });

  it("leaves nothing to chance where a sample is all hosts", () => {
    const source = five();
    const given = { thresholds: { instance_cpu_usage: 0 } };
    const all = (count: number, seed: number): string[] =>
      moves(source, { ...given, retry_count: count }, { seed });
    const full = moves(source, { ...given, host_choice: "fullsearch" });
    expect(full.length).toBeGreaterThan(1);
    for (const count of [source.nodes.length - 1, 99])
      expect([all(count, 1), all(count, 2)]).toEqual([full, full]);
  });

  it("reports the deviation of loads that have become even to the last digits", () => {
    const source = cluster({
      nodes: [node("a"), node("b")],
      instances: [instance("x", 0, { vcpus: 12 }), instance("y", 0, { vcpus: 12 })],
      metrics: [samples("host_cpu_usage", [60, 0]), samples("instance_cpu_usage", [100, 100])],
    });
    const { efficacyIndicators } = plan(source, { thresholds: { instance_cpu_usage: 0 } });
    const after = efficacyIndicators.find(({ name }) => name === "standard_deviation_after_audit");
    expect(after?.value).toBeCloseTo(0, 12);
  });

  it("bounds what it tells", () => {
    const many = 3000;
    const source = cluster({
      nodes: [
        node("a", { vcpus: 1e6, memoryMiB: 1e9, diskGb: 1e9 }),
        node("b", { vcpus: 1e6, memoryMiB: 1e9, diskGb: 1e9 }),
      ],
      instances: Array.from({ length: many }, (_, at) => instance(`i${at}-${"n".repeat(500)}`, 0)),
      metrics: [samples("host_cpu_usage", [60, 1]), samples("instance_cpu_usage", Array(many).fill(90))],
    });
    const { actions, explanation } = plan(source, { thresholds: { instance_cpu_usage: 0 } });
    expect(actions.length).toBeGreaterThan(100);
    expect(JSON.stringify(explanation).length).toBeLessThan(50_000);
  });
});

describe("parameters", () => {
  const check = (given: JsonObject): JsonObject => checkParameters("workload_stabilization", given);

  it("have defaults at every level", () => {
    expect(check({ periods: { instance: 60 }, thresholds: { instance_ram_usage: 0.3 } })).toEqual({
      metrics: ["instance_cpu_usage"],
      thresholds: { instance_cpu_usage: 0.1, instance_ram_usage: 0.3 },
      weights: { instance_cpu_usage_weight: 1, instance_ram_usage_weight: 1 },
      instance_metrics: { instance_cpu_usage: "host_cpu_usage", instance_ram_usage: "host_ram_usage" },
      host_choice: "retry",
      retry_count: 1,
      periods: { instance: 60, compute_node: 600, node: 0 },
      aggregation_method: { instance: "mean", compute_node: "mean", node: "" },
      granularity: 300,
    });
    expect(check({})).toMatchObject({
      thresholds: { instance_cpu_usage: 0.1, instance_ram_usage: 0.1 },
      periods: { instance: 720, compute_node: 600, node: 0 },
      aggregation_method: { instance: "mean", compute_node: "mean", node: "" },
    });
  });

  it("are refused when they make no sense", () => {
    const wrong: JsonObject[] = [
      { host_choice: "best" },
      { retry_count: 0 },
      { metrics: ["host_power"] },
      { thresholds: { instance_cpu_usage: 1.1 } },
      { weights: { cpu: 1 } },
      { periods: { instance: -1 } },
      { unknown: 1 },
    ];
    for (const given of wrong) {
      expect(() => check(given), JSON.stringify(given)).toThrow();
    }
  });

  it("fail the audit where a metric in use has no weight or another host metric", () => {
    const weights = { instance_cpu_usage_weight: 1 };
    expect(() => plan(five(), { metrics: BOTH, weights })).toThrow(
      /weights has no instance_ram_usage_weight/,
    );
    expect(plan(five(), { weights }).actions.length).toBeGreaterThan(0);
    const instance_metrics = { instance_cpu_usage: "host_power" };
    expect(() => plan(five(), { instance_metrics })).toThrow(/is "host_power", "host_cpu_usage" is wanted/);
    expect(() => plan({ ...five(), metrics: [] })).toThrow(
      /MetricNotAvailable: no samples of host_cpu_usage/,
    );
  });

  it("choose the columns, the deprecated names first", () => {
    const column = (name: string, aggregate: string, periodS: number, values: number[]) => ({
      ...samples(name, values),
      aggregate,
      periodS,
    });
    const source = {
      ...pair(),
      metrics: [
        column("host_cpu_usage", "mean", 600, [20, 20]),
        column("host_cpu_usage", "max", 60, [60, 20]),
        column("instance_cpu_usage", "mean", 720, [80, 40]),
      ],
    };
    expect(moves(source)).toEqual([]);
    const deprecated = { periods: { node: 60 }, aggregation_method: { node: "max" } };
    expect(moves(source, deprecated)).toEqual(["live small host-a > host-b"]);
    const current = { periods: { compute_node: 60 }, aggregation_method: { compute_node: "max" } };
    expect(moves(source, current)).toEqual(["live small host-a > host-b"]);
    expect(() => moves(source, { periods: { instance: 60 } })).toThrow(/no samples of instance_cpu_usage/);
  });
});
