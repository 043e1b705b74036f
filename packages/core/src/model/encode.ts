/** From a model source to snapshot bytes: the same source gives the same bytes. */
import { VigilError } from "../errors.ts";
import { checkSource } from "./check-source.ts";
import { type Column, ColumnWriter } from "./column-writer.ts";
import { writeComputeNumbers, writeComputeTexts, writeMetrics } from "./encode-compute.ts";
import {
  writeBaremetalNumbers,
  writeBaremetalTexts,
  writeStorageNumbers,
  writeStorageTexts,
} from "./encode-storage.ts";
import {
  aligned,
  BYTE_ORDER_MARK,
  type ColumnEntry,
  type ColumnType,
  MAGIC,
  PREFIX_BYTES,
  SNAPSHOT_VERSION,
  type SnapshotCounts,
  type SnapshotHeader,
} from "./layout.ts";
import type { ClusterModelSource } from "./source.ts";

/**
 * Snapshot bytes of a model. Read them with `openSnapshot`; `layout.ts` describes them.
 * @throws VigilError invalid-input for values outside their range, repeated keys, unknown metrics
 */
export function encodeSnapshot(model: ClusterModelSource): Uint8Array {
  checkSource(model);
  const { storage, baremetal } = model;
  const writer = new ColumnWriter();
  writeComputeTexts(model, writer);
  if (storage !== null) writeStorageTexts(storage, writer);
  if (baremetal !== null) writeBaremetalTexts(baremetal, writer);
  const texts = writer.closeTexts();
  writeComputeNumbers(model, writer);
  const metrics = writeMetrics(model, writer);
  if (storage !== null) writeStorageNumbers(storage, writer);
  if (baremetal !== null) writeBaremetalNumbers(baremetal, writer);
  return assemble(writer.columns, {
    takenAt: model.takenAt,
    counts: countsOf(model, texts),
    bodyBytes: 0,
    columns: [],
    metrics,
  });
}

/** The same bytes in memory that all threads share, as `openSnapshot` takes them. */
export function shareSnapshot(bytes: Uint8Array): SharedArrayBuffer {
  const snapshot = new SharedArrayBuffer(bytes.length);
  new Uint8Array(snapshot).set(bytes);
  return snapshot;
}

/** Counts of models that are not there are left out, so that a snapshot without them is what it always was. */
function countsOf(model: ClusterModelSource, texts: number): SnapshotCounts {
  const { nodes, instances, aggregates, serverGroups, storage, baremetal } = model;
  const counts: SnapshotCounts = {
    nodes: nodes.length,
    instances: instances.length,
    aggregates: aggregates.length,
    texts,
  };
  if (serverGroups.length > 0) counts.serverGroups = serverGroups.length;
  if (storage !== null) {
    counts.storage = {
      nodes: storage.nodes.length,
      pools: storage.pools.length,
      volumes: storage.volumes.length,
      types: storage.types.length,
    };
  }
  if (baremetal !== null) counts.baremetal = baremetal.nodes.length;
  return counts;
}

function typeOf(column: Column): ColumnType {
  if (column instanceof Uint8Array) return "u8";
  if (column instanceof Uint32Array) return "u32";
  return column instanceof Int32Array ? "i32" : "f64";
}

/** @param described gets its columns and the length of the body here */
function assemble(columns: ReadonlyMap<string, Column>, described: SnapshotHeader): Uint8Array {
  const entries: ColumnEntry[] = [];
  let bodyBytes = 0;
  for (const [name, column] of columns) {
    entries.push({ name, type: typeOf(column), length: column.length, offset: bodyBytes });
    bodyBytes += aligned(column.byteLength);
  }
  const header: SnapshotHeader = { ...described, bodyBytes, columns: entries };
  const headerText = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = aligned(headerText.length);
  const bytes = allocate(PREFIX_BYTES + headerBytes + bodyBytes);
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

function allocate(size: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(size);
  } catch (error) {
    throw new VigilError("invalid-input", `The model needs ${size} bytes, more than one buffer holds`, {
      cause: error,
    });
  }
}
