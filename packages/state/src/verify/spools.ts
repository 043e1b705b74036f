/** What lies in the spools of the edges: accepted, and neither in the stream nor in the ledger yet. */

import { askAll, type Bus } from "@vigil/bus";
import type { JsonValue } from "@vigil/core";
import type { EdgeSpool, VerifySpoolsResponse } from "@vigil/proto";
import { z } from "zod";
import type { Sql } from "../database/transaction.ts";
import { isStoredUuid } from "../records/ident.ts";
import { knownEvents } from "./known-events.ts";

/** Wait for the answers of the edges, ms: nobody knows how many there are. */
const ANSWERS_WAIT_MS = 1_000;
/** Ids that are looked up of one edge. */
const IDS_MAX = 1_000;

const count = z.number().nonnegative().catch(0).transform(Math.floor);
const answer = z.object({
  edge: z.string().max(255),
  records: count,
  bytes: count,
  oldestMs: count,
  refused: count,
  journaled: count,
  unreadable: count,
  version: z.string().max(64).catch(""),
  clockMs: z.number().optional().catch(undefined),
  ids: z
    .array(z.string())
    .catch([])
    .transform((ids) => ids.slice(0, IDS_MAX).filter(isStoredUuid)),
});

/** @throws VigilError unavailable when there is no connection to the broker */
export async function verifySpools(bus: Bus, sql: Sql): Promise<VerifySpoolsResponse> {
  const askedAtMs = Date.now();
  const answers = await askAll(bus, "spool", {}, ANSWERS_WAIT_MS);
  const spools = await Promise.all(answers.flatMap(readable).map((spool) => spoolOf(sql, spool, askedAtMs)));
  return { spools: spools.toSorted((a, b) => (a.edge! < b.edge! ? -1 : 1)) };
}

/** An edge of another release may answer in words that are not understood: it counts as one that is away. */
function readable(given: JsonValue): z.output<typeof answer>[] {
  const read = answer.safeParse(given);
  return read.success ? [read.data] : [];
}

async function spoolOf(
  sql: Sql,
  { ids, clockMs, ...spool }: z.output<typeof answer>,
  askedAtMs: number,
): Promise<EdgeSpool> {
  const clockAheadMs = clockMs === undefined ? 0 : aheadMs(clockMs, askedAtMs);
  return { ...spool, clockAheadMs, recorded: (await knownEvents(sql, ids)).size };
}

/** When the answer was written nobody knows: at some time of the wait, in which the clocks may well agree. */
function aheadMs(clockMs: number, askedAtMs: number): number {
  const latestMs = askedAtMs + ANSWERS_WAIT_MS;
  return Math.round(clockMs < askedAtMs ? clockMs - askedAtMs : Math.max(0, clockMs - latestMs));
}
