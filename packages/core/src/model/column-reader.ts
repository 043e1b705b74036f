/**
 * Columns of an opened snapshot as views on its buffer. The bytes may come from anywhere: what strategies
 * use as an index or a divisor is checked here once, with plain index loops (iterators over columns took
 * ten times as long).
 */
import { VigilError } from "../errors.ts";
import {
  aligned,
  COLUMN_BYTES,
  type ColumnEntry,
  type ColumnType,
  SNAPSHOT_VERSION,
  type SnapshotHeader,
  UNMAPPED,
} from "./layout.ts";

interface ColumnOf {
  u8: Uint8Array;
  u32: Uint32Array;
  i32: Int32Array;
  f64: Float64Array;
}

/** @param detail what is wrong with the bytes */
export function broken(detail: string): VigilError {
  return new VigilError(
    "invalid-input",
    `Broken snapshot: ${detail}. Import the model again; the stored object is not a model snapshot of version ${SNAPSHOT_VERSION}`,
  );
}

/** Views on the body, by name, bounds checked. Its methods throw VigilError invalid-input. */
export class ColumnReader {
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

  /** A column of finite numbers >= `least`, and of NaN where there is none. */
  numbersOrNone(name: string, length: number, least: number): Float64Array {
    const column = this.get(name, "f64", length);
    for (let at = 0; at < length; at++) {
      const value = column[at] as number;
      // Written so that NaN passes.
      if (value < least || value === Number.POSITIVE_INFINITY) throw broken(`value ${value} in ${name}`);
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

  /** Indices of owners below `limit`, UNMAPPED (-1) without one. */
  owners(name: string, length: number, limit: number): Int32Array {
    const column = this.get(name, "i32", length);
    for (let at = 0; at < length; at++) {
      const owner = column[at] as number;
      if (owner < UNMAPPED || owner >= limit) throw broken(`index ${owner} in ${name}`);
    }
    return column;
  }
}
