/**
 * Publishes what waits in the spool, in the order in which it came: what is in flight together goes over one
 * connection, which keeps its order, and after a failure everything from the first that failed is sent again. Publishing
 * twice is harmless: the stream and the ledger know an event by its id. What the disk does not give back is passed over
 * after some tries, and looked at again when nothing else waits.
 */

import type { EventPublisher } from "@vigil/bus";
import { VigilError } from "@vigil/core";
import { type Logger, within } from "@vigil/service";
import { DrainWindow } from "./drain-window.ts";
import type { Keepsakes } from "./keepsakes.ts";
import type { ReadRecord, SpoolLog } from "./log.ts";
import type { PassedOver } from "./passed-over.ts";
import type { SpooledEvent } from "./record.ts";
import { inItsStead, isRefusal, refusedFile } from "./refused.ts";
import { type Mark, type Place, startOf, WAITING } from "./segments.ts";

export interface DrainParts {
  log: SpoolLog;
  publisher: Pick<EventPublisher, "publish">;
  refused: Keepsakes;
  passedOver: PassedOver;
  logger: Logger;
  /** Acknowledgements that take longer are no reason to publish directly again, ms. */
  slowMs: number;
  /** What a record is after its publication. */
  publishedMark(): Mark;
  /** The broker answers, and so many are not sent yet. */
  onProgress(unsent: number): void;
  onTrouble(error: VigilError): void;
}

/** Of one read. */
const READ_BYTES_MAX = 1024 * 1024;
/** After a read that failed, before the next try of the same place. */
const READ_PAUSE_MS = 400;
/** Something may have been missed (a wake-up, a mark): look again. */
const LOOK_AGAIN_MS = 1_000;

export class Drain {
  readonly #parts: DrainParts;
  readonly #window: DrainWindow;
  readonly #inFlight = new Set<Place>();
  readonly #loop: Promise<void>;
  #cursor: Place | undefined;
  #goBack = true;
  /** Why: the disk, which says nothing about the broker. */
  #stumbled = false;
  #wake = Promise.withResolvers<void>();
  #retry = Promise.withResolvers<void>();
  #stopping = false;
  /** Events published since the start. */
  published = 0;

  constructor(parts: DrainParts) {
    this.#parts = parts;
    this.#window = new DrainWindow(parts.slowMs);
    this.#loop = this.#run();
  }

  /** Something has come. */
  wake(): void {
    this.#wake.resolve();
  }

  /** What failed may work now. */
  retry(): void {
    this.#retry.resolve();
    this.wake();
  }

