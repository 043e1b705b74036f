import fc from "fast-check";
import { expect, it } from "vitest";
import { RateLimiter } from "./rate-limiter.ts";

it("lets a burst through, then the rate", () => {
  const limiter = new RateLimiter(10, 5, 100);
  const passed = Array.from({ length: 8 }, () => limiter.allows("a", 0)).filter(Boolean);
  expect(passed).toHaveLength(5);
  expect(limiter.allows("a", 99)).toBe(false);
  expect(limiter.allows("a", 100)).toBe(true);
  expect(limiter.allows("a", 100)).toBe(false);
  expect(limiter.allows("b", 100)).toBe(true);
});

it("never lets more through than the burst and the rate allow", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 20 }), (gapsMs, burst) => {
      const limiter = new RateLimiter(10, burst, 100);
      let nowMs = 0;
      let passed = 0;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        if (limiter.allows("a", nowMs)) passed += 1;
      }
      return passed <= burst + nowMs / 100;
    }),
  );
});

it("remembers a bounded number of keys", () => {
  const limiter = new RateLimiter(1, 1, 2);
  expect(["a", "b", "c"].map((key) => limiter.allows(key, 0))).toEqual([true, true, true]);
  expect(limiter.allows("c", 0)).toBe(false);
  expect(limiter.allows("a", 0)).toBe(true);
});
