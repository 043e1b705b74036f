/** Golden cases: every one whose strategy exists, action by action with all parameters and numbers. */
import { readFileSync } from "node:fs";
import { computePlan, encodeSnapshot, type JsonObject, STRATEGIES } from "@vigil/core";
import { describe, expect, it } from "vitest";
import { addMetricSet } from "./metric-set.ts";
import { readModelFile } from "./model-file.ts";

interface GoldenCase {
  id: string;
  strategy: string;
  scenario: string;
  metrics: string | null;
  parameters: JsonObject;
  expected: {
    actions: { action_type: string; input_parameters: JsonObject }[];
    indicators: Record<string, number>;
    global_efficacy: Record<string, number>;
  };
}

const DIGITS = 9;
const folder = new URL("../../../test/data/scenarios/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), "utf8");
const cases = JSON.parse(read("expectations.json")) as GoldenCase[];
const implemented = new Set(STRATEGIES.map((strategy) => strategy.name));

function snapshotOf({ scenario, metrics }: GoldenCase): SharedArrayBuffer {
  const model = readModelFile(read(`${scenario}.xml`), scenario);
  const withMetrics = metrics === null ? model : addMetricSet(model, read(`metrics/set-${metrics}.json`));
  const bytes = encodeSnapshot(withMetrics);
  const snapshot = new SharedArrayBuffer(bytes.length);
  new Uint8Array(snapshot).set(bytes);
  return snapshot;
}

function expectNumbers(
  seen: readonly { name: string; value: number }[],
  wanted: Record<string, number>,
): void {
  expect(seen.map(({ name }) => name).sort()).toEqual(Object.keys(wanted).sort());
  for (const { name, value } of seen) expect(value, name).toBeCloseTo(wanted[name] as number, DIGITS);
}

describe("golden cases", () => {
  for (const golden of cases.filter(({ strategy }) => implemented.has(strategy))) {
    it(golden.id, () => {
      const result = computePlan({
        snapshot: snapshotOf(golden),
        goalName: "",
        strategyName: golden.strategy,
        parameters: golden.parameters,
        scope: [],
        auditType: "ONESHOT",
        seed: 1,
        options: {},
        history: {},
      });
      if (!result.ok) throw new Error(result.error.message);
      const { actions, efficacyIndicators, globalEfficacy } = result.plan;
      expect(
        actions.map(({ actionType, inputParameters }) => ({
          action_type: actionType,
          input_parameters: inputParameters,
        })),
      ).toEqual(golden.expected.actions);
      expectNumbers(efficacyIndicators, golden.expected.indicators);
      expectNumbers(globalEfficacy, golden.expected.global_efficacy);
    });
  }

  it("leaves out no strategy that exists", () => {
    const covered = new Set(cases.map(({ strategy }) => strategy));
    expect([...implemented].filter((name) => !covered.has(name))).toEqual([]);
  });
});
