/**
 * What tests get when they import "fast-check" (vitest.config.ts): the library with one seed for all properties, so
 * that the same sources give the same result, and a red build is the change's doing. VIGIL_TEST_SEED sets another
 * seed; `random` draws a new one in each file, which is how longer searches find what one seed does not.
 *
 * An alias and not a set-up file: that would load the library in all the test files that don't use it.
 */
import { randomInt } from "node:crypto";
import fc from "../../node_modules/fast-check/lib/fast-check.js";

const SEED_DEFAULT = 20_261_123;
/** Seeds are signed 32-bit numbers. */
const SEEDS = 2 ** 31;

function chosenSeed(): number {
  const wanted = process.env.VIGIL_TEST_SEED;
  if (wanted === undefined || wanted === "") return SEED_DEFAULT;
  if (wanted === "random") return randomInt(SEEDS);
  const seed = Number(wanted);
  if (Number.isInteger(seed)) return seed;
  throw new Error(`VIGIL_TEST_SEED is ${wanted}, wanted an integer or "random"`);
}

fc.configureGlobal({ seed: chosenSeed() });

export default fc;
