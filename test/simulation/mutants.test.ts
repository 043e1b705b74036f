/** The simulation finds rules that are broken on purpose, within few seeds. */

import { expect, test } from "vitest";
import { MUTANTS } from "./mutants.ts";
import { World } from "./world.ts";

const SEEDS_MAX = 1_500;

test.each(MUTANTS)("finds out: $name", ({ rules, mistakes, faults }) => {
  const found = () => {
    for (let seed = 1; seed <= SEEDS_MAX; seed++) new World(seed, { rules, mistakes, faults }).run();
  };
  expect(found).toThrow(/^seed \d+, step \d+/);
});
