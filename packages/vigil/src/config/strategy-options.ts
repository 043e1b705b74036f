/** What the operator set for all strategies and planners, from the configuration. */

import {
  checkPlannerOptions,
  type JsonObject,
  type JsonValue,
  type Options,
  readOptions,
  VigilError,
} from "@vigil/core";
import { readObject } from "./json-object.ts";
import { type Config, SETTINGS, type SettingName } from "./settings.ts";

/**
 * Checked as far as it can be without a model: planners are asked whether they take their weights.
 * @throws VigilError invalid-input naming the setting
 */
export function readStrategyOptions(config: Config): Options {
  const options: JsonObject = {
    required_coverage: config.requiredCoverage,
    strategy_parity: config.strategyParity,
    check_optimize_metadata: config.checkOptimizeMetadata,
    ex_pools: names(config.exPools),
    weight_planner: {
      weights: plannerOption(config, "weightPlannerWeights", (weights) => ({ weight_planner: { weights } })),
      parallelization: plannerOption(config, "weightPlannerParallelization", (parallelization) => ({
        weight_planner: { parallelization },
      })),
    },
    workload_stabilization_planner: {
      weights: plannerOption(config, "workloadStabilizationPlannerWeights", (weights) => ({
        workload_stabilization_planner: { weights },
      })),
    },
  };
  return readOptions(options);
}

function names(list: string): string[] {
  return list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/**
 * Each by itself, so that a message names the setting that is wrong.
 * @param asOptions the options in which it is the only one that is not the default
 */
function plannerOption(
  config: Config,
  name: SettingName,
  asOptions: (value: JsonValue) => JsonObject,
): JsonValue {
  const given = config[name];
  if (typeof given !== "string") return null;
  const variable = SETTINGS.find((setting) => setting.name === name)?.env ?? name;
  const value = readObject(given, variable, "action types and numbers", '{"migrate": 30}');
  try {
    checkPlannerOptions(readOptions(asOptions(value)));
    return value;
  } catch (thrown) {
    const { message } = VigilError.from(thrown);
    throw new VigilError("invalid-input", `${variable}: ${message}`, { cause: thrown });
  }
}
