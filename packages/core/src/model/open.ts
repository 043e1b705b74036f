/**
 * Opening a snapshot: columns become views on the buffer, nothing is copied.
 *
 * The bytes may come from anywhere. What strategies use as an index or a divisor is checked once here,
 * with plain index loops: iterators over columns took ten times as long. Texts are checked when decoded.
 */
import { VigilError } from "../errors.ts";
import { isSnapshotHeader } from "./header.ts";
import {
  aligned,
  BYTE_ORDER_MARK,
  COLUMN_BYTES,
  type ColumnEntry,
  type ColumnType,
  MAGIC,
  PREFIX_BYTES,
  SNAPSHOT_VERSION,
  type SnapshotHeader,
  UNMAPPED,
} from "./layout.ts";
import { METRICS, type MetricColumn } from "./metrics.ts";
import { ClusterModel } from "./model.ts";
import { TextTable } from "./texts.ts";

interface ColumnOf {
  u8: Uint8Array;
  u32: Uint32Array;
  i32: Int32Array;
  f64: Float64Array;
}

function broken(detail: string): VigilError {
  return new VigilError(
    "invalid-input",
    `Broken snapshot: ${detail}. Import the model again; the stored object is not a model snapshot of version ${SNAPSHOT_VERSION}`,
  );
}

/**
 * @param buffer exactly the bytes of `encodeSnapshot`; a SharedArrayBuffer may be read by many threads
 * @throws VigilError invalid-input for anything that is not a whole, consistent snapshot
 */
export function openSnapshot(buffer: ArrayBufferLike): ClusterModel {
  const { header, bodyStart } = readHeader(buffer);
  const columns = new ColumnReader(buffer, bodyStart, header);
  const texts = new TextTable(
    columns.get("text.start", "u32", header.counts.texts + 1),
    columns.all("text.bytes", "u8"),
  );
  const model = new ClusterModel({
    takenAt: header.takenAt,
    texts,
    nodes: readNodes(columns, header.counts.nodes),
    instances: readInstances(columns, header.counts.instances),
    aggregates: readAggregates(columns, header.counts.aggregates),
    metrics: readMetrics(columns, header),
    storage: null,
    baremetal: null,
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

/** Views on the body, by name, bounds checked. */
class ColumnReader {
  readonly #buffer: ArrayBufferLike;
  readonly #bodyStart: number;
  readonly #bodyBytes: number;
  readonly #entries: Map<string, ColumnEntry>;

  constructor(buffer: ArrayBufferLike, bodyStart: number, header: SnapshotHeader) {
    this.#buffer = buffer;
    this.#bodyStart = bodyStart;
    this.#bodyBytes = header.bodyBytes;
    this.#entries = new Map(header.columns.map((entry) => [entry.name, entry]));
  }

  /** A column of exactly that length. */
  get<T extends ColumnType>(name: string, type: T, length: number): ColumnOf[T] {
    const column = this.all(name, type);
    if (column.length !== length) throw broken(`column ${name} has ${column.length} values, not ${length}`);
    return column;
  }

  /** A column of whatever length. */
  all<T extends ColumnType>(name: string, type: T): ColumnOf[T] {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw broken(`column ${name} is missing`);
    const { offset, length } = entry;
    if (entry.type !== type) throw broken(`column ${name} is of type ${entry.type}, not ${type}`);
    if (offset !== aligned(offset) || offset + length * COLUMN_BYTES[type] > this.#bodyBytes) {
      throw broken(`column ${name} leaves the buffer`);
    }
    return this.#view(type, this.#bodyStart + offset, length) as ColumnOf[T];
  }

  #view(type: ColumnType, offset: number, length: number): ColumnOf[ColumnType] {
    switch (type) {
      case "u8":
        return new Uint8Array(this.#buffer, offset, length);
      case "u32":
        return new Uint32Array(this.#buffer, offset, length);
      case "i32":
        return new Int32Array(this.#buffer, offset, length);
      case "f64":
        return new Float64Array(this.#buffer, offset, length);
    }
  }

  /** A column of finite numbers >= 0. */
  ratios(name: string, length: number): Float64Array {
    const column = this.get(name, "f64", length);
    for (let at = 0; at < length; at++) {
      const value = column[at] as number;
      if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) throw broken(`ratio ${value} in ${name}`);
    }
    return column;
  }

  /** Offsets of lists: from 0, never backwards, `last` at the end. */
  starts(name: string, lists: number, last: number): Uint32Array {
    const column = this.get(name, "u32", lists + 1);
    for (let at = 0; at < lists; at++) {
      if ((column[at] as number) > (column[at + 1] as number))
        throw broken(`offsets in ${name} run backwards`);
    }
    if (column[0] !== 0 || column[lists] !== last) throw broken(`offsets in ${name} do not cover their list`);
    return column;
  }
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

function readInstances(columns: ColumnReader, count: number): ClusterModel["instances"] {
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
    node: columns.get("instance.node", "i32", count),
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
    const node = instances.node[instance] as number;
    if (node < UNMAPPED || node >= nodes.count) throw broken(`an instance on node ${node}`);
    if (node !== UNMAPPED) mapped += 1;
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
