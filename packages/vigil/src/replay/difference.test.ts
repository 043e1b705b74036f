import { describe, expect, test } from "vitest";
import { firstDifference } from "./difference.ts";

describe("the first difference", () => {
  test("of equal values is none, whatever the order of members", () => {
    expect(firstDifference({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 })).toBeNull();
    expect(firstDifference([], [])).toBeNull();
  });

  test.each([
    [1, 2, "", 1, 2],
    [{ actions: [{ type: "a" }] }, { actions: [{ type: "b" }] }, "actions[0].type", "a", "b"],
    [{ actions: [1] }, { actions: [1, 2] }, "actions[1]", undefined, 2],
    [{ actions: [1, 2] }, { actions: [1] }, "actions[1]", 2, undefined],
    [{ a: { b: 1 } }, { a: {} }, "a.b", 1, undefined],
    [{ a: 1, z: 1 }, { a: 2, z: 2 }, "a", 1, 2],
    [[], {}, "", [], {}],
    [null, {}, "", null, {}],
    [["1"], [1], "[0]", "1", 1],
  ])("of %j and %j is at %j", (stored, recomputed, path, ...values) => {
    const [left, right] = values;
    expect(firstDifference(stored, recomputed)).toEqual({ path, stored: left, recomputed: right });
  });
});
