/** Checks of the storage and bare metal parts of a model source. */
import {
  fewEnough,
  INT32_MAX,
  indexOrNull,
  ratio,
  refuse,
  serviceState,
  uint32,
  unique,
} from "./check-values.ts";
import type {
  BaremetalNodeSource,
  BaremetalSource,
  PoolSource,
  StorageSource,
  VolumeSource,
} from "./source.ts";

function checkPool(pool: PoolSource, nodes: number): void {
  const at = `of pool ${pool.name}`;
  indexOrNull(pool.nodeIndex, nodes, `storage node index ${at}`);
  count(pool.totalVolumes, `totalVolumes ${at}`);
  count(pool.totalCapacityGb, `totalCapacityGb ${at}`);
  count(pool.freeCapacityGb, `freeCapacityGb ${at}`);
  count(pool.provisionedCapacityGb, `provisionedCapacityGb ${at}`);
  count(pool.allocatedCapacityGb, `allocatedCapacityGb ${at}`);
  const { virtualFreeGb, maxOverSubscriptionRatio } = pool;
  if (virtualFreeGb !== null && !Number.isSafeInteger(virtualFreeGb)) {
    refuse(`virtualFreeGb ${at}`, virtualFreeGb, "null or an integer");
  }
  if (maxOverSubscriptionRatio !== null) ratio(maxOverSubscriptionRatio, `maxOverSubscriptionRatio ${at}`);
}

/** Sums of a whole backend need not fit 32 bits: their columns are f64. */
function count(value: number | null, what: string): void {
  if (value !== null && !(Number.isSafeInteger(value) && value >= 0)) {
    refuse(what, value, "null or an integer >= 0");
  }
}

function checkVolume(volume: VolumeSource, pools: number): void {
  const at = `of volume ${volume.uuid}`;
  uint32(volume.sizeGb, `sizeGb ${at}`);
  indexOrNull(volume.poolIndex, pools, `pool index ${at}`);
}

/** @throws VigilError invalid-input naming the element, the value seen and the one wanted */
export function checkStorage({ nodes, pools, volumes, types }: StorageSource): void {
  fewEnough([nodes, pools, volumes]);
  for (const node of nodes) serviceState(node, `of storage node ${node.host}`);
  for (const pool of pools) checkPool(pool, nodes.length);
  for (const volume of volumes) checkVolume(volume, pools.length);
  unique(
    nodes.map((node) => node.host),
    "Storage node",
  );
  unique(
    pools.map((pool) => pool.name),
    "Pool",
  );
  unique(
    volumes.map((volume) => volume.uuid),
    "Volume",
  );
  unique(
    types.map((type) => type.name),
    "Volume type",
  );
}

function checkBaremetalNode({ uuid, runningVms }: BaremetalNodeSource): void {
  if (runningVms === null) return;
  if (!(Number.isInteger(runningVms) && runningVms >= 0 && runningVms <= INT32_MAX)) {
    refuse(`runningVms of bare metal node ${uuid}`, runningVms, `null or an integer from 0 to ${INT32_MAX}`);
  }
}

/** @throws VigilError invalid-input naming the element, the value seen and the one wanted */
export function checkBaremetal({ nodes }: BaremetalSource): void {
  for (const node of nodes) checkBaremetalNode(node);
  unique(
    nodes.map((node) => node.uuid),
    "Bare metal node",
  );
}
