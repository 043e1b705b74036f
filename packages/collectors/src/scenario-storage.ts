/** Elements of the storage and bare metal models in scenario files. */
import type {
  BaremetalNodeSource,
  BaremetalSource,
  JsonObject,
  PoolSource,
  StorageNodeSource,
  StorageSource,
  VolumeSource,
} from "@vigil/core";
import { knownCapacity } from "./capacity.ts";
import { backendOf } from "./pool-names.ts";
import type { Attributes } from "./xml-attributes.ts";

/** Collects StorageNode, Pool and Volume. The files hold no volume types, snapshots or migration states. */
export class StorageElements {
  readonly #nodes: StorageNodeSource[] = [];
  readonly #pools: PoolSource[] = [];
  readonly #volumes: VolumeSource[] = [];
  #seen = false;

  /** @param inside name of the element around this one */
  open(name: string, inside: string | undefined, attributes: Attributes): void {
    if (name === "StorageNode") this.#nodes.push(readStorageNode(attributes));
    else if (name === "Pool") {
      this.#pools.push(readPool(attributes, inside === "StorageNode" ? this.#nodes.length - 1 : null));
    } else if (name === "Volume") {
      this.#volumes.push(
        readVolume(attributes, inside === "Pool" ? this.#pools.length - 1 : null, this.#pools),
      );
    } else return;
    this.#seen = true;
  }

  /** Null: no such element was there. */
  model(): StorageSource | null {
    if (!this.#seen) return null;
    return { nodes: this.#nodes, pools: this.#pools, volumes: this.#volumes, types: [] };
  }
}

function readStorageNode(node: Attributes): StorageNodeSource {
  return {
    host: node.text("host"),
    zone: node.textOrNull("zone"),
    status: node.oneOf("status", ["enabled", "disabled"]),
    state: node.oneOf("state", ["up", "down"]),
    volumeTypes: node.textOrTexts("volume_type"),
  };
}

function readPool(pool: Attributes, nodeIndex: number | null): PoolSource {
  const name = pool.text("name");
  return {
    name,
    nodeIndex,
    backendName: backendOf(name),
    totalVolumes: knownCapacity(pool.capacity("total_volumes")),
    totalCapacityGb: knownCapacity(pool.capacity("total_capacity_gb")),
    freeCapacityGb: knownCapacity(pool.capacity("free_capacity_gb")),
    provisionedCapacityGb: knownCapacity(pool.capacity("provisioned_capacity_gb")),
    allocatedCapacityGb: knownCapacity(pool.capacity("allocated_capacity_gb")),
    virtualFreeGb: pool.capacity("virtual_free"),
    maxOverSubscriptionRatio: null,
  };
}

function readVolume(
  volume: Attributes,
  poolIndex: number | null,
  pools: readonly PoolSource[],
): VolumeSource {
  const pool = poolIndex === null ? null : (pools[poolIndex]?.name ?? null);
  return {
    uuid: volume.text("uuid"),
    name: volume.text("name", ""),
    sizeGb: volume.integer("size"),
    status: volume.text("status", "available"),
    attachments: volume.objects("attachments").map(readAttachment),
    multiattach: volume.flag("multiattach", "false"),
    bootable: volume.flag("bootable", "false"),
    snapshotId: volume.textOrNull("snapshot_id") || null,
    hasSnapshots: false,
    projectId: volume.textOrNull("project_id"),
    metadata: volume.object("metadata"),
    volumeType: volume.textOrNull("volume_type") || null,
    migrationStatus: null,
    createdAt: volume.textOrNull("created_at"),
    host: volume.textOrNull("host") ?? pool,
    poolIndex,
  };
}

/** Unset members are empty texts: nothing decides by an attachment's own id. */
export function readAttachment({ server_id: server, attachment_id: attachment }: JsonObject): {
  serverId: string;
  attachmentId: string;
} {
  return {
    serverId: typeof server === "string" ? server : "",
    attachmentId: typeof attachment === "string" ? attachment : "",
  };
}

/** Collects IronicNode with its child `extra`, which names the compute node that the machine carries. */
export class BaremetalElements {
  readonly #nodes: BaremetalNodeSource[] = [];

  open(name: string, attributes: Attributes): void {
    if (name === "IronicNode") this.#nodes.push(readIronicNode(attributes));
  }

  /** @param inside name of the element that the text stands in */
  text(inside: string | undefined, content: string): void {
    const last = this.#nodes.at(-1);
    if (inside !== "compute_node_id" || last === undefined) return;
    this.#nodes[this.#nodes.length - 1] = { ...last, computeNode: content.trim() || null };
  }

  /** Null: no such element was there. */
  model(): BaremetalSource | null {
    return this.#nodes.length === 0 ? null : { nodes: this.#nodes };
  }
}

function readIronicNode(node: Attributes): BaremetalNodeSource {
  const { compute_node_id: computeNode } = node.object("extra");
  const reason = node.textOrNull("maintenance_reason");
  return {
    uuid: node.text("uuid"),
    powerState: node.text("power_state"),
    maintenance: node.flag("maintenance", "false"),
    // How the unset reason is written.
    maintenanceReason: reason === "null" || reason === "None" || reason === "" ? null : reason,
    computeNode:
      typeof computeNode === "string" || typeof computeNode === "number" ? String(computeNode) : null,
    runningVms: null,
    upWhenPoweredOff: true,
  };
}
