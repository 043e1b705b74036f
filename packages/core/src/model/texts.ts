/** The table of texts of a snapshot: sorted, unique, UTF-8 bytes with offsets, decoded on demand. */
import { VigilError } from "../errors.ts";

/** Code units from here on take more than one byte in UTF-8. */
const ASCII_END = 0x80;
/** Offsets are u32. */
const TEXT_BYTES_MAX = 0xffffffff;

/** Collects texts, then gives each an index in sorted order. */
export class TextTableBuilder {
  readonly #seen = new Map<string, number>();

  /** Lone surrogates have no UTF-8 form: they become U+FFFD before anything is compared. */
  add(text: string): void {
    this.#seen.set(text.toWellFormed(), 0);
  }

  /** Ends the collecting. */
  finish(): { start: Uint32Array; bytes: Uint8Array; indexOf(text: string): number } {
    const seen = this.#seen;
    const sorted = [...seen.keys()].sort();
    const joined = new TextEncoder().encode(sorted.join(""));
    if (joined.length > TEXT_BYTES_MAX) {
      throw new VigilError(
        "invalid-input",
        `Texts of the model take ${joined.length} bytes; at most ${TEXT_BYTES_MAX} fit. Leave out metadata`,
      );
    }
    const start = new Uint32Array(sorted.length + 1);
    let offset = 0;
    for (let index = 0; index < sorted.length; index++) {
      const text = sorted[index] as string;
      seen.set(text, index);
      offset += utf8Length(text);
      start[index + 1] = offset;
    }
    return { start, bytes: joined, indexOf: (text) => seen.get(text.toWellFormed()) as number };
  }
}

/** Bytes of a well-formed text; without encoding it, since most texts are ASCII. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    if (unit < 0x800 || (unit >= 0xd800 && unit < 0xe000)) length += 1;
    else length += 2;
  }
  return length;
}

export class TextTable {
  readonly count: number;
  readonly #start: Uint32Array;
  readonly #bytes: Uint8Array;
  // One decoder per table: it keeps no state between calls that are not streams.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(start: Uint32Array, bytes: Uint8Array) {
    this.count = start.length - 1;
    this.#start = start;
    this.#bytes = bytes;
  }

  /**
   * Decodes one text. Indices and offsets are checked here and not when the snapshot is opened: columns
   * of texts are only compared or decoded, and checking all of them cost 20 ms at 200,000 instances.
   *
   * @throws VigilError invalid-input for an index or offset that leaves the table
   */
  get(index: number): string {
    const start = this.#start[index];
    const end = this.#start[index + 1];
    if (start === undefined || end === undefined || start > end || end > this.#bytes.length) {
      throw new VigilError(
        "invalid-input",
        `Broken snapshot: text ${index} of ${this.count} is not in its table`,
      );
    }
    return this.#decoder.decode(this.#bytes.subarray(start, end));
  }

  /** Index of the text, -1 when the snapshot does not hold it. */
  find(text: string): number {
    let low = 0;
    let high = this.count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, text);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /**
   * How the held text compares with another, by code units: < 0, 0, > 0. Byte by byte as long as both are
   * ASCII, as uuids and hostnames are: decoding each text that a search passes took ten times as long.
   */
  #compare(index: number, text: string): number {
    const start = this.#start[index] as number;
    const length = (this.#start[index + 1] as number) - start;
    for (let at = 0; at < length && at < text.length; at++) {
      const held = this.#bytes[start + at] as number;
      const wanted = text.charCodeAt(at);
      // Offsets beyond the bytes read undefined: get() refuses them.
      if (!(held < ASCII_END && wanted < ASCII_END)) return compareTexts(this.get(index), text);
      if (held !== wanted) return held - wanted;
    }
    return length - text.length;
  }
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
