import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NO_GROUP, RankedPools } from "./ranked-pools.ts";

describe("ranked pools", () => {
  it("find what sorting anew before each search finds, at any number of pools", () => {
    const pool = fc.record({ share: fc.nat(12), room: fc.nat(20), group: fc.nat(2) });
    const search = fc.record({ size: fc.nat(20), except: fc.integer({ min: -1, max: 2 }), loss: fc.nat(6) });
    fc.assert(
      fc.property(
        fc.array(pool, { maxLength: 600, size: "max" }),
        fc.array(search, { maxLength: 60, size: "max" }),
        (pools, searches) => {
          const state = pools.map((one) => ({ ...one }));
          const of = (at: number) => state[at] as (typeof state)[number];
          const ranked = new RankedPools([...state.keys()], {
            share: (at) => of(at).share,
            largestGb: (at) => of(at).room,
            group: (at) => of(at).group,
          });
          const sorted = [...state.keys()];
          for (const { size, except, loss } of searches) {
            sorted.sort((a, b) => of(a).share - of(b).share);
            const takes = (at: number): boolean => of(at).room >= size && of(at).group !== except;
            const found = ranked.find(size, except);
            expect(found).toBe(sorted.findLast(takes) ?? -1);
            if (found < 0) continue;
            const before = of(found).share;
            of(found).share -= loss;
            of(found).room -= 1;
            ranked.update(found, before);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("are nothing without pools, and keep one that is alone", () => {
    let room = 5;
    const ranking = { share: () => room, largestGb: () => room, group: () => 0 };
    expect(new RankedPools([], ranking).find(0, NO_GROUP)).toBe(-1);
    const one = new RankedPools([7], ranking);
    expect([one.find(5, NO_GROUP), one.find(6, NO_GROUP), one.find(5, 0)]).toEqual([7, -1, -1]);
    room = 3;
    one.update(7, 5);
    expect([one.has(7), one.has(8), one.find(3, NO_GROUP), one.find(4, NO_GROUP)]).toEqual([
      true,
      false,
      7,
      -1,
    ]);
  });
});
