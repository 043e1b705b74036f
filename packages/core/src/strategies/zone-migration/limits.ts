/** How many actions one plan may hold: in all, per compute node left and per storage pool left. */
import type { ZoneMigrationParameters } from "./parameters.ts";

type Given = Pick<ZoneMigrationParameters, "parallel_total" | "parallel_per_node" | "parallel_per_pool">;

export class Limits {
  readonly #given: Given;
  readonly #perNode = new Map<number, number>();
  readonly #perPool = new Map<number, number>();
  #total = 0;

  constructor(given: Given) {
    this.#given = given;
  }

  totalReached(): boolean {
    return this.#total >= this.#given.parallel_total;
  }

  nodeReached(node: number): boolean {
    return (this.#perNode.get(node) ?? 0) >= this.#given.parallel_per_node;
  }

  /** @param pool its name, as an index into the text table */
  poolReached(pool: number): boolean {
    return (this.#perPool.get(pool) ?? 0) >= this.#given.parallel_per_pool;
  }

  /** Beyond a limit nothing is counted. */
  countNode(node: number): void {
    if (!this.totalReached() && !this.nodeReached(node)) this.#count(this.#perNode, node);
  }

  countPool(pool: number): void {
    if (!this.totalReached() && !this.poolReached(pool)) this.#count(this.#perPool, pool);
  }

  #count(counts: Map<number, number>, key: number): void {
    counts.set(key, (counts.get(key) ?? 0) + 1);
    this.#total += 1;
  }
}
