import { describe, expect, it } from "vitest";
import { createRandom } from "./random.ts";

describe("createRandom", () => {
  it("repeats itself for a seed and differs between seeds", () => {
    const draw = (seed: number): number[] => {
      const random = createRandom(seed);
      return Array.from({ length: 8 }, () => random.uint32());
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).toEqual(draw(1 + 2 ** 32));
    expect(draw(1)).not.toEqual(draw(2));
    // Pinned: recorded plans are recomputed from their seeds by later versions.
    expect(draw(1).slice(0, 3)).toMatchInlineSnapshot(`
      [
        1047107358,
        1857996408,
        3863704218,
      ]
    `);
  });

  it("stays below its limit and reaches every value", () => {
    const random = createRandom(7);
    const seen = new Set(Array.from({ length: 200 }, () => random.below(6)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
