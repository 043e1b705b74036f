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
  ids: z
    .array(z.string())
    .catch([])
    .transform((ids) => ids.slice(0, IDS_MAX).filter(isStoredUuid)),
});

/** @throws VigilError unavailable when there is no connection to the broker */
export async function verifySpools(bus: Bus, sql: Sql): Promise<VerifySpoolsResponse> {
  const answers = await askAll(bus, "spool", {}, ANSWERS_WAIT_MS);
  const spools = await Promise.all(answers.flatMap(readable).map((spool) => spoolOf(sql, spool)));
  return { spools: spools.toSorted((a, b) => (a.edge! < b.edge! ? -1 : 1)) };
}

/** An edge of another release may answer in words that are not understood: it counts as one that is away. */
function readable(given: JsonValue): z.output<typeof answer>[] {
  const read = answer.safeParse(given);
  return read.success ? [read.data] : [];
}

async function spoolOf(sql: Sql, { ids, ...spool }: z.output<typeof answer>): Promise<EdgeSpool> {
  return { ...spool, recorded: (await knownEvents(sql, ids)).size };
}
