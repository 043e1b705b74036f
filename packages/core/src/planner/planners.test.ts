import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../json.ts";
import type { ClusterModel } from "../model/model.ts";
import { openSnapshot } from "../model/open.ts";
import { DEFAULT_OPTIONS } from "../options/options.ts";
import type { SolutionAction } from "../strategies/solution.ts";
import { cluster, instance, node, snapshotOf } from "../testing/clusters.ts";
import type { PlannedAction } from "./planner.ts";
import { PLANNERS } from "./registry.ts";
import { createWeightPlanner } from "./weight.ts";
import { createWorkloadStabilizationPlanner } from "./workload-stabilization.ts";

const model: ClusterModel = openSnapshot(
  snapshotOf(
    cluster({
      nodes: [node("n1", { hostname: "h1" }), node("n2", { hostname: "h2" })],
      instances: [instance("i1", 0), instance("i2", 0), instance("i3", 1)],
    }),
  ),
);

function action(actionType: string, inputParameters: JsonObject = {}): SolutionAction {
  return { actionType, inputParameters };
}

function migrate(id: string, source = "h1"): SolutionAction {
  return action("migrate", { resource_id: id, source_node: source });
}

function resize(id: string): SolutionAction {
  return action("resize", { resource_id: id });
}

/** Names of layers that a plan of `weight` is made of: actions with the same parents. */
function layers(planned: readonly PlannedAction[]): string[][] {
  const byParents = new Map<string, string[]>();
  for (const { actionType, inputParameters, parents } of planned) {
    const key = parents.join(",");
    byParents.set(key, [...(byParents.get(key) ?? []), String(inputParameters.name ?? actionType)]);
  }
  return [...byParents.values()];
}

function named(...names: string[]): SolutionAction[] {
  const types = { m: "migrate", n: "nop", r: "resize", d: "change_nova_service_state" };
  return names.map((name) => action(types[name[0] as keyof typeof types], { name }));
}

describe("planner weight", () => {
  const cases: [string[], string[][]][] = [
    [
      ["m1", "n1"],
      [["n1"], ["m1"]],
    ],
    [
      ["m1", "m2", "m3", "r1"],
      [["m1", "m2"], ["m3"], ["r1"]],
    ],
    [
      ["d1", "m1", "m2", "d2"],
      [["d1"], ["d2"], ["m1", "m2"]],
    ],
    [
      ["n1", "n2", "m1", "m2", "m3", "m4", "m5"],
      [["n1"], ["n2"], ["m1", "m2"], ["m3", "m4"], ["m5"]],
    ],
    [[], []],
  ];
  for (const [solution, wanted] of cases) {
    it(`layers ${solution.join(" ") || "nothing"}`, () => {
      expect(layers(PLANNERS.weight(DEFAULT_OPTIONS)(named(...solution), model))).toEqual(wanted);
    });
  }

  it("makes every action of a chunk wait for all of the chunk before", () => {
    const planned = PLANNERS.weight(DEFAULT_OPTIONS)(named("m1", "m2", "m3", "r1"), model);
    expect(planned.map(({ parents }) => parents)).toEqual([[], [], [0, 1], [2]]);
  });

  it("takes its parallelization from options, texts included", () => {
    const one = createWeightPlanner({ parallelization: { migrate: "1" } });
    expect(layers(one(named("m1", "m2", "m3", "r1"), model))).toEqual([["m1"], ["m2"], ["m3"], ["r1"]]);
    const none = createWeightPlanner({ parallelization: { migrate: 0 } });
    expect(layers(none(named("m1", "m2"), model))).toEqual([["m1"], ["m2"]]);
    const words = { parallelization: { migrate: "many" } };
    expect(() => createWeightPlanner(words)).toThrow(/Parallelization of migrate is "many"/);
  });

  it("compares weights as numbers, texts included", () => {
    const planner = createWeightPlanner({ weights: { nop: "9", migrate: "70" } });
    expect(planner(named("n1", "m1"), model).map(({ actionType }) => actionType)).toEqual(["migrate", "nop"]);
  });

  it("refuses types without weight, shared weights and weights that are no numbers", () => {
    expect(() => PLANNERS.weight(DEFAULT_OPTIONS)([action("dance")], model)).toThrow(
      /Action type dance has no weight/,
    );
    expect(() => createWeightPlanner({ weights: { nop: 1, sleep: "1" } })).toThrow(/nop and sleep share/);
    expect(() => createWeightPlanner({ weights: { nop: "heavy" } })).toThrow(/Weight of nop is "heavy"/);
    expect(() => createWeightPlanner({ weights: { nop: " " } })).toThrow(/a number is wanted/);
  });
});

