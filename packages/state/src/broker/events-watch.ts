/** Finds out that the event stream came back shorter than what was handled of it, and has the rest delivered again. */

import { setTimeout as delay } from "node:timers/promises";
import type { MikroORM } from "@mikro-orm/postgresql";
import {
  type Bus,
  deliverEventsAgain,
  eventStoredAt,
  type LedgerSign,
  readLedgerSign,
  type TopologyOptions,
  walkEvents,
} from "@vigil/bus";
import type { Logger } from "@vigil/service";
import { autoCommit, type Sql } from "../database/transaction.ts";
import { recordedOf } from "../verify/recorded.ts";
import { readMarks, writeMark } from "./marks.ts";
import { isShorter, type SeenStream, seenNothing, seenNow, suspectUpTo } from "./stream-age.ts";

export interface EventsWatchParts {
  orm: MikroORM;
  bus: Bus;
  logger: Logger;
  topology: TopologyOptions;
}

/** Messages that the ledger is asked for at once, headers only: some 2 MiB. */
const WALK_MESSAGES = 2_000;
/** In a cluster stream and consumer are led by different servers, one of which may be behind for so long, ms. */
const LAG_MS = 1_000;

/**
 * Compares stream and consumer once. To be called under a lock, by one process at a time; one that dies in between
 * leaves it to the next look. A database that is older than the stream is the ledger's matter, which has all delivered
 * again in any case.
 * @throws VigilError unavailable, deadline; the database's errors
 */
export async function watchEvents({ orm, bus, logger, topology }: EventsWatchParts): Promise<void> {
  const sql = autoCommit(orm);
  const { count, newest, stream } = await settledSign(bus);
  const marks = await readMarks(sql);
  if (count > Number(marks.count ?? "0")) return;
  const seen: SeenStream | undefined = marks.seen === undefined ? undefined : JSON.parse(marks.seen);
  const storedMs = seen && (await eventStoredAt(bus, seen.sequence));
  const upTo = Math.min(stream.handled, suspectUpTo(seen, stream));
  const isBack =
    isShorter(seen, stream, storedMs) ||
    (seen !== undefined && !(await isInLedger(bus, sql, seen.sequence, upTo)));
  if (isBack) {
    logger.error(
      { stream, seen },
      "THE EVENT STREAM CAME BACK SHORTER than what was handled of it: the broker lost its newest messages, by a power failure or a copy that was put back. Accepted events that were only there are lost, except for those in the journal of an edge; every event that the stream has is delivered again",
    );
    await deliverEventsAgain(bus, topology);
  }
  const now = JSON.stringify(isBack ? seenNothing(stream) : seenNow(seen, stream, newest?.timeMs));
  if (now !== marks.seen) await writeMark(sql, "seen", now);
}

/** Asked again where the stream looks shorter than what was delivered of it. */
async function settledSign(bus: Bus): Promise<LedgerSign> {
  const sign = await readLedgerSign(bus);
  if (sign.stream.delivered <= sign.stream.last) return sign;
  await delay(LAG_MS);
  return readLedgerSign(bus);
}

/** Whether the ledger has each message of a range that is still in the stream. */
async function isInLedger(bus: Bus, sql: Sql, after: number, upTo: number): Promise<boolean> {
  for (let from = after; from < upTo; ) {
    const walked = await walkEvents(bus, { after: from, upTo, max: WALK_MESSAGES });
    if (walked.length === 0) return true;
    if ((await recordedOf(sql, walked)).size < walked.length) return false;
    from = walked.at(-1)!.sequence;
  }
  return true;
}
