import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ComputedPlan } from "../../compute.ts";
import type { JsonObject } from "../../json.ts";
import type { ClusterModelSource, InstanceSource, MetricSource, NodeSource } from "../../model/source.ts";
import { afterPlan } from "../../testing/after-plan.ts";
import { faultsOf } from "../../testing/checker.ts";
import { anyCluster, cluster, instance, node, samples } from "../../testing/clusters.ts";
import { inBrief, planOf } from "../../testing/plans.ts";

type Sample = number | null;

const PERIOD_S = 100;

function plan(
  source: ClusterModelSource,
  parameters: JsonObject = {},
  options: JsonObject = {},
): ComputedPlan {
  return planOf(source, { strategyName: "noisy_neighbor", parameters, options });
}

function moves(source: ClusterModelSource, parameters: JsonObject = {}, options: JsonObject = {}): string[] {
  return plan(source, parameters, options).actions.map(inBrief);
}

/** Columns of both windows from the use now and in the period before. */
function cache(now: readonly Sample[], before: readonly Sample[]): MetricSource[] {
  const both = now.map((value, at) => {
    const previous = before[at] ?? null;
    return value === null || previous === null ? null : (value + previous) / 2;
  });
  const column = (values: readonly Sample[], periodS: number): MetricSource => ({
    ...samples("instance_l3_cache_usage", values),
    aggregate: "mean",
    periodS,
    granularityS: 300,
  });
  return [column(now, PERIOD_S), column(both, 2 * PERIOD_S)];
}

type Guest = [uuid: string, node: number, before: Sample, now: Sample, members?: Partial<InstanceSource>];

const VICTIM = [80, 40] as const;
const NOISY = [10, 35] as const;
const CALM = [20, 20] as const;

function guests(nodes: NodeSource[], ...given: Guest[]): ClusterModelSource {
  return cluster({
    nodes,
    instances: given.map(([uuid, at, , , members]) => instance(uuid, at, members)),
    metrics: cache(
      given.map(([, , , now]) => now),
      given.map(([, , before]) => before),
    ),
  });
}

const important = { metadata: { "watcher-priority": "1" } };
const NODES = [node("a"), node("b"), node("c")];