describe("planner workload_stabilization", () => {
  const plan = PLANNERS.workload_stabilization(DEFAULT_OPTIONS);
  const off = (id: string): SolutionAction =>
    action("change_node_power_state", { resource_id: id, resource_name: "h1", state: "off" });

  it("sorts by weight and lets migrations run at once", () => {
    const planned = plan(
      [
        migrate("i1"),
        action("sleep"),
        migrate("i2"),
        action("volume_migrate"),
        action("stop", { resource_id: "i3" }),
        action("nop"),
      ],
      model,
    );
    expect(planned.map(({ actionType }) => actionType)).toEqual([
      "volume_migrate",
      "nop",
      "sleep",
      "stop",
      "migrate",
      "migrate",
    ]);
    expect(planned.every(({ parents }) => parents.length === 0)).toBe(true);
  });

  it("makes a resize wait for the migrations of its instance", () => {
    const planned = plan([resize("i1"), migrate("i1"), migrate("i2")], model);
    expect(planned.map(({ parents }) => parents)).toEqual([[], [], [0]]);
  });

  it("makes power off wait for what leaves the host", () => {
    const planned = plan(
      [off("metal-1"), migrate("i1"), migrate("i3", "h2"), action("stop", { resource_id: "i2" })],
      model,
    );
    expect(planned.at(-1)).toMatchObject({ actionType: "change_node_power_state", parents: [0, 1] });
    const on = action("change_node_power_state", {
      resource_id: "metal-1",
      resource_name: "h1",
      state: "on",
    });
    expect(plan([on, migrate("i1")], model).at(-1)?.parents).toEqual([]);
  });

  it("makes sleeping wait for resizes on the host and other migrations from it", () => {
    const sleep = action("turn_host_to_acpi_s3_state", { resource_id: "n1" });
    const planned = plan(
      [sleep, migrate("i1"), migrate("i2"), migrate("i3", "h2"), resize("i1"), resize("i3")],
      model,
    );
    expect(planned.map(({ actionType }) => actionType)).toEqual([
      "migrate",
      "migrate",
      "migrate",
      "resize",
      "resize",
      "turn_host_to_acpi_s3_state",
    ]);
    // Migration of i1 is waited for through its resize; what happens on h2 does not matter.
    expect(planned.at(-1)?.parents).toEqual([1, 3]);
  });

  it("refuses types without weight", () => {
    expect(() => plan([action("dance")], model)).toThrow(/Action type dance has no weight/);
    expect(() => createWorkloadStabilizationPlanner({ nop: 1, sleep: 1 })).toThrow(/share the weight 1/);
  });
});

