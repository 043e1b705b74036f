/** Whatever may run side by side fits together: all executions of small plans are tried out. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSnapshot } from "../model/open.ts";
import type { ClusterModelSource } from "../model/source.ts";
import { DEFAULT_OPTIONS } from "../options/options.ts";
import type { SolutionAction } from "../strategies/solution.ts";
import { cluster, instance, node, snapshotOf } from "../testing/clusters.ts";
import { overfillsOf } from "../testing/executions.ts";
import { type ActionWithParents, planFaultsOf } from "../testing/plan-checker.ts";
import { capacityOf, count, exceeds, World } from "../testing/world.ts";
import type { Planner } from "./planner.ts";
import { PLANNERS } from "./registry.ts";
import { createWeightPlanner } from "./weight.ts";

const NODES = 3;
const MOVES_MAX = 7;

interface Case {
  source: ClusterModelSource;
  /** Each finds its room when the ones before it are done. */
  solution: SolutionAction[];
}

/** Hosts that are nearly full, some above their capacity, and moves that fit one after another. */
const anyCase: fc.Arbitrary<Case> = fc
  .record({
    sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 9 }),
    spare: fc.array(fc.integer({ min: -2, max: 8 }), { minLength: NODES, maxLength: NODES }),
    wishes: fc.array(fc.tuple(fc.nat(8), fc.nat(NODES - 1)), { minLength: 6, maxLength: 40 }),
  })
  .map(({ sizes, spare, wishes }) => {
    const instances = sizes.map((vcpus, at) =>
      instance(`i${at}`, at % NODES, { vcpus, memoryMiB: 5 - vcpus, diskGb: 1 }),
    );
    const nodes = spare.map((free, at) => {
      const held = instances.filter(({ nodeIndex }) => nodeIndex === at);
      const used = (of: "vcpus" | "memoryMiB"): number => held.reduce((sum, one) => sum + one[of], 0);
      const vcpus = Math.max(0, used("vcpus") + free);
      return node(`n${at}`, { vcpus, memoryMiB: Math.max(0, used("memoryMiB") + free + 1) });
    });
    const source = cluster({ nodes, instances });
    return { source, solution: fitting(source, wishes) };
  });

function fitting(
  source: ClusterModelSource,
  wishes: readonly (readonly [number, number])[],
): SolutionAction[] {
  const world = new World(source);
  const solution: SolutionAction[] = [];
  const moved = new Set<number>();
  for (const [which, to] of wishes) {
    const one = source.instances[which];
    const target = source.nodes[to];
    if (solution.length === MOVES_MAX || one === undefined || target === undefined || moved.has(which))
      continue;
    const from = world.hostOf(one);
    const used = { ...(world.used[to] as (typeof world.used)[number]) };
    count(used, one, 1);
    if (from === target || exceeds(used, capacityOf(target)).length > 0) continue;
    world.put(one, to);
    moved.add(which);
    const hosts = { source_node: from?.hostname ?? "", destination_node: target.hostname };
    solution.push({
      actionType: "migrate",
      inputParameters: { migration_type: "live", ...hosts, resource_id: one.uuid },
    });
  }
  return solution;
}

function planned(planner: Planner, { source, solution }: Case): ActionWithParents[] {
  return planner(solution, openSnapshot(snapshotOf(source)));
}

describe("migrations side by side", () => {
  const planners: Record<string, Planner> = {
    weight: PLANNERS.weight(DEFAULT_OPTIONS),
    "weight, four at once": createWeightPlanner({ parallelization: { migrate: 4 } }),
    workload_stabilization: PLANNERS.workload_stabilization(DEFAULT_OPTIONS),
    node_resource_consolidation: PLANNERS.node_resource_consolidation(DEFAULT_OPTIONS),
  };
  for (const [name, planner] of Object.entries(planners)) {
    it(`${name}: never fills a host above its capacity, whatever runs first`, () => {
      fc.assert(
        fc.property(anyCase, (given) => {
          const plan = planned(planner, given);
          expect(plan.length).toBe(given.solution.length);
          expect(overfillsOf(given.source, plan)).toEqual([]);
          expect(planFaultsOf(given.source, plan)).toEqual([]);
        }),
        { numRuns: 150 },
      );
    });
  }

  it("waits for nothing where everything fits at once", () => {
    let together = 0;
    let apart = 0;
    fc.assert(
      fc.property(anyCase, (given) => {
        const free = given.solution.map((action) => ({ ...action, parents: [] }));
        const parents = planned(PLANNERS.workload_stabilization(DEFAULT_OPTIONS), given).map(
          (one) => one.parents,
        );
        const fits = overfillsOf(given.source, free).length === 0;
        expect(parents.every((one) => one.length === 0)).toBe(fits);
        if (given.solution.length < 2) return;
        if (fits) together += 1;
        else apart += 1;
      }),
      { numRuns: 200 },
    );
    expect(together).toBeGreaterThan(20);
    expect(apart).toBeGreaterThan(20);
  });
});

