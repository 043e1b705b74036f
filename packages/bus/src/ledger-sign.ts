/**
 * What the broker knows of the ledger: a count that state raises in both as events are handled, and the newest event
 * that was acknowledged. By them a ledger that was restored from a backup is told from the one that came before it.
 */

import type { Bus } from "./connection.ts";
import { decodeEvent } from "./envelope.ts";
import { JETSTREAM_ERROR, jetStreamErrorCode } from "./errors.ts";
import { handledUpTo } from "./handled-up-to.ts";
import { keyValue } from "./key-value.ts";
import {
  AUDITS_BUCKET,
  bucketStream,
  EVENTS_CONSUMER,
  EVENTS_STREAM,
  HEADS_BUCKET,
  MODELS_BUCKET,
  objectStoreStream,
} from "./names.ts";
import { ensureTopology, type TopologyOptions } from "./topology.ts";
import { whileConnected } from "./while-connected.ts";

export interface LedgerSign {
  /** The ledger's count as state last told the broker; 0: never. */
  count: number;
  /** Id of the database whose count that is; undefined: it was not told, by an older release or never. */
  database: string | undefined;
  /** Which stream it is (when it was made) and up to where it was handled: changes with every event. */
  position: string;
  /** The newest handled message, where it is still in the stream. */
  newest: HandledMessage | undefined;
  stream: StreamSign;
}

/** How far stream and consumer are. */
export interface StreamSign {
  /** When the stream was made. */
  made: string;
  /** Id that the broker made up at its start. */
  server: string;
  /** Every message up to this sequence was handled. */
  handled: number;
  /** Up to here the consumer has delivered, as it says: an account of its own, in files of its own. */
  delivered: number;
  /** The newest message that the stream has had; 0: none. */
  last: number;
}

export interface HandledMessage {
  sequence: number;
  /** When the stream stored it, ms since 1970. */
  timeMs: number;
  /** As its envelope says, whatever that is; undefined where it can't be read. */
  eventId: string | undefined;
}

/** Key in the bucket of heads: the ledger's own. */
const KEY = "ledger";

/** What lies there. */
interface Sign {
  schema: 1;
  count: number;
  /** Since 0.5. */
  database?: string;
}

/** Those that lose something when they are lost; of changes nobody keeps more than a copy. */
const STREAMS = [
  EVENTS_STREAM,
  bucketStream(AUDITS_BUCKET),
  bucketStream(HEADS_BUCKET),
  objectStoreStream(MODELS_BUCKET),
];

/** @throws VigilError unavailable, deadline */
export function readLedgerSign(bus: Bus): Promise<LedgerSign> {
  return whileConnected(bus, "comparing the ledger with the event stream", async () => {
    const manager = await bus.manager();
    // In this order: a stream that is read later has all that the consumer had delivered before.
    const consumer = await manager.consumers.info(EVENTS_STREAM, EVENTS_CONSUMER);
    const { created, state } = await manager.streams.info(EVENTS_STREAM);
    const handled = handledUpTo(consumer);
    const { count = 0, database } = (await readSign(bus)) ?? {};
    const newest = await messageAt(bus, handled);
    const stream: StreamSign = {
      made: created,
      server: bus.connection().info?.server_id ?? "",
      handled,
      delivered: consumer.delivered.stream_seq,
      last: state.last_seq,
    };
    return { count, database, position: `${created} ${handled}`, newest, stream };
  });
}

/**
 * When the event stream stored what it has at this sequence, ms since 1970; undefined: it has nothing there.
 * @throws VigilError unavailable, deadline
 */
export function eventStoredAt(bus: Bus, sequence: number): Promise<number | undefined> {
  return whileConnected(bus, "looking at an event that was handled before", async () => {
    return (await messageAt(bus, sequence))?.timeMs;
  });
}

/**
 * Id of the database whose streams these are; undefined: nobody has said so.
 * @throws VigilError unavailable, deadline
 */
export function ledgerOwner(bus: Bus): Promise<string | undefined> {
  return whileConnected(bus, "asking whose streams these are", async () => (await readSign(bus))?.database);
}

async function readSign(bus: Bus): Promise<Sign | undefined> {
  const entry = await (await keyValue(bus, HEADS_BUCKET)).get(KEY);
  return entry === null || entry.value.length === 0 ? undefined : entry.json<Sign>();
}

/** @throws VigilError unavailable, deadline */
export function writeLedgerCount(bus: Bus, count: number, database: string): Promise<void> {
  const sign: Sign = { schema: 1, count, database };
  return whileConnected(bus, "telling the broker of the ledger", async () => {
    await (await keyValue(bus, HEADS_BUCKET)).put(KEY, JSON.stringify(sign));
  });
}

/**
 * Has every message that the event stream still holds delivered again. Workers find their consumer gone and go on with
 * the new one.
 * @throws VigilError unavailable, deadline
 */
export async function deliverEventsAgain(bus: Bus, topology: TopologyOptions = {}): Promise<void> {
  await whileConnected(bus, "having all events delivered again", async () => {
    try {
      await (await bus.manager()).consumers.delete(EVENTS_STREAM, EVENTS_CONSUMER);
    } catch (thrown) {
      // Deleted by a process that died right after: it is only left to be made.
      if (jetStreamErrorCode(thrown) !== JETSTREAM_ERROR.consumerNotFound) throw thrown;
    }
  });
  await ensureTopology(bus, topology);
}

async function messageAt(bus: Bus, sequence: number): Promise<HandledMessage | undefined> {
  if (sequence === 0) return undefined;
  try {
    const message = await (await bus.manager()).streams.getMessage(EVENTS_STREAM, { seq: sequence });
    const decoded = decodeEvent({ headers: message.header });
    const eventId = decoded.form === "event" ? decoded.event.eventId : undefined;
    return { sequence, timeMs: message.time.getTime(), eventId };
  } catch (thrown) {
    if (jetStreamErrorCode(thrown) === JETSTREAM_ERROR.messageNotFound) return undefined;
    throw thrown;
  }
}

/** When each of Vigil's streams was made, by name: one that was lost and made again has another time. */
export function streamsMade(bus: Bus): Promise<Record<string, string>> {
  return whileConnected(bus, "asking when the streams were made", async () => {
    const made: Record<string, string> = {};
    const manager = await bus.manager();
    for (const name of STREAMS) made[name] = (await manager.streams.info(name)).created;
    return made;
  });
}
