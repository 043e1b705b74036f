/**
 * Randomness of a run: all of it comes from the run's seed, so that a plan can be recomputed.
 * sfc32: passes PractRand, needs only 32-bit integer arithmetic, hence the same on every machine.
 */
export interface Random {
  /** Uniform integer, 0 .. 2^32-1. */
  uint32(): number;
  /** Uniform integer, 0 .. limit-1; limit 1 .. 2^32-1. Modulo bias is below 2^-32 * limit. */
  below(limit: number): number;
}

/** Rounds that separate similar seeds, as the generator's author advises. */
const WARM_UP_ROUNDS = 15;

/** @param seed any number; taken modulo 2^32. */
export function createRandom(seed: number): Random {
  let a = 0;
  let b = 0;
  let c = seed >>> 0;
  let counter = 1;
  const uint32 = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round++) uint32();
  return { uint32, below: (limit) => uint32() % limit };
}
