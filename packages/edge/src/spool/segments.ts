/** What the spool knows about its records: where each stands in which file, and how far it has come. Pure. */

/** Not published. */
export const WAITING = 0;
/** Published by whoever put it in, not by the drain. */
export const DIRECT = 1;
/** Nothing is left to do. */
export const DONE = -1;
/** Not to be read at present: passed-over.ts. */
export const PASSED_OVER = -2;
/** Higher numbers: published, at this second of a monotonic clock; the ledger has yet to confirm it. */
export type Mark = number;
export const FIRST_SECOND = 2;

export interface Segment {
  readonly name: string;
  readonly number: number;
  readonly salt: number;
  /** Where each record ends; the next one begins there. */
  readonly ends: number[];
  readonly marks: Mark[];
  /** Records that are done. */
  done: number;
}

/** The place of a record. */
export interface Place {
  readonly segment: Segment;
  readonly index: number;
}

const NAME = /^(\d{10})-([0-9a-f]{8})\.seg$/;

export function segmentName(number: number, salt: number): string {
  return `${String(number).padStart(10, "0")}-${salt.toString(16).padStart(8, "0")}.seg`;
}

/** undefined: the name is not one of a segment. */
export function readSegmentName(name: string): { number: number; salt: number } | undefined {
  const match = NAME.exec(name);
  return match ? { number: Number(match[1]), salt: Number.parseInt(match[2]!, 16) } : undefined;
}

export function newSegment(number: number, salt: number): Segment {
  return { name: segmentName(number, salt), number, salt, ends: [], marks: [], done: 0 };
}

export function segmentBytes(segment: Segment): number {
  return segment.ends.at(-1) ?? 0;
}

export function startOf({ segment, index }: Place): number {
  return index === 0 ? 0 : segment.ends[index - 1]!;
}

/** All records, oldest first. 16 bytes of memory for each: a full spool of 1 GiB needs some 10 MB. */
export class Segments {
  /** In the order of their numbers. */
  readonly list: Segment[] = [];
  readonly #counts = { waiting: 0, direct: 0, published: 0, passedOver: 0 };
  #bytes = 0;
  #lastNumber = 0;

  /** Of all segments in the list. */
  get bytes(): number {
    return this.#bytes;
  }

  get waiting(): number {
    return this.#counts.waiting;
  }

  /** Published, and not confirmed by the ledger. */
  get published(): number {
    return this.#counts.published;
  }

  get passedOver(): number {
    return this.#counts.passedOver;
  }

  /** All that are not done. */
  get open(): number {
    const { waiting, direct, published, passedOver } = this.#counts;
    return waiting + direct + published + passedOver;
  }

  /** Places are compared by the numbers; only one that could not be read before is not the last. */
  begin(segment: Segment): void {
    this.reserve(segment.number);
    const at = this.list.findIndex(({ number }) => number > segment.number);
    this.list.splice(at < 0 ? this.list.length : at, 0, segment);
  }

  /** No new segment gets this number. */
  reserve(number: number): void {
    this.#lastNumber = Math.max(this.#lastNumber, number);
  }

  get nextNumber(): number {
    return this.#lastNumber + 1;
  }

  /** One more record at the end of a segment. */
  add(segment: Segment, bytes: number, mark: Mark): Place {
    segment.ends.push(segmentBytes(segment) + bytes);
    this.#bytes += bytes;
    segment.marks.push(mark);
    this.#count(mark, 1);
    if (mark === DONE) segment.done++;
    return { segment, index: segment.ends.length - 1 };
  }

  mark({ segment, index }: Place, mark: Mark): void {
    const before = segment.marks[index]!;
    if (before === mark || before === DONE) return;
    segment.marks[index] = mark;
    this.#count(before, -1);
    this.#count(mark, 1);
    if (mark === DONE) segment.done++;
  }

  #count(mark: Mark, by: number): void {
    if (mark === WAITING) this.#counts.waiting += by;
    else if (mark === DIRECT) this.#counts.direct += by;
    else if (mark === PASSED_OVER) this.#counts.passedOver += by;
    else if (mark !== DONE) this.#counts.published += by;
  }

  /** The first record after `after` (from the beginning: undefined) that `wanted` picks. */
  find(wanted: (mark: Mark) => boolean, after?: Place): Place | undefined {
    for (const segment of this.list) {
      if (after !== undefined && segment.number < after.segment.number) continue;
      if (segment.done === segment.ends.length) continue;
      const from = segment === after?.segment ? after.index + 1 : 0;
      for (let index = from; index < segment.marks.length; index++) {
        if (wanted(segment.marks[index]!)) return { segment, index };
      }
    }
    return undefined;
  }

  /** Segments of which nothing is left to do; `active` is still written to, and goes only when `withActive`. */
  finished(active: Segment | undefined, withActive: boolean): Segment[] {
    return this.list.filter(
      (segment) => segment.done === segment.ends.length && (segment !== active || withActive),
    );
  }

  remove(segment: Segment): void {
    const at = this.list.indexOf(segment);
    if (at < 0) return;
    this.list.splice(at, 1);
    this.#bytes -= segmentBytes(segment);
  }
}