describe("noisy_neighbor", () => {
  it("moves the noisy neighbor of a victim to the first undisturbed node", () => {
    const source = guests(NODES, ["calm", 0, ...CALM], ["v", 1, ...VICTIM], ["q", 1, ...NOISY]);
    const { actions, explanation } = plan(source);
    expect(actions.map(inBrief)).toEqual(["live q host-b > host-a"]);
    expect(explanation).toMatchObject({
      disturbance: {
        node: "host-b",
        victim: { instance: "v", priority: 5, cacheBytes: { before: 80, now: 40 } },
        noisy: { instance: "q", priority: 5, cacheBytes: { before: 10, now: 35 } },
      },
      nodes: { disturbed: 1 },
    });
  });

  it("judges by more than the threshold", () => {
    const source = guests(NODES, ["v", 1, 100, 50], ["q", 1, 100, 150]);
    expect(moves(source, { cache_threshold: 49.9 })).toHaveLength(1);
    expect(moves(source, { cache_threshold: 50 })).toEqual([]);
  });

  it("spares instances that rank before the victim, and takes the last in rank", () => {
    const ranked = (...priorities: (string | number)[]): string[] => {
      const rank = (at: number) => ({ metadata: { "watcher-priority": priorities[at] ?? "" } });
      const [v, q1, q2] = [rank(0), rank(1), rank(2)];
      return moves(guests(NODES, ["q1", 1, ...NOISY, q1], ["v", 1, ...VICTIM, v], ["q2", 1, ...NOISY, q2]));
    };
    expect(ranked(1, 2, 3)).toEqual(["live q2 host-b > host-a"]);
    expect(ranked(1, 3, 2)).toEqual(["live q1 host-b > host-a"]);
    // Compared as texts, 10 would rank before 9.
    expect(ranked("9", "10", "1")).toEqual(["live q1 host-b > host-a"]);
    expect(ranked(5, 4, 4)).toEqual([]);
    // No number reads as the default, 5; equals keep their order, so only q2 ranks behind v.
    expect(ranked("5", "high", " ")).toEqual(["live q2 host-b > host-a"]);
  });

  it("looks for the neighbor of the most important victim only", () => {
    const source = guests(
      NODES,
      ["q", 1, ...NOISY, { metadata: { "watcher-priority": 2 } }],
      ["v1", 1, ...VICTIM, { metadata: { "watcher-priority": 3 } }],
      ["v2", 1, ...VICTIM, important],
    );
    expect(moves(source)).toEqual(["live q host-b > host-a"]);
    const ranksBehind = { ...source, instances: source.instances.slice(0, 2), metrics: [] };
    expect(moves({ ...ranksBehind, metrics: cache([35, 40], [10, 80]) })).toEqual([]);
  });

  it("takes the node whose victim matters most, then the first", () => {
    const two = (members: Partial<InstanceSource>): string[] =>
      moves(
        guests(
          NODES,
          ["v0", 0, ...VICTIM],
          ["q0", 0, ...NOISY],
          ["v1", 1, ...VICTIM, members],
          ["q1", 1, ...NOISY],
        ),
      );
    expect(two({})).toEqual(["live q0 host-a > host-c"]);
    expect(two(important)).toEqual(["live q1 host-b > host-c"]);
  });

  it("passes over neighbors that may not move", () => {
    const source = (members: Partial<InstanceSource>): ClusterModelSource =>
      guests(NODES, ["v", 1, ...VICTIM], ["q1", 1, ...NOISY], ["q2", 1, ...NOISY, members]);
    const immovable = [{ locked: true }, { watcherExclude: true }, { state: "stopped" }];
    for (const members of immovable) {
      expect(moves(source(members))).toEqual(["live q1 host-b > host-a"]);
      expect(moves(source(members), {}, { strategy_parity: true })).toEqual(["live q2 host-b > host-a"]);
    }
    expect(moves(source({ state: "paused" }))).toEqual(["live q2 host-b > host-a"]);
    expect(plan(source({ locked: true })).explanation.passedOver).toMatchObject({ byReason: { locked: 1 } });
  });

  it("takes nothing off a node that is down, and puts nothing on closed or full ones", () => {
    const on = (...nodes: NodeSource[]): ClusterModelSource =>
      guests(nodes, ["v", 0, ...VICTIM], ["q", 0, ...NOISY]);
    expect(moves(on(node("a", { state: "down" }), node("b")))).toEqual([]);
    expect(moves(on(node("a", { status: "disabled" }), node("b")))).toEqual(["live q host-a > host-b"]);
    for (const members of [{ status: "disabled" }, { state: "down" }, { vcpus: 9 }] as const) {
      const source = on(node("a"), node("b", members), node("c"));
      expect(moves(source)).toEqual(["live q host-a > host-c"]);
      const parity = moves(source, {}, { strategy_parity: true });
      expect(parity).toEqual([`live q host-a > ${"vcpus" in members ? "host-c" : "host-b"}`]);
    }
    const { explanation } = plan(on(node("a"), node("b", { diskGb: 19 })));
    expect(explanation.summary).toBe("No undisturbed node can take the noisy instance.");
    expect(explanation.targetsPassedOver).toMatchObject({
      byReason: { "disturbed itself": 1, "no room: disk": 1 },
    });
  });

  it("skips instances without both samples, and plans nothing with too few", () => {
    const source = guests(
      NODES,
      ["v", 1, 80, null],
      ["v2", 1, null, 40],
      ["q", 1, ...NOISY],
      ...Array.from({ length: 8 }, (_, at): Guest => [`c${at}`, 2, ...CALM, { vcpus: 1 }]),
    );
    const { actions, explanation } = plan(source);
    expect(actions).toEqual([]);
    expect(explanation.coverage).toMatchObject({ wanted: 11, present: 9 });
    expect(plan(source, {}, { required_coverage: 0.9 }).explanation.summary).toBe(
      "Too few samples to judge the cache use of instances.",
    );
  });

  it("fails without the windows that it asks for", () => {
    const source = guests(NODES, ["v", 1, ...VICTIM]);
    expect(() => plan(source, { period: 50 })).toThrow(/^not-found: MetricNotAvailable.*over 50 s/);
    const oneWindow = { ...source, metrics: source.metrics.slice(0, 1) };
    expect(() => plan(oneWindow)).toThrow(/^not-found: MetricNotAvailable.*over 200 s/);
  });

  it("is sound on any cluster, and comes to rest as the moved ones grow calm", () => {
    let moved = 0;
    const use = fc.option(fc.constantFrom(10, 20, 80), { freq: 20 });
    const anyUse = fc.array(use, { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(anyCluster, anyUse, anyUse, (source, before, now) => {
        const nowUse = source.instances.map((_, at) => now[at] ?? null);
        let state = source;
        for (let run = 0; run <= source.instances.length; run++) {
          state = { ...state, metrics: cache(nowUse, before) };
          const { actions } = plan(state);
          expect(faultsOf(state, actions)).toEqual([]);
          if (actions.length === 0) return;
          moved += 1;
          const id = actions[0]?.inputParameters.resource_id;
          const at = source.instances.findIndex(({ uuid }) => uuid === id);
          nowUse[at] = before[at] ?? null;
          state = afterPlan(state, actions);
        }
        throw new Error("does not come to rest");
      }),
      { numRuns: 300 },
    );
    expect(moved).toBeGreaterThan(10);
  });
});
