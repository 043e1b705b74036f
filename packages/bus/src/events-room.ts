/**
 * Keeps room in VIGIL_EVENTS. With limits retention a message stays after it was acknowledged, which is wanted: what
 * was taken can be held against the ledger, and a ledger that was restored from a backup can be fed again. But a full
 * stream refuses alarms (`discard: new`), so above a high-water mark the oldest acknowledged messages go, down to a
 * low-water mark. Below it those go that are a day older than the newest message. An age limit of the stream lost: the
 * broker would remove by it what nobody has acknowledged, too.
 *
 * They go one by one. A purge lost: with it nats-server 2.9 forgets which deliveries were not acknowledged, also of
 * messages that stay, and would never deliver them again should their worker die.
 *
 * A message that nobody can handle is put at the stream's end, since the broker tells only up to where everything was
 * acknowledged. A stream without room for that copy is state's matter, which can ask the ledger: `makeRoomByLedger`.
 */

import type { ConsumerInfo, JetStreamManager, MsgHdrs, StoredMsg } from "nats";
import { MESSAGE_ID_HEADER } from "./ack-multiplexer.ts";
import type { Bus } from "./connection.ts";
import { busError, JETSTREAM_ERROR, jetStreamErrorCode } from "./errors.ts";
import { type WalkedEvent, walkEvents } from "./events-walk.ts";
import { handledUpTo } from "./handled-up-to.ts";
import { EVENTS_CONSUMER, EVENTS_STREAM, EVENTS_SUBJECTS } from "./names.ts";
import { ACK_WAIT_MS } from "./topology.ts";

export interface RoomOptions {
  /** Part of max_bytes above which acknowledged messages are removed, 0 to 1. Default 1/2. */
  highWaterRatio?: number;
  /** Part of max_bytes at which that ends, 0 to `highWaterRatio`. Default 1/4. */
  lowWaterRatio?: number;
  /** A message stands in the way when it was stored so long before the newest one, ms. Default one minute. */
  inTheWayMs?: number;
  /** An acknowledged message is kept until one is stored that is so much younger, ms. Default 24 hours. */
  keepMs?: number;
}

export interface Room {
  /** Acknowledged messages that were removed, by this call. */
  removed: number;
  /** Messages that nobody could handle for long and that were moved to the stream's end. */
  moved: number;
}

const HIGH_WATER_RATIO = 1 / 2;
const LOW_WATER_RATIO = 1 / 4;
/** Two ack waits: what a worker has in hand, or what one that died had, is handled by then. */
const IN_THE_WAY_MS = 2 * ACK_WAIT_MS;
const KEEP_MS = 24 * 3_600_000;
/** Messages between two looks at the stream's size: how far below the low-water mark it may end. */
const PORTION_MESSAGES = 256;
/** Part of max_bytes above which the ledger is asked what may go: the copy of a large message may not fit any more. */
const CROWDED_RATIO = 7 / 8;
/** Messages that the ledger is asked for at once, headers only: some 2 MiB. */
const WALK_MESSAGES = 2_000;
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
 * Removes the oldest acknowledged messages when the stream is above its high-water mark, and always those that are old.
 * May run in several processes at once.
 * @throws VigilError unavailable, deadline
 */
export async function makeRoomForEvents(bus: Bus, options: RoomOptions = {}): Promise<Room> {
  const { highWaterRatio = HIGH_WATER_RATIO, lowWaterRatio = LOW_WATER_RATIO } = options;
  const { inTheWayMs = IN_THE_WAY_MS, keepMs = KEEP_MS } = options;
  const room: Room = { removed: 0, moved: 0 };
  try {
    const manager = await bus.manager();
    const { config, state } = await manager.streams.info(EVENTS_STREAM);
    if (config.max_bytes > 0 && state.bytes > config.max_bytes * highWaterRatio) {
      const goal: Goal = { bytesMax: config.max_bytes * lowWaterRatio, inTheWayMs };
      await empty(bus, manager, goal, room);
      bus.logger.warn(
        { bytes: state.bytes, maxBytes: config.max_bytes, ...room },
        "the event stream was filling up: the oldest handled events were removed from it, the ledger has them",
      );
    }
    await removeOld(manager, keepMs, room);
    return room;
  } catch (thrown) {
    throw busError(`making room in ${EVENTS_STREAM}`, thrown);
  }
}

interface Goal {
  bytesMax: number;
  inTheWayMs: number;
}

async function empty(bus: Bus, manager: JetStreamManager, goal: Goal, room: Room): Promise<void> {
  while (room.removed < REMOVALS_MAX) {
    const { state } = await manager.streams.info(EVENTS_STREAM);
    if (state.bytes <= goal.bytesMax) return;
    const consumer = await manager.consumers.info(EVENTS_STREAM, EVENTS_CONSUMER);
    const done = handledUpTo(consumer);
    if (done >= state.first_seq) {
      const last = Math.min(done, state.first_seq + PORTION_MESSAGES);
      room.removed += await remove(manager, sequencesOf(state.first_seq, last));
    } else if (room.moved < MOVES_MAX && isOneInTheWay(consumer)) {
      const message = await firstMessage(manager, done + 1);
      // By the broker's clock alone.
      const ageMs = message === undefined ? -1 : Date.parse(`${state.last_ts}`) - message.time.getTime();
      if (message === undefined || ageMs < goal.inTheWayMs) return;
      if (!(await moveToEnd(bus, manager, message))) return;
      room.moved++;
    } else return;
  }
}

