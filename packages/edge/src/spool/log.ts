/**
 * The records on disk: appended with one flush for all who come meanwhile, read back, marked, and removed segment by
 * segment. One loop does all that changes the folder, so that no two changes meet.
 */

import { randomBytes } from "node:crypto";
import { VigilError } from "@vigil/core";
import type { Logger } from "@vigil/service";
import type { SpoolDisk, SpoolFile } from "./disk.ts";
import type { Keepsakes } from "./keepsakes.ts";
import { openRecord, type RecordDraft, type SpooledEvent, sealRecord } from "./record.ts";
import { type Recovered, recoverSegment, recoverSegments } from "./recovery.ts";
import {
  DONE,
  type Mark,
  newSegment,
  type Place,
  type Segment,
  type Segments,
  segmentBytes,
  startOf,
  WAITING,
} from "./segments.ts";

export interface SpoolLogOptions {
  /** Room for records, bytes. */
  bytesMax: number;
  /** A segment that is larger than this gets no further records, bytes. */
  segmentBytesMax: number;
}

/** Written and flushed together. */
const BATCH_BYTES_MAX = 8 * 1024 * 1024;
const BATCH_RECORDS_MAX = 1_000;
/** Between tries to write when the disk reported an error. */
const PROBE_EVERY_MS = 1_000;
const PROBE_FILE = "write-test";

/** A record on its way to the disk, and later in it. */
export interface Entry {
  /**
   * Resolves when it is flushed.
   * @throws VigilError unavailable: the disk refuses it
   */
  readonly stored: Promise<void>;
}

class QueuedEntry implements Entry {
  readonly draft: RecordDraft;
  readonly #stored = Promise.withResolvers<void>();
  mark: Mark;
  place: Place | undefined;
  failed = false;

  constructor(draft: RecordDraft, mark: Mark) {
    this.draft = draft;
    this.mark = mark;
    this.#stored.promise.catch(() => undefined);
  }

  get stored(): Promise<void> {
    return this.#stored.promise;
  }

  settle(error?: VigilError): void {
    this.failed = error !== undefined;
    if (error === undefined) this.#stored.resolve();
    else this.#stored.reject(error);
  }
}

/** A record as it was read; damaged where its bytes have changed, unreadable where the disk does not give them. */
export type ReadRecord = { place: Place } & (
  | { spooled: SpooledEvent }
  | { damaged: string }
  | { unreadable: VigilError }
);

export class SpoolLog {
  readonly #disk: SpoolDisk;
  readonly #damaged: Keepsakes;
  readonly #options: SpoolLogOptions;
  readonly #logger: Logger;
  readonly #segments: Segments;
  readonly #unreadable: Map<string, number>;
  readonly #queue: QueuedEntry[] = [];
  #queuedBytes = 0;
  #queuedWaiting = 0;
  #active: { segment: Segment; file: SpoolFile } | undefined;
  #working: Promise<void> | undefined;
  #problem: string | undefined;
  #probe: NodeJS.Timeout | undefined;
  #closed = false;

  /** Reads what is there. @throws whatever the disk reports */
  static async open(
    disk: SpoolDisk,
    damaged: Keepsakes,
    options: SpoolLogOptions,
    logger: Logger,
  ): Promise<SpoolLog> {
    return new SpoolLog(disk, damaged, options, logger, await recoverSegments(disk, damaged, logger));
  }

  private constructor(
    disk: SpoolDisk,
    damaged: Keepsakes,
    options: SpoolLogOptions,
    logger: Logger,
    { segments, unreadable }: Recovered,
  ) {
    this.#disk = disk;
    this.#damaged = damaged;
    this.#options = options;
    this.#logger = logger;
    this.#segments = segments;
    this.#unreadable = unreadable;
  }

  get segments(): Segments {
    return this.#segments;
  }

  /** Records that wait to be published, those included that are being written. */
  get waiting(): number {
    return this.#segments.waiting + this.#queuedWaiting;
  }

