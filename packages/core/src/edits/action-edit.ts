/**
 * What users may do with actions: skip them before their plan runs (rest-api 7.6). Called under the locks of plan and
 * action.
 */

import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";
import type { JsonValue } from "../json.ts";
import { ACTION_STATES, type ActionState, type PlanState } from "../life/plan-terms.ts";
import { statusMessageOf } from "../life/status-message.ts";
import { applyPatch, type PatchOperation } from "./json-patch.ts";
import { shown, transitionText, wrongValue } from "./members.ts";

/** What an edit looks at of an action, and what it makes of it. */
export interface EditableAction {
  state: ActionState;
  /** null: none. */
  statusMessage: string | null;
}

/** Clients read how an action came to be skipped from this text. */
const SKIPPED_BY_USER = "Action skipped by user.";

/** States of a plan that no applier has taken. */
const EDITABLE_IN: readonly PlanState[] = ["RECOMMENDED", "PENDING"];

/**
 * Whether the operations make sense for whatever action.
 * @throws VigilError invalid-input
 */
export function checkActionPatch(operations: readonly PatchOperation[]): void {
  for (const { op, path, value } of operations) {
    if (path !== "/state" && path !== "/status_message") {
      const text = `'${clip(path)}' is not an allowed attribute and can not be updated`;
      throw new VigilError("invalid-input", text);
    }
    if (op === "remove") {
      throw new VigilError("invalid-input", `'${path}' is a mandatory attribute and can not be removed`);
    }
    if (path === "/state" && !isActionState(value)) {
      throw new VigilError("invalid-input", `Invalid state: ${shown(value)}`);
    }
    if (path === "/status_message" && typeof value !== "string" && value !== null) {
      throw wrongValue("status_message", value ?? null, "Wrong type. Expected 'string'.");
    }
  }
}

/**
 * @param planState of the action's plan
 * @throws VigilError invalid-input; conflict where the action's or its plan's state does not allow it
 */
export function editAction(
  action: EditableAction,
  planState: PlanState,
  operations: readonly PatchOperation[],
): EditableAction {
  checkActionPatch(operations);
  const before = { state: action.state, status_message: action.statusMessage };
  const patched = applyPatch(before, operations) as { state: ActionState; status_message: string | null };
  const isStateNew = patched.state !== action.state;
  if (isStateNew && !(action.state === "PENDING" && patched.state === "SKIPPED")) {
    throw new VigilError("conflict", transitionText(action.state, patched.state));
  }
  if (isStateNew && !EDITABLE_IN.includes(planState)) {
    throw new VigilError("conflict", `State update not allowed for actionplan state: ${planState}`);
  }
  const isMessageNew = patched.status_message !== action.statusMessage;
  if (isMessageNew && !isStateNew && action.state !== "SKIPPED") {
    throw new VigilError("conflict", "status_message update only allowed when action state is SKIPPED");
  }
  if (!isStateNew && !isMessageNew) return action;
  return { state: patched.state, statusMessage: skipMessage(isMessageNew ? patched.status_message : null) };
}

function skipMessage(reason: string | null): string {
  return statusMessageOf(reason ? `${SKIPPED_BY_USER} Reason: ${reason}` : SKIPPED_BY_USER);
}

function isActionState(value: JsonValue | undefined): value is ActionState {
  return (ACTION_STATES as readonly (JsonValue | undefined)[]).includes(value);
}
