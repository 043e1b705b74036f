/**
 * Opening a snapshot: columns become views on the buffer, nothing is copied. The bytes may come from
 * anywhere: numbers are checked here, texts when they are decoded.
 */
import { broken, ColumnReader } from "./column-reader.ts";
import { isSnapshotHeader } from "./header.ts";
import {
  BYTE_ORDER_MARK,
  MAGIC,
  PREFIX_BYTES,
  SNAPSHOT_VERSION,
  type SnapshotHeader,
  UNMAPPED,
} from "./layout.ts";
import { METRICS, type MetricColumn } from "./metrics.ts";
import { ClusterModel } from "./model.ts";
import { readBaremetal, readStorage } from "./open-storage.ts";
import { TextTable } from "./texts.ts";

/**
 * @param buffer exactly the bytes of `encodeSnapshot`; a SharedArrayBuffer may be read by many threads
 * @throws VigilError invalid-input for anything that is not a whole, consistent snapshot
 */
export function openSnapshot(buffer: ArrayBufferLike): ClusterModel {
  const { header, bodyStart } = readHeader(buffer);
  const columns = new ColumnReader(buffer, bodyStart, header);
  const { storage, baremetal } = header.counts;
  const texts = new TextTable(
    columns.get("text.start", "u32", header.counts.texts + 1),
    columns.all("text.bytes", "u8"),
  );
  const model = new ClusterModel({
    takenAt: header.takenAt,
    texts,
    nodes: readNodes(columns, header.counts.nodes),
    instances: readInstances(columns, header.counts.instances, header.counts.nodes),
    aggregates: readAggregates(columns, header.counts.aggregates),
    serverGroups: readServerGroups(columns, header.counts.serverGroups),
    metrics: readMetrics(columns, header),
    storage: storage === undefined ? null : readStorage(columns, storage),
    baremetal: baremetal === undefined ? null : readBaremetal(columns, baremetal),
  });
  checkLinks(model);
  return model;
}

function readHeader(buffer: ArrayBufferLike): { header: SnapshotHeader; bodyStart: number } {
  if (buffer.byteLength < PREFIX_BYTES) throw broken(`${buffer.byteLength} bytes are too few`);
  const bytes = new Uint8Array(buffer);
  const magic = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC) throw broken("it does not begin with the snapshot mark");
  const [mark, version, headerBytes = 0] = new Uint32Array(buffer, MAGIC.length, 3);
  if (mark !== BYTE_ORDER_MARK) throw broken("it was written by a machine of the other byte order");
  if (version !== SNAPSHOT_VERSION) throw broken(`its version is ${version}`);
  const bodyStart = PREFIX_BYTES + headerBytes;
  if (bodyStart % 8 !== 0 || bodyStart > buffer.byteLength)
    throw broken(`its header of ${headerBytes} bytes`);
  const header = parseHeader(bytes.slice(PREFIX_BYTES, bodyStart));
  if (bodyStart + header.bodyBytes !== buffer.byteLength) {
    throw broken(`${buffer.byteLength} bytes, its header says ${bodyStart + header.bodyBytes}`);
  }
  return { header, bodyStart };
}

function parseHeader(bytes: Uint8Array): SnapshotHeader {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw broken("its header is not JSON");
  }
  if (!isSnapshotHeader(header)) throw broken("its header lacks members");
  return header;
}

function readNodes(columns: ColumnReader, count: number): ClusterModel["nodes"] {
  const instances = columns.all("node.instances", "u32");
  return {
    count,
    uuid: columns.get("node.uuid", "u32", count),
    hostname: columns.get("node.hostname", "u32", count),
    disabledReason: columns.get("node.disabledReason", "u32", count),
    zone: columns.get("node.zone", "u32", count),
    enabled: columns.get("node.enabled", "u8", count),
    up: columns.get("node.up", "u8", count),
    vcpus: columns.get("node.vcpus", "u32", count),
    vcpusReserved: columns.get("node.vcpusReserved", "u32", count),
    vcpuRatio: columns.ratios("node.vcpuRatio", count),
    memoryMiB: columns.get("node.memoryMiB", "u32", count),
    memoryReservedMiB: columns.get("node.memoryReservedMiB", "u32", count),
    memoryRatio: columns.ratios("node.memoryRatio", count),
    diskGb: columns.get("node.diskGb", "u32", count),
    diskReservedGb: columns.get("node.diskReservedGb", "u32", count),
    diskRatio: columns.ratios("node.diskRatio", count),
    instances,
    instanceStart: columns.starts("node.instanceStart", count, instances.length),
  };
}

