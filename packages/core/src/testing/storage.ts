/** Storage and bare metal models for tests: builders with defaults. Production never imports this. */
import fc from "fast-check";
import type {
  BaremetalNodeSource,
  PoolSource,
  StorageNodeSource,
  StorageSource,
  VolumeSource,
  VolumeTypeSource,
} from "../model/source.ts";

export function storageNode(host: string, members: Partial<StorageNodeSource> = {}): StorageNodeSource {
  return { host, zone: null, status: "enabled", state: "up", volumeTypes: [], ...members };
}

/** 100 GB, half of it free. */
export function pool(name: string, nodeIndex: number | null, members: Partial<PoolSource> = {}): PoolSource {
  return {
    name,
    nodeIndex,
    backendName: null,
    totalVolumes: null,
    totalCapacityGb: 100,
    freeCapacityGb: 50,
    provisionedCapacityGb: 50,
    allocatedCapacityGb: 50,
    virtualFreeGb: null,
    maxOverSubscriptionRatio: 1,
    ...members,
  };
}

/** 10 GB, available, without type. Give `host` with `poolIndex`: both are read. */
export function volume(
  uuid: string,
  poolIndex: number | null,
  members: Partial<VolumeSource> = {},
): VolumeSource {
  return {
    uuid,
    name: `name-${uuid}`,
    sizeGb: 10,
    status: "available",
    attachments: [],
    multiattach: false,
    bootable: false,
    snapshotId: null,
    hasSnapshots: false,
    projectId: null,
    metadata: {},
    volumeType: null,
    migrationStatus: null,
    createdAt: null,
    host: null,
    poolIndex,
    ...members,
  };
}

export function volumeType(name: string, extraSpecs: Record<string, string> = {}): VolumeTypeSource {
  return { name, extraSpecs };
}

/** Volumes without a host of their own get their pool's name. */
export function storage(members: Partial<StorageSource>): StorageSource {
  const whole = { nodes: [], pools: [], volumes: [], types: [], ...members };
  const hostOf = (one: VolumeSource): string | null =>
    one.host ??
    (one.poolIndex === null ? null : ((whole.pools[one.poolIndex] as PoolSource | undefined)?.name ?? null));
  return { ...whole, volumes: whole.volumes.map((one: VolumeSource) => ({ ...one, host: hostOf(one) })) };
}

/** Powered on, of a kind that stays up when powered off. */
export function baremetalNode(
  uuid: string,
  computeNode: string | null,
  members: Partial<BaremetalNodeSource> = {},
): BaremetalNodeSource {
  return {
    uuid,
    powerState: "on",
    maintenance: false,
    maintenanceReason: null,
    computeNode,
    runningVms: null,
    upWhenPoweredOff: true,
    ...members,
  };
}

const anyNode = fc.record({
  zone: fc.constantFrom("a", "b", null),
  status: fc.constantFrom("enabled" as const, "disabled" as const),
  state: fc.constantFrom("up" as const, "down" as const),
  volumeTypes: fc.subarray(["t0", "t1", "t2"]),
});

const anyPool = fc
  .record({
    nodeIndex: fc.nat(3),
    backendName: fc.constantFrom("b0", "b1", null),
    totalCapacityGb: fc.option(fc.nat(200), { freq: 12 }),
    usedGb: fc.nat(200),
    allocatedCapacityGb: fc.option(fc.nat(200), { freq: 12 }),
    maxOverSubscriptionRatio: fc.option(fc.constantFrom(1, 1.5, 20), { freq: 12 }),
  })
  .map(({ usedGb, totalCapacityGb, ...members }) => ({
    ...members,
    totalCapacityGb,
    freeCapacityGb: totalCapacityGb === null ? null : Math.max(0, totalCapacityGb - usedGb),
  }));

const anyVolume = fc.record({
  poolIndex: fc.nat(5),
  sizeGb: fc.nat(30),
  status: fc.constantFrom("available", "in-use", "error"),
  bootable: fc.boolean(),
  hasSnapshots: fc.constantFrom(false, false, false, true),
  projectId: fc.constantFrom("p1", "p2", null),
  volumeType: fc.constantFrom("t0", "t1", "t2", "t9", null),
  migrationStatus: fc.constantFrom(null, "success", "migrating"),
});

const anyTypes = fc
  .array(fc.dictionary(fc.constantFrom("volume_backend_name", "ssd"), fc.constantFrom("b0", "b1")), {
    maxLength: 3,
  })
  .map((specs) => specs.map((extraSpecs, at) => volumeType(`t${at}`, { ...extraSpecs })));

/** Up to 3 storage nodes, 5 pools and 30 volumes; unmapped ones, unknown capacities and odd states among them. */
export const anyStorage: fc.Arbitrary<StorageSource> = fc
  .record({
    nodes: fc.array(anyNode, { maxLength: 3 }),
    pools: fc.array(anyPool, { maxLength: 5, size: "max" }),
    volumes: fc.array(anyVolume, { maxLength: 30, size: "max" }),
    types: anyTypes,
  })
  .map(({ nodes, pools, volumes, types }) => {
    const below = (index: number, limit: number): number | null => (index < limit ? index : null);
    return storage({
      nodes: nodes.map((members, at) => storageNode(`h@b${at}`, members)),
      pools: pools.map(({ nodeIndex, ...members }, at) =>
        pool(`h@b${nodeIndex}#p${at}`, below(nodeIndex, nodes.length), members),
      ),
      volumes: volumes.map(({ poolIndex, ...members }, at) =>
        volume(`v${at}`, below(poolIndex, pools.length), members),
      ),
      types,
    });
  });