  /** Looks at all records again from the oldest on. */
  startOver(): void {
    this.#goBack = true;
    this.wake();
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#turn();
      } catch (thrown) {
        this.#trouble(VigilError.from(thrown));
      }
    }
  }

  async #turn(): Promise<void> {
    if (this.#goBack) {
      await this.#settled();
      await this.#pause(Math.max(this.#window.pauseMs, this.#stumbled ? READ_PAUSE_MS : 0));
      this.#goBack = false;
      this.#stumbled = false;
      this.#cursor = undefined;
    }
    const places = this.#next();
    if (places.length > 0) await this.#send(places);
    const unsent = this.#unsent();
    if (this.#window.healthy) this.#parts.onProgress(unsent);
    if (unsent === 0 && (await this.#parts.passedOver.tryAgain())) this.startOver();
    if (this.#goBack || (unsent > 0 && this.#inFlight.size < this.#window.size && places.length > 0)) return;
    await this.#sleep(LOOK_AGAIN_MS);
  }

  /** Records of one segment, as many as there is room for. */
  #next(): Place[] {
    const places: Place[] = [];
    const { segments } = this.#parts.log;
    const isWaiting = (mark: Mark) => mark === WAITING;
    for (let room = this.#window.size - this.#inFlight.size; room > 0; room--) {
      const place = segments.find(isWaiting, places.at(-1) ?? this.#cursor);
      if (place === undefined) break;
      const first = places[0] ?? place;
      const span = place.segment.ends[place.index]! - startOf(first);
      if (place !== first && (place.segment !== first.segment || span > READ_BYTES_MAX)) break;
      places.push(place);
    }
    return places;
  }

  async #send(places: Place[]): Promise<void> {
    for (const record of await this.#parts.log.read(places)) {
      if (this.#goBack || this.#stopping) return;
      this.#cursor = record.place;
      if ("spooled" in record) void this.#publish(record.place, record.spooled);
      else await this.#setAside(record);
    }
  }

  async #setAside(record: ReadRecord): Promise<void> {
    try {
      if ("unreadable" in record) throw record.unreadable;
      await this.#parts.log.putAside(record.place);
    } catch (thrown) {
      const error = VigilError.from(thrown);
      if (this.#parts.passedOver.failed(record.place, error)) return;
      this.#goBack = true;
      this.#stumbled = true;
    }
  }

  /** Waiting records that are not on their way, those included that are being written. */
  #unsent(): number {
    let sent = 0;
    for (const { segment, index } of this.#inFlight) if (segment.marks[index] === WAITING) sent++;
    return this.#parts.log.waiting - sent;
  }

  async #publish(place: Place, spooled: SpooledEvent): Promise<void> {
    this.#inFlight.add(place);
    const sentAtMs = performance.now();
    try {
      if (await this.publishRecord(place, spooled)) {
        this.#parts.log.mark(place, this.#parts.publishedMark());
        this.published++;
      }
      this.#window.acknowledged(performance.now() - sentAtMs);
    } catch (thrown) {
      this.#trouble(VigilError.from(thrown));
    } finally {
      this.#inFlight.delete(place);
      this.wake();
    }
  }

  /**
   * Resolves when the stream has the event, or, where the broker refuses it for good, a dead letter in its stead.
   * @returns false: it is refused, its file can't be written either, and it is passed over
   * @throws VigilError of a kind that another try may mend
   */
  async publishRecord(place: Place, spooled: SpooledEvent): Promise<boolean> {
    const { publisher, logger } = this.#parts;
    try {
      await publisher.publish(spooled.event, spooled.body);
    } catch (thrown) {
      const error = VigilError.from(thrown);
      if (!isRefusal(error)) throw error;
      const file = await this.#keepRefused(place, spooled);
      if (file === undefined) return false;
      const fields = { eventId: spooled.event.eventId, reason: error.message, file };
      logger.error(fields, "the broker refuses an accepted event for good; it becomes a dead letter");
      await this.#publishInItsStead(spooled, error);
    }
    return true;
  }

  /** The file; undefined: none could be written, again and again. */
  async #keepRefused(place: Place, spooled: SpooledEvent): Promise<string | undefined> {
    const { refused, passedOver } = this.#parts;
    const { name, bytes } = refusedFile(spooled);
    try {
      return await refused.keep(name, bytes);
    } catch (thrown) {
      const error = VigilError.from(thrown);
      if (passedOver.failed(place, error)) return undefined;
      throw error;
    }
  }

  async #publishInItsStead(spooled: SpooledEvent, refusal: VigilError): Promise<void> {
    const { publisher, logger } = this.#parts;
    const { event, body } = inItsStead(spooled, refusal);
    try {
      await publisher.publish(event, body);
    } catch (thrown) {
      const error = VigilError.from(thrown);
      if (!isRefusal(error)) throw error;
      logger.error(
        { eventId: event.eventId, reason: error.message },
        "not even a dead letter of it is taken; the event is only in its file",
      );
    }
  }

  #trouble(error: VigilError): void {
    if (this.#stopping) return;
    if (!this.#goBack) this.#window.failed();
    this.#goBack = true;
    this.#parts.onTrouble(error);
  }

  async #settled(): Promise<void> {
    while (this.#inFlight.size > 0 && !this.#stopping) await this.#sleep(LOOK_AGAIN_MS);
  }

  /** Until the next wake-up. */
  async #sleep(ms: number): Promise<void> {
    if (this.#stopping) return;
    await within(this.#wake.promise, ms);
    this.#wake = Promise.withResolvers<void>();
  }

  /** After a failure: whatever comes meanwhile does not cut it short. */
  async #pause(ms: number): Promise<void> {
    this.#retry = Promise.withResolvers<void>();
    if (!this.#stopping && ms > 0) await within(this.#retry.promise, ms);
  }

  /** Sends nothing more. What is in flight is sent again after the next start, should it not have arrived. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.retry();
    await this.#loop;
  }
}
