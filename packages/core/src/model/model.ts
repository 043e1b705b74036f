/** An opened snapshot: read-only columns for strategies, shared by all threads of a worker. */
import { NO_TEXT } from "./layout.ts";
import type { MetricColumn } from "./metrics.ts";
import type { TextTable } from "./texts.ts";

/** Columns of texts hold indices into the text table; NO_TEXT is null. Units as in `NodeSource`. */
export interface NodeColumns {
  readonly count: number;
  readonly uuid: Uint32Array;
  readonly hostname: Uint32Array;
  readonly disabledReason: Uint32Array;
  readonly zone: Uint32Array;
  /** 1: status enabled, state up. */
  readonly enabled: Uint8Array;
  readonly up: Uint8Array;
  readonly vcpus: Uint32Array;
  readonly vcpusReserved: Uint32Array;
  readonly vcpuRatio: Float64Array;
  readonly memoryMiB: Uint32Array;
  readonly memoryReservedMiB: Uint32Array;
  readonly memoryRatio: Float64Array;
  readonly diskGb: Uint32Array;
  readonly diskReservedGb: Uint32Array;
  readonly diskRatio: Float64Array;
  /** Instances of node n, in model order: instances[instanceStart[n]] .. instances[instanceStart[n+1] - 1]. */
  readonly instances: Uint32Array;
  readonly instanceStart: Uint32Array;
}

export interface InstanceColumns {
  readonly count: number;
  readonly uuid: Uint32Array;
  readonly name: Uint32Array;
  readonly state: Uint32Array;
  readonly projectId: Uint32Array;
  readonly host: Uint32Array;
  readonly hypervisorHostname: Uint32Array;
  readonly created: Uint32Array;
  readonly pinnedAz: Uint32Array;
  /** JSON texts; NO_TEXT is the empty object. */
  readonly metadata: Uint32Array;
  readonly flavorExtraSpecs: Uint32Array;
  /** Index of its node, UNMAPPED (-1) without one. */
  readonly node: Int32Array;
  readonly vcpus: Uint32Array;
  readonly memoryMiB: Uint32Array;
  readonly diskGb: Uint32Array;
  readonly locked: Uint8Array;
  readonly watcherExclude: Uint8Array;
}

export interface AggregateColumns {
  readonly count: number;
  readonly id: Uint32Array;
  readonly name: Uint32Array;
  readonly zone: Uint32Array;
  /** Service hosts of aggregate a: hosts[hostStart[a]] .. hosts[hostStart[a+1] - 1]. */
  readonly hosts: Uint32Array;
  readonly hostStart: Uint32Array;
}

export interface ServerGroupColumns {
  readonly count: number;
  readonly uuid: Uint32Array;
  readonly name: Uint32Array;
  /** Uuids of the instances of group g: members[memberStart[g]] .. members[memberStart[g+1] - 1]. */
  readonly members: Uint32Array;
  readonly memberStart: Uint32Array;
}

/** Capacities in GB, NaN where the backend reports none. Texts as in `NodeColumns`. */
export interface StorageColumns {
  readonly nodes: {
    readonly count: number;
    readonly host: Uint32Array;
    readonly zone: Uint32Array;
    readonly enabled: Uint8Array;
    readonly up: Uint8Array;
    /** JSON lists of names; NO_TEXT is the empty list. */
    readonly volumeTypes: Uint32Array;
  };
  readonly pools: {
    readonly count: number;
    readonly name: Uint32Array;
    /** Index of its storage node, UNMAPPED (-1) without one. */
    readonly node: Int32Array;
    readonly backendName: Uint32Array;
    readonly totalVolumes: Float64Array;
    readonly totalCapacityGb: Float64Array;
    readonly freeCapacityGb: Float64Array;
    readonly provisionedCapacityGb: Float64Array;
    readonly allocatedCapacityGb: Float64Array;
    readonly virtualFreeGb: Float64Array;
    readonly maxOverSubscriptionRatio: Float64Array;
  };
  readonly volumes: {
    readonly count: number;
    readonly uuid: Uint32Array;
    readonly name: Uint32Array;
    readonly sizeGb: Uint32Array;
    readonly status: Uint32Array;
    readonly snapshotId: Uint32Array;
    readonly projectId: Uint32Array;
    readonly volumeType: Uint32Array;
    readonly migrationStatus: Uint32Array;
    readonly createdAt: Uint32Array;
    /** Name of its pool as the service reports it. */
    readonly host: Uint32Array;
    /** JSON texts; NO_TEXT is the empty object, the empty list. */
    readonly metadata: Uint32Array;
    readonly attachments: Uint32Array;
    readonly multiattach: Uint8Array;
    readonly bootable: Uint8Array;
    readonly hasSnapshots: Uint8Array;
    /** Index of its pool, UNMAPPED (-1) without one. */
    readonly pool: Int32Array;
  };
  readonly types: {
    readonly count: number;
    readonly name: Uint32Array;
    /** JSON objects of texts; NO_TEXT is the empty object. */
    readonly extraSpecs: Uint32Array;
  };
}

