import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ComputeInput, computePlan, computeSolution, planSolution } from "./compute.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { openSnapshot } from "./model/open.ts";
import { STRATEGIES } from "./strategies/registry.ts";
import type { SolutionAction } from "./strategies/solution.ts";
import { anyCluster, cluster, instance, node, samples, snapshotOf } from "./testing/clusters.ts";

const EMPTY: ComputeInput = {
  snapshot: snapshotOf(cluster({})),
  goalName: "dummy",
  strategyName: "",
  parameters: {},
  scope: [],
  auditType: "EVENT",
  seed: 1,
  options: {},
  history: {},
};

describe("computePlan", () => {
  it("plans dummy's actions in layers", () => {
    expect(computePlan({ ...EMPTY, parameters: { para2: "héllo" } })).toEqual({
      ok: true,
      plan: {
        strategyName: "dummy",
        strategyVersion: "1",
        actions: [
          { actionType: "nop", inputParameters: { message: "hello World" }, parents: [] },
          { actionType: "nop", inputParameters: { message: "héllo" }, parents: [0] },
          { actionType: "sleep", inputParameters: { duration: 3.2 }, parents: [1] },
        ],
        efficacyIndicators: [],
        globalEfficacy: [],
        explanation: { summary: "Fixed actions; the model is not looked at." },
      },
    });
  });

  it("chooses the goal's first strategy, whatever the case of names", () => {
    const chosen = (goalName: string, strategyName: string): unknown => {
      const result = computePlan({ ...EMPTY, goalName, strategyName });
      return result.ok ? result.plan.strategyName : result.error;
    };
    expect(chosen("Dummy", "")).toBe("dummy");
    expect(chosen("", "DUMMY")).toBe("dummy");
    expect(chosen("nope", "")).toEqual({ kind: "not-found", message: "Goal nope could not be found" });
    expect(chosen("", "nope")).toEqual({ kind: "not-found", message: "Strategy nope could not be found" });
  });

  it("tells what the scope did", () => {
    const snapshot = snapshotOf(cluster({ nodes: [node("a"), node("b")] }));
    const scope = [{ compute: [{ exclude: [{ compute_nodes: [{ name: "host-a" }] }] }] }];
    const result = computePlan({ ...EMPTY, snapshot, scope });
    expect(result).toMatchObject({
      ok: true,
      plan: { explanation: { scope: { nodes: 1, nodesLeftOut: 1 } } },
    });
  });

  it("answers a broken snapshot with an error", () => {
    expect(computePlan({ ...EMPTY, snapshot: new SharedArrayBuffer(64) })).toMatchObject({
      ok: false,
      error: { kind: "invalid-input", message: expect.stringContaining("Broken snapshot") },
    });
  });

  it("never throws, whatever it is given", () => {
    const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;
    const names = STRATEGIES.map(({ name }) => name);
    fc.assert(
      fc.property(
        anyCluster,
        fc.constantFrom(...names, "", "x"),
        json,
        json,
        (source, strategyName, parameters, scope) => {
          const result = computePlan({
            ...EMPTY,
            snapshot: snapshotOf(source),
            strategyName,
            parameters: parameters as JsonObject,
            scope: scope as JsonValue[],
          });
          if (!result.ok) expect(["invalid-input", "not-found"]).toContain(result.error.kind);
        },
      ),
    );
  });
});

describe("computeSolution", () => {
  it("gives the strategy's own order, its checked parameters and where it left the instances", () => {
    const nodes = [node("a"), node("b")];
    const instances = [instance("i0", 0), instance("i1", 0)];
    const metrics = [samples("instance_cpu_usage", [90, 20])];
    const model = openSnapshot(snapshotOf(cluster({ nodes, instances, metrics })));
    const { snapshot: _, ...request } = EMPTY;
    const solution = computeSolution(model, { ...request, strategyName: "workload_balance" });
    expect(solution.parameters).toMatchObject({ threshold: 25, metrics: "instance_cpu_usage" });
    expect(solution.actions).toMatchObject([{ actionType: "migrate" }]);
    const { inputParameters } = solution.actions[0] as SolutionAction;
    const moved = inputParameters.resource_id;
    expect([...solution.placement]).toEqual(moved === "i0" ? [1, 0] : [0, 1]);
    expect(planSolution(model, solution)).toEqual([{ actionType: "migrate", inputParameters, parents: [] }]);
  });
});

describe("strategies", () => {
  it("have unique names and schemas that parse as they are shown", () => {
    expect(new Set(STRATEGIES.map(({ name }) => name)).size).toBe(STRATEGIES.length);
    for (const { parametersSpec } of STRATEGIES) {
      expect(JSON.parse(JSON.stringify(parametersSpec))).toEqual(parametersSpec);
    }
  });
});
