/** Properties of the two pieces that work on JSON as text: canonical form, and the repair of NaN. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../canonical-json.ts";
import { nullNonFinite } from "./non-finite.ts";

/** The same value with the members of all objects in another order. */
function reordered(value: unknown, flip: (keys: string[]) => string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => reordered(item, flip));
  if (typeof value !== "object" || value === null) return value;
  const members = value as Record<string, unknown>;
  return Object.fromEntries(flip(Object.keys(members)).map((key) => [key, reordered(members[key], flip)]));
}

describe("canonical JSON", () => {
  const anyJson = fc.json().map((text) => JSON.parse(text) as unknown);

  it("is JSON of the same value", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("ignores the order of members, at every depth", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        const canonical = canonicalJson(value);
        expect(canonicalJson(reordered(value, (keys) => keys.toReversed()))).toBe(canonical);
        expect(canonicalJson(JSON.parse(canonical))).toBe(canonical);
      }),
    );
  });

  it("tells different values apart", () => {
    fc.assert(
      fc.property(anyJson, anyJson, (one, two) => {
        const equal = JSON.stringify(sorted(one)) === JSON.stringify(sorted(two));
        expect(canonicalJson(one) === canonicalJson(two)).toBe(equal);
      }),
    );
  });

  it("takes any depth", () => {
    const depth = 200_000;
    const text = `${"[".repeat(depth)}1${"]".repeat(depth)}`;
    expect(canonicalJson(JSON.parse(text))).toBe(text);
  });

  const sorted = (value: unknown) => reordered(value, (keys) => keys.sort());
});

/** Text as Python's encoder writes it: non-finite numbers bare, everything else as JSON. */
function pythonText(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return `[${value.map(pythonText).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonText(item)}`);
    return `{${members.join(", ")}}`;
  }
  return JSON.stringify(value);
}

/** Second opinion: splits text at string literals and replaces words in what lies between. */
function referenceRepair(text: string): string {
  return text.replace(
    /("(?:[^"\\]|\\[\s\S])*(?:"|\\?$))|(?<![\w.+-])(?:-?Infinity|NaN)(?![\w.+-])/g,
    (_whole, literal: string | undefined) => literal ?? "null",
  );
}

describe("repair of bare NaN and Infinity", () => {
  const word = fc.constantFrom("NaN", "Infinity", "-Infinity", '"', "\\", '\\"', " NaN ", "é");
  const text = fc.oneof(
    fc.string(),
    fc.array(word).map((parts) => parts.join("")),
  );
  const number = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity));
  const { value: pythonValue } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      number,
      text,
      fc.boolean(),
      fc.constant(null),
      tie("list"),
      tie("members"),
    ),
    list: fc.array(tie("value"), { maxLength: 4 }),
    members: fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  }));

  it("reads what Python wrote, every string untouched", () => {
    fc.assert(
      fc.property(pythonValue, (value) => {
        // JSON.stringify writes non-finite numbers as null.
        const wanted: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(nullNonFinite(pythonText(value)))).toEqual(wanted);
      }),
    );
  });

  it("leaves legal JSON as it is", () => {
    fc.assert(fc.property(fc.json(), (legal) => nullNonFinite(legal) === legal));
  });

  it("does on any text what a pattern does", () => {
    const piece = fc.constantFrom(
      "NaN",
      "Infinity",
      "-",
      "+",
      ".",
      "1",
      "a",
      "_",
      '"',
      "\\",
      "{",
      ":",
      ",",
      " ",
    );
    const anyText = fc.array(piece, { maxLength: 20 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(anyText, (source) => nullNonFinite(source) === referenceRepair(source)),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["NaN", "null"],
    ["[NaN,-Infinity]", "[null,null]"],
    ['{"a": "NaN", "b": NaN}', '{"a": "NaN", "b": null}'],
    ['{"a": "\\"NaN", "b": NaN}', '{"a": "\\"NaN", "b": null}'],
    ["NaNs -NaN 1NaN NaN.0", "NaNs -NaN 1NaN NaN.0"],
    ['"NaN', '"NaN'],
  ])("%s", (source, repaired) => {
    expect(nullNonFinite(source)).toBe(repaired);
  });

  it("takes time in proportion to the text, however it is quoted", () => {
    const begun = performance.now();
    nullNonFinite('"'.concat('\\"NaN'.repeat(250_000)));
    nullNonFinite("NaN ".repeat(250_000));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
