/** From a model source to snapshot bytes: the same source gives the same bytes. */
import { VigilError } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { checkSource } from "./check-source.ts";
import {
  aligned,
  BYTE_ORDER_MARK,
  type ColumnEntry,
  type ColumnType,
  MAGIC,
  type MetricEntry,
  NO_TEXT,
  PREFIX_BYTES,
  SNAPSHOT_VERSION,
  type SnapshotHeader,
  UNMAPPED,
} from "./layout.ts";
import type { AggregateSource, ClusterModelSource, InstanceSource, NodeSource } from "./source.ts";
import { TextTableBuilder } from "./texts.ts";

type Column = Uint8Array | Uint32Array | Int32Array | Float64Array;
type TextOf<T> = (item: T) => string | null;

// Watcher writes an unset zone or pin as an empty text.
const NODE_TEXTS: readonly [string, TextOf<NodeSource>][] = [
  ["node.uuid", (node) => node.uuid],
  ["node.hostname", (node) => node.hostname],
  ["node.disabledReason", (node) => node.disabledReason],
  ["node.zone", (node) => node.zone || null],
];

const INSTANCE_TEXTS: readonly [string, TextOf<InstanceSource>][] = [
  ["instance.uuid", (instance) => instance.uuid],
  ["instance.name", (instance) => instance.name],
  ["instance.state", (instance) => instance.state],
  ["instance.projectId", (instance) => instance.projectId],
  ["instance.host", (instance) => instance.host],
  ["instance.hypervisorHostname", (instance) => instance.hypervisorHostname],
  ["instance.created", (instance) => instance.created],
  ["instance.pinnedAz", (instance) => instance.pinnedAz || null],
  ["instance.metadata", (instance) => objectText(instance.metadata)],
  ["instance.flavorExtraSpecs", (instance) => objectText(instance.flavorExtraSpecs)],
];

const AGGREGATE_TEXTS: readonly [string, TextOf<AggregateSource>][] = [
  ["aggregate.name", (aggregate) => aggregate.name],
  ["aggregate.zone", (aggregate) => aggregate.zone],
];

const NODE_NUMBERS: readonly [string, "u32" | "f64", (node: NodeSource) => number][] = [
  ["node.vcpus", "u32", (node) => node.vcpus],
  ["node.vcpusReserved", "u32", (node) => node.vcpusReserved],
  ["node.vcpuRatio", "f64", (node) => node.vcpuRatio],
  ["node.memoryMiB", "u32", (node) => node.memoryMiB],
  ["node.memoryReservedMiB", "u32", (node) => node.memoryReservedMiB],
  ["node.memoryRatio", "f64", (node) => node.memoryRatio],
  ["node.diskGb", "u32", (node) => node.diskGb],
  ["node.diskReservedGb", "u32", (node) => node.diskReservedGb],
  ["node.diskRatio", "f64", (node) => node.diskRatio],
];

/** Empty objects are the common case and need no text. */
function objectText(value: JsonObject): string | null {
  try {
    const text = JSON.stringify(value);
    return text === "{}" ? null : text;
  } catch (error) {
    // Parsing takes any depth, writing is recursive.
    throw new VigilError("invalid-input", "Metadata of an instance is nested too deeply to be written", {
      cause: error,
    });
  }
}

/**
 * Snapshot bytes of a model. Read them with `openSnapshot`; `layout.ts` describes them.
 * @throws VigilError invalid-input for values outside their range, repeated keys, unknown metrics
 */
export function encodeSnapshot(model: ClusterModelSource): Uint8Array {
  checkSource(model);
  const columns = new Map<string, Column>();
  addTexts(model, columns);
  addNumbers(model, columns);
  addLinks(model, columns);
  const metrics = addMetrics(model, columns);
  return assemble(model, columns, metrics);
}

function addTexts(model: ClusterModelSource, columns: Map<string, Column>): void {
  const builder = new TextTableBuilder();
  const fill: ((indexOf: (text: string) => number) => void)[] = [];
  const collect = <T>(items: readonly T[], texts: readonly [string, TextOf<T>][]): void => {
    for (const [name, textOf] of texts) {
      const values = items.map(textOf);
      for (const value of values) if (value !== null) builder.add(value);
      fill.push((indexOf) => {
        columns.set(
          name,
          Uint32Array.from(values, (value) => (value === null ? NO_TEXT : indexOf(value))),
        );
      });
    }
  };
  collect(model.nodes, NODE_TEXTS);
  collect(model.instances, INSTANCE_TEXTS);
  collect(model.aggregates, AGGREGATE_TEXTS);
  collect(
    model.aggregates.flatMap((aggregate) => aggregate.hosts),
    [["aggregate.hosts", (host) => host]],
  );
  const table = builder.finish();
  columns.set("text.start", table.start);
  columns.set("text.bytes", table.bytes);
  for (const fillColumn of fill) fillColumn(table.indexOf);
}

