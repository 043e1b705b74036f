import { describe, expect, test } from "vitest";
import type { JsonValue } from "../json.ts";
import { ACTION_STATES, PLAN_STATES } from "../life/plan-terms.ts";
import { checkActionPatch, type EditableAction, editAction } from "./action-edit.ts";
import type { PatchOperation } from "./json-patch.ts";

const PENDING: EditableAction = { state: "PENDING", statusMessage: null };
const SKIPPED: EditableAction = { state: "SKIPPED", statusMessage: "Action skipped by user. Reason: old" };

const replace = (path: string, value: JsonValue): PatchOperation => ({ op: "replace", path, value });
const skip = replace("/state", "SKIPPED");

function refusal(call: () => unknown): { kind: string; message: string } {
  try {
    call();
  } catch (thrown) {
    return thrown as { kind: string; message: string };
  }
  throw new Error("nothing was refused");
}

describe("rest-api 7.6: PATCH of an action", () => {
  test("row 2: only state and status_message", () => {
    for (const path of ["/uuid", "/action_type", "/input_parameters/message", "/state/x", "/other"]) {
      expect(refusal(() => checkActionPatch([replace(path, "x")]))).toMatchObject({
        kind: "invalid-input",
        message: `'${path}' is not an allowed attribute and can not be updated`,
      });
    }
  });

  test.each(["/state", "/status_message"])("row 2: %s can not be removed", (path) => {
    expect(refusal(() => checkActionPatch([{ op: "remove", path }]))).toMatchObject({
      kind: "invalid-input",
      message: `'${path}' is a mandatory attribute and can not be removed`,
    });
  });

  test("row 2: an unknown word is no state, and a message is a text", () => {
    for (const value of ["INVALID", "skipped", 5, null]) {
      expect(refusal(() => checkActionPatch([replace("/state", value)])).message).toBe(
        `Invalid state: ${value}`,
      );
    }
    expect(refusal(() => checkActionPatch([replace("/status_message", 5)])).kind).toBe("invalid-input");
  });

  for (const from of ACTION_STATES) {
    test.each(ACTION_STATES)(`row 3: ${from} -> %s`, (to) => {
      const patch = () =>
        editAction({ state: from, statusMessage: null }, "RECOMMENDED", [replace("/state", to)]);
      if (from === to) expect(patch()).toEqual({ state: from, statusMessage: null });
      else if (from === "PENDING" && to === "SKIPPED") expect(patch().state).toBe("SKIPPED");
      else {
        expect(refusal(patch)).toMatchObject({
          kind: "conflict",
          message: `State transition not allowed: (${from} -> ${to})`,
        });
      }
    });
  }

  test.each(PLAN_STATES)("row 4: while the plan is %s", (planState) => {
    const patch = () => editAction(PENDING, planState, [skip]);
    if (planState === "RECOMMENDED" || planState === "PENDING") expect(patch().state).toBe("SKIPPED");
    else {
      expect(refusal(patch)).toMatchObject({
        kind: "conflict",
        message: `State update not allowed for actionplan state: ${planState}`,
      });
    }
  });

  test("row 3 comes before row 4", () => {
    expect(refusal(() => editAction(PENDING, "ONGOING", [replace("/state", "FAILED")])).message).toContain(
      "State transition not allowed",
    );
  });

  test("row 5: a new message only for a SKIPPED action", () => {
    expect(
      refusal(() => editAction(PENDING, "RECOMMENDED", [replace("/status_message", "why")])),
    ).toMatchObject({
      kind: "conflict",
      message: "status_message update only allowed when action state is SKIPPED",
    });
    const failed: EditableAction = { state: "FAILED", statusMessage: "no host" };
    expect(editAction(failed, "FAILED", [replace("/status_message", "no host")])).toEqual(failed);
  });

  test("row 6: the stored message", () => {
    const message = (action: EditableAction, ...operations: PatchOperation[]) =>
      editAction(action, "PENDING", operations).statusMessage;
    expect(message(PENDING, skip)).toBe("Action skipped by user.");
    expect(message(PENDING, skip, replace("/status_message", null))).toBe("Action skipped by user.");
    expect(message(PENDING, replace("/status_message", "why"), skip)).toBe(
      "Action skipped by user. Reason: why",
    );
    expect(message(SKIPPED, replace("/status_message", "new"))).toBe("Action skipped by user. Reason: new");
    expect(message(SKIPPED, skip, replace("/status_message", "new"))).toBe(
      "Action skipped by user. Reason: new",
    );
    expect(message(SKIPPED, skip)).toBe(SKIPPED.statusMessage);
    expect(message(SKIPPED, replace("/status_message", SKIPPED.statusMessage))).toBe(SKIPPED.statusMessage);
    expect(message(PENDING)).toBeNull();
  });

  test("rest-api 10: a long message is cut by characters", () => {
    const cut = editAction(PENDING, "PENDING", [skip, replace("/status_message", "😀".repeat(300))])
      .statusMessage!;
    expect(Array.from(cut)).toHaveLength(255);
    expect(cut.isWellFormed()).toBe(true);
  });
});
