/**
 * The terms of the life of action plans and their actions, and the transitions that users may ask for. Appliers'
 * own moves are decided in plan.ts beside this file.
 */

export const PLAN_STATES = [
  "RECOMMENDED",
  "PENDING",
  "ONGOING",
  "SUCCEEDED",
  "FAILED",
  "CANCELLING",
  "CANCELLED",
  "SUPERSEDED",
  "DELETED",
] as const;
export type PlanState = (typeof PLAN_STATES)[number];

export const ACTION_STATES = [
  "PENDING",
  "ONGOING",
  "SUCCEEDED",
  "FAILED",
  "CANCELLED",
  "CANCELLING",
  "SKIPPED",
  "DELETED",
] as const;
export type ActionState = (typeof ACTION_STATES)[number];

/** States that an action does not leave by itself. */
export const FINAL_ACTION_STATES: readonly ActionState[] = [
  "SUCCEEDED",
  "FAILED",
  "CANCELLED",
  "SKIPPED",
  "DELETED",
];

/** What an applier must know of one action to execute it. */
export interface ActionNode {
  state: ActionState;
  /** Indices of actions of the same plan, each smaller than its own, that must have finished before. */
  parents: readonly number[];
}