function addNumbers(model: ClusterModelSource, columns: Map<string, Column>): void {
  const { nodes, instances, aggregates } = model;
  const flags = <T>(items: readonly T[], test: (item: T) => boolean): Uint8Array =>
    Uint8Array.from(items, (item) => Number(test(item)));
  columns.set(
    "node.enabled",
    flags(nodes, (node) => node.status === "enabled"),
  );
  columns.set(
    "node.up",
    flags(nodes, (node) => node.state === "up"),
  );
  for (const [name, type, numberOf] of NODE_NUMBERS) {
    columns.set(
      name,
      type === "u32" ? Uint32Array.from(nodes, numberOf) : Float64Array.from(nodes, numberOf),
    );
  }
  columns.set(
    "instance.vcpus",
    Uint32Array.from(instances, (instance) => instance.vcpus),
  );
  columns.set(
    "instance.memoryMiB",
    Uint32Array.from(instances, (instance) => instance.memoryMiB),
  );
  columns.set(
    "instance.diskGb",
    Uint32Array.from(instances, (instance) => instance.diskGb),
  );
  columns.set(
    "instance.locked",
    flags(instances, (instance) => instance.locked),
  );
  columns.set(
    "instance.watcherExclude",
    flags(instances, (instance) => instance.watcherExclude),
  );
  columns.set(
    "aggregate.id",
    Uint32Array.from(aggregates, (aggregate) => aggregate.id),
  );
}

/** Where instances are, and the same the other way round: each node's instances in model order. */
function addLinks(model: ClusterModelSource, columns: Map<string, Column>): void {
  const { nodes, instances, aggregates } = model;
  const node = Int32Array.from(instances, (instance) => instance.nodeIndex ?? UNMAPPED);
  const start = new Uint32Array(nodes.length + 1);
  for (const at of node) if (at !== UNMAPPED) start[at + 1] = (start[at + 1] as number) + 1;
  for (let at = 0; at < nodes.length; at++) start[at + 1] = (start[at + 1] as number) + (start[at] as number);
  const list = new Uint32Array(start[nodes.length] as number);
  const fill = start.slice();
  for (let instance = 0; instance < node.length; instance++) {
    const at = node[instance] as number;
    if (at === UNMAPPED) continue;
    list[fill[at] as number] = instance;
    fill[at] = (fill[at] as number) + 1;
  }
  columns.set("instance.node", node);
  columns.set("node.instanceStart", start);
  columns.set("node.instances", list);
  const hostStart = new Uint32Array(aggregates.length + 1);
  aggregates.forEach((aggregate, at) => {
    hostStart[at + 1] = (hostStart[at] as number) + aggregate.hosts.length;
  });
  columns.set("aggregate.hostStart", hostStart);
}

function addMetrics(model: ClusterModelSource, columns: Map<string, Column>): MetricEntry[] {
  return model.metrics.map((metric, index) => {
    const column = `metric.${index}`;
    columns.set(
      column,
      Float64Array.from(metric.values, (value) => value ?? Number.NaN),
    );
    const { name, unit, aggregate, periodS, granularityS } = metric;
    return { name, unit, aggregate, periodS, granularityS, column };
  });
}

function typeOf(column: Column): ColumnType {
  if (column instanceof Uint8Array) return "u8";
  if (column instanceof Uint32Array) return "u32";
  return column instanceof Int32Array ? "i32" : "f64";
}

function assemble(
  model: ClusterModelSource,
  columns: ReadonlyMap<string, Column>,
  metrics: MetricEntry[],
): Uint8Array {
  const entries: ColumnEntry[] = [];
  let bodyBytes = 0;
  for (const [name, column] of columns) {
    entries.push({ name, type: typeOf(column), length: column.length, offset: bodyBytes });
    bodyBytes += aligned(column.byteLength);
  }
  const counts = {
    nodes: model.nodes.length,
    instances: model.instances.length,
    aggregates: model.aggregates.length,
    texts: (columns.get("text.start") as Uint32Array).length - 1,
  };
  const header: SnapshotHeader = { takenAt: model.takenAt, counts, bodyBytes, columns: entries, metrics };
  const headerText = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = aligned(headerText.length);
  const size = PREFIX_BYTES + headerBytes + bodyBytes;
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(size);
  } catch (error) {
    throw new VigilError("invalid-input", `The model needs ${size} bytes, more than one buffer holds`, {
      cause: error,
    });
  }
  bytes.set(new TextEncoder().encode(MAGIC));
  new Uint32Array(bytes.buffer, MAGIC.length, 4).set([BYTE_ORDER_MARK, SNAPSHOT_VERSION, headerBytes, 0]);
  bytes.fill(0x20, PREFIX_BYTES, PREFIX_BYTES + headerBytes).set(headerText, PREFIX_BYTES);
  const body = PREFIX_BYTES + headerBytes;
  for (const entry of entries) {
    const column = columns.get(entry.name) as Column;
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), body + entry.offset);
  }
  return bytes;
}
