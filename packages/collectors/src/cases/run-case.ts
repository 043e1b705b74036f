/** Runs one golden case: the strategy on the case's model, without a planner, against what is expected. */
import {
  type ClusterModel,
  type ClusterModelSource,
  computeSolution,
  encodeSnapshot,
  type JsonObject,
  openSnapshot,
  shareSnapshot,
  VigilError,
} from "@vigil/core";
import { mergeModels } from "../merge-models.ts";
import { addMetricSet } from "../metric-set.ts";
import { readModelPart } from "../model-file.ts";
import type { GoldenCase } from "./case-file.ts";
import { firstDifference } from "./difference.ts";

/** Text of a file of the scenario folder, by its path inside. @throws VigilError not-found, invalid-input */
export type ReadScenarioFile = (path: string) => string;

/** Cases are computed once; where a strategy draws random numbers, no case expects one of them. */
const SEED = 1;
/** Option under which the storage cases were observed. */
const CASE_OPTIONS: JsonObject = { ex_pools: ["local_vstorage"] };

/** The first difference as one line, or null. Never throws: what goes wrong is a difference as well. */
export function runCase(golden: GoldenCase, read: ReadScenarioFile): string | null {
  try {
    const solution = computeSolution(openModel(golden, read), {
      goalName: "",
      strategyName: golden.strategy,
      parameters: golden.parameters,
      scope: [...golden.scope],
      auditType: golden.auditType,
      seed: SEED,
      options: { ...CASE_OPTIONS, ...golden.options },
      history: golden.history,
    });
    return firstDifference(solution, golden.expected);
  } catch (thrown) {
    return `no plan: ${VigilError.from(thrown).message}`;
  }
}

function openModel(golden: GoldenCase, read: ReadScenarioFile): ClusterModel {
  return openSnapshot(shareSnapshot(encodeSnapshot(modelOf(golden, read))));
}

function modelOf(
  { scenario, storageScenario, metrics }: GoldenCase,
  read: ReadScenarioFile,
): ClusterModelSource {
  const paths = [scenario.endsWith(".json") ? scenario : `${scenario}.xml`];
  if (storageScenario !== null) paths.push(`${storageScenario}.xml`);
  const model = mergeModels(paths.map((path) => readModelPart(read(path), path)));
  return metrics === null ? model : addMetricSet(model, read(`metrics/set-${metrics}.json`));
}
