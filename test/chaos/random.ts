/** Random numbers of a seed: the same seed draws the same faults and the same load. */

export interface Random {
  /** 0 .. limit-1 */
  below(limit: number): number;
  /** from .. to, both included */
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
  /** True with this probability, 0 .. 1. */
  chance(share: number): boolean;
  shuffled<T>(items: readonly T[]): T[];
}

export const SEED_MAX = 2 ** 31;

/** mulberry32: small, and even enough for schedules. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(fraction() * limit);
  return {
    below,
    between: (from, to) => from + below(to - from + 1),
    pick: (items) => items[below(items.length)]!,
    chance: (share) => fraction() < share,
    shuffled: (items) => {
      const rest = [...items];
      return items.map(() => rest.splice(below(rest.length), 1)[0]!);
    },
  };
}
