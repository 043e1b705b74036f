/** An opened snapshot as plain objects again, for tests of what a snapshot keeps. Production never imports this. */
import { UNMAPPED } from "../model/layout.ts";
import type { BaremetalColumns, ClusterModel, StorageColumns } from "../model/model.ts";
import type {
  BaremetalSource,
  ClusterModelSource,
  InstanceSource,
  NodeSource,
  PoolSource,
  StorageSource,
  VolumeSource,
} from "../model/source.ts";
import { attachmentsOf, extraSpecsOf, volumeTypesOf } from "../model/storage-texts.ts";

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Reads everything back, column by column. */
export function readBack(model: ClusterModel): ClusterModelSource {
  const { nodes, instances, aggregates } = model;
  const object = (text: number) => JSON.parse(model.textOrNull(text) ?? "{}");
  return {
    takenAt: model.takenAt,
    nodes: range(nodes.count).map(
      (at): NodeSource => ({
        uuid: model.text(nodes.uuid[at] as number),
        hostname: model.text(nodes.hostname[at] as number),
        status: nodes.enabled[at] === 1 ? "enabled" : "disabled",
        state: nodes.up[at] === 1 ? "up" : "down",
        disabledReason: model.textOrNull(nodes.disabledReason[at] as number),
        zone: model.textOrNull(nodes.zone[at] as number),
        vcpus: nodes.vcpus[at] as number,
        vcpusReserved: nodes.vcpusReserved[at] as number,
        vcpuRatio: nodes.vcpuRatio[at] as number,
        memoryMiB: nodes.memoryMiB[at] as number,
        memoryReservedMiB: nodes.memoryReservedMiB[at] as number,
        memoryRatio: nodes.memoryRatio[at] as number,
        diskGb: nodes.diskGb[at] as number,
        diskReservedGb: nodes.diskReservedGb[at] as number,
        diskRatio: nodes.diskRatio[at] as number,
      }),
    ),
    instances: range(instances.count).map(
      (at): InstanceSource => ({
        uuid: model.text(instances.uuid[at] as number),
        name: model.text(instances.name[at] as number),
        nodeIndex: instances.node[at] === UNMAPPED ? null : (instances.node[at] as number),
        state: model.text(instances.state[at] as number),
        vcpus: instances.vcpus[at] as number,
        memoryMiB: instances.memoryMiB[at] as number,
        diskGb: instances.diskGb[at] as number,
        metadata: object(instances.metadata[at] as number),
        projectId: model.textOrNull(instances.projectId[at] as number),
        locked: instances.locked[at] === 1,
        host: model.textOrNull(instances.host[at] as number),
        hypervisorHostname: model.textOrNull(instances.hypervisorHostname[at] as number),
        created: model.textOrNull(instances.created[at] as number),
        watcherExclude: instances.watcherExclude[at] === 1,
        flavorExtraSpecs: object(instances.flavorExtraSpecs[at] as number),
        pinnedAz: model.textOrNull(instances.pinnedAz[at] as number),
      }),
    ),
    aggregates: range(aggregates.count).map((at) => ({
      id: aggregates.id[at] as number,
      name: model.text(aggregates.name[at] as number),
      zone: model.textOrNull(aggregates.zone[at] as number),
      hosts: [...aggregates.hosts.subarray(aggregates.hostStart[at], aggregates.hostStart[at + 1])].map(
        (text) => model.text(text),
      ),
    })),
    metrics: model.metrics.map(({ name, unit, aggregate, periodS, granularityS, values }) => ({
      name,
      unit,
      aggregate,
      periodS,
      granularityS,
      values: [...values].map((value) => (Number.isNaN(value) ? null : value)),
    })),
    serverGroups: range(model.serverGroups.count).map((at) => ({
      uuid: model.text(model.serverGroups.uuid[at] as number),
      name: model.text(model.serverGroups.name[at] as number),
      members: [
        ...model.serverGroups.members.subarray(
          model.serverGroups.memberStart[at],
          model.serverGroups.memberStart[at + 1],
        ),
      ].map((text) => model.text(text)),
    })),
    storage: model.storage === null ? null : readStorageBack(model, model.storage),
    baremetal: model.baremetal === null ? null : readBaremetalBack(model, model.baremetal),
  };
}

