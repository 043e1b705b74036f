import { createRandom } from "../random.ts";

/** What a random cluster draws from. */
export class Dice {
  readonly #random;

  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  /** 0 .. limit - 1 */
  below(limit: number): number {
    return this.#random.below(Math.max(1, limit));
  }

  chance(share: number): boolean {
    return this.#random.below(1000) < share * 1000;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}
