import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Batcher } from "./batcher.ts";

interface Item {
  key: string;
  n: number;
  /** Default: n. */
  weight?: number;
  /** Default: one of its own. */
  group?: string;
}

function harness(
  over: {
    itemsMax?: number;
    batchesMax?: number;
    weightMax?: number;
    fails?: (items: readonly Item[]) => boolean;
  } = {},
) {
  const batches: Item[][] = [];
  const gates: (() => void)[] = [];
  const batcher = new Batcher<Item, number>({
    itemsMax: over.itemsMax ?? 10,
    batchesMax: over.batchesMax ?? 2,
    keyOf: (item) => item.key,
    groupOf: (item) => item.group ?? item.key,
    ...(over.weightMax === undefined
      ? {}
      : { weightMax: over.weightMax, weightOf: (item) => item.weight ?? item.n }),
    isItemsFault: (error) => String(error).includes("item"),
    run: async (items) => {
      batches.push([...items]);
      await new Promise<void>((open) => gates.push(open));
      if (over.fails?.(items)) throw new Error("an item is at fault");
      return items.map((item) => item.n);
    },
  });
  return { batcher, batches, open: () => gates.shift()?.(), pending: () => gates.length };
}

async function settle(world: ReturnType<typeof harness>, calls: Promise<unknown>[]): Promise<void> {
  let done = false;
  void Promise.allSettled(calls).then(() => {
    done = true;
  });
  while (!done) {
    world.open();
    await Promise.resolve();
  }
}

describe("batcher", () => {
  it("starts an only call at once and groups those that come meanwhile", async () => {
    const world = harness({ batchesMax: 1 });
    const calls = ["a", "b", "c"].map((key, n) => world.batcher.call({ key, n }));
    expect(world.batches).toEqual([[{ key: "a", n: 0 }]]);
    await settle(world, calls);
    expect(world.batches[1]).toHaveLength(2);
    expect(await Promise.all(calls)).toEqual([0, 1, 2]);
  });

  it("repeats a failed batch item by item, so that one bad item fails alone", async () => {
    const world = harness({ batchesMax: 1, fails: (items) => items.some((item) => item.n === 2) });
    const calls = [0, 1, 2, 3].map((n) => world.batcher.call({ key: `k${n}`, n }));
    await settle(world, calls);
    const outcomes = (await Promise.allSettled(calls)).map((outcome) => outcome.status);
    expect(outcomes).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  });

  it("gives what weighs much a batch of its own, and lets lighter ones pass", async () => {
    const world = harness({ batchesMax: 1, weightMax: 10 });
    const calls = [1, 4, 50, 5, 3].map((n) => world.batcher.call({ key: `k${n}`, n }));
    await settle(world, calls);
    expect(world.batches.map((batch) => batch.map(({ n }) => n))).toEqual([[1], [4, 5], [50], [3]]);
  });

  it("lets calls of one group share a batch, never two batches at once", async () => {
    const world = harness({ batchesMax: 4 });
    const calls = ["p", "p", "q", "p", "q"].map((group, n) => world.batcher.call({ key: `k${n}`, n, group }));
    expect(world.batches.map((batch) => batch.map(({ n }) => n))).toEqual([[0], [2]]);
    world.open();
    await calls[0];
    await settle(world, calls);
    expect(world.batches.map((batch) => batch.map(({ n }) => n))).toEqual([[0], [2], [1, 3], [4]]);
  });

  it("never has a key twice under way, keeps the order of a key, and answers every call", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat(12)),
        async (keys, itemsMax, batchesMax, weights) => {
          const world = harness({ itemsMax, batchesMax, weightMax: 10 });
          const calls = keys.map((key, n) => {
            const weight = weights.next().value as number;
            return world.batcher.call({ key: `k${key}`, n, weight, group: `g${key % 2}` });
          });
          await settle(world, calls);
          expect(await Promise.all(calls)).toEqual(keys.map((_, n) => n));
          for (const batch of world.batches) {
            expect(batch.length).toBeLessThanOrEqual(itemsMax);
            expect(new Set(batch.map((item) => item.key)).size).toBe(batch.length);
          }
          for (const key of new Set(keys)) {
            const order = world.batches.flat().filter((item) => item.key === `k${key}`);
            expect(order.map((item) => item.n)).toEqual(
              order.map((item) => item.n).toSorted((a, b) => a - b),
            );
          }
        },
      ),
    );
  });
});
