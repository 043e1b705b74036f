/**
 * Reads a stream in order and without gaps, for as long as it is wanted: an ephemeral consumer without
 * acknowledgements, made anew after the last sequence seen whenever a gap shows, the connection breaks or
 * the broker falls silent. (nats.js has two ordered consumers; neither says what they have caught up with,
 * and both miss that a stream was deleted and made again with lower sequences.)
 */

import { VigilError } from "@vigil/core";
import { AckPolicy, type ConsumerConfig, DeliverPolicy, type Msg, nanos, ReplayPolicy } from "nats";
import type { Bus } from "./connection.ts";
import { parseDelivery } from "./delivery.ts";
import { busError } from "./errors.ts";
import { type KeptPull, keepPull } from "./kept-pull.ts";
import type { Pull } from "./pull.ts";

export interface StreamMessage {
  sequence: number;
  /** When the stream stored it, ms since 1970. */
  timeMs: number;
  message: Msg;
  /** To be called when the message is done with: it makes room for the next. */
  release(): void;
}

export interface StreamReaderOptions {
  what: string;
  stream: string;
  /** latest: the last message of each subject, then all that follow. new: only what follows. */
  from: "latest" | "new" | { afterSequence: number };
  /** Default: every subject of the stream. */
  filterSubject?: string;
  windowMessages: number;
  onMessage(message: StreamMessage): void;
  /** Every message up to this sequence has been given to `onMessage` (or is no longer in the stream). */
  onCaughtUp?(sequence: number): void;
  /** The stream was made anew: what was read before is void, reading begins again as `from` says. */
  onReset?(): void;
  /** Messages after the wanted sequence are gone; reading has ended. Without it reading goes on after the gap. */
  onGone?(error: VigilError): void;
}

/** A silent broker is found out soon after; a broken connection and a deleted consumer at once. */
const REQUEST_EXPIRES_MS = 5_000;
/** Pulls keep it alive; the broker removes it so long after its reader has died. */
const INACTIVE_THRESHOLD_MS = 90_000;

export function readStream(bus: Bus, options: StreamReaderOptions): KeptPull {
  const reader = new StreamReader(bus, options);
  return {
    healthy: () => reader.pull.healthy(),
    restart: (reason) => reader.pull.restart(reason),
    stop: async () => {
      await reader.pull.stop();
      reader.deleteConsumer();
    },
  };
}

class StreamReader {
  readonly pull: KeptPull;
  readonly #bus: Bus;
  readonly #options: StreamReaderOptions;
  /** Last sequence seen; undefined until the place to begin is known. */
  #seen: number | undefined;
  /** When the stream was made that was read last: a new one of the same name may have more messages than the old. */
  #created: string | undefined;
  /** Sequence that the present consumer gives to its next message. */
  #expected = 1;
  /** Last sequence of the stream when the present consumer was made. */
  #goal = 0;
  #gone = false;
  #consumer: string | undefined;

  constructor(bus: Bus, options: StreamReaderOptions) {
    this.#bus = bus;
    this.#options = options;
    if (typeof options.from === "object") this.#seen = options.from.afterSequence;
    this.pull = keepPull(bus, {
      what: options.what,
      windowMessages: options.windowMessages,
      requestExpiresMs: REQUEST_EXPIRES_MS,
      prepare: () => this.#prepare(),
      onMessage: (message, pull) => this.#take(message, pull),
    });
  }

  async #prepare(): Promise<{ stream: string; consumer: string }> {
    const { stream, what } = this.#options;
    try {
      const manager = await this.#bus.manager();
      const { state, config, created } = await manager.streams.info(stream);
      this.deleteConsumer();
      this.#compare(state.first_seq, state.last_seq, created);
      if (this.#options.from === "new") this.#seen ??= state.last_seq;
      const info = await manager.consumers.add(stream, this.#consumerConfig(config.subjects[0] ?? ">"));
      this.#consumer = info.name;
      this.#goal = state.last_seq;
      this.#expected = 1;
      if (info.num_pending === 0) this.#options.onCaughtUp?.(state.last_seq);
      return { stream, consumer: info.name };
    } catch (thrown) {
      throw busError(`${what}: reading stream ${stream}`, thrown);
    }
  }

  /** Spares the broker the wait for its inactivity. Not waited for, and not missed when it fails. */
  deleteConsumer(): void {
    const name = this.#consumer;
    this.#consumer = undefined;
    if (name === undefined || !this.#bus.status().connected) return;
    const { stream, what } = this.#options;
    this.#bus
      .manager()
      .then((manager) => manager.consumers.delete(stream, name))
      .catch((thrown: unknown) => {
        this.#bus.logger.debug(
          { what, problem: busError("deleting its consumer", thrown).message },
          "left over",
        );
      });
  }

  /** Compares the place to go on with what the stream holds now. */
  #compare(firstSequence: number, lastSequence: number, created: string): void {
    const seen = this.#seen;
    const before = this.#created;
    this.#created = created;
    if (seen === undefined) return;
    const { onGone, onReset, stream, from } = this.#options;
    const remade = seen > lastSequence || (before !== undefined && before !== created);
    if ((remade || firstSequence > seen + 1) && onGone !== undefined) {
      this.#gone = true;
      const text = `change ${seen + 1} of ${stream} is gone: it holds ${firstSequence} to ${lastSequence}. Read the present state again, then follow from sequence ${lastSequence}.`;
      onGone(new VigilError("not-found", text, { details: { firstSequence, lastSequence } }));
      return;
    }
    if (!remade) return;
    this.#bus.logger.error({ stream, seen, lastSequence }, "stream was made anew, reading it from its start");
    this.#seen = typeof from === "object" ? 0 : undefined;
    onReset?.();
  }

  #consumerConfig(subjects: string): Partial<ConsumerConfig> {
    const place: Partial<ConsumerConfig> =
      this.#seen === undefined
        ? { deliver_policy: DeliverPolicy.LastPerSubject, filter_subject: subjects }
        : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: this.#seen + 1 };
    const { filterSubject } = this.#options;
    return {
      ...place,
      ...(filterSubject === undefined ? {} : { filter_subject: filterSubject }),
      ack_policy: AckPolicy.None,
      max_deliver: 1,
      replay_policy: ReplayPolicy.Instant,
      inactive_threshold: nanos(INACTIVE_THRESHOLD_MS),
      mem_storage: true,
      num_replicas: 1,
    };
  }

  #take(message: Msg, pull: Pick<Pull, "release">): void {
    if (this.#gone) return;
    const delivery = parseDelivery(message.reply ?? "");
    if (delivery.consumerSequence !== this.#expected) {
      this.pull.restart(`message ${delivery.consumerSequence} came where ${this.#expected} was expected`);
      return;
    }
    this.#expected++;
    this.#seen = delivery.sequence;
    this.#options.onMessage({
      sequence: delivery.sequence,
      timeMs: delivery.timeMs,
      message,
      release: () => pull.release(),
    });
    if (delivery.pending === 0) this.#options.onCaughtUp?.(Math.max(delivery.sequence, this.#goal));
  }
}
