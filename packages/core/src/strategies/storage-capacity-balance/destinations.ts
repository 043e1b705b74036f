/** Where a volume goes: the emptiest pool that takes it, among those that its type allows. */
import { NO_TEXT } from "../../model/layout.ts";
import type { StorageColumns } from "../../model/model.ts";
import type { Pools } from "./pools.ts";
import { NO_GROUP, type PoolRanking, RankedPools } from "./ranked-pools.ts";
import type { TypeClass, VolumeTypes } from "./volume-types.ts";

export interface Placement {
  pool: number;
  /** The type that takes the volume there; null: it has none and is migrated as it is. */
  type: number | null;
}

/** Why a volume can't leave its pool. */
export type Unplaced =
  | "no pool has room"
  | "nothing is known of its type"
  | "no pool of another type has room";

export class Destinations {
  readonly #storage: StorageColumns;
  readonly #pools: Pools;
  readonly #types: VolumeTypes;
  readonly #ranking: PoolRanking;
  /** All destinations, for volumes without a type. */
  readonly #all: RankedPools;
  /** For volumes with one: the pools whose backends have a type for the class. */
  readonly #ofClass = new Map<TypeClass, RankedPools>();

  /** @param typeNames texts of the types that volumes to place have */
  constructor(storage: StorageColumns, pools: Pools, types: VolumeTypes, typeNames: ReadonlySet<number>) {
    this.#storage = storage;
    this.#pools = pools;
    this.#types = types;
    const total = storage.pools.totalCapacityGb;
    this.#ranking = {
      share: (pool) => (pools.freeGb[pool] as number) / (total[pool] as number),
      largestGb: (pool) => pools.largestGb(pool),
      group: (pool) => storage.pools.backendName[pool] as number,
    };
    this.#all = new RankedPools(pools.destinations, this.#ranking);
    // Made before the first move: the order of equals is that of the model only then.
    for (const name of typeNames) {
      const type = types.find(name);
      if (type !== null) this.#rank(types.classOf(type));
    }
  }

  #rank(of: TypeClass): void {
    if (this.#ofClass.has(of)) return;
    const { backendName } = this.#storage.pools;
    const allowed = this.#pools.destinations.filter((pool) => of.targets.has(backendName[pool] as number));
    this.#ofClass.set(of, new RankedPools(allowed, this.#ranking));
  }

  /** Finds a pool and takes the volume's size from it. */
  place(volume: number): Placement | Unplaced {
    const { sizeGb, volumeType } = this.#storage.volumes;
    const size = sizeGb[volume] as number;
    const name = volumeType[volume] as number;
    if (name === NO_TEXT) return this.#take(this.#all.find(size, NO_GROUP), size, null) ?? "no pool has room";
    const type = this.#types.find(name);
    if (type === null) return "nothing is known of its type";
    const of = this.#types.classOf(type);
    const pool = (this.#ofClass.get(of) as RankedPools).find(size, this.#types.homeOf(type));
    return this.#take(pool, size, of) ?? "no pool of another type has room";
  }

  #take(pool: number, sizeGb: number, of: TypeClass | null): Placement | null {
    if (pool < 0) return null;
    const rankings = [this.#all, ...this.#ofClass.values()].filter((ranked) => ranked.has(pool));
    const before = this.#ranking.share(pool);
    this.#pools.freeGb[pool] = (this.#pools.freeGb[pool] as number) - sizeGb;
    for (const ranked of rankings) ranked.update(pool, before);
    const backend = this.#storage.pools.backendName[pool] as number;
    return { pool, type: of === null ? null : (of.targets.get(backend) as number) };
  }
}
