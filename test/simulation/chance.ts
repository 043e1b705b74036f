/** All that is random in one simulated world comes from its seed, in the order in which it is asked for. */

import { createRandom, type Random } from "../../packages/core/src/random.ts";

export class Chance {
  readonly #random: Random;

  /** @param seed any integer */
  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  /** Integer, 0 .. limit - 1; limit at least 1. */
  below(limit: number): number {
    return this.#random.below(limit);
  }

  /** Integer, min .. max, both included. */
  between(min: number, max: number): number {
    return min + this.#random.below(max - min + 1);
  }

  /** @param share 0 .. 1 */
  hits(share: number): boolean {
    return this.#random.uint32() < share * 4_294_967_296;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.#random.below(values.length)]!;
  }

  /** Like `pick`, undefined of an empty list. */
  pickAny<T>(values: readonly T[]): T | undefined {
    return values.length === 0 ? undefined : this.pick(values);
  }
}
