import fc from "fast-check";
import { expect, test } from "vitest";
import { type PrunableSnapshot, snapshotsToPrune } from "./prune.ts";

const DAY = 86_400_000;
const NOW = 100 * DAY;
const RULES = { nowMs: NOW, keepMs: 14 * DAY, bytesMax: 1_000 };

function snapshot(hash: string, over: Partial<PrunableSnapshot> = {}): PrunableSnapshot {
  return { hash, size: 10, isHead: false, headedMs: NOW - 20 * DAY, namedMs: undefined, ...over };
}

test("what is newest, was newest lately, or is named by a run lately stays", () => {
  const all = [
    snapshot("old"),
    snapshot("head", { isHead: true }),
    snapshot("named", { namedMs: NOW - 13 * DAY }),
    snapshot("named long ago", { namedMs: NOW - 15 * DAY }),
    snapshot("just replaced", { headedMs: NOW - DAY + 1 }),
    snapshot("of a clock that went back", { headedMs: NOW + DAY }),
  ];
  expect(snapshotsToPrune(all, RULES)).toEqual(["old", "named long ago"]);
});

test("without room the longest unused go first", () => {
  const all = [
    snapshot("b", { size: 500, namedMs: NOW - 2 * DAY }),
    snapshot("a", { size: 500, namedMs: NOW - 3 * DAY }),
    snapshot("head", { size: 400, isHead: true }),
  ];
  expect(snapshotsToPrune(all, RULES)).toEqual(["a"]);
});

test("never a head, never more than is needed for room", () => {
  const any = fc.record({
    hash: fc.uuid(),
    size: fc.integer({ min: 0, max: 600 }),
    isHead: fc.boolean(),
    headedMs: fc.integer({ min: 0, max: NOW + DAY }),
    namedMs: fc.option(fc.integer({ min: 0, max: NOW + DAY }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(any, { selector: ({ hash }) => hash, maxLength: 20 }), (all) => {
      const pruned = new Set(snapshotsToPrune(all, RULES));
      const left = all.filter(({ hash }) => !pruned.has(hash));
      expect(all.every(({ hash, isHead }) => !(isHead && pruned.has(hash)))).toBe(true);
      const bytes = left.reduce((sum, { size }) => sum + size, 0);
      expect(bytes <= RULES.bytesMax || left.every(({ isHead }) => isHead)).toBe(true);
      expect(snapshotsToPrune(left, RULES)).toEqual([]);
    }),
  );
});
