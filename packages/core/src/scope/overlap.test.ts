import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../json.ts";
import { scopesOverlap } from "./overlap.ts";

const zones = (...names: string[]): JsonValue => [
  { compute: [{ availability_zones: names.map((name) => ({ name })) }] },
];
const aggregates = (...names: string[]): JsonValue => [
  { compute: [{ host_aggregates: names.map((name) => ({ name })) }] },
];

describe("two scopes", () => {
  it("are disjoint when both include named zones of which none is in both", () => {
    expect(scopesOverlap(zones("a", "b"), zones("c"))).toBe(false);
    expect(scopesOverlap(zones("a", "b"), zones("b", "c"))).toBe(true);
  });

  it("are disjoint when one includes no host at all", () => {
    expect(scopesOverlap(zones(), zones("a"))).toBe(false);
  });

  it.each<[string, JsonValue, JsonValue]>([
    ["one says nothing", [], zones("a")],
    ["neither says anything", [], []],
    ["one includes no host, but may touch volumes, and the other says nothing", zones(), []],
    ["one takes every zone", zones("*"), zones("a")],
    ["both include aggregates: they may share hosts", aggregates("a"), aggregates("b")],
    ["one adds an aggregate, which may have hosts in any zone", aggregates("x"), zones("a")],
    ["one only excludes", [{ compute: [{ exclude: [{ compute_nodes: [{ name: "h1" }] }] }] }], zones("a")],
    [
      "one has rules for storage too",
      [...(zones("a") as JsonValue[]), { storage: [{ availability_zones: [{ name: "s1" }] }] }],
      zones("b"),
    ],
    [
      "one has rules for bare metal",
      [{ baremetal: [{ exclude: [{ ironic_nodes: [{ uuid: "u" }] }] }] }],
      zones("b"),
    ],
    ["one is in another form", { compute: [] }, zones("b")],
    ["one has the wildcard beside a name", zones("*", "a"), zones("b")],
  ])("may overlap when %s", (_why, one, other) => {
    expect(scopesOverlap(one, other)).toBe(true);
    expect(scopesOverlap(other, one)).toBe(true);
  });

  it("of any JSON are compared without an error, both ways alike", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const mine = one as JsonValue;
        const theirs = other as JsonValue;
        expect(scopesOverlap(mine, theirs)).toBe(scopesOverlap(theirs, mine));
      }),
      { numRuns: 500 },
    );
  });
});
