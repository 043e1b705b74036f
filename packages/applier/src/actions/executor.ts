/**
 * What executes one action. A call that may change the cloud goes through `effect` of the context, and nothing else
 * changes it: so no effect begins after the lease may have lapsed.
 *
 * An action passes: preCondition, then its intent is written (ONGOING), then execute; where the applier dies in
 * between, another one calls takeOver with what the intent noted, instead of execute. No write is made twice without
 * having looked whether the first one was made.
 */

import type { JsonObject } from "@vigil/core";
import type { Clock } from "../clock.ts";

/** Whether an action is to be executed. `intent`: what takeOver must know of the time before the effect. */
export type Verdict =
  | { what: "go"; intent: JsonObject }
  | { what: "skip"; reason: string }
  | { what: "fail"; reason: string };

/** What became of an action. FAILED without a reason gets no message, as in Watcher. */
export type Outcome = { state: "SUCCEEDED" } | { state: "CANCELLED" } | { state: "FAILED"; reason?: string };

export const SUCCEEDED: Outcome = { state: "SUCCEEDED" };
export const CANCELLED: Outcome = { state: "CANCELLED" };

export function failed(reason: string): Outcome {
  return { state: "FAILED", reason };
}

/** Says whether the lease that allows effects is held for sure. */
export interface EffectGuard {
  /** @throws VigilError illegal-state when the lease may have lapsed: another applier may have the plan */
  check(): void;
}

export interface ActionContext {
  clock: Clock;
  /** Aborted when the plan is given up, and when an action that can be aborted is to be. */
  signal: AbortSignal;
  /** Aborted when a user cancels the plan: what the action was begun for and was not sent yet is not sent any more. */
  cancelling: AbortSignal;
  /**
   * Does something that changes the cloud.
   * @throws the signal's reason, or what the guard throws, before anything was done; else what the call throws
   */
  effect<T>(call: () => Promise<T>): Promise<T>;
}

/** An action with its input, ready to be executed. */
export interface BoundAction {
  /** Reads only: it may be called often, and without a consequence. */
  preCondition(context: ActionContext): Promise<Verdict>;
  execute(intent: JsonObject, context: ActionContext): Promise<Outcome>;
  /**
   * Goes on with an action whose intent was written and that may have had its effect.
   * @param mayBegin false: the plan is being cancelled, so an effect that was not begun is not begun any more
   */
  takeOver(intent: JsonObject, context: ActionContext, mayBegin: boolean): Promise<Outcome>;
  /**
   * Called when a user cancels the plan and the action is CANCELLING: after `execute` or `takeOver` has ended for the
   * signal, and by each applier that takes the action over. Absent: it is waited for.
   */
  abort?(intent: JsonObject, context: ActionContext): Promise<Outcome>;
  /** Throws what is wrong after the action. */
  postCondition?(): void;
}

/** Nothing to note, nothing in the way. */
export const GO: Verdict = { what: "go", intent: {} };
