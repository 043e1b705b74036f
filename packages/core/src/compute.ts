/** From a snapshot to a plan: scope, strategy, efficacy, planner. All of it pure and deterministic. */
import { computeEfficacy } from "./efficacy/efficacy.ts";
import type { Indicator } from "./efficacy/indicator.ts";
import { type ErrorData, VigilError } from "./errors.ts";
import { findGoal } from "./goals/goals.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import { openSnapshot } from "./model/open.ts";
import { Overlay } from "./model/overlay.ts";
import { readOptions } from "./options/options.ts";
import { checkParameters } from "./parameters/check.ts";
import type { PlannedAction } from "./planner/planner.ts";
import { PLANNERS } from "./planner/registry.ts";
import { createRandom } from "./random.ts";
import { applyScope } from "./scope/apply.ts";
import { readHistory } from "./strategies/history.ts";
import { defaultStrategy, findStrategy } from "./strategies/registry.ts";

export interface ComputeInput {
  /** Bytes of `encodeSnapshot`. */
  snapshot: SharedArrayBuffer;
  goalName: string;
  /** Empty: the goal's default. */
  strategyName: string;
  parameters: JsonObject;
  /** The audit's scope; empty: everything. */
  scope: JsonValue[];
  /** ONESHOT, CONTINUOUS or EVENT. */
  auditType: string;
  /** 0 .. 2^32-1, stored with the run. */
  seed: number;
  /** As `readOptions` takes them; `{}`: the defaults. */
  options: JsonObject;
  /** As `readHistory` takes it; `{}`: none. */
  history: JsonObject;
}

export interface ComputedPlan {
  strategyName: string;
  strategyVersion: string;
  /** In the order they are stored; parents come before their children. */
  actions: PlannedAction[];
  efficacyIndicators: Indicator[];
  globalEfficacy: Indicator[];
  /** Why the plan is as it is; bounded in size. */
  explanation: JsonObject;
}

export type ComputeResult = { ok: true; plan: ComputedPlan } | { ok: false; error: ErrorData };

/** Runs the strategy and its planner. Never throws: the same input gives the same result, errors too. */
export function computePlan(input: ComputeInput): ComputeResult {
  try {
    return { ok: true, plan: compute(input) };
  } catch (thrown) {
    return { ok: false, error: VigilError.from(thrown).toData() };
  }
}

function compute(input: ComputeInput): ComputedPlan {
  const strategy =
    input.strategyName === "" ? defaultStrategy(input.goalName) : findStrategy(input.strategyName);
  const parameters = checkParameters(strategy.name, input.parameters);
  const options = readOptions(input.options);
  const model = openSnapshot(input.snapshot);
  const overlay = new Overlay(model, options.strategyParity);
  const scope = applyScope(overlay, input.scope);
  const solution = strategy.execute({
    overlay,
    parameters,
    options,
    history: readHistory(input.history),
    random: createRandom(input.seed),
    auditType: input.auditType,
  });
  const efficacy = computeEfficacy(findGoal(strategy.goalName), solution.indicators);
  return {
    strategyName: strategy.name,
    strategyVersion: strategy.version,
    actions: PLANNERS[strategy.planner](options)(solution.actions, model),
    ...efficacy,
    explanation: scope === null ? solution.explanation : { ...solution.explanation, scope },
  };
}
