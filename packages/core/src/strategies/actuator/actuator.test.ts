import { describe, expect, it } from "vitest";
import type { ComputeResult } from "../../compute.ts";
import type { JsonObject } from "../../json.ts";
import { cluster } from "../../testing/clusters.ts";
import { computeOn, inBrief, planOf } from "../../testing/plans.ts";

function run(actions: JsonObject[]): ComputeResult {
  return computeOn(cluster({}), { strategyName: "actuator", parameters: { actions } });
}

function refusal(actions: JsonObject[]): string {
  const result = run(actions);
  return result.ok ? "" : `${result.error.kind}: ${result.error.message}`;
}

describe("actuator", () => {
  it("plans what it is given, equal actions once", () => {
    const nop = { action_type: "nop", input_parameters: { message: "x" } };
    const move = {
      action_type: "migrate",
      resource_id: "i1",
      input_parameters: { migration_type: "live", source_node: "a" },
    };
    const plan = planOf(cluster({}), {
      goalName: "unclassified",
      parameters: { actions: [move, nop, nop, { ...nop, resource_id: "x" }] },
    });
    expect(plan.actions.map(inBrief)).toEqual([
      'nop {"message":"x"}',
      'nop {"message":"x","resource_id":"x"}',
      "live i1 a > ?",
    ]);
    expect(plan.explanation.actions).toEqual({ given: 4, planned: 3 });
  });

  it("plans nothing when it is given nothing", () => {
    expect(planOf(cluster({}), { strategyName: "actuator", parameters: { actions: [] } }).actions).toEqual(
      [],
    );
  });

  it("refuses actions without what every action has, and unknown members", () => {
    expect(refusal([{ input_parameters: {} }])).toMatch(/^invalid-input: .*action_type/);
    expect(refusal([{ action_type: "nop" }])).toMatch(/^invalid-input: .*input_parameters/);
    expect(refusal([{ action_type: "nop", input_parameters: {}, more: 1 }])).toMatch(
      /^invalid-input: Audit parameter more are not allowed/,
    );
    const result = computeOn(cluster({}), { strategyName: "actuator" });
    expect(result).toMatchObject({ ok: false, error: { kind: "invalid-input" } });
  });

  it("refuses resource_id among the input parameters, and types that no planner knows", () => {
    expect(refusal([{ action_type: "stop", input_parameters: { resource_id: "i1" } }])).toMatch(
      /^invalid-input: ReservedWord: actions\[0\] \(stop\) has resource_id/,
    );
    expect(refusal([{ action_type: "explode", input_parameters: {} }])).toMatch(
      /^invalid-input: Action type explode has no weight in this planner; it knows nop, /,
    );
  });
});
