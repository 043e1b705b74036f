/** Stores replays: new events beside the old ones, which keep their fate, and a due run where one is needed. */

import { createHash } from "node:crypto";
import { type ReplayDecision, type ReplayedEvent, type RunView, uuidOfHash } from "@vigil/core";
import { firstRow, rows, type Sql } from "../database/transaction.ts";
import { makeDueRun, type RunCause } from "../runs/end-runs.ts";
import type { SettleRequest } from "./edit-input.ts";

/** The run of a locked audit that is due or live, if it has one. */
export function activeRunOf(sql: Sql, auditDbId: string): Promise<RunView | undefined> {
  const text = "select state, attempts from run where audit_id = $1::bigint and state in ('DUE', 'LIVE')";
  return firstRow<RunView>(sql, text, [auditDbId]);
}

/** Hex SHA-256 that one edit and one event have and nothing else: the same edit twice makes the same event. */
function keyOf(editId: string, eventId: string): string {
  return createHash("sha256")
    .update(JSON.stringify(["replay", editId, eventId]))
    .digest("hex");
}

/** Id of the event that this edit makes of another. */
export function replayIdOf(editId: string, eventId: string): string {
  return uuidOfHash(keyOf(editId, eventId));
}

/** A replay was never in the stream. Who wanted it stands beside whoever sent the first. */
const COPY = `
insert into event (event_id, audit_id, fate, replay_of, occurrence_key, base_hash, exact, request_id, format,
  body_parse, current, body, sender, audit_ident, stream_sequence, stream_time, received_at)
select given.event_id, $2::bigint, 'WAITING', old.event_id, given.key, given.key, true, old.request_id, old.format,
  old.body_parse, old.current, old.body, old.sender || jsonb_build_object('replayed_by', $3::text), old.audit_ident,
  0, clock_timestamp(), clock_timestamp()
from jsonb_to_recordset($1::jsonb) as given(n int, event_id uuid, of uuid, key text)
join event old on old.event_id = given.of order by given.n`;

/**
 * Under the audit's lock, as decided.
 * @returns whether a run became due
 */
export async function storeReplay(
  sql: Sql,
  auditDbId: string,
  { editId, userId }: SettleRequest,
  events: readonly ReplayedEvent[],
  decision: ReplayDecision,
): Promise<boolean> {
  const copies = events.map(({ eventId }, n) => {
    const key = keyOf(editId, eventId);
    return { n, event_id: uuidOfHash(key), of: eventId, key };
  });
  await rows(sql, COPY, [JSON.stringify(copies), auditDbId, userId]);
  return makeRun(sql, auditDbId, "EVENT", decision);
}

/** @returns whether a run became due */
export async function makeRun(
  sql: Sql,
  auditDbId: string,
  cause: RunCause,
  decision: ReplayDecision,
): Promise<boolean> {
  if (decision === "make-due") await makeDueRun(sql, auditDbId, cause);
  return decision === "make-due";
}