  get bytes(): number {
    let unreadable = 0;
    for (const bytes of this.#unreadable.values()) unreadable += bytes;
    return this.#segments.bytes + this.#queuedBytes + unreadable;
  }

  /** Names of segments that could not be read at the start, nor since. */
  get unreadableSegments(): string[] {
    return [...this.#unreadable.keys()];
  }

  get damagedFiles(): number {
    return this.#damaged.count();
  }

  /** What keeps records from being taken; undefined: nothing does. */
  get problem(): string | undefined {
    if (this.#problem !== undefined) return this.#problem;
    const { bytesMax } = this.#options;
    if (this.bytes < bytesMax) return undefined;
    return `the spool is full: ${this.bytes} of ${bytesMax} bytes hold ${this.#segments.open} events. Bring NATS back, or raise VIGIL_EDGE_SPOOL_BYTES_MAX.`;
  }

  /**
   * Takes a record, behind all that were taken before.
   * @throws VigilError unavailable: no room, or the disk refused what came before
   */
  append(draft: RecordDraft, mark: Mark): Entry {
    if (this.#closed) throw new VigilError("unavailable", "this edge is stopping");
    const { bytesMax } = this.#options;
    if (this.bytes + draft.bytes > bytesMax) {
      const text = `the spool has no room for ${draft.bytes} more bytes: ${this.bytes} of ${bytesMax} are used. Bring NATS back, or raise VIGIL_EDGE_SPOOL_BYTES_MAX.`;
      throw new VigilError("unavailable", text);
    }
    const entry = new QueuedEntry(draft, mark);
    this.#queue.push(entry);
    this.#queuedBytes += draft.bytes;
    if (mark === WAITING) this.#queuedWaiting++;
    this.#work();
    return entry;
  }

  markEntry(entry: Entry, mark: Mark): void {
    if (!(entry instanceof QueuedEntry)) return;
    if (entry.place !== undefined) this.mark(entry.place, mark);
    else if (!entry.failed) {
      this.#queuedWaiting += Number(mark === WAITING) - Number(entry.mark === WAITING);
      entry.mark = mark;
    }
  }

  mark(place: Place, mark: Mark): void {
    this.#segments.mark(place, mark);
    if (mark === DONE && place.segment.done === place.segment.ends.length) this.#work();
  }

  /** Reads records of one segment, which must stand in ascending order. */
  async read(places: readonly Place[]): Promise<ReadRecord[]> {
    const [first] = places;
    const last = places.at(-1);
    if (first === undefined || last === undefined) return [];
    const base = startOf(first);
    let bytes: Buffer;
    try {
      bytes = await this.#disk.readAt(first.segment.name, base, first.segment.ends[last.index]!);
    } catch (thrown) {
      if (places.length === 1) return [{ place: first, unreadable: VigilError.from(thrown) }];
      // One bad block does not hide what stands beside it.
      const records: ReadRecord[] = [];
      for (const place of places) records.push(...(await this.read([place])));
      return records;
    }
    return places.map((place) => {
      const { segment, index } = place;
      const record = bytes.subarray(startOf(place) - base, segment.ends[index]! - base);
      try {
        return { place, spooled: openRecord(record, segment.salt) };
      } catch (thrown) {
        return { place, damaged: VigilError.from(thrown).message };
      }
    });
  }

  /**
   * Tries again what could not be recovered at the start, until the first that fails.
   * @returns how many records wait again
   */
  async recoverUnreadable(): Promise<number> {
    let records = 0;
    for (const [name, bytes] of [...this.#unreadable]) {
      try {
        records += await recoverSegment(this.#disk, this.#damaged, this.#logger, this.#segments, name);
        this.#unreadable.delete(name);
      } catch {
        // To the end: the others get their turn first.
        this.#unreadable.delete(name);
        this.#unreadable.set(name, bytes);
        return records;
      }
    }
    return records;
  }

  /** Puts the bytes of a record aside that can't be read any more; nothing is left to do for it. */
  async putAside(place: Place): Promise<void> {
    const { segment, index } = place;
    const start = startOf(place);
    const bytes = await this.#disk.readAt(segment.name, start, segment.ends[index]!);
    const kept = await this.#damaged.keep(`${segment.name}-${start}`, bytes);
    this.#logger.error(
      { segment: segment.name, start, bytes: bytes.length, kept },
      "a record of the spool is damaged: its event is lost unless the broker has it; the bytes were put aside",
    );
    this.mark(place, DONE);
  }

  #work(): void {
    this.#working ??= this.#workOff().finally(() => {
      this.#working = undefined;
      if (this.#queue.length > 0) this.#work();
    });
  }

  async #workOff(): Promise<void> {
    // What comes within this turn of the event loop shares the flush.
    await Promise.resolve();
    do {
      if (this.#queue.length > 0) await this.#commit(this.#takeBatch());
      await this.#removeFinished();
    } while (this.#queue.length > 0);
  }

  #takeBatch(): QueuedEntry[] {
    let bytes = 0;
    let count = 0;
    for (const { draft } of this.#queue) {
      if (count > 0 && (bytes + draft.bytes > BATCH_BYTES_MAX || count >= BATCH_RECORDS_MAX)) break;
      bytes += draft.bytes;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(batch: QueuedEntry[]): Promise<void> {
    let error: VigilError | undefined;
    try {
      const { segment, file } = await this.#activeFile();
      await file.append(batch.flatMap(({ draft }) => sealRecord(draft, segment.salt)));
      await file.sync();
      this.#place(batch, segment);
    } catch (thrown) {
      error = await this.#failed(thrown);
    }
    for (const entry of batch) {
      this.#queuedBytes -= entry.draft.bytes;
      if (error !== undefined && entry.mark === WAITING) this.#queuedWaiting--;
      entry.settle(error);
    }
  }

  #place(batch: QueuedEntry[], segment: Segment): void {
    for (const entry of batch) {
      if (entry.mark === WAITING) this.#queuedWaiting--;
      entry.place = this.#segments.add(segment, entry.draft.bytes, entry.mark);
    }
    this.#solved();
  }

  /** The segment that is written to; a new one where there is none or it is full. */
  async #activeFile(): Promise<{ segment: Segment; file: SpoolFile }> {
    if (this.#active !== undefined && segmentBytes(this.#active.segment) < this.#options.segmentBytesMax) {
      return this.#active;
    }
    await this.#retire();
    const segment = newSegment(this.#segments.nextNumber, randomBytes(4).readUInt32LE());
    const file = await this.#disk.create(segment.name);
    this.#active = { segment, file };
    this.#segments.begin(segment);
    await this.#disk.syncFolder();
    return this.#active;
  }

  async #retire(): Promise<void> {
    const retired = this.#active;
    this.#active = undefined;
    await retired?.file.close();
  }

  /**
   * After an error nobody knows what of the batch is in the file, and a later flush that succeeds proves nothing about
   * it: the file is cut to what was flushed before, and gets no further records.
   */
  async #failed(thrown: unknown): Promise<VigilError> {
    const { message } = VigilError.from(thrown);
    const segment = this.#active?.segment;
    await this.#retire().catch(() => undefined);
    if (segment !== undefined) {
      await this.#disk.truncate(segment.name, segmentBytes(segment)).catch(() => undefined);
    }
    this.#noteProblem(message);
    return new VigilError("unavailable", `${this.#problem}`, { cause: thrown });
  }

  #noteProblem(message: string): void {
    const problem = `the spool can't be written: ${message}. Look at the disk that holds it.`;
    if (this.#problem !== problem) this.#logger.error({ problem: message }, "the spool can't be written");
    this.#problem = problem;
    this.#probe ??= setInterval(() => void this.#tryDisk(), PROBE_EVERY_MS).unref();
  }

  /** A red edge gets no webhooks, so it must find out by itself that the disk is good again. */
  async #tryDisk(): Promise<void> {
    try {
      await this.#disk.replace(PROBE_FILE, new Uint8Array(1));
      await this.#disk.remove(PROBE_FILE);
      this.#solved();
    } catch (thrown) {
      this.#noteProblem(VigilError.from(thrown).message);
    }
  }

  #solved(): void {
    if (this.#problem === undefined) return;
    clearInterval(this.#probe);
    this.#probe = undefined;
    this.#problem = undefined;
    this.#logger.info("the spool can be written again");
  }

  async #removeFinished(): Promise<void> {
    const active = this.#active?.segment;
    for (const segment of this.#segments.finished(active, this.#queue.length === 0)) {
      try {
        if (segment === active) await this.#retire();
        await this.#disk.remove(segment.name);
      } catch (thrown) {
        this.#logger.warn(
          { err: thrown, segment: segment.name },
          "a segment of the spool could not be removed",
        );
      }
      this.#segments.remove(segment);
    }
  }

  /** Writes what is queued and lets go of the files. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#probe);
    while (this.#working !== undefined) await this.#working;
    await this.#retire();
    await this.#disk.close();
    await this.#damaged.close();
  }
}
