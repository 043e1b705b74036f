import { expect, test } from "vitest";
import { isStorable } from "./storable.ts";

test.each([
  "",
  "a\u{1F600}b",
  "\\u0000",
  "\\\\ud800",
  { a: ["\\u0000", null, 1, "\n\u0001"] },
  undefined,
  null,
])("%j can be stored", (value) => {
  expect(isStorable(value)).toBe(true);
});

test.each(["a\0b", "\\\0", "\ud800", "\udfff!", { a: [{ b: "\0" }] }, { "\0": 1 }])(
  "%j can't be stored",
  (value) => {
    expect(isStorable(value)).toBe(false);
  },
);
