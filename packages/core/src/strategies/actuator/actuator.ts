/** Actuator: plans the actions that it is given, to carry out what somebody else has decided. Spec: Watcher's `actuator`. */
import { VigilError } from "../../errors.ts";
import { clip } from "../../explanation.ts";
import { Solution } from "../solution.ts";
import type { Strategy, StrategyInput } from "../strategy.ts";
import { ACTUATOR_PARAMETERS, type ActuatorParameters } from "./parameters.ts";

export const ACTUATOR: Strategy = {
  name: "actuator",
  displayName: "Actuator",
  goalName: "unclassified",
  parametersSpec: ACTUATOR_PARAMETERS,
  version: "1",
  planner: "weight",
  metrics: [],
  models: ["compute"],
  execute,
};

function execute({ parameters }: StrategyInput): Solution {
  const { actions } = parameters as unknown as ActuatorParameters;
  const solution = new Solution();
  for (const [
    at,
    { action_type: type, input_parameters: input, resource_id: resourceId },
  ] of actions.entries()) {
    if (Object.hasOwn(input, "resource_id")) throw reserved(at, type);
    solution.add(type, input, resourceId);
  }
  solution.explanation.summary = "The given actions, in the given order; nothing judges them.";
  solution.explanation.actions = { given: actions.length, planned: solution.actions.length };
  return solution;
}

function reserved(at: number, type: string): VigilError {
  return new VigilError(
    "invalid-input",
    `ReservedWord: actions[${at}] (${clip(type)}) has resource_id among its input_parameters; give it beside them, as a member of the action`,
  );
}
