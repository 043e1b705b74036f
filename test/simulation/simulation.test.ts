/**
 * The whole path under 10,000 seeds: edges, broker, workers, state, appliers, with everything that can go wrong between
 * any two of their steps. A failure prints the line that replays its seed; `make soak` runs more of them.
 */

import { expect, test } from "vitest";
import { neverHappened, soak } from "./soak.ts";

const SEEDS = 10_000;

test(`the guarantees hold under ${SEEDS} seeds, and everything that may go wrong did`, async () => {
  const { seeds, counts } = await soak({ from: 1, seeds: SEEDS, jobs: 2 });
  expect(seeds).toBe(SEEDS);
  expect(neverHappened(counts)).toEqual([]);
  // 30 s of processor time; the rest is for what else runs on the machine.
}, 300_000);
