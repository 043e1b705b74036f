/**
 * What users may do with action plans (rest-api 7.2 to 7.4). Called under the lock of the plan's row: an applier that
 * takes the plan at the same time comes before or after, and finds the state that the lock's holder has left.
 */

import { VigilError } from "../errors.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { PLAN_STATES, type PlanState } from "../life/plan-terms.ts";
import { applyPatch, isWhole, type PatchOperation, rootOf } from "./json-patch.ts";
import { refuseDeletion, refuseInternal, shown, transitionText } from "./members.ts";

/** What becomes of a plan by a user's edit. */
export interface PlanEdit {
  state: PlanState;
  /** Appliers may take it from now on. */
  launch: boolean;
  /** Its actions will not run: they become CANCELLED with it. */
  cancelActions: boolean;
}

const PENDING: PlanEdit = { state: "PENDING", launch: true, cancelActions: false };
const CANCELLED: PlanEdit = { state: "CANCELLED", launch: false, cancelActions: true };
/** Only noted: the applier that executes the plan sees it, stops and ends it. */
const CANCELLING: PlanEdit = { state: "CANCELLING", launch: false, cancelActions: false };

/** All that a PATCH may bring about. */
const EDITS: Partial<Record<PlanState, readonly PlanEdit[]>> = {
  RECOMMENDED: [PENDING, CANCELLED],
  PENDING: [CANCELLED],
  ONGOING: [CANCELLING],
};

const DELETABLE: readonly PlanState[] = ["RECOMMENDED", "SUCCEEDED", "FAILED", "SUPERSEDED", "CANCELLED"];

/** Members of a plan beside its state; they are known, and follow from its run. */
const FIXED_MEMBERS = [
  "audit_uuid",
  "strategy_uuid",
  "strategy_name",
  "efficacy_indicators",
  "global_efficacy",
  "hostname",
];

/**
 * Whether the operations make sense for whatever plan.
 * @throws VigilError invalid-input
 */
export function checkPlanPatch(operations: readonly PatchOperation[]): void {
  refuseInternal(operations, ["status_message"]);
  for (const { op, path, value } of operations) {
    if (path !== "/state" || op === "remove" || isPlanState(value)) continue;
    throw new VigilError("invalid-input", `Invalid state: ${shown(value)}`);
  }
}

/**
 * Only the state can be patched, and a patch that leaves it is refused too.
 * @throws VigilError invalid-input, illegal-state
 */
export function editPlan(state: PlanState, operations: readonly PatchOperation[]): PlanEdit {
  checkPlanPatch(operations);
  const document: JsonObject = Object.fromEntries(FIXED_MEMBERS.map((name) => [name, null]));
  // What is inside of fixed members is not looked at: they are refused as a whole.
  const whole = operations.filter(
    (operation) => isWhole(operation) || !FIXED_MEMBERS.includes(rootOf(operation)),
  );
  const patched = applyPatch({ ...document, state }, whole);
  const edit = EDITS[state]?.find((possible) => possible.state === patched.state);
  if (edit === undefined) throw new VigilError("illegal-state", transitionText(state, patched.state ?? null));
  const fixed = operations.find((operation) => FIXED_MEMBERS.includes(rootOf(operation)));
  if (fixed !== undefined) throw new VigilError("invalid-input", `${fixed.path} can't be updated.`);
  return edit;
}

/** @throws VigilError illegal-state */
export function startPlan(state: PlanState): PlanEdit {
  if (state === "RECOMMENDED") return PENDING;
  throw new VigilError("illegal-state", `Couldn't start when state is '${state}'.`);
}

/** @throws VigilError illegal-state */
export function checkPlanDeletion(state: PlanState): void {
  refuseDeletion(state, DELETABLE);
}

function isPlanState(value: JsonValue | undefined): value is PlanState {
  return (PLAN_STATES as readonly (JsonValue | undefined)[]).includes(value);
}
