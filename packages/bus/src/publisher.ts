/**
 * Publishes events and matches JetStream's acknowledgements to them.
 *
 * One wildcard inbox and one Map serve all publishes: measured 1.45-1.5 times the requests/s of
 * `js.publish`, which registers a request object and a timer for each message. Deadlines are kept by one
 * sweep over the Map, which holds publishes in the order they began.
 *
 * Without a connection a publish fails at once (nats.js would buffer it and send it later, long after the
 * caller was told that it failed), and what is in flight when the connection breaks fails at once too: its
 * acknowledgement can't come any more. The caller publishes such an event again; the occurrence key makes
 * a repetition harmless.
 */

import { type AcceptedEvent, VigilError } from "@vigil/core";
import { createInbox, type Msg, type NatsConnection, type Subscription } from "nats";
import type { Bus } from "./connection.ts";
import { encodeEvent } from "./envelope.ts";
import { busError, jetStreamError } from "./errors.ts";

export interface PublishedEvent {
  /** Sequence in VIGIL_EVENTS; of the first message where this one is a duplicate. */
  sequence: number;
  /** True when the stream holds a message with this occurrence key already. */
  duplicate: boolean;
}

export interface EventPublisher {
  /**
   * Resolves when JetStream has stored the event.
   * @throws VigilError unavailable (no connection, no stream), deadline, overloaded (stream full, or too
   *   many publishes in flight), invalid-input (larger than the broker takes)
   */
  publish(event: AcceptedEvent, body: Uint8Array): Promise<PublishedEvent>;
  /** Publishes that wait for their acknowledgement. */
  inFlight(): number;
  /** Fails what is in flight and ends the subscription. Idempotent. */
  close(): void;
}

export interface EventPublisherOptions {
  /** Until the acknowledgement must be there. Default 2 s: the edge's client waits meanwhile. */
  deadlineMs?: number;
  /** 32 saturate a broker; the rest is room for a pause of it. Default 4,096. */
  inFlightMax?: number;
  /** Bodies in flight, so that large ones can't fill the memory. Default 64 MiB. */
  inFlightBytesMax?: number;
}

const DEADLINE_MS = 2_000;
const IN_FLIGHT_MAX = 4_096;
const IN_FLIGHT_BYTES_MAX = 64 * 1024 * 1024;
/** How exactly the deadline is kept. */
const SWEEP_MS = 50;
const DOING = "publishing an event to VIGIL_EVENTS";

interface Waiting {
  resolve(published: PublishedEvent): void;
  reject(error: VigilError): void;
  /** performance.now() at which it fails, ms. */
  deadline: number;
  bytes: number;
}

export function createEventPublisher(bus: Bus, options: EventPublisherOptions = {}): EventPublisher {
  return new AckMultiplexer(bus, options);
}

class AckMultiplexer implements EventPublisher {
  readonly #bus: Bus;
  readonly #deadlineMs: number;
  readonly #inFlightMax: number;
  readonly #inFlightBytesMax: number;
  readonly #waiting = new Map<string, Waiting>();
  readonly #inbox = createInbox();
  readonly #stops: (() => void)[] = [];
  readonly #sweep: NodeJS.Timeout;
  #subscription: Subscription | undefined;
  #counter = 0;
  #bytes = 0;
  #closed = false;

  constructor(bus: Bus, options: EventPublisherOptions) {
    this.#bus = bus;
    this.#deadlineMs = options.deadlineMs ?? DEADLINE_MS;
    this.#inFlightMax = options.inFlightMax ?? IN_FLIGHT_MAX;
    this.#inFlightBytesMax = options.inFlightBytesMax ?? IN_FLIGHT_BYTES_MAX;
    const connections = bus.onConnection((connection) => this.#listen(connection));
    const status = bus.onStatus((connected) => {
      if (!connected) this.#failAll("the connection to NATS broke before the acknowledgement came");
    });
    this.#stops.push(connections.stop, status.stop);
    this.#sweep = setInterval(() => this.#failLate(), SWEEP_MS);
    this.#sweep.unref();
  }

  #listen(connection: NatsConnection): void {
    this.#subscription = connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#answer(message);
        else this.#bus.logger.error({ err: error }, "the inbox for publish acknowledgements failed");
      },
    });
  }

  publish(event: AcceptedEvent, body: Uint8Array): Promise<PublishedEvent> {
    return new Promise((resolve, reject) => {
      this.#checkRoom(body.length);
      const connection = this.#bus.connection();
      const { subject, headers } = encodeEvent(event);
      const token = (this.#counter++).toString(36);
      try {
        connection.publish(subject, body, { headers, reply: `${this.#inbox}.${token}` });
      } catch (thrown) {
        throw busError(DOING, thrown);
      }
      this.#bytes += body.length;
      const deadline = performance.now() + this.#deadlineMs;
      this.#waiting.set(token, { resolve, reject, deadline, bytes: body.length });
    });
  }

  #checkRoom(bytes: number): void {
    if (this.#closed) throw new VigilError("unavailable", `${DOING}: this publisher is closed`);
    if (this.#waiting.size < this.#inFlightMax && this.#bytes + bytes <= this.#inFlightBytesMax) return;
    throw new VigilError(
      "overloaded",
      `${DOING}: ${this.#waiting.size} publishes with ${this.#bytes} bytes wait for the broker already ` +
        `(limits ${this.#inFlightMax} and ${this.#inFlightBytesMax}). Look at the load and the disk of nats-server.`,
    );
  }

  #answer(message: Msg): void {
    const waiting = this.#take(message.subject.slice(this.#inbox.length + 1));
    if (waiting === undefined) return;
    if (message.data.length === 0 && message.headers?.code === 503) {
      const text = `${DOING}: no stream takes it. JetStream is off, has no leader, or VIGIL_EVENTS was deleted.`;
      waiting.reject(new VigilError("unavailable", text));
      return;
    }
    try {
      waiting.resolve(readAck(message));
    } catch (thrown) {
      waiting.reject(VigilError.from(thrown));
    }
  }

  #take(token: string): Waiting | undefined {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(token);
    this.#bytes -= waiting.bytes;
    return waiting;
  }

  #failLate(): void {
    const now = performance.now();
    for (const [token, waiting] of this.#waiting) {
      if (waiting.deadline > now) return;
      this.#take(token);
      const text = `${DOING}: no acknowledgement within ${this.#deadlineMs} ms. Look at the load of nats-server.`;
      waiting.reject(new VigilError("deadline", text));
    }
  }

  #failAll(why: string): void {
    for (const token of [...this.#waiting.keys()]) {
      this.#take(token)?.reject(new VigilError("unavailable", `${DOING}: ${why}`));
    }
  }

  inFlight(): number {
    return this.#waiting.size;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#sweep);
    for (const stop of this.#stops) stop();
    if (this.#subscription?.isClosed() === false) this.#subscription.unsubscribe();
    this.#failAll("the publisher was closed");
  }
}

/** JetStream's answer to a publish: {stream, seq, duplicate} or {error}. */
function readAck(message: Msg): PublishedEvent {
  const ack = message.json<{
    seq?: number;
    duplicate?: boolean;
    error?: { code: number; err_code?: number; description: string };
  }>();
  if (ack.error !== undefined) throw jetStreamError(DOING, ack.error);
  if (typeof ack.seq !== "number") {
    throw new VigilError("internal", `${DOING}: the broker's acknowledgement has no sequence`);
  }
  return { sequence: ack.seq, duplicate: ack.duplicate === true };
}
