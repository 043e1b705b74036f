import { describe, expect, it } from "vitest";
import {
  ACTION_END_STATES,
  type ActionView,
  DEFAULT_PLAN_LEASES_LOST_MAX,
  decideAbort,
  decideBegin,
  decideClaim,
  decideEndAction,
  decideEndPlan,
  decidePlanLeaseLost,
  holdsPlan,
  type PlanView,
  wasEndedBy,
} from "./plan.ts";
import { ACTION_STATES, PLAN_STATES, type PlanState } from "./plan-terms.ts";

const plan = (state: PlanState, over: Partial<PlanView> = {}): PlanView => ({
  state,
  isLaunched: true,
  applierId: undefined,
  token: 3n,
  ...over,
});
const action = (state: ActionView["state"], parentsAreOver = true): ActionView => ({
  uuid: "a",
  state,
  parentsAreOver,
});
const refusal = (text: string) =>
  expect.objectContaining({ kind: "illegal-state", message: expect.stringContaining(text) });

describe("claim", () => {
  it("takes started plans, and those whose applier is gone with the state they have", () => {
    const taken = Object.fromEntries(PLAN_STATES.map((state) => [state, decideClaim(plan(state))]));
    expect(taken).toEqual({
      RECOMMENDED: "ONGOING",
      PENDING: "ONGOING",
      ONGOING: "ONGOING",
      CANCELLING: "CANCELLING",
    });
  });

  it("leaves plans that nobody started, and those that an applier has", () => {
    expect(decideClaim(plan("RECOMMENDED", { isLaunched: false }))).toBeUndefined();
    expect(decideClaim(plan("ONGOING", { applierId: "h:1:x" }))).toBeUndefined();
    expect(decideClaim(plan("CANCELLING", { applierId: "h:1:x" }))).toBeUndefined();
  });
});

describe("a lease", () => {
  const claim = { applierId: "h:1:x", token: 3n };

  it("is the holder's with the newest token, while the plan lives", () => {
    expect(holdsPlan(plan("ONGOING", claim), claim)).toBe(true);
    expect(holdsPlan(plan("CANCELLING", claim), claim)).toBe(true);
    expect(holdsPlan(plan("ONGOING"), claim)).toBe(false);
    expect(holdsPlan(plan("ONGOING", { ...claim, token: 4n }), claim)).toBe(false);
    expect(holdsPlan(plan("ONGOING", { ...claim, applierId: "other" }), claim)).toBe(false);
    expect(holdsPlan(plan("FAILED", claim), claim)).toBe(false);
  });

  it("that ended the plan is known by its token", () => {
    expect(wasEndedBy(plan("SUCCEEDED"), claim)).toBe(true);
    expect(wasEndedBy(plan("SUCCEEDED", { token: 4n }), claim)).toBe(false);
    expect(wasEndedBy(plan("ONGOING"), claim)).toBe(false);
    expect(wasEndedBy(plan("CANCELLED", { token: 0n }), { ...claim, token: 0n })).toBe(false);
  });
});

describe("begin", () => {
  it("goes when all parents are over, and again for an action that is ONGOING", () => {
    expect(decideBegin("ONGOING", action("PENDING"))).toBe("GO");
    expect(decideBegin("ONGOING", action("ONGOING"))).toBe("GO");
    expect(decideBegin("ONGOING", action("PENDING", false))).toEqual(refusal("a parent of it is not over"));
  });

  it("never repeats what is over, and begins nothing of a cancelled plan", () => {
    for (const state of ["SKIPPED", "SUCCEEDED", "FAILED", "CANCELLED"] as const) {
      expect(decideBegin("ONGOING", action(state))).toBe("DONE");
      expect(decideBegin("CANCELLING", action(state))).toBe("DONE");
    }
    for (const state of ["PENDING", "ONGOING"] as const) {
      expect(decideBegin("CANCELLING", action(state))).toBe("CANCELLING");
    }
  });
});

describe("the abort of an action", () => {
  it("is written once, for what is under way of a plan that a user cancels", () => {
    expect(decideAbort("CANCELLING", action("ONGOING"))).toBe("write");
    expect(decideAbort("CANCELLING", action("CANCELLING"))).toBe("repeat");
    expect(decideAbort("ONGOING", action("ONGOING"))).toEqual(refusal("nobody cancels its plan"));
    expect(decideAbort("CANCELLING", action("PENDING"))).toEqual(refusal("it was never begun"));
    for (const state of ["SKIPPED", "SUCCEEDED", "FAILED", "CANCELLED"] as const) {
      expect(decideAbort("CANCELLING", action(state))).toEqual(refusal("the first end stands"));
    }
  });

  it("lets nothing begin", () => {
    expect(decideBegin("CANCELLING", action("CANCELLING"))).toBe("CANCELLING");
  });
});

