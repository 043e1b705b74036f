/**
 * Pools by their share of free capacity, and a search from the highest share down for the first that takes a
 * volume. Kept in short blocks, each with the largest volume that any of its pools takes: a search and a
 * change cost the square root of the pools, where sorting them for each volume cost all of them.
 */

/** A full block is split in halves. Short, since looking at a pool of a block costs more than passing over one. */
const BLOCK_POOLS_MAX = 32;
/** No group: every pool may be taken. */
export const NO_GROUP = -1;
const NONE = -1;

export interface PoolRanking {
  /** Share of the pool that is free now. */
  share(pool: number): number;
  /** Largest volume that the pool takes now, GB; negative: none. */
  largestGb(pool: number): number;
  /** What a search may leave out; a text index, or another number >= 0. */
  group(pool: number): number;
}

interface Block {
  pools: number[];
  /** Largest volume that any pool takes, that pool's group, and the largest in any other group. */
  largestGb: number;
  group: number;
  elsewhereGb: number;
}

export class RankedPools {
  readonly #ranking: PoolRanking;
  /** Shares ascend from block to block and within. */
  readonly #blocks: Block[] = [];
  readonly #blockOf = new Map<number, Block>();

  /** Pools of equal share keep their order. */
  constructor(pools: readonly number[], ranking: PoolRanking) {
    this.#ranking = ranking;
    const sorted = [...pools].sort((a, b) => ranking.share(a) - ranking.share(b));
    for (let at = 0; at < sorted.length; at += BLOCK_POOLS_MAX / 2) {
      this.#addBlock(this.#blocks.length, sorted.slice(at, at + BLOCK_POOLS_MAX / 2));
    }
  }

  has(pool: number): boolean {
    return this.#blockOf.has(pool);
  }

  /**
   * The pool of the highest share that takes the volume; of equals the last. -1 without one.
   * @param except group that is left out, or NO_GROUP
   */
  find(sizeGb: number, except: number): number {
    for (let at = this.#blocks.length - 1; at >= 0; at--) {
      const block = this.#blocks[at] as Block;
      if ((block.group === except ? block.elsewhereGb : block.largestGb) < sizeGb) continue;
      for (let place = block.pools.length - 1; place >= 0; place--) {
        const pool = block.pools[place] as number;
        if (this.#ranking.largestGb(pool) >= sizeGb && this.#ranking.group(pool) !== except) return pool;
      }
    }
    return NONE;
  }

  /**
   * To be called after a pool has taken a volume. Its place is then behind all pools of its share: where a
   * stable sort puts one that comes from a higher share.
   * @param before its share until then
   */
  update(pool: number, before: number): void {
    const block = this.#blockOf.get(pool) as Block;
    if (this.#ranking.share(pool) === before) this.#summarize(block);
    else {
      this.#remove(pool, block);
      this.#insert(pool);
    }
  }

  #remove(pool: number, block: Block): void {
    block.pools.splice(block.pools.indexOf(pool), 1);
    if (block.pools.length === 0) this.#blocks.splice(this.#blocks.indexOf(block), 1);
    else this.#summarize(block);
  }

  #insert(pool: number): void {
    const share = this.#ranking.share(pool);
    const firstShare = (at: number): number =>
      this.#ranking.share((this.#blocks[at] as Block).pools[0] as number);
    const at = Math.max(0, countUpTo(share, this.#blocks.length, firstShare) - 1);
    const block = this.#blocks[at];
    if (block === undefined) {
      this.#addBlock(0, [pool]);
      return;
    }
    const shareAt = (place: number): number => this.#ranking.share(block.pools[place] as number);
    const place = countUpTo(share, block.pools.length, shareAt);
    block.pools.splice(place, 0, pool);
    this.#blockOf.set(pool, block);
    if (block.pools.length >= BLOCK_POOLS_MAX)
      this.#addBlock(at + 1, block.pools.splice(BLOCK_POOLS_MAX / 2));
    this.#summarize(block);
  }

  #addBlock(at: number, pools: number[]): void {
    const block: Block = { pools, largestGb: NONE, group: NO_GROUP, elsewhereGb: NONE };
    for (const pool of pools) this.#blockOf.set(pool, block);
    this.#blocks.splice(at, 0, block);
    this.#summarize(block);
  }

  #summarize(block: Block): void {
    block.largestGb = NONE;
    block.group = NO_GROUP;
    block.elsewhereGb = NONE;
    for (const pool of block.pools) {
      const size = this.#ranking.largestGb(pool);
      const group = this.#ranking.group(pool);
      if (size > block.largestGb) {
        if (group !== block.group) block.elsewhereGb = block.largestGb;
        block.largestGb = size;
        block.group = group;
      } else if (group !== block.group && size > block.elsewhereGb) block.elsewhereGb = size;
    }
  }
}

/** How many of the ascending values are at most the limit. */
function countUpTo(limit: number, count: number, valueAt: (at: number) => number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
