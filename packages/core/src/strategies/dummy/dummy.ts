/** Dummy strategy: three actions that touch nothing, to try the whole path. Spec: Watcher's `dummy`. */
import { Solution } from "../solution.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { DUMMY_PARAMETERS, type DummyParameters } from "./parameters.ts";

export const DUMMY: Strategy = {
  name: "dummy",
  displayName: "Dummy strategy",
  goalName: "dummy",
  parametersSpec: DUMMY_PARAMETERS,
  version: "1",
  planner: "weight",
  metrics: [],
  models: ["compute"],
  execute: (input: StrategyInput): Solution => {
    const { para1, para2 } = input.parameters as unknown as DummyParameters;
    const solution = new Solution();
    solution.add("nop", { message: "hello World" });
    solution.add("nop", { message: para2 });
    solution.add("sleep", { duration: para1 });
    solution.explanation.summary = "Fixed actions; the model is not looked at.";
    return solution;
  },
};
