/**
 * Takes events from VIGIL_EVENTS and hands them to a handler: events of one audit in stream order, several at once
 * where they wait, different audits in parallel and in turn, so that no busy audit delays another. (How:
 * event-lanes.ts.)
 *
 * Each message is acknowledged after its handler has resolved; from then on the ledger is the truth. An error
 * puts it back with a delay, or, where no repetition can help, gives it to `onPoison` first: an event is
 * never terminated before it is stored somewhere else. Events that were refused together are tried one by one, so that
 * a poisoned one does not take the others with it.
 */

import { type AcceptedEvent, VigilError } from "@vigil/core";
import type { Msg } from "nats";
import type { Bus, Stoppable } from "./connection.ts";
import { type Delivery, parseDelivery } from "./delivery.ts";
import { type DecodedEvent, decodeEvent } from "./envelope.ts";
import { EventLanes } from "./event-lanes.ts";
import { type KeptPull, keepPull } from "./kept-pull.ts";
import { EVENTS_CONSUMER, EVENTS_STREAM } from "./names.ts";
import type { Pull } from "./pull.ts";
import { afterFailure, redeliveryDelayMs } from "./redelivery.ts";
import { isSameMessage } from "./same-message.ts";
import { ACK_WAIT_MS, ensureTopology, type TopologyOptions } from "./topology.ts";

export interface EventDelivery {
  /** Sequence in VIGIL_EVENTS. */
  sequence: number;
  /** When the broker stored it, ms since 1970. */
  timeMs: number;
  /** A delivery before this one was not acknowledged: the event may be in the ledger already. */
  redelivered: boolean;
}

/** An event as the edge published it. */
export interface ReceivedEvent {
  event: AcceptedEvent;
  body: Uint8Array;
  delivery: EventDelivery;
}

/** A message that can't be handled, as it lies in the stream. */
export interface PoisonMessage extends EventDelivery {
  subject: string;
  /** Empty when the envelope can't be read. */
  occurrenceKey: string;
  /** The event, where the envelope could be read. */
  event: AcceptedEvent | undefined;
  body: Uint8Array;
}

export interface EventConsumerOptions {
  /** Handlers that run at once. */
  maxInFlight: number;
  /** Settings for the streams, should they have to be made again. */
  topology?: TopologyOptions;
  /**
   * Events of one audit, in order. Resolves after the commit of their ledger rows. Errors, which say that any of them
   * may have been taken or not: see redelivery.ts.
   */
  handle(events: readonly ReceivedEvent[]): Promise<void>;
  /** Stores the message as a dead letter; it is terminated after this has resolved, and put back if not. */
  onPoison(message: PoisonMessage, reason: string): Promise<void>;
}

export interface EventConsumer {
  /** Takes nothing more, puts back what has not started, waits for the handlers that run. Idempotent. */
  stop(): Promise<void>;
  healthy(): boolean;
  /** Messages that were taken and are not acknowledged. */
  held(): number;
}

/** Messages taken ahead of the handlers: enough that none waits for a round trip, few enough to share. */
const WINDOW_PER_HANDLER = 4;
/** Of the window, for the events of one audit. */
const LANE_SHARE = 0.25;
/**
 * Events of one audit that are handled together, and their bytes: 64 cost little more than one, more would hold up
 * other audits that share their transaction. Their bytes stay below what `state` takes in one transaction.
 */
const TURN_MAX = 64;
const TURN_BYTES_MAX = 4 * 1024 * 1024;
/** Events held of flooded audits, in all and in bytes: a few seconds of a flood. */
const OVERFLOW_MAX = 10_000;
const OVERFLOW_BYTES_MAX = 64 * 1024 * 1024;
/** Short, because of PUT_BACK_MS; costs an idle worker one small message a second. */
const REQUEST_EXPIRES_MS = 1_000;
/**
 * Events that a stopping consumer puts back come again after its last pull request has expired. nats-server
 * 2.9 loses track of a message that is put back while only requests of consumers that are gone wait for it:
 * it would come after the ack wait of 30 s.
 */
const PUT_BACK_MS = REQUEST_EXPIRES_MS + 200;
/** A message in hand is kept from being delivered again by a sign so often. */
const WORKING_EVERY_MS = ACK_WAIT_MS / 3;

const ACK = new TextEncoder().encode("+ACK");
const WORKING = new TextEncoder().encode("+WPI");
/** Without a reason: nats-server 2.9 does not know the form with one and would deliver the message again. */
const TERM = new TextEncoder().encode("+TERM");

