/** The pools as this strategy sees them: those that are too full, and those that may take more. */
import { clip, Reasons } from "../../explanation.ts";
import { UNMAPPED } from "../../model/layout.ts";
import type { ClusterModel, StorageColumns } from "../../model/model.ts";
import type { Options } from "../../options/options.ts";

/** Cinder's default where a backend reports no ratio. */
const OVER_SUBSCRIPTION_RATIO = 1;

export class Pools {
  readonly columns: StorageColumns["pools"];
  /** Used at or above the threshold, in model order. */
  readonly sources: number[] = [];
  readonly destinations: number[] = [];
  readonly passedOver = new Reasons();
  /** GB free now, planned moves counted. */
  readonly freeGb: Float64Array;
  readonly #threshold: number;
  /** By destination: the largest volume that its over-subscription allows, GB. */
  readonly #allocatableGb: Float64Array;
  /** By destination: GB that have to stay free. */
  readonly #reserveGb: Float64Array;

  /** @param threshold share of a pool's capacity */
  constructor(model: ClusterModel, storage: StorageColumns, threshold: number, options: Options) {
    const { pools } = storage;
    this.columns = pools;
    this.freeGb = new Float64Array(pools.freeCapacityGb);
    this.#threshold = threshold;
    this.#allocatableGb = new Float64Array(pools.count);
    this.#reserveGb = new Float64Array(pools.count);
    const excluded = new Set(options.exPools);
    for (let pool = 0; pool < pools.count; pool++) {
      const name = model.text(pools.name[pool] as number);
      const reason = excluded.has(shortName(name))
        ? "left alone by option"
        : this.#sort(storage, pool, options);
      if (reason !== null) this.passedOver.add(reason, () => ({ pool: clip(name) }));
    }
  }

  /** Whether the pool is too full, planned moves counted. */
  isFull(pool: number): boolean {
    const total = this.columns.totalCapacityGb[pool] as number;
    return total - (this.freeGb[pool] as number) >= this.#threshold * total;
  }

  /** Largest volume that the destination takes now without getting too full, GB; negative: none. */
  largestGb(pool: number): number {
    const allowed = (this.freeGb[pool] as number) - (this.#reserveGb[pool] as number);
    return Math.min(allowed, this.#allocatableGb[pool] as number);
  }

  usedPercent(pool: number, freeGb: number): number {
    const total = this.columns.totalCapacityGb[pool] as number;
    return (100 * (total - freeGb)) / total;
  }

  /** @returns why the pool is neither source nor destination; null: it is one */
  #sort(storage: StorageColumns, pool: number, options: Options): string | null {
    const total = this.columns.totalCapacityGb[pool] as number;
    // NaN where the backend tells none; nothing can be said of a share of nothing either.
    if (!(total > 0) || Number.isNaN(this.freeGb[pool])) return "capacity not known";
    const service = options.strategyParity ? UNMAPPED : (this.columns.node[pool] as number);
    const { up, enabled } = storage.nodes;
    if (service !== UNMAPPED && up[service] === 0) return "its service is down";
    if (this.isFull(pool)) {
      this.sources.push(pool);
      return null;
    }
    if (service !== UNMAPPED && enabled[service] === 0) return "its service is disabled";
    return this.#addDestination(pool, total);
  }

  /** Sizes are integers, so limits are too: the comparisons of the reference, solved for the size. */
  #addDestination(pool: number, total: number): string | null {
    const allocated = this.columns.allocatedCapacityGb[pool] as number;
    if (Number.isNaN(allocated)) return "allocated capacity not known";
    const told = this.columns.maxOverSubscriptionRatio[pool] as number;
    const ratio = Number.isNaN(told) ? OVER_SUBSCRIPTION_RATIO : told;
    // total * ratio >= allocated + size
    this.#allocatableGb[pool] = Math.floor(total * ratio) - allocated;
    // free - size > (1 - threshold) * total
    const reserve = Math.floor((1 - this.#threshold) * total) + 1;
    // 0.2 * 100 is below 20, so that this alone would fill a pool of 100 GB to a threshold of 80 %.
    const fills = total - reserve >= this.#threshold * total;
    this.#reserveGb[pool] = fills ? reserve + 1 : reserve;
    this.destinations.push(pool);
    return null;
  }
}

/** Name of the pool in its backend: what is behind the #. */
function shortName(name: string): string {
  return name.slice(name.indexOf("#") + 1);
}
