/**
 * Binary form of a model snapshot, version 1.
 *
 *     0   8 bytes  magic "VIGILMDL"
 *     8   u32      byte order mark 0x0A0B0C0D, in the order of all numbers that follow
 *    12   u32      version
 *    16   u32      length of the header in bytes, a multiple of 8
 *    20   u32      0
 *    24   header   JSON, UTF-8, padded with blanks: counts, columns, metrics
 *    ..   body     columns at the offsets (from the body's start) that the header gives, 8-aligned
 *
 * Texts live once, in one table sorted by code units: columns hold indices into it, so that comparing
 * indices compares texts, finding one is a binary search, and no thread builds a map of its own.
 * Readers ignore columns and counts they do not know. Server groups, the storage model and the bare metal
 * model have counts and columns only where there are any: a snapshot that has none of them reads as ever.
 */
export const MAGIC = "VIGILMDL";
export const BYTE_ORDER_MARK = 0x0a0b0c0d;
export const SNAPSHOT_VERSION = 1;
export const PREFIX_BYTES = 24;
export const ALIGNMENT_BYTES = 8;

/** Index that stands for null in a column of texts. */
export const NO_TEXT = 0xffffffff;
/** `instance.node`, `pool.node`, `volume.pool` of what is unmapped. */
export const UNMAPPED = -1;

export type ColumnType = "u8" | "u32" | "i32" | "f64";

export const COLUMN_BYTES: Readonly<Record<ColumnType, number>> = { u8: 1, u32: 4, i32: 4, f64: 8 };

export interface ColumnEntry {
  name: string;
  type: ColumnType;
  length: number;
  offset: number;
}

export interface MetricEntry {
  name: string;
  unit: string;
  aggregate: string | null;
  periodS: number | null;
  granularityS: number | null;
  column: string;
}

export interface SnapshotCounts {
  nodes: number;
  instances: number;
  aggregates: number;
  texts: number;
  /** Absent: none. */
  serverGroups?: number;
  /** Absent: no storage model. */
  storage?: { nodes: number; pools: number; volumes: number; types: number };
  /** Nodes; absent: no bare metal model. */
  baremetal?: number;
}

export interface SnapshotHeader {
  takenAt: string | null;
  counts: SnapshotCounts;
  bodyBytes: number;
  columns: ColumnEntry[];
  metrics: MetricEntry[];
}

/** Rounds up to the alignment that Float64Array views need. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
