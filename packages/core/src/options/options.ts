/**
 * What an operator sets for all audits of a strategy or planner (plugin options in Watcher), as opposed to
 * the parameters that an audit brings. Recorded with each run: without them a plan can't be recomputed.
 */
import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { isJsonObject } from "../json.ts";
import type { WeightOptions } from "../planner/weights.ts";

export interface Options {
  /** Share of wanted samples, 0..1, below which a strategy plans nothing. */
  requiredCoverage: number;
  /** Restores the reference's behaviour where that is a choice and not a crash; the strategies' pages tell what it is. */
  strategyParity: boolean;
  /** `basic`: an instance with metadata takes part only if its key `optimize` reads true. */
  checkOptimizeMetadata: boolean;
  /** `storage_capacity_balance`: names of pools (after the #) that are left alone. */
  exPools: readonly string[];
  /** Weights and parallelizations of planner `weight`; null: Watcher's. */
  weightPlanner: { weights: WeightOptions | null; parallelization: WeightOptions | null };
  /** Weights of planner `workload_stabilization`; null: Watcher's and ours. */
  workloadStabilizationPlanner: { weights: WeightOptions | null };
}

export const DEFAULT_OPTIONS: Options = {
  requiredCoverage: 0.8,
  strategyParity: false,
  checkOptimizeMetadata: false,
  exPools: ["local_vstorage"],
  weightPlanner: { weights: null, parallelization: null },
  workloadStabilizationPlanner: { weights: null },
};

/**
 * Options from JSON, as configured or as recorded with a run: the members of `Options` in snake case.
 * @throws VigilError invalid-input for an unknown member or a value of another form
 */
export function readOptions(given: JsonObject): Options {
  const known = new Set(Object.keys(optionsJson(DEFAULT_OPTIONS)));
  for (const name of Object.keys(given)) {
    if (!known.has(name)) throw unknownMember("The strategy options have", name, [...known]);
  }
  const weightPlanner = section(given, "weight_planner", ["weights", "parallelization"]);
  const workloadPlanner = section(given, "workload_stabilization_planner", ["weights"]);
  return {
    requiredCoverage: share(given.required_coverage, "required_coverage", DEFAULT_OPTIONS.requiredCoverage),
    strategyParity: flag(given.strategy_parity, "strategy_parity", DEFAULT_OPTIONS.strategyParity),
    checkOptimizeMetadata: flag(
      given.check_optimize_metadata,
      "check_optimize_metadata",
      DEFAULT_OPTIONS.checkOptimizeMetadata,
    ),
    exPools: texts(given.ex_pools, "ex_pools", DEFAULT_OPTIONS.exPools),
    weightPlanner: {
      weights: numbers(weightPlanner.weights, "weight_planner.weights"),
      parallelization: numbers(weightPlanner.parallelization, "weight_planner.parallelization"),
    },
    workloadStabilizationPlanner: {
      weights: numbers(workloadPlanner.weights, "workload_stabilization_planner.weights"),
    },
  };
}

/** The form that `readOptions` reads, all members written out. */
export function optionsJson(options: Options): JsonObject {
  return {
    required_coverage: options.requiredCoverage,
    strategy_parity: options.strategyParity,
    check_optimize_metadata: options.checkOptimizeMetadata,
    ex_pools: [...options.exPools],
    weight_planner: { ...options.weightPlanner },
    workload_stabilization_planner: { ...options.workloadStabilizationPlanner },
  };
}

function share(value: JsonValue | undefined, name: string, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw wrong(name, value, "a number from 0 to 1");
}

function flag(value: JsonValue | undefined, name: string, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value;
  throw wrong(name, value, "true or false");
}

function texts(value: JsonValue | undefined, name: string, otherwise: readonly string[]): readonly string[] {
  if (value === undefined) return otherwise;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value as string[];
  throw wrong(name, value, "a list of texts");
}

function section(given: JsonObject, name: string, members: readonly string[]): JsonObject {
  const value = given[name] ?? {};
  if (!isJsonObject(value)) throw wrong(name, value, "an object");
  for (const member of Object.keys(value)) {
    if (!members.includes(member))
      throw unknownMember(`${name} of the strategy options has`, member, members);
  }
  return value;
}

/** Whether the values are numbers is for the planner to say, which knows what they are for. */
function numbers(value: JsonValue | undefined, name: string): WeightOptions | null {
  if (value === undefined || value === null) return null;
  if (
    isJsonObject(value) &&
    Object.values(value).every((one) => typeof one === "number" || typeof one === "string")
  ) {
    return value as WeightOptions;
  }
  throw wrong(name, value, "an object of action types and numbers");
}

function unknownMember(owner: string, seen: string, known: readonly string[]): VigilError {
  return new VigilError(
    "invalid-input",
    `${owner} no member ${JSON.stringify(clip(seen))}; there are ${known.join(", ")}`,
  );
}

function wrong(name: string, seen: JsonValue, wanted: string): VigilError {
  return new VigilError(
    "invalid-input",
    `${name} of the strategy options is ${JSON.stringify(seen)}, ${wanted} is wanted`,
  );
}
