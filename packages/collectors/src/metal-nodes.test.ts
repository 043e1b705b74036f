/** The cases of saving_energy: which machine is switched is random, how many are is not. */
import { readFileSync } from "node:fs";
import {
  type ClusterModelSource,
  computePlan,
  encodeSnapshot,
  type JsonObject,
  shareSnapshot,
} from "@vigil/core";
import { describe, expect, it } from "vitest";
import { addBaremetal } from "./bare-metal.ts";
import { readModelPart } from "./model-file.ts";

interface MetalCase {
  id: string;
  nodes: { hostname: string; running_vms: number }[];
  parameters: JsonObject;
  expected: Record<"with_vms" | "free_on" | "free_off" | "power_on" | "power_off", number>;
}

const folder = new URL("../../../test/data/scenarios/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), "utf8");
const { cases } = JSON.parse(read("metal-nodes.json")) as { cases: MetalCase[] };
const scenario = readModelPart(read("scenario_1.xml"));

function outcomeOf(model: ClusterModelSource, { parameters }: MetalCase) {
  const snapshot = shareSnapshot(encodeSnapshot(model));
  const request = { strategyName: "saving_energy", parameters, scope: [], seed: 1, options: {}, history: {} };
  const result = computePlan({ snapshot, goalName: "", auditType: "ONESHOT", ...request });
  if (!result.ok) throw new Error(result.error.message);
  const { actions, explanation } = result.plan;
  const { withServers, freeOn, freeOff } = explanation.nodes as Record<string, number>;
  const switched = (state: string): number =>
    actions.filter(({ inputParameters }) => inputParameters.state === state).length;
  return {
    with_vms: withServers,
    free_on: freeOn,
    free_off: freeOff,
    power_on: switched("on"),
    power_off: switched("off"),
  };
}

describe("cases of saving_energy", () => {
  it.each(cases)("$id", (metal) => {
    expect(outcomeOf(addBaremetal(scenario, metal.nodes), metal)).toEqual(metal.expected);
  });
});
