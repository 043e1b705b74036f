/**
 * Reads what lies in VIGIL_EVENTS without consuming it, step by step: whoever verifies holds the acknowledged messages
 * against the ledger. Headers alone: bodies would be most of the bytes.
 */

import { VigilError } from "@vigil/core";
import { AckPolicy, DeliverPolicy, type JsMsg, nanos, ReplayPolicy } from "nats";
import type { Bus } from "./connection.ts";
import { type DecodedEvent, decodeEvent } from "./envelope.ts";
import { busError } from "./errors.ts";
import { handledUpTo } from "./handled-up-to.ts";
import { EVENTS_CONSUMER, EVENTS_STREAM } from "./names.ts";

/** How far workers have come. */
export interface EventsPosition {
  /** First sequence in the stream; above the last when it is empty. */
  firstSequence: number;
  /** Messages in the stream, at most as many as there are now: what is stored in this moment counts as waiting only. */
  stored: number;
  /** Every message up to this sequence was acknowledged. */
  handledUpTo: number;
  /** Messages that were not. */
  waiting: number;
  /** Messages beyond `handledUpTo` that were acknowledged all the same, at the most. */
  outOfTurn: number;
}

export interface WalkedEvent {
  sequence: number;
  /** When the stream stored it, ms since 1970. */
  timeMs: number;
  decoded: DecodedEvent;
}

/** The broker removes the walk's consumer so long after its reader has died, ms. */
const INACTIVE_THRESHOLD_MS = 10_000;
/** Wait for the messages of one try, ms. All tries together have to be less than a call to state may take. */
const FETCH_EXPIRES_MS = 2_000;
/** A connection that breaks and comes back takes what was under way with it, and nobody says so. */
const TRIES_MAX = 3;

/** @throws VigilError unavailable or deadline (no broker), not-found (no stream, or nobody has ever consumed) */
export async function eventsPosition(bus: Bus): Promise<EventsPosition> {
  try {
    const manager = await bus.manager();
    // In this order: what is published in between is then no message too many.
    const { state } = await manager.streams.info(EVENTS_STREAM);
    const consumer = await manager.consumers.info(EVENTS_STREAM, EVENTS_CONSUMER);
    const { delivered, num_ack_pending, num_pending } = consumer;
    const handled = handledUpTo(consumer);
    return {
      firstSequence: state.first_seq,
      stored: state.messages,
      handledUpTo: handled,
      waiting: num_pending + num_ack_pending,
      outOfTurn: Math.max(0, delivered.stream_seq - handled - num_ack_pending),
    };
  } catch (thrown) {
    throw busError("asking how far the events are handled", thrown);
  }
}

interface Stretch {
  after: number;
  upTo: number;
  max: number;
}

/**
 * The messages after a sequence, at most `max` of them and none beyond `upTo`. None come only when the stream has none
 * there; fewer than `max` may come when the broker is slow.
 * @throws VigilError unavailable or deadline (no broker, or it sends nothing of what it has), not-found (no stream)
 */
export async function walkEvents(bus: Bus, stretch: Stretch): Promise<WalkedEvent[]> {
  let pending = 0;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const tried = await walkOnce(bus, stretch);
    if (tried.walked.length > 0 || tried.isEnd) return tried.walked;
    ({ pending } = tried);
  }
  const text = `walking through the events: the broker has ${pending} messages after sequence ${stretch.after} and sent none of them in ${TRIES_MAX} tries of ${FETCH_EXPIRES_MS} ms. Look at its load, its log and the network.`;
  throw new VigilError("deadline", text);
}

interface Try {
  walked: WalkedEvent[];
  /** The stream has no more of this stretch. */
  isEnd: boolean;
  /** Messages from there on, as the broker counts them. */
  pending: number;
}

async function walkOnce(bus: Bus, { after, upTo, max }: Stretch): Promise<Try> {
  const manager = await bus.manager();
  try {
    const consumer = await manager.consumers.add(EVENTS_STREAM, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: after + 1,
      replay_policy: ReplayPolicy.Instant,
      headers_only: true,
      inactive_threshold: nanos(INACTIVE_THRESHOLD_MS),
      mem_storage: true,
      num_replicas: 1,
    });
    const pending = consumer.num_pending;
    try {
      if (pending === 0) return { walked: [], isEnd: true, pending };
      return { ...(await fetch(bus, consumer.name, Math.min(max, pending), upTo)), pending };
    } finally {
      await manager.consumers.delete(EVENTS_STREAM, consumer.name).catch(() => undefined);
    }
  } catch (thrown) {
    throw busError("walking through the events", thrown);
  }
}

/** The client ends a fetch that came to nothing like one that got all there is: without an error. */
async function fetch(bus: Bus, name: string, wanted: number, upTo: number): Promise<Omit<Try, "pending">> {
  const consumer = await bus.connection().jetstream().consumers.get(EVENTS_STREAM, name);
  const messages = await consumer.fetch({ max_messages: wanted, expires: FETCH_EXPIRES_MS });
  const walked: WalkedEvent[] = [];
  for await (const message of messages) {
    if (message.seq > upTo) return { walked, isEnd: true };
    walked.push(walkedEvent(message));
    if (walked.length === wanted || message.seq === upTo) break;
  }
  return { walked, isEnd: false };
}

function walkedEvent(message: JsMsg): WalkedEvent {
  const { seq: sequence, info } = message;
  return { sequence, timeMs: Math.floor(info.timestampNanos / 1e6), decoded: decodeEvent(message) };
}