function readInstances(columns: ColumnReader, count: number, nodes: number): ClusterModel["instances"] {
  return {
    count,
    uuid: columns.get("instance.uuid", "u32", count),
    name: columns.get("instance.name", "u32", count),
    state: columns.get("instance.state", "u32", count),
    projectId: columns.get("instance.projectId", "u32", count),
    host: columns.get("instance.host", "u32", count),
    hypervisorHostname: columns.get("instance.hypervisorHostname", "u32", count),
    created: columns.get("instance.created", "u32", count),
    pinnedAz: columns.get("instance.pinnedAz", "u32", count),
    metadata: columns.get("instance.metadata", "u32", count),
    flavorExtraSpecs: columns.get("instance.flavorExtraSpecs", "u32", count),
    node: columns.owners("instance.node", count, nodes),
    vcpus: columns.get("instance.vcpus", "u32", count),
    memoryMiB: columns.get("instance.memoryMiB", "u32", count),
    diskGb: columns.get("instance.diskGb", "u32", count),
    locked: columns.get("instance.locked", "u8", count),
    watcherExclude: columns.get("instance.watcherExclude", "u8", count),
  };
}

function readAggregates(columns: ColumnReader, count: number): ClusterModel["aggregates"] {
  const length = columns.all("aggregate.hosts", "u32").length;
  return {
    count,
    id: columns.get("aggregate.id", "u32", count),
    name: columns.get("aggregate.name", "u32", count),
    zone: columns.get("aggregate.zone", "u32", count),
    hosts: columns.get("aggregate.hosts", "u32", length),
    hostStart: columns.starts("aggregate.hostStart", count, length),
  };
}

/** @param count undefined: the snapshot has none, and no columns of them */
function readServerGroups(columns: ColumnReader, count?: number): ClusterModel["serverGroups"] {
  if (count === undefined) {
    const none = new Uint32Array(0);
    return { count: 0, uuid: none, name: none, members: none, memberStart: new Uint32Array(1) };
  }
  const length = columns.all("serverGroup.members", "u32").length;
  return {
    count,
    uuid: columns.get("serverGroup.uuid", "u32", count),
    name: columns.get("serverGroup.name", "u32", count),
    members: columns.get("serverGroup.members", "u32", length),
    memberStart: columns.starts("serverGroup.memberStart", count, length),
  };
}

function readMetrics(columns: ColumnReader, header: SnapshotHeader): MetricColumn[] {
  return header.metrics.map((entry) => {
    const described = METRICS.get(entry.name);
    if (described === undefined || described.unit !== entry.unit) {
      throw broken(`metric ${entry.name} in ${entry.unit}`);
    }
    const { name, unit, aggregate, periodS, granularityS } = entry;
    const { subject } = described;
    const count = subject === "node" ? header.counts.nodes : header.counts.instances;
    const values = columns.get(entry.column, "f64", count);
    return { name, unit, subject, aggregate, periodS, granularityS, values };
  });
}

/** Both directions of "instance is on node" must agree, each mapped instance must be listed once. */
function checkLinks(model: ClusterModel): void {
  const { nodes, instances } = model;
  let mapped = 0;
  for (let instance = 0; instance < instances.count; instance++) {
    if (instances.node[instance] !== UNMAPPED) mapped += 1;
  }
  if (mapped !== nodes.instances.length) throw broken("instances and the lists of their nodes differ");
  for (let node = 0; node < nodes.count; node++) {
    let previous = -1;
    for (let at = nodes.instanceStart[node] as number; at < (nodes.instanceStart[node + 1] as number); at++) {
      const instance = nodes.instances[at] as number;
      if (instance <= previous || instances.node[instance] !== node) {
        throw broken(`instance ${instance} in the list of node ${node}`);
      }
      previous = instance;
    }
  }
}
