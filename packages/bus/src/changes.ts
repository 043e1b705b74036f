/**
 * The change stream: what the outbox of the state service publishes and tRPC subscriptions, the audit
 * index and later the applier follow.
 */

import { type JsonObject, VigilError } from "@vigil/core";
import { headers as newHeaders } from "nats";
import { AckMultiplexer, MESSAGE_ID_HEADER, type PublishLimits } from "./ack-multiplexer.ts";
import type { Bus } from "./connection.ts";
import { CHANGES_STREAM, changeSubject } from "./names.ts";
import { readStream, type StreamMessage } from "./stream-reader.ts";

export interface Change {
  kind: "audit" | "run" | "action_plan" | "action";
  uuid: string;
  /** Grows with every change of the row (decimal text): changes may come in any order, the highest counts. */
  version: string;
  /** When the row was changed, ISO 8601. */
  at: string;
  data: JsonObject;
}

export interface SequencedChange {
  /** Sequence in VIGIL_CHANGES: what a subscriber resumes after. */
  sequence: number;
  change: Change;
}

export interface ChangesOptions {
  /** Changes after this one; without it those that are published from now on. */
  afterSequence?: number;
  /** Ends the iteration without an error. */
  signal: AbortSignal;
}

/** Changes read ahead of a slow subscriber. */
const WINDOW_MESSAGES = 256;
/** The outbox publishes a few hundred at once and has time: its rows wait in the database. */
const PUBLISH_LIMITS: PublishLimits = {
  deadlineMs: 5_000,
  inFlightMax: 4_096,
  inFlightBytesMax: 64 * 1024 * 1024,
};
const SCHEMA = 1;

export interface ChangePublisher {
  /**
   * Resolves with the change's sequence when JetStream has stored it. The same (kind, uuid, version) within
   * two minutes is stored once.
   * @throws VigilError unavailable, deadline, overloaded, invalid-input (too large)
   */
  publish(change: Change): Promise<number>;
  /** Fails what is in flight. Idempotent. */
  close(): void;
}

export function createChangePublisher(bus: Bus): ChangePublisher {
  const acks = new AckMultiplexer(bus, CHANGES_STREAM, "a change", PUBLISH_LIMITS);
  const encoder = new TextEncoder();
  return {
    async publish(change) {
      const { kind, uuid, version } = change;
      const headers = newHeaders();
      headers.set(MESSAGE_ID_HEADER, `${kind}.${uuid}.${version}`);
      const body = encoder.encode(JSON.stringify({ schema: SCHEMA, ...change }));
      return (await acks.publish(changeSubject(kind, uuid), headers, body)).sequence;
    },
    close: () => acks.close(),
  };
}

/**
 * Follows the changes of all audits, runs and plans, across broken connections. Ends when the signal is
 * aborted.
 * @throws VigilError not-found when changes after `afterSequence` are no longer in the stream (details:
 *   firstSequence, lastSequence): the subscriber must read the present state and follow from there
 */
export async function* subscribeChanges(bus: Bus, options: ChangesOptions): AsyncGenerator<SequencedChange> {
  const { signal, afterSequence } = options;
  if (signal.aborted) return;
  const queue = new ChangeQueue();
  const reader = readStream(bus, {
    what: "change subscription",
    stream: CHANGES_STREAM,
    from: afterSequence === undefined ? "new" : { afterSequence },
    windowMessages: WINDOW_MESSAGES,
    onMessage: (message) => queue.push(message),
    onGone: (error) => queue.fail(error),
  });
  const end = () => queue.end();
  signal.addEventListener("abort", end);
  try {
    for (;;) {
      const message = await queue.next();
      if (message === undefined) return;
      const change = readChange(bus, message);
      message.release();
      if (change !== undefined) yield { sequence: message.sequence, change };
    }
  } finally {
    signal.removeEventListener("abort", end);
    await reader.stop();
  }
}

/** Messages between the reader and the subscriber; as many as the reader's window lets in. */
class ChangeQueue {
  readonly #messages: StreamMessage[] = [];
  #wake: () => void = () => undefined;
  #ended = false;
  #error: VigilError | undefined;

  push(message: StreamMessage): void {
    this.#messages.push(message);
    this.#wake();
  }

  fail(error: VigilError): void {
    this.#error = error;
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The next message; undefined when the subscription has ended. */
  async next(): Promise<StreamMessage | undefined> {
    for (;;) {
      if (this.#ended) return undefined;
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.#error !== undefined) throw this.#error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

const KINDS: readonly string[] = ["audit", "run", "action_plan", "action"] satisfies Change["kind"][];

/** The change in a message; undefined, and a log line, when it is none or of a newer form. */
function readChange(bus: Bus, { message, sequence }: StreamMessage): Change | undefined {
  try {
    const value = message.json<Change & { schema: number }>();
    const { schema, kind, uuid, version, at, data } = value;
    if (
      schema === SCHEMA &&
      KINDS.includes(kind) &&
      typeof uuid === "string" &&
      typeof version === "string"
    ) {
      return { kind, uuid, version, at, data };
    }
    bus.logger.warn({ sequence, schema, kind }, "change of an unknown form skipped");
  } catch (thrown) {
    bus.logger.error({ sequence, err: VigilError.from(thrown) }, "change that is not JSON skipped");
  }
  return undefined;
}