interface Held {
  message: Msg;
  /** ask: the connection that brought it broke, and the stream behind the next may be another. no: its stream is gone. */
  answerable: "yes" | "ask" | "no";
  delivery: Delivery;
  decoded: DecodedEvent;
  /** Where its place in the window is to be given back; undefined when that was done already. */
  pull: Pick<Pull, "release"> | undefined;
}

/** Starts to consume. The streams must exist (`ensureTopology`). */
export async function consumeEvents(bus: Bus, options: EventConsumerOptions): Promise<EventConsumer> {
  return new Consumer(bus, options);
}

class Consumer implements EventConsumer {
  readonly #bus: Bus;
  readonly #options: EventConsumerOptions;
  /** By stream sequence. */
  readonly #held = new Map<number, Held>();
  readonly #lanes: EventLanes<Held>;
  readonly #running = new Set<Promise<void>>();
  readonly #pull: KeptPull;
  readonly #working: NodeJS.Timeout;
  readonly #status: Stoppable;
  #stopping = false;

  constructor(bus: Bus, options: EventConsumerOptions) {
    this.#bus = bus;
    this.#options = options;
    const windowMessages = options.maxInFlight * WINDOW_PER_HANDLER;
    this.#lanes = new EventLanes({
      places: Math.max(1, Math.floor(windowMessages * LANE_SHARE)),
      overflowMax: OVERFLOW_MAX,
      overflowBytesMax: OVERFLOW_BYTES_MAX,
      turnMax: TURN_MAX,
      turnBytesMax: TURN_BYTES_MAX,
    });
    this.#pull = keepPull(bus, {
      what: "events consumer",
      windowMessages,
      requestExpiresMs: REQUEST_EXPIRES_MS,
      prepare: async () => {
        await ensureTopology(bus, options.topology);
        return { stream: EVENTS_STREAM, consumer: EVENTS_CONSUMER };
      },
      onMessage: (message, pull) => this.#take(message, pull),
    });
    this.#working = setInterval(() => this.#keepHeld(), WORKING_EVERY_MS);
    this.#working.unref();
    this.#status = bus.onStatus((connected) => {
      if (!connected) for (const held of this.#held.values()) mistrust(held);
    });
  }

  #take(message: Msg, pull: Pick<Pull, "release">): void {
    const delivery = parseDelivery(message.reply ?? "");
    const before = this.#held.get(delivery.sequence);
    if (before !== undefined && before.delivery.timeMs === delivery.timeMs) {
      // Delivered again while in hand (the ack wait passed in a pause): one of the two is enough.
      before.message = message;
      before.answerable = "yes";
      pull.release();
      return;
    }
    if (this.#stopping) {
      this.#respond(message, nak(PUT_BACK_MS));
      pull.release();
      return;
    }
    // Another message of this sequence: the stream was made anew, and would take the older one's answer for this one's.
    if (before !== undefined) before.answerable = "no";
    const held: Held = { message, answerable: "yes", delivery, decoded: decodeEvent(message), pull };
    const placing = this.#lanes.add(laneKey(held), held, message.data.length);
    if (placing !== "window") {
      held.pull = undefined;
      pull.release();
    }
    if (placing === "refused") {
      this.#respond(message, nak(redeliveryDelayMs(delivery.deliveries)));
      return;
    }
    this.#held.set(delivery.sequence, held);
    this.#startReady();
  }

  #startReady(): void {
    while (this.#running.size < this.#options.maxInFlight) {
      const next = this.#lanes.next();
      if (next === undefined) return;
      const run: Promise<void> = this.#handle(next.items).finally(() => {
        this.#running.delete(run);
        next.done();
        this.#startReady();
      });
      this.#running.add(run);
    }
  }

  async #handle(turn: readonly Held[]): Promise<void> {
    if (turn.length > 1 && (await this.#handleTogether(turn))) return;
    for (const held of turn) this.#letGo(held, await this.#answer(held));
  }

  /** False when they are to be tried one by one. */
  async #handleTogether(turn: readonly Held[]): Promise<boolean> {
    const events = turn.flatMap(receivedEvent);
    if (events.length < turn.length) return false;
    try {
      await this.#options.handle(events);
      for (const held of turn) this.#letGo(held, ACK);
    } catch (thrown) {
      const error = VigilError.from(thrown);
      // An outage hits each of them alike; anything else may be the fault of one.
      if (error.kind === "internal" || afterFailure(error, 1).what !== "retry") return false;
      for (const held of turn) this.#letGo(held, this.#putBack(held, error));
    }
    return true;
  }

  /** What to tell the broker about a message, after its handler or `onPoison` has run. */
  async #answer(held: Held): Promise<Uint8Array> {
    const { decoded, delivery } = held;
    try {
      if (decoded.form === "invalid") return await this.#poison(held, decoded.reason);
      if (decoded.form === "too-new") return this.#tooNew(held, decoded.schema);
      await this.#options.handle(receivedEvent(held));
      return ACK;
    } catch (thrown) {
      const error = VigilError.from(thrown);
      const next = afterFailure(error, delivery.deliveries);
      return next.what === "retry" ? this.#putBack(held, error) : await this.#poison(held, error.message);
    }
  }

  #putBack({ delivery }: Held, error: VigilError): Uint8Array {
    const { sequence, deliveries } = delivery;
    const next = afterFailure(error, deliveries);
    const delayMs = next.what === "retry" ? next.delayMs : redeliveryDelayMs(deliveries);
    this.#bus.logger.warn({ err: error, sequence, deliveries, delayMs }, "event put back");
    return nak(delayMs);
  }

  async #poison(held: Held, reason: string): Promise<Uint8Array> {
    const { message, delivery, decoded } = held;
    const event = decoded.form === "event" ? decoded.event : undefined;
    const fields = { sequence: delivery.sequence, subject: message.subject, reason };
    try {
      const poison: PoisonMessage = {
        ...eventDelivery(delivery),
        subject: message.subject,
        occurrenceKey: event?.occurrenceKey ?? "",
        event,
        body: message.data,
      };
      await this.#options.onPoison(poison, reason);
      this.#bus.logger.error(fields, "event can't be handled, stored as a dead letter");
      return TERM;
    } catch (thrown) {
      const delayMs = redeliveryDelayMs(delivery.deliveries);
      this.#bus.logger.error(
        { ...fields, err: thrown, delayMs },
        "dead letter could not be stored, event put back",
      );
      return nak(delayMs);
    }
  }

  #tooNew(held: Held, schema: number): Uint8Array {
    const delayMs = redeliveryDelayMs(held.delivery.deliveries);
    const fields = { sequence: held.delivery.sequence, schema, delayMs };
    this.#bus.logger.error(
      fields,
      "event was written by a newer Vigil, put back for a newer worker: upgrade this one",
    );
    return nak(delayMs);
  }

  #letGo(held: Held, answer: Uint8Array): void {
    const { sequence } = held.delivery;
    if (this.#held.get(sequence) === held) this.#held.delete(sequence);
    if (held.answerable === "yes") this.#respond(held.message, answer);
    if (held.answerable === "ask") void this.#respondIfSame(held, answer);
    held.pull?.release();
  }

  async #respondIfSame({ message, delivery }: Held, answer: Uint8Array): Promise<void> {
    if (await isSameMessage(this.#bus, delivery)) this.#respond(message, answer);
  }

  /** An answer that is lost leads to a redelivery, which changes nothing. */
  #respond(message: Msg, answer: Uint8Array): void {
    try {
      if (this.#bus.status().connected) message.respond(answer);
    } catch (thrown) {
      this.#bus.logger.warn({ err: thrown, subject: message.subject }, "acknowledgement could not be sent");
    }
  }

  #keepHeld(): void {
    for (const held of this.#held.values()) {
      if (held.answerable === "yes") this.#respond(held.message, WORKING);
    }
  }

  healthy(): boolean {
    return !this.#stopping && this.#pull.healthy();
  }

  held(): number {
    return this.#held.size;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#pull.stop();
    for (const held of this.#lanes.takeAll()) this.#letGo(held, nak(PUT_BACK_MS));
    await Promise.all(this.#running);
    clearInterval(this.#working);
    this.#status.stop();
  }
}

function mistrust(held: Held): void {
  if (held.answerable === "yes") held.answerable = "ask";
}

/** Events that the edge could not look up queue by what stood in the URL. */
function laneKey(held: Held): string {
  const { decoded } = held;
  if (decoded.form !== "event") return "unreadable";
  return decoded.event.auditUuid === "" ? `ident ${decoded.event.auditIdent}` : decoded.event.auditUuid;
}

/** Nothing for a message whose envelope can't be read. */
function receivedEvent({ decoded, message, delivery }: Held): ReceivedEvent[] {
  if (decoded.form !== "event") return [];
  return [{ event: decoded.event, body: message.data, delivery: eventDelivery(delivery) }];
}

function eventDelivery(delivery: Delivery): EventDelivery {
  return { sequence: delivery.sequence, timeMs: delivery.timeMs, redelivered: delivery.deliveries > 1 };
}

function nak(delayMs: number): Uint8Array {
  return new TextEncoder().encode(`-NAK {"delay": ${delayMs * 1e6}}`);
}
