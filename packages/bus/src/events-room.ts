/**
 * Keeps room in VIGIL_EVENTS. With limits retention a message stays after it was acknowledged, which is wanted: what
 * was taken can be held against the ledger, and a ledger that was restored from a backup can be fed again. But a full
 * stream refuses alarms (`discard: new`), so above a high-water mark the oldest acknowledged messages go, down to a
 * low-water mark. Below the high-water mark only age removes messages.
 *
 * They go one by one. A purge lost: with it nats-server 2.9 forgets which deliveries were not acknowledged, also of
 * messages that stay, and would never deliver them again should their worker die.
 */

import type { ConsumerInfo, JetStreamManager, StoredMsg } from "nats";
import type { Bus } from "./connection.ts";
import { busError, JETSTREAM_ERROR, jetStreamErrorCode } from "./errors.ts";
import { EVENTS_CONSUMER, EVENTS_STREAM, EVENTS_SUBJECTS } from "./names.ts";

export interface RoomOptions {
  /** Part of max_bytes above which acknowledged messages are removed, 0 to 1. Default 1/2. */
  highWaterRatio?: number;
  /** Part of max_bytes at which that ends, 0 to `highWaterRatio`. Default 1/4. */
  lowWaterRatio?: number;
}

export interface Room {
  /** Acknowledged messages that were removed, by this call. */
  removed: number;
  /** Messages that nobody could handle for long and that were moved to the stream's end. */
  moved: number;
}

const HIGH_WATER_RATIO = 1 / 2;
const LOW_WATER_RATIO = 1 / 4;
/** Messages between two looks at the stream's size: how far below the low-water mark it may end. */
const PORTION_MESSAGES = 256;
/** Requests at the broker at once; more are not quicker. */
const REMOVALS_AT_ONCE = 32;
/** Of one call, so that it ends: some 10 s. The next one goes on. */
const REMOVALS_MAX = 60_000;
/** Of messages that stand in the way, in one call. */
const MOVES_MAX = 100;
const MESSAGE_IS_GONE: ReadonlySet<number | undefined> = new Set([
  JETSTREAM_ERROR.messageNotFound,
  JETSTREAM_ERROR.messageDeleteFailed,
]);

/**
 * Removes the oldest acknowledged messages when the stream is above its high-water mark. May run in several processes
 * at once.
 * @throws VigilError unavailable, deadline
 */
export async function makeRoomForEvents(bus: Bus, options: RoomOptions = {}): Promise<Room> {
  const { highWaterRatio = HIGH_WATER_RATIO, lowWaterRatio = LOW_WATER_RATIO } = options;
  const room: Room = { removed: 0, moved: 0 };
  try {
    const manager = await bus.manager();
    const { config, state } = await manager.streams.info(EVENTS_STREAM);
    if (config.max_bytes <= 0 || state.bytes <= config.max_bytes * highWaterRatio) return room;
    await empty(bus, manager, config.max_bytes * lowWaterRatio, room);
    bus.logger.warn(
      { bytes: state.bytes, maxBytes: config.max_bytes, ...room },
      "the event stream was filling up: the oldest handled events were removed from it, the ledger has them",
    );
    return room;
  } catch (thrown) {
    throw busError(`making room in ${EVENTS_STREAM}`, thrown);
  }
}

async function empty(bus: Bus, manager: JetStreamManager, bytesMax: number, room: Room): Promise<void> {
  while (room.removed < REMOVALS_MAX) {
    const { state } = await manager.streams.info(EVENTS_STREAM);
    if (state.bytes <= bytesMax) return;
    const consumer = await manager.consumers.info(EVENTS_STREAM, EVENTS_CONSUMER);
    const done = handledUpTo(consumer);
    if (done >= state.first_seq) {
      room.removed += await remove(
        manager,
        state.first_seq,
        Math.min(done, state.first_seq + PORTION_MESSAGES),
      );
    } else if (room.moved < MOVES_MAX && isOneInTheWay(consumer)) {
      if (!(await moveToEnd(bus, manager, done + 1))) return;
      room.moved++;
    } else return;
  }
}

/** Removes what there is from the first to the last sequence; another process may be doing the same. */
async function remove(manager: JetStreamManager, first: number, last: number): Promise<number> {
  let next = first;
  let removed = 0;
  const removeInTurn = async () => {
    while (next <= last) {
      const sequence = next++;
      try {
        if (await manager.streams.deleteMessage(EVENTS_STREAM, sequence, false)) removed++;
      } catch (thrown) {
        if (!MESSAGE_IS_GONE.has(jetStreamErrorCode(thrown))) throw thrown;
      }
    }
  };
  await Promise.all(Array.from({ length: REMOVALS_AT_ONCE }, removeInTurn));
  return removed;
}

/**
 * Every message up to this sequence was acknowledged. The floor does not count when nothing waits for an
 * acknowledgement: nats-server 2.9 may leave it behind.
 */
export function handledUpTo({ ack_floor, delivered, num_ack_pending }: ConsumerInfo): number {
  return num_ack_pending === 0 ? delivered.stream_seq : ack_floor.stream_seq;
}

/** A few messages wait while most that came after them are done with: they would keep all of them for ever. */
function isOneInTheWay({ ack_floor, delivered, num_ack_pending }: ConsumerInfo): boolean {
  const since = delivered.stream_seq - ack_floor.stream_seq;
  return num_ack_pending > 0 && since > 2 * num_ack_pending;
}

/**
 * Publishes the first message from this sequence on once more, at the stream's end, and removes it from its place: the
 * broker does not tell which messages behind the first that waits were acknowledged. Dying in between leaves the event twice, which the ledger knows.
 * @returns false when it may not be moved yet: it is so young that the broker takes the copy for a repetition
 */
async function moveToEnd(bus: Bus, manager: JetStreamManager, fromSequence: number): Promise<boolean> {
  const message = await firstMessage(manager, fromSequence);
  if (message === undefined) return false;
  const { subject, header: headers, data, seq } = message;
  const copy = await bus.connection().jetstream().publish(subject, data, { headers });
  if (copy.duplicate) return false;
  await manager.streams.deleteMessage(EVENTS_STREAM, seq, false);
  bus.logger.error(
    { sequence: seq, movedTo: copy.seq, subject, storedAt: message.time },
    "an event that no worker could handle for long was moved to the end of the event stream",
  );
  return true;
}

/** The first message from this sequence on; undefined when there is none. */
async function firstMessage(manager: JetStreamManager, fromSequence: number): Promise<StoredMsg | undefined> {
  // The server takes both members; the client's types allow only one of them.
  const query = { seq: fromSequence, next_by_subj: EVENTS_SUBJECTS } as { seq: number };
  try {
    return await manager.streams.getMessage(EVENTS_STREAM, query);
  } catch (thrown) {
    if (jetStreamErrorCode(thrown) === JETSTREAM_ERROR.messageNotFound) return undefined;
    throw thrown;
  }
}
