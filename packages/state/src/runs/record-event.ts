/** The ledger row of one event, and the run that it makes or starts: one statement. */

import { randomInt, randomUUID } from "node:crypto";
import type { IngestDecision } from "@vigil/core";
import { firstRow, type Sql } from "../database/transaction.ts";
import type { EventInput } from "./inputs.ts";
import type { LockedAudit } from "./locked-audit.ts";

/** `$19` makes a due run for the audit, `$22` writes a dead letter. */
const RECORD = `
with recorded as (
  insert into event (event_id, audit_id, fate, reason, duplicate_of, occurrence_key, base_hash, exact,
    request_id, format, body_parse, current, body, sender, audit_ident, stream_sequence, stream_time, received_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15, $16,
    to_timestamp($17::double precision / 1000), to_timestamp($18::double precision / 1000))
  on conflict (event_id) do nothing returning event_id
), made as (
  insert into run (run_id, audit_id, state, cause, attempts, token, seed, due_at)
  select $20, $2, 'DUE', 'EVENT', 0, 0, $21, clock_timestamp() from recorded where $19
  returning id
), letter as (
  insert into dead_letter (uuid, kind, audit_id, event_id, reason, detail)
  select gen_random_uuid(), 'event', $2, event_id, $4, jsonb_build_object('audit_ident', $15::text)
  from recorded where $22
)
select (select id::text from made) as run_db_id`;

/**
 * Writes nothing when the row exists already, which can happen only without an audit to lock.
 * Returns the primary key of the due run, where one was asked for.
 */
export async function recordEvent(
  sql: Sql,
  event: EventInput,
  audit: LockedAudit | undefined,
  decision: IngestDecision,
): Promise<string | undefined> {
  const { reason, duplicateOf } = decision.fate === "WAITING" ? {} : decision;
  const makesRun =
    decision.fate === "WAITING" && (decision.run === "start-new" || decision.run === "make-due");
  const row = await firstRow<{ run_db_id: string | null }>(sql, RECORD, [
    event.eventId,
    audit?.id ?? null,
    decision.fate,
    reason ?? null,
    duplicateOf ?? null,
    event.occurrenceKey,
    event.baseHash,
    event.exact,
    event.requestId,
    event.format,
    event.bodyParse,
    event.current,
    event.body,
    event.senderJson,
    event.auditIdent,
    event.streamSequence,
    event.streamTimeMs,
    event.receivedAtMs,
    makesRun,
    randomUUID(),
    randomInt(2 ** 32),
    decision.fate === "DEAD_LETTER",
  ]);
  return row?.run_db_id ?? undefined;
}
