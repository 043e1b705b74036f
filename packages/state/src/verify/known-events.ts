/** Which events the ledger has. */

import { rows, type Sql } from "../database/transaction.ts";

/** Those of these ids that are in the ledger. */
export async function knownEvents(sql: Sql, eventIds: readonly string[]): Promise<Set<string>> {
  if (eventIds.length === 0) return new Set();
  const text = "select event_id::text as id from event where event_id = any($1::uuid[])";
  const found = await rows<{ id: string }>(sql, text, [eventIds]);
  return new Set(found.map(({ id }) => id));
}
