/**
 * Reader of the block storage service's answers gathered in one JSON object, with its own names:
 *
 *     services[]      host ("host@backend"), zone, status, state        may be left out
 *     pools[]         name ("host@backend#pool"), volume_backend_name, total_capacity_gb, free_capacity_gb,
 *                     provisioned_capacity_gb, allocated_capacity_gb, virtual_free, total_volumes,
 *                     max_over_subscription_ratio; numbers, numeric texts, "unknown" or "infinite"
 *     volumes[]       id, name, size, status, host (its pool's name), volume_type, bootable, multiattach,
 *                     migration_status, attachments[] {server_id, attachment_id}, snapshot_id, project_id,
 *                     metadata, created_at
 *     snapshots[]     volume_id                                          may be left out
 *     volume_types[]  name, extra_specs                                  may be left out
 *
 * It stands alone in a file, or is the member `storage` of a cluster file. Unknown members are ignored.
 */
import type {
  JsonObject,
  JsonValue,
  PoolSource,
  StorageNodeSource,
  StorageSource,
  VolumeSource,
  VolumeTypeSource,
} from "@vigil/core";
import { knownCapacity } from "./capacity.ts";
import { listOf, Members, refuse } from "./members.ts";
import { backendOf, storageNodeOf } from "./pool-names.ts";
import { readAttachment } from "./scenario-storage.ts";

const BACKEND_NAME = "volume_backend_name";

/**
 * Pools without a service of their name belong to a node that is taken for enabled and up, since the file
 * does not say otherwise. Volumes whose host is no pool of the file are unmapped.
 *
 * @throws VigilError invalid-input naming the member, what was seen and wanted
 */
export function readBlockStorage(file: JsonObject): StorageSource {
  const types = listOf(file.volume_types ?? [], "volume_types").map(readType);
  const poolList = listOf(file.pools, "pools");
  const nodes = listOf(file.services ?? [], "services").map((value, at) => readService(value, at, types));
  const nodeIndices = new Map(nodes.map((node, at) => [node.host, at]));
  const pools = poolList.map((value, at) => {
    const pool = readPool(value, at);
    const host = storageNodeOf(pool.name);
    const known = nodeIndices.get(host);
    if (known !== undefined) return { ...pool, nodeIndex: known };
    nodeIndices.set(host, nodes.length);
    nodes.push({ host, zone: null, status: "enabled", state: "up", volumeTypes: typesOf(host, types) });
    return { ...pool, nodeIndex: nodes.length - 1 };
  });
  const poolIndices = new Map(pools.map((pool, at) => [pool.name, at]));
  const withSnapshots = new Set(
    listOf(file.snapshots ?? [], "snapshots").map((value, at) =>
      new Members(value, "snapshots", at).text("volume_id"),
    ),
  );
  const volumes = listOf(file.volumes, "volumes").map((value, at) => {
    const volume = readVolume(value, at);
    const poolIndex = volume.host === null ? null : (poolIndices.get(volume.host) ?? null);
    return { ...volume, poolIndex, hasSnapshots: withSnapshots.has(volume.uuid) };
  });
  return { nodes, pools, volumes, types };
}

function readService(value: JsonValue, index: number, types: readonly VolumeTypeSource[]): StorageNodeSource {
  const service = new Members(value, "services", index);
  const host = service.text("host");
  return {
    host,
    zone: service.textOrNull("zone"),
    status: service.oneOf("status", ["enabled", "disabled"], "enabled"),
    state: service.oneOf("state", ["up", "down"], "up"),
    volumeTypes: typesOf(host, types),
  };
}

/** As Watcher finds them: by the backend's name alone. */
function typesOf(host: string, types: readonly VolumeTypeSource[]): string[] {
  const backend = backendOf(host);
  return types
    .filter((type) => backend !== null && type.extraSpecs[BACKEND_NAME] === backend)
    .map(({ name }) => name);
}

function readPool(value: JsonValue, index: number): PoolSource {
  const pool = new Members(value, "pools", index);
  const ratio = pool.numberOrNull("max_over_subscription_ratio");
  return {
    name: pool.text("name"),
    nodeIndex: null,
    backendName: pool.textOrNull(BACKEND_NAME),
    totalVolumes: knownCapacity(pool.capacity("total_volumes")),
    totalCapacityGb: knownCapacity(pool.capacity("total_capacity_gb")),
    freeCapacityGb: knownCapacity(pool.capacity("free_capacity_gb")),
    provisionedCapacityGb: knownCapacity(pool.capacity("provisioned_capacity_gb")),
    allocatedCapacityGb: knownCapacity(pool.capacity("allocated_capacity_gb")),
    virtualFreeGb: pool.capacity("virtual_free"),
    maxOverSubscriptionRatio: knownCapacity(ratio),
  };
}

function readVolume(value: JsonValue, index: number): VolumeSource {
  const volume = new Members(value, "volumes", index);
  return {
    uuid: volume.text("id"),
    name: volume.text("name", ""),
    sizeGb: volume.integer("size"),
    status: volume.text("status", "available"),
    attachments: volume.objects("attachments").map(readAttachment),
    multiattach: volume.flagOrText("multiattach", false),
    bootable: volume.flagOrText("bootable", false),
    snapshotId: volume.textOrNull("snapshot_id") || null,
    hasSnapshots: false,
    projectId: volume.textOrNull("project_id"),
    metadata: volume.object("metadata"),
    volumeType: volume.textOrNull("volume_type") || null,
    migrationStatus: volume.textOrNull("migration_status"),
    createdAt: volume.textOrNull("created_at"),
    host: volume.textOrNull("host"),
    poolIndex: null,
  };
}

function readType(value: JsonValue, index: number): VolumeTypeSource {
  const type = new Members(value, "volume_types", index);
  return { name: type.text("name"), extraSpecs: readSpecs(type.object("extra_specs"), index) };
}

function readSpecs(specs: JsonObject, index: number): Record<string, string> {
  for (const [key, spec] of Object.entries(specs)) {
    if (typeof spec !== "string") refuse(`volume_types[${index}].extra_specs.${key}`, spec, "a text");
  }
  return specs as Record<string, string>;
}

/** Whether a JSON object has this form, as far as one sees from outside. */
export function isBlockStorage(file: JsonObject): boolean {
  return file.schema === undefined && Array.isArray(file.pools) && Array.isArray(file.volumes);
}
