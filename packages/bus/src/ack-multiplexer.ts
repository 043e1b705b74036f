/**
 * Publishes to one stream and matches JetStream's acknowledgements to the messages.
 *
 * One wildcard inbox and one Map serve all publishes: measured 1.45-1.5 times the requests/s of
 * `js.publish`, which registers a request object and a timer for each message. Deadlines are kept by one
 * sweep over the Map, which holds publishes in the order they began.
 *
 * Without a connection a publish fails at once (nats.js would buffer it and send it later, long after the
 * caller was told that it failed), and what is in flight when the connection breaks fails at once too: its
 * acknowledgement can't come any more. The caller publishes such a message again; its id makes a
 * repetition harmless.
 */

import { VigilError } from "@vigil/core";
import type { Msg, MsgHdrs, NatsConnection, Subscription } from "nats";
import type { Bus } from "./connection.ts";
import { busError, jetStreamError } from "./errors.ts";
import { reportMissing } from "./missing.ts";

/** JetStream drops a message whose id it has seen within the stream's duplicate window. */
export const MESSAGE_ID_HEADER = "Nats-Msg-Id";

export interface PublishAck {
  /** Sequence in the stream; of the first message where this one is a duplicate. */
  sequence: number;
  /** True when the stream holds a message with this id already. */
  duplicate: boolean;
}

export interface PublishLimits {
  /** Until the acknowledgement must be there. */
  deadlineMs: number;
  /** Publishes that wait for their acknowledgement. */
  inFlightMax: number;
  /** Their payloads, so that large ones can't fill the memory. */
  inFlightBytesMax: number;
}

/** How exactly the deadline is kept. */
const SWEEP_MS = 50;

interface Waiting {
  resolve(ack: PublishAck): void;
  reject(error: VigilError): void;
  /** performance.now() at which it fails, ms. */
  deadline: number;
  bytes: number;
}

export class AckMultiplexer {
  readonly #bus: Bus;
  readonly #stream: string;
  readonly #doing: string;
  readonly #limits: PublishLimits;
  readonly #waiting = new Map<string, Waiting>();
  readonly #inbox: string;
  readonly #stops: (() => void)[] = [];
  readonly #sweep: NodeJS.Timeout;
  #subscription: Subscription | undefined;
  #counter = 0;
  #bytes = 0;
  #closed = false;

  /** @param what what is published, for error messages: "an event" */
  constructor(bus: Bus, stream: string, what: string, limits: PublishLimits) {
    this.#bus = bus;
    this.#inbox = bus.inbox();
    this.#stream = stream;
    this.#doing = `publishing ${what} to ${stream}`;
    this.#limits = limits;
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

  /**
   * Resolves when JetStream has stored the message.
   * @throws VigilError unavailable (no connection, no stream), deadline, overloaded (stream full, or too
   *   many publishes in flight), invalid-input (larger than the broker takes)
   */
  publish(subject: string, headers: MsgHdrs, body: Uint8Array): Promise<PublishAck> {
    return new Promise((resolve, reject) => {
      this.#checkRoom(body.length);
      const connection = this.#bus.connection();
      const token = (this.#counter++).toString(36);
      try {
        connection.publish(subject, body, { headers, reply: `${this.#inbox}.${token}` });
      } catch (thrown) {
        throw busError(this.#doing, thrown);
      }
      this.#bytes += body.length;
      const deadline = performance.now() + this.#limits.deadlineMs;
      this.#waiting.set(token, { resolve, reject, deadline, bytes: body.length });
    });
  }

  #checkRoom(bytes: number): void {
    if (this.#closed) throw new VigilError("unavailable", `${this.#doing}: this publisher is closed`);
    if (this.#waiting.size < this.#limits.inFlightMax && this.#bytes + bytes <= this.#limits.inFlightBytesMax)
      return;
    throw new VigilError(
      "overloaded",
      `${this.#doing}: ${this.#waiting.size} publishes with ${this.#bytes} bytes wait for the broker already ` +
        `(limits ${this.#limits.inFlightMax} and ${this.#limits.inFlightBytesMax}). Look at the load and the disk of nats-server.`,
    );
  }

  #answer(message: Msg): void {
    const waiting = this.#take(message.subject.slice(this.#inbox.length + 1));
    if (waiting === undefined) return;
    if (message.data.length === 0 && message.headers?.code === 503) {
      const text = `${this.#doing}: no stream takes it. JetStream is off, has no leader, or ${this.#stream} was deleted.`;
      waiting.reject(new VigilError("unavailable", text));
      reportMissing(this.#bus);
      return;
    }
    try {
      waiting.resolve(readAck(this.#doing, message));
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
      const text = `${this.#doing}: no acknowledgement within ${this.#limits.deadlineMs} ms. Look at the load of nats-server.`;
      waiting.reject(new VigilError("deadline", text));
    }
  }

  #failAll(why: string): void {
    for (const token of [...this.#waiting.keys()]) {
      this.#take(token)?.reject(new VigilError("unavailable", `${this.#doing}: ${why}`));
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
function readAck(doing: string, message: Msg): PublishAck {
  const ack = message.json<{
    seq?: number;
    duplicate?: boolean;
    error?: { code: number; err_code?: number; description: string };
  }>();
  if (ack.error !== undefined) throw jetStreamError(doing, ack.error);
  if (typeof ack.seq !== "number") {
    throw new VigilError("internal", `${doing}: the broker's acknowledgement has no sequence`);
  }
  return { sequence: ack.seq, duplicate: ack.duplicate === true };
}