describe("the end of an action", () => {
  const moves = (planState: "ONGOING" | "CANCELLING", parentsAreOver = true) =>
    ACTION_STATES.flatMap((from) =>
      ACTION_END_STATES.filter(
        (to) => decideEndAction(planState, action(from, parentsAreOver), to) === "write",
      ).map((to) => `${from} -> ${to}`),
    );

  it("comes after its beginning, but a check before may end it", () => {
    const begun = ["ONGOING -> SUCCEEDED", "ONGOING -> FAILED", "ONGOING -> SKIPPED"];
    const aborted = ["CANCELLING -> SUCCEEDED", "CANCELLING -> FAILED", "CANCELLING -> SKIPPED"];
    expect(moves("ONGOING")).toEqual(["PENDING -> FAILED", "PENDING -> SKIPPED", ...begun, ...aborted]);
    expect(moves("ONGOING", false)).toEqual([...begun, ...aborted]);
  });

  it("is CANCELLED only where a user cancels the plan", () => {
    expect(moves("CANCELLING", false).filter((move) => move.endsWith("CANCELLED"))).toEqual([
      "PENDING -> CANCELLED",
      "ONGOING -> CANCELLED",
      "CANCELLING -> CANCELLED",
    ]);
    expect(decideEndAction("ONGOING", action("ONGOING"), "CANCELLED")).toEqual(
      refusal("nobody cancels its plan"),
    );
  });

  it("is answered again, and another end refused", () => {
    for (const state of ACTION_END_STATES) {
      expect(decideEndAction("ONGOING", action(state), state)).toBe("repeat");
      const other = ACTION_END_STATES.find((one) => one !== state)!;
      expect(decideEndAction("CANCELLING", action(state), other)).toEqual(refusal("the first end stands"));
    }
  });
});

describe("the end of a plan", () => {
  const end = { actions: {}, hasReadyActions: false, failure: "" };

  it.each([
    [{ SUCCEEDED: 2 }, "SUCCEEDED", null],
    [{ SUCCEEDED: 2, SKIPPED: 1 }, "SUCCEEDED", "One or more actions were skipped."],
    [{ SUCCEEDED: 2, FAILED: 1 }, "FAILED", null],
    [{ FAILED: 1, SKIPPED: 1 }, "FAILED", "One or more actions were skipped."],
    [{ SUCCEEDED: 1, PENDING: 3 }, "SUCCEEDED", null],
    [{}, "SUCCEEDED", null],
  ])("with %j is %s, %s", (actions, state, statusMessage) => {
    expect(decideEndPlan("ONGOING", { ...end, actions })).toEqual({ state, statusMessage, sweeps: [] });
  });

  it("waits for actions that are under way or have yet to run", () => {
    expect(decideEndPlan("ONGOING", { ...end, actions: { ONGOING: 2 } })).toEqual(
      refusal("2 of its actions"),
    );
    expect(decideEndPlan("ONGOING", { ...end, hasReadyActions: true })).toEqual(refusal("have yet to run"));
  });

  it("of one that a user cancels is CANCELLED whatever its actions came to, with all that did not end", () => {
    const cancelled = decideEndPlan("CANCELLING", {
      ...end,
      actions: { FAILED: 1, ONGOING: 1 },
      hasReadyActions: true,
    });
    expect(cancelled).toMatchObject({ state: "CANCELLED", statusMessage: null });
    expect(cancelled).toMatchObject({
      sweeps: [{ from: ["PENDING"], to: "CANCELLED" }, { to: "CANCELLED" }],
    });
  });

  it.each(["ONGOING", "CANCELLING"] as const)(
    "by a failure is FAILED from %s, and PENDING actions stay so",
    (state) => {
      const failed = decideEndPlan(state, {
        ...end,
        hasReadyActions: true,
        failure: `no cloud\0 ${"x".repeat(300)}`,
      });
      expect(failed).toMatchObject({
        state: "FAILED",
        sweeps: [{ from: ["ONGOING", "CANCELLING"], to: "FAILED" }],
      });
      const { statusMessage } = failed as { statusMessage: string };
      expect(statusMessage).toHaveLength(255);
      expect(statusMessage).toMatch(/^no cloud\ufffd x+$/);
    },
  );
});

it("a plan waits for the next applier, and ends with the last that it may lose", () => {
  for (let before = 0; before < DEFAULT_PLAN_LEASES_LOST_MAX - 1; before++) {
    expect(decidePlanLeaseLost(before)).toBeUndefined();
  }
  const end = decidePlanLeaseLost(DEFAULT_PLAN_LEASES_LOST_MAX - 1);
  expect(end).toMatchObject({ state: "FAILED", sweeps: [{ from: ["ONGOING", "CANCELLING"], to: "FAILED" }] });
  expect(end?.statusMessage).toContain("20 appliers were lost one after the other");
  // Clients see 255 characters of it.
  expect(end?.statusMessage?.length).toBeLessThanOrEqual(255);
});