describe("room that another migration frees", () => {
  // Two full hosts and an empty one.
  const source = cluster({
    nodes: [4, 4, 5].map((vcpus, at) => node(`n${at}`, { vcpus })),
    instances: [
      instance("a", 0, { vcpus: 4 }),
      instance("b", 1, { vcpus: 2 }),
      instance("c", 1, { vcpus: 1 }),
      instance("d", 1, { vcpus: 1 }),
    ],
  });
  const move = (id: string, from: number, to: number): SolutionAction => ({
    actionType: "migrate",
    inputParameters: {
      migration_type: "live",
      source_node: `host-n${from}`,
      destination_node: `host-n${to}`,
      resource_id: id,
    },
  });
  const parentsOf = (planner: Planner, actions: readonly SolutionAction[]): (readonly number[])[] =>
    planner(actions, openSnapshot(snapshotOf(source))).map(({ parents }) => parents);

  it("ends a layer of planner weight early", () => {
    const four = createWeightPlanner({ parallelization: { migrate: 4 } });
    const roomy = [move("b", 1, 2), move("c", 1, 2), move("d", 1, 0), move("a", 0, 1)];
    // d finds no room on its target at any time: waiting would not help it. a needs what b, c and d leave.
    expect(parentsOf(four, roomy)).toEqual([[], [], [], [0, 1, 2]]);
  });

  it("is waited for by those that need it, and by all that come later", () => {
    const swap = [move("a", 0, 2), move("b", 1, 0), move("c", 1, 0)];
    const waiting = PLANNERS.workload_stabilization(DEFAULT_OPTIONS);
    expect(parentsOf(waiting, swap)).toEqual([[], [0], [0]]);
    // An enable does not wait for migrations, and migrations do not wait for it.
    const enable = { actionType: "change_nova_service_state", inputParameters: { state: "enabled" } };
    expect(parentsOf(waiting, [...swap, enable])).toEqual([[], [], [1], [1]]);
  });

  it("is not waited for in vain", () => {
    const waiting = PLANNERS.workload_stabilization(DEFAULT_OPTIONS);
    // a does not fit beside b, in no order: parents would not help.
    const solution = [move("b", 1, 2), move("a", 0, 2), move("c", 1, 0), move("d", 1, 0)];
    expect(parentsOf(waiting, solution)).toEqual([[], [], [1], [1]]);
  });

  it("is counted across chains of planner node_resource_consolidation", () => {
    const chains = PLANNERS.node_resource_consolidation(DEFAULT_OPTIONS);
    expect(parentsOf(chains, [move("a", 0, 2), move("b", 1, 0), move("c", 1, 0)])).toEqual([[], [0], [0, 1]]);
    // Chain by chain, d would be stored before a, for which it waits: the solution's order then.
    const crossing = [move("c", 1, 2), move("a", 0, 2), move("d", 1, 0)];
    expect(parentsOf(chains, crossing)).toEqual([[], [], [0, 1]]);
  });

  it("lets an instance that moves twice arrive first", () => {
    const twice = [move("b", 1, 2), move("b", 2, 0)];
    for (const create of Object.values(PLANNERS)) {
      expect(parentsOf(create(DEFAULT_OPTIONS), twice)).toEqual([[], [0]]);
    }
  });
});

describe("the bound of the plan checker", () => {
  it("finds a fault wherever an execution overfills a host", () => {
    let found = 0;
    const anyParents = fc.array(fc.array(fc.nat(6), { maxLength: 2 }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(anyCase, anyParents, ({ source, solution }, parents) => {
        const plan = solution.map((action, at) => ({
          ...action,
          parents: (parents[at] ?? []).filter((one) => one < at),
        }));
        if (overfillsOf(source, plan).length === 0) return;
        found += 1;
        expect(planFaultsOf(source, plan)).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
    expect(found).toBeGreaterThan(20);
  });
});
