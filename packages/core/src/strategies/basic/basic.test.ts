import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ComputedPlan } from "../../compute.ts";
import type { JsonObject } from "../../json.ts";
import type { ClusterModelSource, MetricSource, NodeSource } from "../../model/source.ts";
import { afterPlan } from "../../testing/after-plan.ts";
import { faultsOf } from "../../testing/checker.ts";
import { anyCluster, cluster, instance, node, samples, withColumns } from "../../testing/clusters.ts";
import { inBrief, planOf } from "../../testing/plans.ts";

function plan(
  source: ClusterModelSource,
  parameters: JsonObject = {},
  options: JsonObject = {},
): ComputedPlan {
  return planOf(source, { strategyName: "basic", parameters, options });
}

function moves(source: ClusterModelSource, parameters: JsonObject = {}, options: JsonObject = {}): string[] {
  return plan(source, parameters, options).actions.map(inBrief);
}

function use(hosts: (number | null)[], instances: (number | null)[]): MetricSource[] {
  return [samples("host_cpu_usage", hosts), samples("instance_cpu_usage", instances)];
}

/** Busy a, idle b with two instances; a has room for both. */
function base(members: Partial<ClusterModelSource> = {}): ClusterModelSource {
  return cluster({
    nodes: [node("a"), node("b")],
    instances: [instance("a1", 0), instance("b1", 1), instance("b2", 1)],
    metrics: use([50, 5], [50, 10, 20]),
    ...members,
  });
}

/** The weight planner puts service changes first. */
const EMPTY_B = ["disabled b watcher_disabled", "live b2 host-b > host-a", "live b1 host-b > host-a"];

