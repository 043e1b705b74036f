/** What a strategy proposes: actions in an order that matters to planners, its indicators, its reasons. */
import { VigilError } from "../errors.ts";
import { canonicalJson, type JsonObject } from "../json.ts";

export interface SolutionAction {
  actionType: string;
  inputParameters: JsonObject;
}

export class Solution {
  readonly actions: SolutionAction[] = [];
  /** Indicator name to value; checked against the goal when the plan is made. */
  readonly indicators = new Map<string, number>();
  /** Why the solution is as it is. Bounded in size: see `explanation.ts`. */
  readonly explanation: JsonObject = {};
  readonly #seen = new Set<string>();

  /**
   * Adds an action; one that equals an earlier one in its whole structure is dropped.
   * @param resourceId becomes the parameter `resource_id`
   * @throws VigilError internal (ReservedWord) when `resource_id` is among the parameters
   */
  add(actionType: string, inputParameters: JsonObject, resourceId?: string): void {
    if (Object.hasOwn(inputParameters, "resource_id")) {
      throw new VigilError(
        "internal",
        `ReservedWord: action ${actionType} has resource_id among its parameters; give it as the resource`,
      );
    }
    const parameters = { ...inputParameters };
    if (resourceId !== undefined) parameters.resource_id = resourceId;
    const key = canonicalJson([actionType, parameters]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.actions.push({ actionType, inputParameters: parameters });
  }
}
