/** Which messages of the event stream the ledger has. */

import type { WalkedEvent } from "@vigil/bus";
import type { Sql } from "../database/transaction.ts";
import { knownEvents } from "./known-events.ts";
import { ledgerIdsOf } from "./message-ids.ts";

/** The ids by which the ledger may have it; the first is the one that people know. */
export function idsOf({ sequence, timeMs, decoded }: WalkedEvent): string[] {
  const eventId = decoded.form === "event" ? decoded.event.eventId : undefined;
  return ledgerIdsOf({ sequence, timeMs, eventId });
}

/** Sequences of those that are in the ledger, under whatever id. */
export async function recordedOf(sql: Sql, walked: readonly WalkedEvent[]): Promise<Set<number>> {
  const named = walked.map((event) => ({ sequence: event.sequence, ids: idsOf(event) }));
  const known = await knownEvents(
    sql,
    named.flatMap(({ ids }) => ids),
  );
  return new Set(named.flatMap(({ sequence, ids }) => (ids.some((id) => known.has(id)) ? [sequence] : [])));
}
