import { describe, expect, test } from "vitest";
import { boundExplanation, EXPLANATION_LENGTH_MAX } from "./explanation.ts";
import type { JsonObject } from "./json.ts";

const long = (length: number) => "x".repeat(length);

describe("an explanation", () => {
  test("that fits stays as it is, the summary in front", () => {
    const bound = boundExplanation({ nodes: { seen: 3 }, summary: "Nothing to do." });
    expect(JSON.stringify(bound)).toBe('{"summary":"Nothing to do.","nodes":{"seen":3}}');
    expect(boundExplanation({})).toEqual({});
  });

  test("that is too long loses the members that are too much, and says which", () => {
    const bound = boundExplanation({
      huge: long(EXPLANATION_LENGTH_MAX),
      moved: { count: 1 },
      summary: "Moved one.",
    });
    expect(bound).toEqual({ summary: "Moved one.", moved: { count: 1 }, leftOut: ["huge"] });
  });

  test("never grows beyond the limit, whatever its members are", () => {
    const many = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, n) => [`${long(60)}${n}`, long(n % 90)]),
    ) as JsonObject;
    const length = JSON.stringify(boundExplanation(many)).length;
    expect(length).toBeLessThanOrEqual(EXPLANATION_LENGTH_MAX);
    expect(length).toBeGreaterThan(EXPLANATION_LENGTH_MAX / 2);
  });
});