export interface BaremetalColumns {
  readonly count: number;
  readonly uuid: Uint32Array;
  readonly powerState: Uint32Array;
  readonly maintenance: Uint8Array;
  readonly maintenanceReason: Uint32Array;
  /** Uuid or hostname of the compute node that it carries. */
  readonly computeNode: Uint32Array;
  /** Servers on its hypervisor; -1: not known. */
  readonly runningVms: Int32Array;
  readonly upWhenPoweredOff: Uint8Array;
}

interface ModelParts {
  takenAt: string | null;
  texts: TextTable;
  nodes: NodeColumns;
  instances: InstanceColumns;
  aggregates: AggregateColumns;
  serverGroups: ServerGroupColumns;
  metrics: readonly MetricColumn[];
  storage: StorageColumns | null;
  baremetal: BaremetalColumns | null;
}

export class ClusterModel {
  /** When the cloud was read, ISO 8601; null for an imported file. */
  readonly takenAt: string | null;
  readonly nodes: NodeColumns;
  readonly instances: InstanceColumns;
  readonly aggregates: AggregateColumns;
  readonly serverGroups: ServerGroupColumns;
  readonly metrics: readonly MetricColumn[];
  /** Null: the snapshot holds no such model. */
  readonly storage: StorageColumns | null;
  readonly baremetal: BaremetalColumns | null;
  readonly #texts: TextTable;

  constructor(parts: ModelParts) {
    this.takenAt = parts.takenAt;
    this.nodes = parts.nodes;
    this.instances = parts.instances;
    this.aggregates = parts.aggregates;
    this.serverGroups = parts.serverGroups;
    this.metrics = parts.metrics;
    this.storage = parts.storage;
    this.baremetal = parts.baremetal;
    this.#texts = parts.texts;
  }

  /**
   * The text of an index from a column; decoded anew each time, so not for inner loops.
   * @throws VigilError invalid-input for an index that the table does not hold, NO_TEXT included
   */
  text(index: number): string {
    return this.#texts.get(index);
  }

  textOrNull(index: number): string | null {
    return index === NO_TEXT ? null : this.#texts.get(index);
  }

  /** Index to compare columns with, -1 (equal to no column value) when no column holds the text. */
  findText(text: string): number {
    return this.#texts.find(text);
  }

  /** First node with that hostname, as in Watcher; -1 when there is none. */
  nodeByHostname(hostname: string): number {
    return firstIndex(this.nodes.hostname, this.findText(hostname));
  }

  nodeByUuid(uuid: string): number {
    return firstIndex(this.nodes.uuid, this.findText(uuid));
  }

  /** One scan, about 0.1 ms for 200,000 instances; for many uuids compare `findText` per column. */
  instanceByUuid(uuid: string): number {
    return firstIndex(this.instances.uuid, this.findText(uuid));
  }
}

function firstIndex(column: Uint32Array, text: number): number {
  // -1 must not be looked for: it is no value of a u32 column, but NO_TEXT would be its bit pattern.
  return text < 0 ? -1 : column.indexOf(text);
}
