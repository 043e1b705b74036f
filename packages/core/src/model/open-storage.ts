/** Storage and bare metal columns of an opened snapshot. */
import { broken, type ColumnReader } from "./column-reader.ts";
import type { SnapshotCounts } from "./layout.ts";
import type { BaremetalColumns, StorageColumns } from "./model.ts";

/** @throws VigilError invalid-input */
export function readStorage(
  columns: ColumnReader,
  counts: NonNullable<SnapshotCounts["storage"]>,
): StorageColumns {
  return {
    nodes: readNodes(columns, counts.nodes),
    pools: readPools(columns, counts.pools, counts.nodes),
    volumes: readVolumes(columns, counts.volumes, counts.pools),
    types: {
      count: counts.types,
      name: columns.get("volumeType.name", "u32", counts.types),
      extraSpecs: columns.get("volumeType.extraSpecs", "u32", counts.types),
    },
  };
}

function readNodes(columns: ColumnReader, count: number): StorageColumns["nodes"] {
  return {
    count,
    host: columns.get("storageNode.host", "u32", count),
    zone: columns.get("storageNode.zone", "u32", count),
    enabled: columns.get("storageNode.enabled", "u8", count),
    up: columns.get("storageNode.up", "u8", count),
    volumeTypes: columns.get("storageNode.volumeTypes", "u32", count),
  };
}

function readPools(columns: ColumnReader, count: number, nodes: number): StorageColumns["pools"] {
  const capacity = (name: string): Float64Array => columns.numbersOrNone(`pool.${name}`, count, 0);
  return {
    count,
    name: columns.get("pool.name", "u32", count),
    node: columns.owners("pool.node", count, nodes),
    backendName: columns.get("pool.backendName", "u32", count),
    totalVolumes: capacity("totalVolumes"),
    totalCapacityGb: capacity("totalCapacityGb"),
    freeCapacityGb: capacity("freeCapacityGb"),
    provisionedCapacityGb: capacity("provisionedCapacityGb"),
    allocatedCapacityGb: capacity("allocatedCapacityGb"),
    virtualFreeGb: columns.numbersOrNone("pool.virtualFreeGb", count, -Number.MAX_VALUE),
    maxOverSubscriptionRatio: capacity("maxOverSubscriptionRatio"),
  };
}

function readVolumes(columns: ColumnReader, count: number, pools: number): StorageColumns["volumes"] {
  const texts = (name: string): Uint32Array => columns.get(`volume.${name}`, "u32", count);
  const flags = (name: string): Uint8Array => columns.get(`volume.${name}`, "u8", count);
  return {
    count,
    uuid: texts("uuid"),
    name: texts("name"),
    sizeGb: texts("sizeGb"),
    status: texts("status"),
    snapshotId: texts("snapshotId"),
    projectId: texts("projectId"),
    volumeType: texts("volumeType"),
    migrationStatus: texts("migrationStatus"),
    createdAt: texts("createdAt"),
    host: texts("host"),
    metadata: texts("metadata"),
    attachments: texts("attachments"),
    multiattach: flags("multiattach"),
    bootable: flags("bootable"),
    hasSnapshots: flags("hasSnapshots"),
    pool: columns.owners("volume.pool", count, pools),
  };
}

/** @throws VigilError invalid-input */
export function readBaremetal(columns: ColumnReader, count: number): BaremetalColumns {
  const runningVms = columns.get("baremetal.runningVms", "i32", count);
  for (let at = 0; at < count; at++) {
    if ((runningVms[at] as number) < -1) throw broken(`count ${runningVms[at]} in baremetal.runningVms`);
  }
  return {
    count,
    uuid: columns.get("baremetal.uuid", "u32", count),
    powerState: columns.get("baremetal.powerState", "u32", count),
    maintenance: columns.get("baremetal.maintenance", "u8", count),
    maintenanceReason: columns.get("baremetal.maintenanceReason", "u32", count),
    computeNode: columns.get("baremetal.computeNode", "u32", count),
    runningVms,
    upWhenPoweredOff: columns.get("baremetal.upWhenPoweredOff", "u8", count),
  };
}
