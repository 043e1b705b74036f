/** Finds out that the database was restored from a backup beside a newer event stream, and brings it up to date. */

import {
  deliverEventsAgain,
  type HandledMessage,
  type LedgerSign,
  readLedgerSign,
  writeLedgerCount,
} from "@vigil/bus";
import { VigilError } from "@vigil/core";
import { autoCommit, rows, type Sql } from "../database/transaction.ts";
import { knownEvents } from "../verify/known-events.ts";
import { ledgerIdsOf } from "../verify/message-ids.ts";
import { alignIndex } from "./align-index.ts";
import type { EventsWatchParts } from "./events-watch.ts";
import { judgeLedger, type LedgerVerdict } from "./ledger-age.ts";
import { raiseCount, readMarks, writeMark } from "./marks.ts";

export interface LedgerWatchParts extends EventsWatchParts {
  /** Id of this database, whose broker this is. */
  database: string;
}

/**
 * Above every token that was given out after the backup. A worker or applier that goes on from then with a run or plan
 * that the database knows as well is refused, as one is that holds what the database does not know.
 */
const TOKEN_LEAP = 1_000_000;

/** The worker that named a message by its time had it as nanoseconds in a number, which is not exact, ms. */
const ROUNDING_MS = 1;

/** In the order of all transactions: audits come before plans before runs, and no audit is touched here. */
const VOID_PLAN_LEASES = `update action_plan set token = token + $1 where state in ('RECOMMENDED', 'PENDING', 'ONGOING', 'CANCELLING')`;
const VOID_RUN_LEASES = `update run set token = token + $1 where state in ('DUE', 'LIVE')`;

/**
 * Compares ledger and stream once. Each step may be repeated: a process that dies in between leaves the rest to the
 * next look of any process. To be called under a lock, by one process at a time.
 * @throws VigilError unavailable, deadline; the database's errors
 */
export async function watchLedger(parts: LedgerWatchParts): Promise<void> {
  const sql = autoCommit(parts.orm);
  const sign = await readLedgerSign(parts.bus);
  const { count = "0", position = "", fed = "" } = await readMarks(sql);
  const knowsNewest = sign.newest === undefined || (await isInLedger(sql, sign.newest));
  const verdict = judgeLedger(
    { count: Number(count), position, fed, database: parts.database },
    sign,
    knowsNewest,
  );
  switch (verdict.verdict) {
    case "same":
      return;
    case "raise":
      return raise(parts, sql, { from: count, to: verdict.count }, sign.position);
    case "contradiction":
      parts.logger.error(
        { event: verdict.eventId },
        "an event was handled twice and is not in the ledger; run vigil verify",
      );
      return;
    case "older":
      return bringUpToDate(parts, sql, { ...verdict, countBefore: count }, sign);
  }
}

/**
 * The database first: died in between, it is ahead of the broker, which nobody takes for a restored backup.
 * @throws VigilError conflict: the count is not the one that was compared. Either a process that lost its lock goes on
 *   beside the one that has it, and would set the count back, which looks like a restored backup to all others; or this
 *   database was restored in this moment, and would be taken for the one that was compared
 */
async function raise(
  { bus, database }: LedgerWatchParts,
  sql: Sql,
  count: { from: string; to: number },
  position: string,
): Promise<void> {
  if (!(await raiseCount(sql, count.from, String(count.to)))) {
    throw new VigilError("conflict", `the ledger's count is no longer ${count.from}: it is compared anew`);
  }
  await writeMark(sql, "position", position);
  await writeLedgerCount(bus, count.to, database);
}

async function bringUpToDate(
  parts: LedgerWatchParts,
  sql: Sql,
  {
    disagreement,
    isFed,
    count,
    countBefore,
  }: Extract<LedgerVerdict, { verdict: "older" }> & { countBefore: string },
  sign: LedgerSign,
): Promise<void> {
  const { orm, bus, logger, topology } = parts;
  logger.error(
    { disagreement, position: sign.position },
    "THE DATABASE IS OLDER THAN THE EVENT STREAM: it was restored from a backup, or lost commits. Leases are void, every event that the stream still has is delivered again, the audit index is set to what the database says",
  );
  if (!isFed) {
    await rows(sql, VOID_PLAN_LEASES, [TOKEN_LEAP]);
    await rows(sql, VOID_RUN_LEASES, [TOKEN_LEAP]);
    await deliverEventsAgain(bus, topology);
    await writeMark(sql, "fed", disagreement);
  }
  const { raised, forgotten } = await alignIndex(orm, bus);
  await raise(parts, sql, { from: countBefore, to: count }, sign.position);
  logger.warn({ raised, forgotten }, "the database is being brought up to date from the event stream");
}

/** Under its own id, or as the dead letter that its place in the stream names. */
async function isInLedger(sql: Sql, newest: HandledMessage): Promise<boolean> {
  const ids = [-ROUNDING_MS, 0, ROUNDING_MS].flatMap((ms) =>
    ledgerIdsOf({ ...newest, timeMs: newest.timeMs + ms }),
  );
  return (await knownEvents(sql, ids)).size > 0;
}
