/**
 * Reads what lies in VIGIL_EVENTS without consuming it, step by step: whoever verifies holds the acknowledged messages
 * against the ledger. Headers alone: bodies would be most of the bytes.
 */

import { AckPolicy, DeliverPolicy, type JsMsg, nanos, ReplayPolicy } from "nats";
import type { Bus } from "./connection.ts";
import { type DecodedEvent, decodeEvent } from "./envelope.ts";
import { busError } from "./errors.ts";
import { EVENTS_CONSUMER, EVENTS_STREAM } from "./names.ts";

/** How far workers have come. */
export interface EventsPosition {
  /** First sequence in the stream; above the last when it is empty. */
  firstSequence: number;
  /** Every message up to this sequence was acknowledged. */
  ackFloor: number;
  /** Messages that were not. */
  waiting: number;
}

export interface WalkedEvent {
  sequence: number;
  /** When the stream stored it, ms since 1970. */
  timeMs: number;
  decoded: DecodedEvent;
}

/** The broker removes the walk's consumer so long after its reader has died, ms. */
const INACTIVE_THRESHOLD_MS = 10_000;
/** Wait for the messages of one step, ms. */
const FETCH_EXPIRES_MS = 10_000;

/** @throws VigilError unavailable or deadline (no broker), not-found (no stream, or nobody has ever consumed) */
export async function eventsPosition(bus: Bus): Promise<EventsPosition> {
  try {
    const manager = await bus.manager();
    // In this order: what the consumer acknowledged before is all that is claimed.
    const consumer = await manager.consumers.info(EVENTS_STREAM, EVENTS_CONSUMER);
    const { state } = await manager.streams.info(EVENTS_STREAM);
    return {
      firstSequence: state.first_seq,
      ackFloor: consumer.ack_floor.stream_seq,
      waiting: consumer.num_pending + consumer.num_ack_pending,
    };
  } catch (thrown) {
    throw busError("asking how far the events are handled", thrown);
  }
}

/**
 * The messages after a sequence, at most `max` of them and none beyond `upTo`. Fewer come when the stream has no more,
 * or the broker sends none in time.
 * @throws VigilError unavailable or deadline (no broker), not-found (no stream)
 */
export async function walkEvents(
  bus: Bus,
  { after, upTo, max }: { after: number; upTo: number; max: number },
): Promise<WalkedEvent[]> {
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
    try {
      const wanted = Math.min(max, consumer.num_pending);
      return wanted === 0 ? [] : await fetch(bus, consumer.name, wanted, upTo);
    } finally {
      await manager.consumers.delete(EVENTS_STREAM, consumer.name).catch(() => undefined);
    }
  } catch (thrown) {
    throw busError("walking through the events", thrown);
  }
}

async function fetch(bus: Bus, name: string, wanted: number, upTo: number): Promise<WalkedEvent[]> {
  const consumer = await bus.connection().jetstream().consumers.get(EVENTS_STREAM, name);
  const messages = await consumer.fetch({ max_messages: wanted, expires: FETCH_EXPIRES_MS });
  const walked: WalkedEvent[] = [];
  for await (const message of messages) {
    if (message.seq > upTo) break;
    walked.push(walkedEvent(message));
    if (walked.length === wanted || message.seq === upTo) break;
  }
  return walked;
}

function walkedEvent(message: JsMsg): WalkedEvent {
  const { seq: sequence, info } = message;
  return { sequence, timeMs: Math.floor(info.timestampNanos / 1e6), decoded: decodeEvent(message) };
}