describe("planner node_resource_consolidation", () => {
  const plan = PLANNERS.node_resource_consolidation(DEFAULT_OPTIONS);
  const service = (state: string, name: string): SolutionAction =>
    action("change_nova_service_state", { state, name });
  const move = (name: string, source: string): SolutionAction =>
    action("migrate", { name, source_node: source });
  const inBrief = (planned: readonly PlannedAction[]): string[] =>
    planned.map(({ inputParameters: { state, name }, parents }) =>
      `${state ?? ""} ${name}: ${parents.join(" ")}`.trim(),
    );

  it("closes, moves off each source one after another, and opens", () => {
    const solution = [
      service("disabled", "a"),
      service("disabled", "b"),
      move("m1", "h1"),
      move("m2", "h2"),
      move("m3", "h1"),
      service("enabled", "a"),
      service("up", "b"),
    ];
    expect(inBrief(plan(solution, model))).toEqual([
      "disabled a:",
      "disabled b:",
      "m1: 0 1",
      "m3: 0 1 2",
      "m2: 0 1",
      "enabled a: 3 4",
      "up b: 3 4",
    ]);
  });

  it("takes plans without closing, and empty ones", () => {
    expect(inBrief(plan([move("m1", "h1"), move("m2", "h1")], model))).toEqual(["m1:", "m2: 0"]);
    expect(plan([], model)).toEqual([]);
  });

  it("names one action for all where all would be too many names, and keeps the order", () => {
    const count = 300;
    const names = Array.from({ length: count }, (_, at) => String(at));
    const solution = [
      ...names.map((name) => service("disabled", name)),
      ...names.flatMap((name) => [move(`${name}a`, name), move(`${name}b`, name)]),
      ...names.map((name) => service("enabled", name)),
    ];
    const planned = plan(solution, model);
    expect(planned.reduce((sum, { parents }) => sum + parents.length, 0)).toBeLessThan(5 * count);
    const before = planned.map(() => new Set<number>());
    planned.forEach(({ parents }, at) => {
      for (const parent of parents) {
        before[at]?.add(parent);
        for (const one of before[parent] ?? []) before[at]?.add(one);
      }
    });
    // Both of a chain, and the first enable and another one.
    const sizes = [0, count - 1, count, count + 1, count, count + 1, 3 * count, 3 * count + 1];
    const shown = [0, count - 1, count, count + 1, 3 * count - 2, 3 * count - 1, 3 * count, 4 * count - 1];
    expect(shown.map((at) => before[at]?.size)).toEqual(sizes);
  });

  it("refuses other actions", () => {
    expect(() => plan([action("nop")], model)).toThrow(/UnsupportedActionType.*not nop/);
  });
});

describe("every planner", () => {
  const anyAction = fc.oneof(
    fc.record({
      type: fc.constantFrom("nop", "sleep", "volume_migrate", "change_nova_service_state"),
      id: fc.constantFrom("n1", "n2"),
    }),
    fc.record({
      type: fc.constantFrom("migrate", "resize", "stop"),
      id: fc.constantFrom("i1", "i2", "i3", "gone"),
    }),
    fc.record({
      type: fc.constantFrom("change_node_power_state", "turn_host_to_acpi_s3_state"),
      id: fc.constantFrom("n1", "n2", "metal"),
    }),
  );
  for (const [name, create] of Object.entries(PLANNERS)) {
    const planner = create(DEFAULT_OPTIONS);
    const taken = (type: string): boolean =>
      name !== "node_resource_consolidation" || ["migrate", "change_nova_service_state"].includes(type);
    it(`${name}: keeps each action once, parents before children, no cycle`, () => {
      fc.assert(
        fc.property(fc.array(anyAction, { maxLength: 30 }), (given) => {
          const solution = given
            .filter(({ type }) => taken(type))
            .map(({ type, id }, index) =>
              action(type, {
                resource_id: id,
                source_node: index % 2 ? "h1" : "h2",
                resource_name: "h1",
                state: "off",
                index,
              }),
            );
          const planned = planner(solution, model);
          const indices = planned.map(({ inputParameters }) => inputParameters.index as number);
          expect([...indices].sort((a, b) => a - b)).toEqual(solution.map((_, index) => index));
          planned.forEach(({ parents }, index) => {
            expect(new Set(parents).size).toBe(parents.length);
            for (const parent of parents) expect(parent >= 0 && parent < index).toBe(true);
          });
          expect(planner(solution, model)).toEqual(planned);
        }),
      );
    });
  }
});