function readStorageBack(model: ClusterModel, columns: StorageColumns): StorageSource {
  const { nodes, pools, volumes, types } = columns;
  return {
    nodes: range(nodes.count).map((at) => ({
      host: model.text(nodes.host[at] as number),
      zone: model.textOrNull(nodes.zone[at] as number),
      status: nodes.enabled[at] === 1 ? "enabled" : "disabled",
      state: nodes.up[at] === 1 ? "up" : "down",
      volumeTypes: volumeTypesOf(model, columns, at),
    })),
    pools: range(pools.count).map((at) => readPoolBack(model, pools, at)),
    volumes: range(volumes.count).map((at) => readVolumeBack(model, columns, at)),
    types: range(types.count).map((at) => ({
      name: model.text(types.name[at] as number),
      extraSpecs: Object.fromEntries(extraSpecsOf(model, columns, at)),
    })),
  };
}

function readPoolBack(model: ClusterModel, pools: StorageColumns["pools"], at: number): PoolSource {
  const number = (column: Float64Array): number | null =>
    Number.isNaN(column[at]) ? null : (column[at] as number);
  return {
    name: model.text(pools.name[at] as number),
    nodeIndex: indexOf(pools.node, at),
    backendName: model.textOrNull(pools.backendName[at] as number),
    totalVolumes: number(pools.totalVolumes),
    totalCapacityGb: number(pools.totalCapacityGb),
    freeCapacityGb: number(pools.freeCapacityGb),
    provisionedCapacityGb: number(pools.provisionedCapacityGb),
    allocatedCapacityGb: number(pools.allocatedCapacityGb),
    virtualFreeGb: number(pools.virtualFreeGb),
    maxOverSubscriptionRatio: number(pools.maxOverSubscriptionRatio),
  };
}

function readVolumeBack(model: ClusterModel, columns: StorageColumns, at: number): VolumeSource {
  const { volumes } = columns;
  const text = (column: Uint32Array): string | null => model.textOrNull(column[at] as number);
  return {
    uuid: model.text(volumes.uuid[at] as number),
    name: model.text(volumes.name[at] as number),
    sizeGb: volumes.sizeGb[at] as number,
    status: model.text(volumes.status[at] as number),
    attachments: attachmentsOf(model, columns, at),
    multiattach: volumes.multiattach[at] === 1,
    bootable: volumes.bootable[at] === 1,
    snapshotId: text(volumes.snapshotId),
    hasSnapshots: volumes.hasSnapshots[at] === 1,
    projectId: text(volumes.projectId),
    metadata: JSON.parse(text(volumes.metadata) ?? "{}"),
    volumeType: text(volumes.volumeType),
    migrationStatus: text(volumes.migrationStatus),
    createdAt: text(volumes.createdAt),
    host: text(volumes.host),
    poolIndex: indexOf(volumes.pool, at),
  };
}

function readBaremetalBack(model: ClusterModel, columns: BaremetalColumns): BaremetalSource {
  return {
    nodes: range(columns.count).map((at) => ({
      uuid: model.text(columns.uuid[at] as number),
      powerState: model.text(columns.powerState[at] as number),
      maintenance: columns.maintenance[at] === 1,
      maintenanceReason: model.textOrNull(columns.maintenanceReason[at] as number),
      computeNode: model.textOrNull(columns.computeNode[at] as number),
      runningVms: columns.runningVms[at] === -1 ? null : (columns.runningVms[at] as number),
      upWhenPoweredOff: columns.upWhenPoweredOff[at] === 1,
    })),
  };
}

function indexOf(column: Int32Array, at: number): number | null {
  return column[at] === UNMAPPED ? null : (column[at] as number);
}
