/** storage_capacity_balance once more, for tests: plain objects and a sort for each volume, as the text has it. */
import type { PoolSource, StorageSource, VolumeSource, VolumeTypeSource } from "../model/source.ts";

interface Move {
  volume: string;
  from: string;
  to: string;
  /** Null: migrated as it is. */
  type: string | null;
}

interface State {
  pool: PoolSource;
  free: number;
}

const BACKEND_NAME = "volume_backend_name";

/** Services and pools left alone by an option are not looked at: give it storage without them. */
export function plainBalance(storage: StorageSource, threshold: number): Move[] {
  const known: State[] = storage.pools
    .filter((pool) => (pool.totalCapacityGb ?? 0) > 0 && pool.freeCapacityGb !== null)
    .map((pool) => ({ pool, free: pool.freeCapacityGb as number }));
  const sources = known.filter((state) => isFull(state, threshold));
  const destinations = known.filter(
    (state) => !isFull(state, threshold) && state.pool.allocatedCapacityGb !== null,
  );
  const moves: Move[] = [];
  for (const source of sources) {
    for (const volume of candidates(storage.volumes, source.pool.name)) {
      if (!isFull(source, threshold)) break;
      const move = place(storage.types, destinations, volume, threshold);
      if (move === null) continue;
      source.free += volume.sizeGb;
      moves.push({ ...move, from: source.pool.name });
    }
  }
  return moves;
}

function isFull({ pool, free }: State, threshold: number): boolean {
  return total(pool) - free >= threshold * total(pool);
}

function total(pool: PoolSource): number {
  return pool.totalCapacityGb as number;
}

function candidates(volumes: readonly VolumeSource[], host: string): VolumeSource[] {
  const movable = volumes.filter(
    (one) =>
      one.host === host &&
      !one.hasSnapshots &&
      (one.migrationStatus === null || one.migrationStatus === "success"),
  );
  const bySize = (group: VolumeSource[]): VolumeSource[] => group.sort((a, b) => a.sizeGb - b.sizeGb);
  const inUse = movable.filter(({ status }) => status === "in-use");
  return [
    ...bySize(movable.filter(({ status }) => status === "available")),
    ...bySize(inUse.filter(({ bootable }) => !bootable)),
    ...bySize(inUse.filter(({ bootable }) => bootable)),
  ];
}

/** Sorts the destinations in place, and takes the volume's size from the one that gets it. */
function place(
  types: readonly VolumeTypeSource[],
  destinations: State[],
  { uuid, sizeGb, volumeType }: VolumeSource,
  threshold: number,
): Omit<Move, "from"> | null {
  destinations.sort((a, b) => a.free / total(a.pool) - b.free / total(b.pool));
  for (const state of [...destinations].reverse()) {
    const { pool, free } = state;
    const ratio = pool.maxOverSubscriptionRatio ?? 1;
    if (total(pool) * ratio < (pool.allocatedCapacityGb as number) + sizeGb) continue;
    if (!(free - sizeGb > (1 - threshold) * total(pool))) continue;
    if (isFull({ pool, free: free - sizeGb }, threshold)) continue;
    const type = volumeType === null ? null : targetType(types, volumeType, pool.backendName);
    if (volumeType !== null && type === null) continue;
    state.free -= sizeGb;
    return { volume: uuid, to: pool.name, type };
  }
  return null;
}

function targetType(types: readonly VolumeTypeSource[], name: string, backend: string | null): string | null {
  const own = types.find((type) => type.name === name);
  if (own === undefined || backend === null) return null;
  const asked = Object.entries(own.extraSpecs).filter(([key]) => key !== BACKEND_NAME);
  const first = types.find(
    ({ extraSpecs }) =>
      extraSpecs[BACKEND_NAME] === backend && asked.every(([key, value]) => extraSpecs[key] === value),
  );
  return first === undefined || first.name === name ? null : first.name;
}
