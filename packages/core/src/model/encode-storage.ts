/** Columns of the storage and bare metal models. */
import {
  type ColumnWriter,
  type FlagColumn,
  jsonText,
  type NumberColumn,
  type TextColumn,
} from "./column-writer.ts";
import { UNMAPPED } from "./layout.ts";
import type {
  BaremetalNodeSource,
  BaremetalSource,
  PoolSource,
  StorageNodeSource,
  StorageSource,
  VolumeSource,
  VolumeTypeSource,
} from "./source.ts";

const NODE_TEXTS: readonly TextColumn<StorageNodeSource>[] = [
  ["storageNode.host", (node) => node.host],
  ["storageNode.zone", (node) => node.zone || null],
  ["storageNode.volumeTypes", (node) => jsonText([...node.volumeTypes], "a storage node")],
];

const POOL_TEXTS: readonly TextColumn<PoolSource>[] = [
  ["pool.name", (pool) => pool.name],
  ["pool.backendName", (pool) => pool.backendName],
];

const VOLUME_TEXTS: readonly TextColumn<VolumeSource>[] = [
  ["volume.uuid", (volume) => volume.uuid],
  ["volume.name", (volume) => volume.name],
  ["volume.status", (volume) => volume.status],
  ["volume.snapshotId", (volume) => volume.snapshotId],
  ["volume.projectId", (volume) => volume.projectId],
  ["volume.volumeType", (volume) => volume.volumeType],
  ["volume.migrationStatus", (volume) => volume.migrationStatus],
  ["volume.createdAt", (volume) => volume.createdAt],
  ["volume.host", (volume) => volume.host],
  ["volume.metadata", (volume) => jsonText(volume.metadata, "a volume")],
  [
    "volume.attachments",
    (volume) =>
      jsonText(
        volume.attachments.map((one) => ({ ...one })),
        "a volume",
      ),
  ],
];

const TYPE_TEXTS: readonly TextColumn<VolumeTypeSource>[] = [
  ["volumeType.name", (type) => type.name],
  ["volumeType.extraSpecs", (type) => jsonText({ ...type.extraSpecs }, "a volume type")],
];

const NODE_FLAGS: readonly FlagColumn<StorageNodeSource>[] = [
  ["storageNode.enabled", (node) => node.status === "enabled"],
  ["storageNode.up", (node) => node.state === "up"],
];

const POOL_NUMBERS: readonly NumberColumn<PoolSource>[] = [
  ["pool.node", "i32", (pool) => pool.nodeIndex ?? UNMAPPED],
  ["pool.totalVolumes", "f64", (pool) => pool.totalVolumes ?? Number.NaN],
  ["pool.totalCapacityGb", "f64", (pool) => pool.totalCapacityGb ?? Number.NaN],
  ["pool.freeCapacityGb", "f64", (pool) => pool.freeCapacityGb ?? Number.NaN],
  ["pool.provisionedCapacityGb", "f64", (pool) => pool.provisionedCapacityGb ?? Number.NaN],
  ["pool.allocatedCapacityGb", "f64", (pool) => pool.allocatedCapacityGb ?? Number.NaN],
  ["pool.virtualFreeGb", "f64", (pool) => pool.virtualFreeGb ?? Number.NaN],
  ["pool.maxOverSubscriptionRatio", "f64", (pool) => pool.maxOverSubscriptionRatio ?? Number.NaN],
];

const VOLUME_NUMBERS: readonly NumberColumn<VolumeSource>[] = [
  ["volume.sizeGb", "u32", (volume) => volume.sizeGb],
  ["volume.pool", "i32", (volume) => volume.poolIndex ?? UNMAPPED],
];

const VOLUME_FLAGS: readonly FlagColumn<VolumeSource>[] = [
  ["volume.multiattach", (volume) => volume.multiattach],
  ["volume.bootable", (volume) => volume.bootable],
  ["volume.hasSnapshots", (volume) => volume.hasSnapshots],
];

const BAREMETAL_TEXTS: readonly TextColumn<BaremetalNodeSource>[] = [
  ["baremetal.uuid", (node) => node.uuid],
  ["baremetal.powerState", (node) => node.powerState],
  ["baremetal.maintenanceReason", (node) => node.maintenanceReason],
  ["baremetal.computeNode", (node) => node.computeNode],
];

const BAREMETAL_FLAGS: readonly FlagColumn<BaremetalNodeSource>[] = [
  ["baremetal.maintenance", (node) => node.maintenance],
  ["baremetal.upWhenPoweredOff", (node) => node.upWhenPoweredOff],
];

/** `baremetal.runningVms` of a node whose servers nobody counted. */
const UNKNOWN_COUNT = -1;

export function writeStorageTexts(
  { nodes, pools, volumes, types }: StorageSource,
  writer: ColumnWriter,
): void {
  writer.texts(nodes, NODE_TEXTS);
  writer.texts(pools, POOL_TEXTS);
  writer.texts(volumes, VOLUME_TEXTS);
  writer.texts(types, TYPE_TEXTS);
}

export function writeStorageNumbers({ nodes, pools, volumes }: StorageSource, writer: ColumnWriter): void {
  writer.flags(nodes, NODE_FLAGS);
  writer.numbers(pools, POOL_NUMBERS);
  writer.numbers(volumes, VOLUME_NUMBERS);
  writer.flags(volumes, VOLUME_FLAGS);
}

export function writeBaremetalTexts({ nodes }: BaremetalSource, writer: ColumnWriter): void {
  writer.texts(nodes, BAREMETAL_TEXTS);
}

export function writeBaremetalNumbers({ nodes }: BaremetalSource, writer: ColumnWriter): void {
  writer.flags(nodes, BAREMETAL_FLAGS);
  writer.numbers(nodes, [["baremetal.runningVms", "i32", (node) => node.runningVms ?? UNKNOWN_COUNT]]);
}
