import { describe, expect, it } from "vitest";
import { EXPLAINED_ENTRIES_MAX, Reasons } from "../explanation.ts";
import { Solution } from "./solution.ts";

describe("Solution", () => {
  it("drops an action that equals an earlier one, whatever the order of its parameters", () => {
    const solution = new Solution();
    solution.add("nop", { message: "x", deep: { a: 1, b: [2] } }, "r");
    solution.add("nop", { deep: { b: [2], a: 1 }, message: "x" }, "r");
    solution.add("nop", { message: "x", deep: { a: 1, b: [2] } });
    solution.add("sleep", { message: "x", deep: { a: 1, b: [2] } });
    expect(
      solution.actions.map(({ actionType, inputParameters }) => [actionType, inputParameters.resource_id]),
    ).toEqual([
      ["nop", "r"],
      ["nop", undefined],
      ["sleep", undefined],
    ]);
  });

  it("refuses resource_id among the parameters", () => {
    expect(() => new Solution().add("nop", { resource_id: "x" })).toThrow(/ReservedWord/);
  });
});

describe("Reasons", () => {
  it("counts all and keeps the first few", () => {
    const reasons = new Reasons();
    for (let at = 0; at < 1000; at++) reasons.add(at % 3 === 0 ? "locked" : "no sample", () => ({ at }));
    const { count, byReason, first } = reasons.toJson();
    expect({ count, byReason }).toEqual({ count: 1000, byReason: { locked: 334, "no sample": 666 } });
    expect(first).toHaveLength(EXPLAINED_ENTRIES_MAX);
  });
});
