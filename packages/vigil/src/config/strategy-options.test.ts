import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_OPTIONS } from "@vigil/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "./load.ts";
import { readStrategyOptions } from "./strategy-options.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vigil-options-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(env: Record<string, string>) {
  return readStrategyOptions(loadConfig({ flags: {}, env, readers: ["worker"] }).values);
}

describe("options of strategies and planners", () => {
  test("the defaults are core's", () => {
    expect(read({})).toEqual(DEFAULT_OPTIONS);
  });

  test("each has a setting", () => {
    expect(
      read({
        VIGIL_REQUIRED_COVERAGE: "0.25",
        VIGIL_STRATEGY_PARITY: "true",
        VIGIL_CHECK_OPTIMIZE_METADATA: "true",
        VIGIL_EX_POOLS: "fast, slow,",
        VIGIL_WEIGHT_PLANNER_WEIGHTS: '{"migrate": 3, "nop": "4"}',
        VIGIL_WEIGHT_PLANNER_PARALLELIZATION: '{"migrate": 5}',
        VIGIL_WORKLOAD_STABILIZATION_PLANNER_WEIGHTS: '{"migrate": 7}',
      }),
    ).toEqual({
      requiredCoverage: 0.25,
      strategyParity: true,
      checkOptimizeMetadata: true,
      exPools: ["fast", "slow"],
      weightPlanner: { weights: { migrate: 3, nop: "4" }, parallelization: { migrate: 5 } },
      workloadStabilizationPlanner: { weights: { migrate: 7 } },
    });
  });

  test("weights may stand in a file", () => {
    const path = join(folder, "weights.json");
    writeFileSync(path, '{"migrate": 3}');
    expect(read({ VIGIL_WEIGHT_PLANNER_WEIGHTS: path }).weightPlanner.weights).toEqual({ migrate: 3 });
    writeFileSync(path, "[1]");
    expect(() => read({ VIGIL_WEIGHT_PLANNER_WEIGHTS: path })).toThrow(`wanted a JSON object`);
  });
});

describe("mistakes show at the start, with the name of the setting", () => {
  test.each([
    ["VIGIL_REQUIRED_COVERAGE", "80", "wanted a number from 0 to 1"],
    ["VIGIL_REQUIRED_COVERAGE", "NaN", "wanted a number from 0 to 1"],
    ["VIGIL_STRATEGY_PARITY", "perhaps", "wanted true or false"],
    ["VIGIL_WEIGHT_PLANNER_WEIGHTS", '{"migrate": 3', "wanted a JSON object"],
    ["VIGIL_WEIGHT_PLANNER_WEIGHTS", "/nowhere/weights.json", "cannot read /nowhere/weights.json"],
    ["VIGIL_WEIGHT_PLANNER_WEIGHTS", '{"migrate": "many"}', "Weight of migrate"],
    ["VIGIL_WEIGHT_PLANNER_WEIGHTS", '{"migrate": 3, "nop": 3}', "share the weight 3"],
    ["VIGIL_WEIGHT_PLANNER_PARALLELIZATION", '{"migrate": "many"}', "Parallelization of migrate"],
    ["VIGIL_WORKLOAD_STABILIZATION_PLANNER_WEIGHTS", '{"migrate": []}', "numbers is wanted"],
  ])("%s=%s", (variable, value, message) => {
    expect(() => read({ [variable]: value })).toThrow(message);
    expect(() => read({ [variable]: value })).toThrow(variable);
  });
});
