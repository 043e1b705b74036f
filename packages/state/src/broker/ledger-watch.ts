/** Finds out that the database was restored from a backup beside a newer event stream, and brings it up to date. */

import type { MikroORM } from "@mikro-orm/postgresql";
import {
  type Bus,
  deliverEventsAgain,
  type LedgerSign,
  readLedgerSign,
  type TopologyOptions,
  writeLedgerCount,
} from "@vigil/bus";
import type { Logger } from "@vigil/service";
import { autoCommit, rows, type Sql } from "../database/transaction.ts";
import { alignIndex } from "./align-index.ts";
import { judgeLedger, type LedgerVerdict } from "./ledger-age.ts";
import { readMarks, writeMark } from "./marks.ts";

export interface LedgerWatchParts {
  orm: MikroORM;
  bus: Bus;
  logger: Logger;
  topology: TopologyOptions;
}

/**
 * Above every token that was given out after the backup. A worker or applier that goes on from then with a run or plan
 * that the database knows as well is refused, as one is that holds what the database does not know.
 */
const TOKEN_LEAP = 1_000_000;

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
  const knowsNewest = sign.newestEventId === undefined || (await isInLedger(sql, sign.newestEventId));
  const verdict = judgeLedger({ count: Number(count), position, fed }, sign, knowsNewest);
  switch (verdict.verdict) {
    case "same":
      return;
    case "raise":
      return raise(parts, sql, verdict.count, sign.position);
    case "contradiction":
      parts.logger.error(
        { event: verdict.eventId },
        "an event was handled twice and is not in the ledger; run vigil verify",
      );
      return;
    case "older":
      return bringUpToDate(parts, sql, verdict, sign);
  }
}

/** The database first: died in between, it is ahead of the broker, which nobody takes for a restored backup. */
async function raise({ bus }: LedgerWatchParts, sql: Sql, count: number, position: string): Promise<void> {
  await writeMark(sql, "count", String(count));
  await writeMark(sql, "position", position);
  await writeLedgerCount(bus, count);
}

async function bringUpToDate(
  parts: LedgerWatchParts,
  sql: Sql,
  { disagreement, isFed, count }: Extract<LedgerVerdict, { verdict: "older" }>,
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
  await raise(parts, sql, count, sign.position);
  logger.warn({ raised, forgotten }, "the database is being brought up to date from the event stream");
}

async function isInLedger(sql: Sql, eventId: string): Promise<boolean> {
  return (await rows(sql, "select 1 from event where event_id = $1::uuid", [eventId])).length > 0;
}
