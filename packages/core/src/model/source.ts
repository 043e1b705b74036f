/**
 * What a reader or collector produces: the cluster as plain objects, in the order that decides ties.
 * `encodeSnapshot` turns it into columns; nothing else reads it.
 *
 * Units: vCPUs, MiB, GB (as Nova counts local disk). Integers 0 .. 2^32-1 unless said.
 */
import type { JsonObject } from "../json.ts";

export interface NodeSource {
  /** Key: hypervisor id. */
  uuid: string;
  /** Host of its nova-compute service, not the hypervisor's name. */
  hostname: string;
  status: "enabled" | "disabled";
  state: "up" | "down";
  disabledReason: string | null;
  /** Availability zone of its host aggregate; null when not known: zone pins are not judged then. */
  zone: string | null;
  vcpus: number;
  vcpusReserved: number;
  /** Allocation ratio, finite, >= 0. */
  vcpuRatio: number;
  memoryMiB: number;
  memoryReservedMiB: number;
  memoryRatio: number;
  diskGb: number;
  diskReservedGb: number;
  diskRatio: number;
}

export interface InstanceSource {
  /** Key. */
  uuid: string;
  /** Display name; may repeat or be empty. */
  name: string;
  /** Index into `nodes`; null: unmapped. */
  nodeIndex: number | null;
  /** vm_state: active, building, paused, suspended, stopped, ... ; others pass through. */
  state: string;
  vcpus: number;
  memoryMiB: number;
  diskGb: number;
  metadata: JsonObject;
  projectId: string | null;
  locked: boolean;
  /** Service host and hypervisor name as Nova reports them. */
  host: string | null;
  hypervisorHostname: string | null;
  /** ISO 8601. */
  created: string | null;
  watcherExclude: boolean;
  flavorExtraSpecs: JsonObject;
  /** Zone that it may not leave; null or empty: none. */
  pinnedAz: string | null;
}

/** A host aggregate; hosts are service hosts and may name nodes that the model does not hold. */
export interface AggregateSource {
  id: number;
  name: string;
  zone: string | null;
  hosts: readonly string[];
}

/** A server group of Nova; members may name instances that the model does not hold. */
export interface ServerGroupSource {
  uuid: string;
  /** May repeat. */
  name: string;
  /** Uuids of instances. */
  members: readonly string[];
}

/**
 * One column of samples. `values` is parallel to nodes or instances, by the metric's subject (METRICS);
 * null = no sample. A key member that is null matches any request (`findMetric`).
 */
export interface MetricSource {
  name: string;
  unit: string;
  aggregate: string | null;
  periodS: number | null;
  granularityS: number | null;
  values: readonly (number | null)[];
}

export interface ClusterModelSource {
  /** When the cloud was read, ISO 8601; null for an imported file. */
  takenAt: string | null;
  nodes: readonly NodeSource[];
  instances: readonly InstanceSource[];
  aggregates: readonly AggregateSource[];
  serverGroups: readonly ServerGroupSource[];
  metrics: readonly MetricSource[];
  /** Null: no storage model. */
  storage: StorageSource | null;
  /** Null: no bare metal model. */
  baremetal: BaremetalSource | null;
}

/** A backend of the block storage service. */
export interface StorageNodeSource {
  /** Key: `host@backend`. */
  host: string;
  zone: string | null;
  status: "enabled" | "disabled";
  state: "up" | "down";
  /** Names of the types that its backend name serves. */
  volumeTypes: readonly string[];
}

/** Capacities in GB, integers >= 0; null: the backend reports none, "unknown" or "infinite". */
export interface PoolSource {
  /** Key: `host@backend#pool`. */
  name: string;
  /** Index into the storage nodes; null: its backend is not known. */
  nodeIndex: number | null;
  /** Backend name as volume types ask for it (`volume_backend_name`); null: not reported. */
  backendName: string | null;
  totalVolumes: number | null;
  totalCapacityGb: number | null;
  freeCapacityGb: number | null;
  provisionedCapacityGb: number | null;
  allocatedCapacityGb: number | null;
  /** Below 0 on a pool that is provisioned beyond its over-subscription ratio. */
  virtualFreeGb: number | null;
  /** Finite, >= 0; null: not reported. */
  maxOverSubscriptionRatio: number | null;
}

export interface VolumeSource {
  /** Key. */
  uuid: string;
  name: string;
  sizeGb: number;
  /** available, in-use, ... ; others pass through. */
  status: string;
  attachments: readonly { serverId: string; attachmentId: string }[];
  multiattach: boolean;
  bootable: boolean;
  /** Snapshot that it was made from. */
  snapshotId: string | null;
  /** Snapshots that were made of it exist. */
  hasSnapshots: boolean;
  projectId: string | null;
  metadata: JsonObject;
  /** Name of its type. */
  volumeType: string | null;
  migrationStatus: string | null;
  /** ISO 8601. */
  createdAt: string | null;
  /** Name of its pool as the service reports it; null: none. */
  host: string | null;
  /** Index into the pools; null: unmapped. */
  poolIndex: number | null;
}

export interface VolumeTypeSource {
  name: string;
  extraSpecs: Readonly<Record<string, string>>;
}

export interface StorageSource {
  nodes: readonly StorageNodeSource[];
  pools: readonly PoolSource[];
  volumes: readonly VolumeSource[];
  types: readonly VolumeTypeSource[];
}

/** A machine of the bare metal service (Ironic, MAAS) that may carry a hypervisor. */
export interface BaremetalNodeSource {
  /** Key: its id in the bare metal service. */
  uuid: string;
  /** on, off, or what else the service says; saving_energy names the soft and transient ones it knows. */
  powerState: string;
  maintenance: boolean;
  maintenanceReason: string | null;
  /** Uuid or hostname of the compute node that it carries; null: none. */
  computeNode: string | null;
  /** Servers on its hypervisor; null: not known, the compute model's count then. */
  runningVms: number | null;
  /** Hypervisors of this kind stay `up` when powered off (Ironic true, MAAS false). */
  upWhenPoweredOff: boolean;
}

export interface BaremetalSource {
  nodes: readonly BaremetalNodeSource[];
}
