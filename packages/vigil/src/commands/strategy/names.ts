/** Names of goals and strategies as a person types them. */
import {
  findStrategy,
  GOALS,
  STRATEGIES,
  type StrategyDescription,
  suggestion,
  VigilError,
} from "@vigil/core";

/** @throws VigilError not-found: says which name is near */
export function strategyNamed(name: string): StrategyDescription {
  requireKnown("strategy", name, STRATEGIES);
  return findStrategy(name);
}

/** @throws VigilError not-found: says which name is near */
export function requireGoal(name: string): void {
  requireKnown("goal", name, GOALS);
}

function requireKnown(what: string, given: string, known: readonly { name: string }[]): void {
  const names = known.map(({ name }) => name);
  if (names.includes(given.toLowerCase())) return;
  const near = suggestion(given, names) || "; `vigil strategy list` shows what there is";
  throw new VigilError("not-found", `there is no ${what} ${given}${near}`);
}
