import { describe, expect, test } from "vitest";
import type { JsonValue } from "../json.ts";
import { PLAN_STATES } from "../life/plan-terms.ts";
import type { PatchOperation } from "./json-patch.ts";
import { checkPlanDeletion, editPlan, startPlan } from "./plan-edit.ts";

const replace = (path: string, value: JsonValue): PatchOperation => ({ op: "replace", path, value });

function refusal(call: () => unknown): { kind: string; message: string } {
  try {
    call();
  } catch (thrown) {
    return thrown as { kind: string; message: string };
  }
  throw new Error("nothing was refused");
}

const EFFECTS: Record<string, object> = {
  "RECOMMENDED -> PENDING": { launch: true, cancelActions: false },
  "RECOMMENDED -> CANCELLED": { launch: false, cancelActions: true },
  "PENDING -> CANCELLED": { launch: false, cancelActions: true },
  "ONGOING -> CANCELLING": { launch: false, cancelActions: false },
};

describe("rest-api 7.2: PATCH of a plan", () => {
  for (const from of PLAN_STATES) {
    test.each(PLAN_STATES)(`${from} -> %s`, (to) => {
      for (const op of ["add", "replace"] as const) {
        const patch = () => editPlan(from, [{ op, path: "/state", value: to }]);
        const effect = EFFECTS[`${from} -> ${to}`];
        if (effect !== undefined) expect(patch()).toEqual({ state: to, ...effect });
        else {
          expect(refusal(patch)).toMatchObject({
            kind: "illegal-state",
            message: `State transition not allowed: (${from} -> ${to})`,
          });
        }
      }
    });
  }

  test("a patch that does not touch the state is refused", () => {
    for (const operations of [
      [],
      [replace("/hostname", "h")],
      [replace("/efficacy_indicators/0/value", 1)],
    ]) {
      expect(refusal(() => editPlan("RECOMMENDED", operations)).message).toBe(
        "State transition not allowed: (RECOMMENDED -> RECOMMENDED)",
      );
    }
    expect(refusal(() => editPlan("RECOMMENDED", [{ op: "remove", path: "/state" }])).message).toBe(
      "State transition not allowed: (RECOMMENDED -> null)",
    );
  });

  test("a patch that changes more than the state is refused", () => {
    const operations = [replace("/state", "PENDING"), replace("/hostname", "h")];
    expect(refusal(() => editPlan("RECOMMENDED", operations)).message).toBe("/hostname can't be updated.");
  });

  test("an unknown word is no state", () => {
    for (const value of ["INVALID", "pending", "", 5, null]) {
      expect(refusal(() => editPlan("RECOMMENDED", [replace("/state", value)]))).toMatchObject({
        kind: "invalid-input",
        message: `Invalid state: ${value}`,
      });
    }
  });

  test.each(["/status_message", "/uuid", "/id", "/links", "/created_at", "/updated_at", "/deleted_at"])(
    "%s is internal",
    (path) => {
      expect(refusal(() => editPlan("RECOMMENDED", [replace(path, "x")])).message).toBe(
        `'${path}' is an internal attribute and can not be updated`,
      );
    },
  );

  test("unknown members are refused with the texts of the patch rules", () => {
    expect(
      refusal(() => editPlan("RECOMMENDED", [{ op: "add", path: "/other", value: 1 }])).message,
    ).toContain("Adding a new attribute (/other)");
    expect(refusal(() => editPlan("RECOMMENDED", [replace("/other", 1)])).message).toContain(
      "Couldn't apply patch",
    );
    expect(refusal(() => editPlan("RECOMMENDED", [replace("/state/x", 1)])).message).toContain(
      "Couldn't apply patch",
    );
  });
});

test.each(PLAN_STATES)("rest-api 7.3: start from %s", (state) => {
  if (state === "RECOMMENDED") expect(startPlan(state)).toMatchObject({ state: "PENDING", launch: true });
  else {
    expect(refusal(() => startPlan(state))).toMatchObject({
      kind: "illegal-state",
      message: `Couldn't start when state is '${state}'.`,
    });
  }
});

test.each(PLAN_STATES)("rest-api 7.4: delete from %s", (state) => {
  if (["RECOMMENDED", "SUCCEEDED", "FAILED", "SUPERSEDED", "CANCELLED"].includes(state))
    checkPlanDeletion(state);
  else {
    expect(refusal(() => checkPlanDeletion(state))).toMatchObject({
      kind: "illegal-state",
      message: `Couldn't delete when state is '${state}'.`,
    });
  }
});
