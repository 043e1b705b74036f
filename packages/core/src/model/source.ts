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
  metrics: readonly MetricSource[];
}
