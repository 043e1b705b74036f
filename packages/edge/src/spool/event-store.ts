/**
 * Where an accepted event goes: to the stream as a rule, to the spool while the broker is away or slow.
 *
 *   direct    each event is published; the first that fails takes all that are under way into the spool, in order
 *   spooling  each event goes behind those that wait in the spool, so that order holds and nobody waits for a broker
 *             that is known not to answer; the drain publishes them
 *   closing   the broker answers in time again and little is left: new events are held for the moment that this takes
 *
 * With a journal each event is in the spool in any case, and 202 needs both the flush and either way of publication.
 */

import type { EventPublisher } from "@vigil/bus";
import { type AcceptedEvent, VigilError } from "@vigil/core";
import type { Logger } from "@vigil/service";
import type { Entry, SpoolLog } from "./log.ts";
import { draftRecord } from "./record.ts";
import { isRefusal } from "./refused.ts";
import { DIRECT, DONE, type Mark, WAITING } from "./segments.ts";

export interface Accepted {
  /** The stream has had an event of this id before; false where that is not known yet. */
  duplicate: boolean;
  /** Settles when the body is no longer kept in memory for a slow disk; left out: it is not kept. */
  kept?: Promise<unknown>;
}

export interface EventStoreParts {
  log: SpoolLog;
  publisher: Pick<EventPublisher, "publish">;
  logger: Logger;
  /** Every event is in the spool before it is accepted. */
  journal: boolean;
  /** What a record is after its publication. */
  publishedMark(): Mark;
  /** Records wait in the spool: for the drain to look. */
  onSpooled(startOver: boolean): void;
}

/** So few records are left that new events may wait for their publication. */
const CLOSING_UNSENT_MAX = 64;
/** Longest time that events are held, ms. */
const CLOSING_MS_MAX = 250;

/** An event that waits for the broker's acknowledgement, or is held. */
interface Flight {
  event: AcceptedEvent;
  body: Uint8Array;
  /** Its record, with a journal or once it was taken into the spool. */
  entry: Entry | undefined;
  answer: PromiseWithResolvers<Accepted>;
  /** No acknowledgement will come: it failed, or was never sent. */
  unpublished: boolean;
}

export class EventStore {
  readonly #parts: EventStoreParts;
  /** In the order of their coming. */
  readonly #flights = new Set<Flight>();
  #mode: "direct" | "spooling" | "closing";
  #closing: NodeJS.Timeout | undefined;
  #since = performance.now();
  #spooled = 0;

  constructor(parts: EventStoreParts) {
    this.#parts = parts;
    this.#mode = parts.log.waiting > 0 ? "spooling" : "direct";
    if (this.#mode === "spooling") {
      parts.logger.warn({ events: parts.log.waiting }, "events of an earlier start wait in the spool");
    }
  }

  /** Events go to the stream without a stop in the spool. */
  get isDirect(): boolean {
    return this.#mode !== "spooling";
  }

  /**
   * Resolves when the event is in the stream, or flushed to the spool.
   * @throws VigilError invalid-input (the broker refuses it for good), unavailable (spool full, or its disk reports an error)
   */
  accept(event: AcceptedEvent, body: Uint8Array): Promise<Accepted> {
    if (this.#mode === "spooling") return this.#spool(event, body);
    const { journal, log } = this.#parts;
    const entry = journal ? log.append(draftRecord(event, body), DIRECT) : undefined;
    const flight: Flight = { event, body, entry, answer: Promise.withResolvers(), unpublished: true };
    this.#flights.add(flight);
    if (this.#mode === "direct") void this.#publish(flight);
    return flight.answer.promise;
  }

  async #spool(event: AcceptedEvent, body: Uint8Array): Promise<Accepted> {
    const entry = this.#parts.log.append(draftRecord(event, body), WAITING);
    this.#spooled++;
    await entry.stored;
    this.#parts.onSpooled(false);
    return { duplicate: false };
  }

  async #publish(flight: Flight): Promise<void> {
    flight.unpublished = false;
    try {
      const { duplicate } = await this.#parts.publisher.publish(flight.event, flight.body);
      await this.#landed(flight, duplicate);
    } catch (thrown) {
      this.#failed(flight, VigilError.from(thrown));
    }
  }

  async #landed(flight: Flight, duplicate: boolean): Promise<void> {
    const { journal, log, publishedMark } = this.#parts;
    this.#flights.delete(flight);
    if (flight.entry !== undefined) log.markEntry(flight.entry, publishedMark());
    if (journal) await flight.entry?.stored.catch((thrown: unknown) => flight.answer.reject(thrown));
    const kept = journal ? undefined : flight.entry?.stored;
    flight.answer.resolve({ duplicate, ...(kept === undefined ? {} : { kept }) });
  }

  #failed(flight: Flight, error: VigilError): void {
    flight.unpublished = true;
    if (!this.#flights.has(flight)) {
      // In the spool already, whose drain comes to the same result; the sender waits only if the disk failed as well.
      void flight.entry?.stored.catch((thrown: unknown) => flight.answer.reject(thrown));
      return;
    }
    if (!isRefusal(error)) {
      this.open(error);
      return;
    }
    this.#flights.delete(flight);
    if (flight.entry !== undefined) this.#parts.log.markEntry(flight.entry, DONE);
    flight.answer.reject(error);
  }

  /** Takes everything into the spool from now on, and what is under way before it. */
  open(reason: VigilError): void {
    if (this.#mode === "spooling") return;
    if (this.#mode === "direct") {
      this.#since = performance.now();
      this.#spooled = 0;
      this.#parts.logger.warn(
        { reason: reason.message },
        "the broker does not take events, they go to the spool",
      );
    }
    this.#mode = "spooling";
    clearTimeout(this.#closing);
    for (const flight of this.#flights) this.#moveToSpool(flight);
    this.#flights.clear();
    this.#parts.onSpooled(true);
  }

  #moveToSpool(flight: Flight): void {
    const { log, onSpooled } = this.#parts;
    const { answer } = flight;
    try {
      if (flight.entry === undefined)
        flight.entry = log.append(draftRecord(flight.event, flight.body), WAITING);
      else log.markEntry(flight.entry, WAITING);
    } catch (thrown) {
      answer.reject(thrown);
      return;
    }
    this.#spooled++;
    flight.entry.stored.then(
      () => {
        answer.resolve({ duplicate: false });
        onSpooled(false);
      },
      // Its acknowledgement may still come, and settle it.
      (thrown: unknown) => flight.unpublished && answer.reject(thrown),
    );
  }

  /** The drain gets on: so many records are not sent yet, and the broker answers in time. */
  progress(unsent: number): void {
    if (this.#mode === "direct") return;
    if (this.#mode === "spooling" && unsent <= CLOSING_UNSENT_MAX) {
      this.#mode = "closing";
      const late = new VigilError("deadline", "the spool was not empty in time");
      this.#closing = setTimeout(() => this.open(late), CLOSING_MS_MAX).unref();
    }
    if (this.#mode === "closing" && unsent === 0) this.#close();
  }

  /** From here on connection and stream order new events behind the last of the spool's, which are on their way. */
  #close(): void {
    clearTimeout(this.#closing);
    this.#mode = "direct";
    const fields = { events: this.#spooled, forMs: Math.round(performance.now() - this.#since) };
    this.#parts.logger.info(fields, "the spool is empty, events are published as they come");
    for (const flight of this.#flights) void this.#publish(flight);
  }
}
