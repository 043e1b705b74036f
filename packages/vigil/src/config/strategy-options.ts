/** What the operator set for all strategies and planners, from the configuration. */

import { readFileSync } from "node:fs";
import {
  checkPlannerOptions,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type Options,
  readOptions,
  VigilError,
} from "@vigil/core";
import { type Config, SETTINGS, type SettingName } from "./settings.ts";

/** Longest piece of a refused value that a message shows, characters. */
const SEEN_LENGTH_MAX = 80;

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
  const value = readObject(given, variable);
  try {
    checkPlannerOptions(readOptions(asOptions(value)));
    return value;
  } catch (thrown) {
    const { message } = VigilError.from(thrown);
    throw new VigilError("invalid-input", `${variable}: ${message}`, { cause: thrown });
  }
}

/** A text that begins with a brace is JSON, any other the path of a file with it. */
function readObject(given: string, variable: string): JsonObject {
  const isJson = given.trimStart().startsWith("{");
  const value = parsed(isJson ? given : readNamed(given, variable));
  if (isJsonObject(value)) return value;
  const where = isJson ? "" : ` in ${given}`;
  const text = `${variable}: seen ${JSON.stringify(given.slice(0, SEEN_LENGTH_MAX))}, wanted a JSON object of action types and numbers${where}, such as {"migrate": 30}`;
  throw new VigilError("invalid-input", text);
}

function readNamed(path: string, variable: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const text = `${variable}: cannot read ${path.slice(0, SEEN_LENGTH_MAX)}: ${(error as Error).message}; wanted a JSON object or the path of a file with one`;
    throw new VigilError("invalid-input", text, { cause: error });
  }
}

/** undefined: not JSON. */
function parsed(content: string): JsonValue | undefined {
  try {
    return JSON.parse(content) as JsonValue;
  } catch {
    return undefined;
  }
}