describe("basic", () => {
  it("empties the least busy host onto the busiest, busiest instance first, and closes it", () => {
    const { actions, efficacyIndicators, explanation } = plan(base());
    expect(actions.map(inBrief)).toEqual(EMPTY_B);
    expect(efficacyIndicators.map(({ name, value }) => [name, value])).toEqual([
      ["compute_nodes_count", 2],
      ["released_compute_nodes_count", 1],
      ["instance_migrations_count", 2],
    ]);
    expect(explanation).toMatchObject({
      summary: "1 of 2 hosts in use are emptied by 2 migrations.",
      coverage: { wanted: 5, present: 5 },
      emptied: { count: 1, first: [{ node: "host-b", cpuPercent: 5, instances: 2, wasDisabled: false }] },
      moved: { count: 2, first: [{ instance: "b2", from: "host-b", to: "host-a", cpuPercent: 20 }, {}] },
      stays: { byReason: { "no room on any ranked host": 1 } },
    });
  });

  it("keeps the model's order among equals, and takes a sample of 0 for 0", () => {
    const source = base({ metrics: use([0, 0], [50, 0, 0]) });
    expect(moves(source)).toEqual([
      "disabled b watcher_disabled",
      "live b1 host-b > host-a",
      "live b2 host-b > host-a",
    ]);
  });

  it("uses no empty, disabled, down or unmeasured host as a target", () => {
    const third = (members: Partial<NodeSource>, sample: number | null, held = true): string[] => {
      const nodes = [node("a", { vcpus: 10 }), node("b"), node("c", members)];
      const instances = [instance("a1", 0), instance("b1", 1), ...(held ? [instance("c1", 2)] : [])];
      return moves(
        base({ nodes, instances, metrics: use([90, 5, sample], held ? [50, 10, 10] : [50, 10]) }),
      ).filter((action) => action.startsWith("live b1"));
    };
    expect(third({}, 50)).toEqual(["live b1 host-b > host-c"]);
    expect(third({}, 50, false)).toEqual([]);
    expect(third({ state: "down" }, 50)).toEqual([]);
    expect(third({ status: "disabled" }, 50)).toEqual([]);
    expect(third({}, null)).toEqual([]);
  });

  it("closes a disabled host again when it has been emptied", () => {
    const source = base({ nodes: [node("a"), node("b", { status: "disabled" })] });
    const { actions, efficacyIndicators } = plan(source);
    expect(actions.map(inBrief)).toEqual(EMPTY_B);
    expect(efficacyIndicators.map(({ value }) => value)).toEqual([1, 1, 2]);
  });

  const holding: [string, object][] = [
    ["excluded", { watcherExclude: true }],
    ["locked", { locked: true }],
    ["not active", { state: "paused" }],
    ["no room on any ranked host", { pinnedAz: "elsewhere" }],
    ["no room on any ranked host", { diskGb: 240 }],
  ];
  for (const [why, members] of holding) {
    it(`leaves a host as it was that one instance holds: ${why} ${JSON.stringify(members)}`, () => {
      const [a1, b1, b2] = base().instances as [never, never, object];
      const nodes = [node("a", { zone: "here" }), node("b", { zone: "here" })];
      const source = base({ nodes, instances: [a1, b1, { ...b2, ...members } as never] });
      // a itself could go to b in some of these cases: only what happens to b matters.
      const { actions, explanation } = plan(source);
      expect(actions.map(inBrief).filter((action) => action.includes("host-b >"))).toEqual([]);
      expect(explanation.stays).toMatchObject({ byReason: { [why]: expect.any(Number) } });
      expect(JSON.stringify(explanation.stays)).toContain('"node":"host-b"');
    });
  }

  it("leaves hosts with unmeasured instances, and plans nothing with too few samples", () => {
    const many = Array.from({ length: 8 }, (_, at) => instance(`a${at}`, 0, { vcpus: 1, memoryMiB: 1 }));
    const source = base({
      instances: [...many, instance("b1", 1)],
      metrics: use([50, 5], [...many.map(() => 1), null]),
    });
    expect(plan(source).explanation.stays).toMatchObject({ byReason: { "no sample": 1 } });
    const blind = plan(base({ metrics: use([50, null], [50, 10, null]) }));
    expect(blind.actions).toEqual([]);
    expect(blind.explanation.summary).toBe("Too few samples to rank hosts.");
    expect(blind.efficacyIndicators.map(({ value }) => value)).toEqual([2, 0, 0]);
  });

  it("stops when more attempts in a row have failed than allowed", () => {
    const source = (...held: boolean[]): ClusterModelSource =>
      cluster({
        nodes: [node("a"), ...held.map((_, at) => node(`n${at}`, { vcpus: 4 }))],
        instances: [
          instance("a1", 0, { locked: true, vcpus: 1, memoryMiB: 1 }),
          ...held.map((locked, at) => instance(`i${at}`, at + 1, { locked, vcpus: 1, memoryMiB: 1 })),
        ],
        metrics: use([50, ...held.map((_, at) => 9 - at)], [1, ...held.map(() => 1)]),
      });
    const migrated = (held: boolean[], attempts: number): number =>
      moves(source(...held), { migration_attempts: attempts }).filter((one) => one.startsWith("live")).length;
    // Asked from the last on. With one allowed, the second failure in a row ends it.
    expect(migrated([false, true, false], 1)).toBe(1);
    expect(migrated([false, true, false], 2)).toBe(2);
    expect(migrated([false, true, true], 1)).toBe(0);
    expect(migrated([false, true, true], 0)).toBe(1);
    expect(migrated([false], -1)).toBe(0);
  });

  it("asks metadata only with the option", () => {
    const tagged = (metadata: JsonObject): ClusterModelSource =>
      base({ instances: base().instances.map((one) => ({ ...one, metadata })) });
    const asked = (metadata: JsonObject): number =>
      moves(tagged(metadata), {}, { check_optimize_metadata: true }).length;
    for (const optimize of [true, "Yes", " on ", "t", 1]) expect(asked({ optimize })).toBe(3);
    for (const optimize of [false, "2", "", null]) expect(asked({ optimize })).toBe(0);
    expect(asked({ tier: "gold" })).toBe(0);
    expect(asked({})).toBe(3);
    expect(moves(tagged({ tier: "gold" }))).toEqual(EMPTY_B);
  });

  it("reads the columns of its aggregation methods, period and granularity", () => {
    const column = (name: string, aggregate: string, values: number[]): MetricSource => ({
      ...samples(name, values),
      aggregate,
      periodS: 60,
      granularityS: 30,
    });
    const source = base({
      metrics: [
        column("host_cpu_usage", "mean", [5, 50]),
        column("host_cpu_usage", "max", [50, 5]),
        column("instance_cpu_usage", "min", [1, 10, 20]),
      ],
    });
    const asked = (method: JsonObject): string[] =>
      moves(source, { period: 60, granularity: 30, aggregation_method: method });
    expect(asked({ instance: "min", compute_node: "max" })).toEqual(EMPTY_B);
    expect(asked({ instance: "min", node: "max" })).toEqual(EMPTY_B);
    expect(asked({ instance: "min" })[1]).toBe("live a1 host-a > host-b");
    expect(() => asked({ instance: "max" })).toThrow(/MetricNotAvailable: no samples of instance_cpu_usage/);
    expect(() => moves(source)).toThrow(/MetricNotAvailable: no samples of host_cpu_usage/);
  });

  it("scores hosts and instances without vCPUs 0", () => {
    const nodes = [node("a"), node("b", { vcpus: 0 })];
    const source = base({ nodes, metrics: use([1, 90], [50, 10, 20]) });
    expect(moves(source)).toEqual(EMPTY_B);
  });

  it("with strategyParity behaves as the reference", () => {
    const nodes = [node("a", { status: "disabled", vcpus: 20 }), node("b")];
    const source = base({ nodes, metrics: use([null, 5], [50, null, 20]) });
    // Missing samples read 100 %, a disabled host is a target, and what found room moves although b is not emptied.
    expect(moves(source, {}, { strategy_parity: true })).toEqual(["live b1 host-b > host-a"]);
    expect(moves(source, {}, { required_coverage: 0 })).toEqual([]);
  });

  it("is sound on any cluster, frees a host with each plan that acts, and comes to rest", () => {
    let plans = 0;
    const columns = { host_cpu_usage: 100 };
    fc.assert(
      fc.property(
        anyCluster.chain((source) => withColumns(source, columns)),
        (source) => {
          let state = source;
          for (let run = 0; run <= source.nodes.length; run++) {
            const { actions } = plan(state, {}, { required_coverage: 0.5 });
            expect(faultsOf(state, actions)).toEqual([]);
            if (actions.length === 0) return;
            plans += 1;
            const after = afterPlan(state, actions);
            expect(inUse(after).size).toBeLessThan(inUse(state).size);
            expect([...inUse(after)].filter((host) => !inUse(state).has(host))).toEqual([]);
            expect(movedFromHostsInUse(state, after)).toEqual([]);
            state = after;
          }
          throw new Error("does not come to rest");
        },
      ),
    );
    expect(plans).toBeGreaterThan(0);
  });
});

function inUse({ instances }: ClusterModelSource): Set<number | null> {
  return new Set(instances.map(({ nodeIndex }) => nodeIndex));
}

/** Instances that left a host which is not empty. */
function movedFromHostsInUse(before: ClusterModelSource, after: ClusterModelSource): string[] {
  const used = inUse(after);
  return before.instances
    .filter(({ nodeIndex }, at) => nodeIndex !== after.instances[at]?.nodeIndex && used.has(nodeIndex))
    .map(({ uuid }) => uuid);
}