/** By the broker's clock alone: what is oldest is held against what is newest. */
async function removeOld(manager: JetStreamManager, keepMs: number, room: Room): Promise<void> {
  while (room.removed < REMOVALS_MAX) {
    const { state } = await manager.streams.info(EVENTS_STREAM);
    const latestMs = Date.parse(`${state.last_ts}`) - keepMs;
    if (state.messages === 0 || Date.parse(`${state.first_ts}`) > latestMs) return;
    const done = handledUpTo(await manager.consumers.info(EVENTS_STREAM, EVENTS_CONSUMER));
    const upTo = Math.min(done, state.first_seq + PORTION_MESSAGES);
    const last = await lastStoredBy(manager, latestMs, { from: state.first_seq, upTo });
    const removed = await remove(manager, sequencesOf(state.first_seq, last));
    // Nothing is left that may go, or another process is at the same ones.
    if (removed === 0) return;
    room.removed += removed;
  }
}

/** The last of these sequences up to which all were stored by then; one below `from` when none was. */
async function lastStoredBy(
  manager: JetStreamManager,
  latestMs: number,
  { from, upTo }: { from: number; upTo: number },
): Promise<number> {
  let low = from - 1;
  let high = upTo;
  // All of them, most often.
  let probe = high;
  while (low < high) {
    const message = await firstMessage(manager, probe);
    if (message !== undefined && message.time.getTime() <= latestMs) low = probe;
    else high = probe - 1;
    probe = Math.ceil((low + high) / 2);
  }
  return low;
}

function sequencesOf(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
}

/**
 * Removes delivered messages that the ledger has, acknowledged or not, when the stream is so crowded that nothing can be
 * moved to its end any more; down to the low-water mark.
 * @param recordedOf sequences of those that the ledger has
 * @returns how many were removed
 * @throws VigilError unavailable, deadline; what `recordedOf` throws
 */
export async function makeRoomByLedger(
  bus: Bus,
  recordedOf: (events: readonly WalkedEvent[]) => Promise<readonly number[]>,
): Promise<number> {
  const manager = await bus.manager();
  try {
    const { config, state } = await manager.streams.info(EVENTS_STREAM);
    if (config.max_bytes <= 0 || state.bytes <= config.max_bytes * CROWDED_RATIO) return 0;
    const consumer = await manager.consumers.info(EVENTS_STREAM, EVENTS_CONSUMER);
    const upTo = consumer.delivered.stream_seq;
    let after = handledUpTo(consumer);
    let removed = 0;
    while (after < upTo && removed < REMOVALS_MAX) {
      const walked = await walkEvents(bus, { after, upTo, max: WALK_MESSAGES });
      const last = walked.at(-1);
      if (last === undefined) break;
      after = last.sequence;
      removed += await remove(manager, await recordedOf(walked));
      const now = await manager.streams.info(EVENTS_STREAM);
      if (now.state.bytes <= config.max_bytes * LOW_WATER_RATIO) break;
    }
    if (removed > 0) {
      bus.logger.warn(
        { bytes: state.bytes, maxBytes: config.max_bytes, removed },
        "the event stream was full behind events that nobody could handle: what came after them and is in the ledger was removed from it",
      );
    }
    return removed;
  } catch (thrown) {
    throw busError(`making room in ${EVENTS_STREAM}`, thrown);
  }
}

/** Removes what there is of these; another process may be doing the same. */
async function remove(manager: JetStreamManager, sequences: readonly number[]): Promise<number> {
  let next = 0;
  let removed = 0;
  const removeInTurn = async () => {
    while (next < sequences.length) {
      const sequence = sequences[next++]!;
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

/** A few messages wait while most that came after them are done with: they would keep all of them for ever. */
function isOneInTheWay({ ack_floor, delivered, num_ack_pending }: ConsumerInfo): boolean {
  const since = delivered.stream_seq - ack_floor.stream_seq;
  return num_ack_pending > 0 && since > 2 * num_ack_pending;
}

/**
 * Publishes a message once more, at the stream's end, and removes it from its place: the
 * broker does not tell which messages behind the first that waits were acknowledged. Dying in between leaves the event
 * twice, which the ledger knows.
 *
 * The copy has an id of its own, made of the place that it leaves. Under the event's id the broker would take it for a
 * repetition, for 15 minutes in which a stream may fill up. Under this one it takes only another try of the same move
 * for one, and then the copy is there already. A sender's repetition still meets the event's id, which the broker
 * remembers beyond the message.
 * @returns false when it can't be moved now: the stream has no room for the copy
 */
async function moveToEnd(bus: Bus, manager: JetStreamManager, message: StoredMsg): Promise<boolean> {
  const { subject, header: headers, data, seq, time } = message;
  headers.set(MESSAGE_ID_HEADER, `moved.${seq}.${time.getTime()}`);
  const movedTo = await publishCopy(bus, subject, data, headers);
  if (movedTo === undefined) return false;
  await remove(manager, [seq]);
  bus.logger.error(
    { sequence: seq, movedTo, subject, storedAt: time },
    "an event that no worker could handle for long was moved to the end of the event stream",
  );
  return true;
}

/** Its sequence; undefined where the stream is full. */
async function publishCopy(
  bus: Bus,
  subject: string,
  data: Uint8Array,
  headers: MsgHdrs,
): Promise<number | undefined> {
  try {
    return (await bus.connection().jetstream().publish(subject, data, { headers })).seq;
  } catch (thrown) {
    if (jetStreamErrorCode(thrown) === JETSTREAM_ERROR.streamFull) return undefined;
    throw thrown;
  }
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
