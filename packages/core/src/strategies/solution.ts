/** What a strategy proposes: actions in an order that matters to planners, its indicators, its reasons. */
import { VigilError } from "../errors.ts";
import { canonicalJson, type JsonObject } from "../json.ts";

export interface SolutionAction {
  actionType: string;
  inputParameters: JsonObject;
  /** What a migration's parameters name, for planners: looking up names costs them more than planning. */
  move?: MoveIndices;
}

/** Indices of the model. */
export interface MoveIndices {
  instance: number;
  source: number;
  /** Null: Nova's scheduler chooses. */
  destination: number | null;
}

export class Solution {
  readonly actions: SolutionAction[] = [];
  /** Indicator name to value; checked against the goal when the plan is made. */
  readonly indicators = new Map<string, number>();
  /** Why the solution is as it is. Bounded in size: see `explanation.ts`. */
  readonly explanation: JsonObject = {};
  readonly #byResource = new Map<string, SameResource>();

  /**
   * Adds an action; one that equals an earlier one in its whole structure is dropped.
   * @param resourceId becomes the parameter `resource_id`
   * @param move what a migration's parameters come from; it is no part of the action
   * @throws VigilError internal (ReservedWord) when `resource_id` is among the parameters
   */
  add(actionType: string, inputParameters: JsonObject, resourceId?: string, move?: MoveIndices): void {
    if (Object.hasOwn(inputParameters, "resource_id")) {
      throw new VigilError(
        "internal",
        `ReservedWord: action ${actionType} has resource_id among its parameters; give it as the resource`,
      );
    }
    const parameters = { ...inputParameters };
    if (resourceId !== undefined) parameters.resource_id = resourceId;
    const action: SolutionAction = { actionType, inputParameters: parameters };
    if (move !== undefined) action.move = move;
    const same = this.#byResource.get(resourceId ?? "");
    if (same === undefined) this.#byResource.set(resourceId ?? "", { first: action, keys: null });
    else {
      same.keys ??= new Set([keyOf(same.first)]);
      const key = keyOf(action);
      if (same.keys.has(key)) return;
      same.keys.add(key);
    }
    this.actions.push(action);
  }
}

/** Actions on one resource. Keys are made only where it has several: plans have 10^5 resources with one. */
interface SameResource {
  first: SolutionAction;
  keys: Set<string> | null;
}

function keyOf({ actionType, inputParameters }: SolutionAction): string {
  return canonicalJson([actionType, inputParameters]);
}
