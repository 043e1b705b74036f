import { describe, expect, it } from "vitest";
import type { VigilError } from "../errors.ts";
import type { JsonValue } from "../json.ts";
import { checkParameters } from "./check.ts";

function refusal(strategy: string, parameters: JsonValue | undefined): VigilError {
  try {
    checkParameters(strategy, parameters);
  } catch (error) {
    return error as VigilError;
  }
  throw new Error("it was accepted");
}

describe("checkParameters", () => {
  it("fills in defaults and leaves the given object alone", () => {
    const given = { threshold: 40 };
    expect(checkParameters("workload_balance", given)).toEqual({
      metrics: "instance_cpu_usage",
      threshold: 40,
      period: 300,
      granularity: 300,
    });
    expect(given).toEqual({ threshold: 40 });
    expect(checkParameters("DUMMY", undefined)).toEqual({ para1: 3.2, para2: "hello" });
  });

  it("stores null as an empty object without defaults", () => {
    expect(checkParameters("dummy", null)).toEqual({});
    expect(refusal("host_maintenance", null).message).toMatch(
      /^Invalid parameters for strategy: parameters: null/,
    );
  });

  it("refuses what is nested too deep to be copied or written, and says so in few words", () => {
    const nested = (levels: number): JsonValue => JSON.parse("[".repeat(levels) + "]".repeat(levels));
    const metrics = (levels: number): JsonValue => ({ instance_metrics: { other: nested(levels - 2) } });
    expect(checkParameters("workload_stabilization", metrics(64))).toMatchObject(metrics(64) as object);
    for (const levels of [65, 100_000]) {
      expect(refusal("workload_stabilization", metrics(levels))).toMatchObject({
        kind: "invalid-input",
        message: expect.stringContaining("nested deeper than 64 levels"),
      });
    }
    const long = "x".repeat(1_000_000);
    expect(refusal("dummy", { [long]: 1 }).message.length).toBeLessThan(400);
    expect(refusal(long, {}).message.length).toBeLessThan(400);
  });

  it("refuses members that the schema does not list, before anything else", () => {
    expect(refusal("dummy", { para1: 99, foo: 1 }).message).toBe("Audit parameter foo are not allowed");
    expect(refusal("dummy", JSON.parse('{"__proto__": 1}')).message).toBe(
      "Audit parameter __proto__ are not allowed",
    );
    expect(refusal("dummy", { toString: 1 }).message).toBe("Audit parameter toString are not allowed");
  });

  it("refuses values that do not fit, naming the value", () => {
    const cases: [string, JsonValue, string][] = [
      ["dummy", { para1: "x" }, 'para1: "x" must be number'],
      ["dummy", { para1: 0.5 }, "para1: 0.5 must be >= 1"],
      ["dummy", { para1: 10.3 }, "para1: 10.3 must be <= 10.2"],
      ["workload_balance", { metrics: "disk" }, 'metrics: "disk" must be one of the listed choices'],
      ["host_maintenance", {}, "must have required property 'maintenance_node'"],
      ["host_maintenance", { maintenance_node: 1 }, "maintenance_node: 1 must be string"],
    ];
    for (const [strategy, parameters, detail] of cases) {
      const error = refusal(strategy, parameters);
      expect(error.kind).toBe("invalid-input");
      expect(error.message).toContain("Invalid parameters for strategy: ");
      expect(error.message).toContain(detail);
    }
  });

  it("refuses what is no object", () => {
    for (const parameters of [[], "x", 1, true] as JsonValue[]) {
      expect(refusal("dummy", parameters).message).toBe(
        "Invalid parameters for strategy: an object is wanted",
      );
    }
  });

  it("allows none without a strategy", () => {
    expect(checkParameters("", undefined)).toEqual({});
    expect(checkParameters("", {})).toEqual({});
    expect(checkParameters("", null)).toEqual({});
    expect(refusal("", { a: 1 }).message).toBe(
      "Specify parameters but no predefined strategy for audit, or no parameter spec in predefined strategy",
    );
  });

  it("names an unknown strategy", () => {
    expect(refusal("nope", {})).toMatchObject({
      kind: "not-found",
      message: "Strategy nope could not be found",
    });
  });
});
