import { describe, expect, it } from "vitest";
import { PLAN_STATES } from "./plan-terms.ts";
import { isRetirable, retiredPlanState } from "./retire.ts";
import { AUDIT_STATES } from "./terms.ts";

describe("a strategy that is no longer offered", () => {
  it("cancels audits that may still run", () => {
    const states = (type: "ONESHOT" | "CONTINUOUS" | "EVENT") =>
      AUDIT_STATES.filter((state) => isRetirable({ type, state }));
    expect(states("ONESHOT")).toEqual(["PENDING", "ONGOING", "SUSPENDED"]);
    expect(states("CONTINUOUS")).toEqual(["PENDING", "ONGOING", "SUSPENDED"]);
    expect(states("EVENT")).toEqual(["PENDING", "ONGOING", "SUCCEEDED", "SUSPENDED"]);
  });

  it("cancels plans that are not finished, those under way through their appliers", () => {
    expect(PLAN_STATES.map((state) => [state, retiredPlanState(state)])).toEqual([
      ["RECOMMENDED", "CANCELLED"],
      ["PENDING", "CANCELLED"],
      ["ONGOING", "CANCELLING"],
      ["SUCCEEDED", undefined],
      ["FAILED", undefined],
      ["CANCELLING", undefined],
      ["CANCELLED", undefined],
      ["SUPERSEDED", undefined],
      ["DELETED", undefined],
    ]);
  });
});
