/** From a snapshot to a plan: scope, strategy, efficacy, planner. All of it pure and deterministic. */
import { computeEfficacy } from "./efficacy/efficacy.ts";
import type { Indicator } from "./efficacy/indicator.ts";
import { type ErrorData, VigilError } from "./errors.ts";
import { boundExplanation } from "./explanation.ts";
import { findGoal } from "./goals/goals.ts";
import type { JsonObject, JsonValue } from "./json.ts";
import type { ClusterModel } from "./model/model.ts";
import { openSnapshot } from "./model/open.ts";
import { Overlay } from "./model/overlay.ts";
import { BaremetalView, StorageView } from "./model/storage-view.ts";
import { type Options, readOptions } from "./options/options.ts";
import { checkParameters } from "./parameters/check.ts";
import type { PlannedAction } from "./planner/planner.ts";
import { PLANNERS } from "./planner/registry.ts";
import { createRandom } from "./random.ts";
import { applyScope } from "./scope/apply.ts";
import { readHistory } from "./strategies/history.ts";
import { defaultStrategy, findStrategy } from "./strategies/registry.ts";
import type { SolutionAction } from "./strategies/solution.ts";
import type { StrategyDescription } from "./strategies/strategy.ts";

/** What an audit asks for; the model comes beside it. */
export interface ComputeRequest {
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

export interface ComputeInput extends ComputeRequest {
  /** Bytes of `encodeSnapshot`. */
  snapshot: SharedArrayBuffer;
}

/** What a strategy came to, before a planner ordered its actions. */
export interface ComputedSolution {
  strategy: StrategyDescription;
  /** As checked, defaults filled in. */
  parameters: JsonObject;
  options: Options;
  /** In the strategy's own order. */
  actions: readonly SolutionAction[];
  efficacyIndicators: Indicator[];
  globalEfficacy: Indicator[];
  /** Why the solution is as it is; bounded in size. */
  explanation: JsonObject;
  /** Node of each instance where the strategy left it, UNMAPPED (-1) without one. */
  placement: Int32Array;
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

/** A part of `computePlan`: the snapshot is opened, the strategy decides, its planner makes a graph. */
export type ComputeStage = "model" | "strategy" | "planner";

/**
 * Runs the strategy and its planner. Never throws: the same input gives the same result, errors too.
 * @param onEnd told of each stage that is over, for whoever has a clock
 */
export function computePlan(
  input: ComputeInput,
  onEnd: (stage: ComputeStage) => void = () => undefined,
): ComputeResult {
  try {
    const model = openSnapshot(input.snapshot);
    onEnd("model");
    const solution = computeSolution(model, input);
    onEnd("strategy");
    const { strategy, efficacyIndicators, globalEfficacy, explanation } = solution;
    const actions = planSolution(model, solution);
    onEnd("planner");
    const named = { strategyName: strategy.name, strategyVersion: strategy.version };
    return { ok: true, plan: { ...named, actions, efficacyIndicators, globalEfficacy, explanation } };
  } catch (thrown) {
    return { ok: false, error: VigilError.from(thrown).toData() };
  }
}

/**
 * Runs the strategy alone: what golden cases and comparisons of engines look at.
 * @throws VigilError not-found: unknown goal or strategy, a metric the model lacks; invalid-input: parameters,
 *   scope, options or history; internal: indicators that the goal does not take
 */
export function computeSolution(model: ClusterModel, request: ComputeRequest): ComputedSolution {
  const { goalName, strategyName, auditType } = request;
  const strategy = strategyName === "" ? defaultStrategy(goalName) : findStrategy(strategyName);
  const parameters = checkParameters(strategy.name, request.parameters);
  const options = readOptions(request.options);
  const overlay = new Overlay(model, options.strategyParity);
  const storage = model.storage === null ? null : new StorageView(model.storage);
  const baremetal = model.baremetal === null ? null : new BaremetalView(model.baremetal);
  const scope = applyScope({ overlay, storage, baremetal }, request.scope);
  const history = readHistory(request.history);
  const random = createRandom(request.seed);
  const solution = strategy.execute({
    overlay,
    storage,
    baremetal,
    parameters,
    options,
    history,
    random,
    auditType,
  });
  const { actions, indicators, explanation } = solution;
  return {
    strategy,
    parameters,
    options,
    actions,
    ...computeEfficacy(findGoal(strategy.goalName), indicators),
    explanation: boundExplanation(scope === null ? explanation : { ...explanation, scope }),
    placement: overlay.nodeOf,
  };
}

/**
 * The solution's actions as its strategy's planner orders them.
 * @throws VigilError invalid-input: an action that the planner does not take, weights that are no numbers
 */
export function planSolution(model: ClusterModel, solution: ComputedSolution): PlannedAction[] {
  const { strategy, options, actions } = solution;
  return PLANNERS[strategy.planner](options)(actions, model);
}
