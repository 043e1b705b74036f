import fc from "fast-check";
import { expect, it } from "vitest";
import { Entries } from "./entries.ts";

it("sorts as a stable sort by value does", () => {
  const anyValue = fc.oneof(fc.double({ min: 0, noNaN: true }), fc.constantFrom(0, 0.1, 0.25, 1));
  fc.assert(
    fc.property(fc.array(anyValue, { maxLength: 200, size: "max" }), (values) => {
      const entries = new Entries();
      values.forEach((value, at) => {
        entries.add(at, at, value);
      });
      const wanted = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number));
      expect([...entries.sorted()]).toEqual(wanted);
    }),
  );
});

it("has room for as many as there are", () => {
  const entries = new Entries();
  for (let at = 0; at < 5000; at++) entries.add(at, 2 * at, 5000 - at);
  expect([...entries.sorted()].slice(0, 2)).toEqual([4999, 4998]);
  expect([entries.count, entries.instances[4999], entries.targets[4999]]).toEqual([5000, 4999, 9998]);
});
