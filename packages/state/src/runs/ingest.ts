/** Writes the ledger row of one event and, where it may, starts a run. */

import {
  type AuditView,
  decideIngest,
  type EarlierEvent,
  EXACT_HORIZON_MS,
  type IngestDecision,
  isSameOccurrence,
  VigilError,
} from "@vigil/core";
import type { Lease } from "@vigil/proto";
import { makeDueRun } from "./end-run.ts";
import type { EventInput } from "./inputs.ts";
import { type LockedAudit, lockAudit, resolveAuditIdent } from "./locked-audit.ts";
import { heldLease, type LeaseTerms, startRun } from "./start-run.ts";
import { firstRow, rows, type Sql } from "./transaction.ts";

export interface Ingested {
  outcome: "WAITING" | "STARTED" | "DUPLICATE" | "FILTERED" | "DISCARDED" | "DEAD_LETTER";
  lease?: Lease;
  /** A due run was made that this worker does not take: others should be woken. */
  due: boolean;
}

interface LedgerView {
  recorded_fate: Ingested["outcome"] | "LEASED" | "DONE" | null;
  recorded_run: string | null;
  active_id: string | null;
  active_state: "DUE" | "LIVE" | null;
  active_attempts: number | null;
  active_is_due_now: boolean | null;
}

/** Earlier events that the identity rules are held against; more of one body within a day change nothing. */
const EARLIER_EVENTS_MAX = 4;

const VIEW = `
select e.fate as recorded_fate, e.run_id::text as recorded_run, r.id::text as active_id, r.state as active_state,
  r.attempts as active_attempts, r.due_at <= clock_timestamp() as active_is_due_now
from (select 1) one
left join event e on e.event_id = $1
left join run r on r.audit_id = $2 and r.state in ('DUE', 'LIVE')`;

const EARLIER = `
select event_id, base_hash, exact, request_id,
  (extract(epoch from stream_time) * 1000)::double precision as stream_time_ms,
  (extract(epoch from clock_timestamp() - arrived_at) * 1000)::double precision as age_ms
from event
where audit_id = $1 and base_hash = $2 and fate <> 'DUPLICATE'
  and arrived_at > clock_timestamp() - $3 * interval '1 millisecond'
order by (request_id <> '' and request_id = $4) desc, arrived_at desc limit ${EARLIER_EVENTS_MAX}`;

const RECORD = `
insert into event (event_id, audit_id, fate, reason, duplicate_of, occurrence_key, base_hash, exact,
  request_id, format, body_parse, current, body, sender, audit_ident, stream_sequence, stream_time, received_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15, $16,
  to_timestamp($17::double precision / 1000), to_timestamp($18::double precision / 1000))
on conflict (event_id) do nothing returning id::text as id`;

/** One transaction. The answer to a repeated call is made from what the first one wrote. */
export async function ingest(
  sql: Sql,
  event: EventInput,
  worker: { id: string; canRun: boolean },
  terms: LeaseTerms,
): Promise<Ingested> {
  const uuid = event.auditUuid === "" ? await resolveAuditIdent(sql, event.auditIdent) : event.auditUuid;
  const audit = uuid === undefined ? undefined : await lockAudit(sql, uuid);
  const view = await firstRow<LedgerView>(sql, VIEW, [event.eventId, audit?.id ?? null]);
  if (view === undefined) throw new VigilError("internal", "the ledger view came back empty");
  if (view.recorded_fate !== null) return repeated(sql, audit, view, worker.id, terms);

  const decision = decideIngest({
    audit: audit as AuditView | undefined,
    current: event.current,
    duplicateOf: audit && (await earlierOccurrence(sql, audit, event)),
    activeRun: view.active_state
      ? { state: view.active_state, attempts: view.active_attempts ?? 0 }
      : undefined,
    runIsDueNow: view.active_is_due_now === true,
    canRun: worker.canRun,
    eventMode: terms.eventMode,
  });
  const isNew = await record(sql, event, audit, decision);
  if (isNew && decision.fate === "DEAD_LETTER") await writeDeadLetter(sql, event, audit, decision.reason);
  if (decision.fate !== "WAITING") return { outcome: decision.fate, due: false };
  return takeRun(sql, audit!, decision.run, view.active_id, worker.id, terms);
}

async function takeRun(
  sql: Sql,
  audit: LockedAudit,
  run: "start-new" | "start-due" | "make-due" | "leave",
  activeId: string | null,
  workerId: string,
  terms: LeaseTerms,
): Promise<Ingested> {
  if (run === "leave") return { outcome: "WAITING", due: false };
  const runDbId = run === "start-due" ? activeId! : await makeDueRun(sql, audit.id, "EVENT");
  if (run === "make-due") return { outcome: "WAITING", due: true };
  return { outcome: "STARTED", lease: await startRun(sql, audit, runDbId, workerId, terms), due: false };
}

async function earlierOccurrence(
  sql: Sql,
  audit: LockedAudit,
  event: EventInput,
): Promise<string | undefined> {
  const candidates = await rows<{
    event_id: string;
    base_hash: string;
    exact: boolean;
    request_id: string;
    stream_time_ms: number;
    age_ms: number;
  }>(sql, EARLIER, [audit.id, event.baseHash, EXACT_HORIZON_MS, event.requestId]);
  const same = candidates.find((row) => {
    const earlier: EarlierEvent = {
      baseHash: row.base_hash,
      exact: row.exact,
      requestId: row.request_id,
      streamTimeMs: row.stream_time_ms,
      ageMs: row.age_ms,
    };
    return isSameOccurrence(event, earlier);
  });
  return same?.event_id;
}

/** Returns false when another call wrote the row first (possible only without an audit to lock). */
async function record(
  sql: Sql,
  event: EventInput,
  audit: LockedAudit | undefined,
  decision: IngestDecision,
): Promise<boolean> {
  const { reason, duplicateOf } = decision.fate === "WAITING" ? {} : decision;
  const inserted = await rows(sql, RECORD, [
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
  ]);
  return inserted.length === 1;
}

async function writeDeadLetter(
  sql: Sql,
  event: EventInput,
  audit: LockedAudit | undefined,
  reason: string,
): Promise<void> {
  await rows(
    sql,
    `insert into dead_letter (uuid, kind, audit_id, event_id, reason, detail)
     values (gen_random_uuid(), 'event', $1, $2, $3, $4::jsonb)`,
    [audit?.id ?? null, event.eventId, reason, JSON.stringify({ audit_ident: event.auditIdent })],
  );
}

/** The message came again: after a lost answer the same worker gets its lease once more. */
async function repeated(
  sql: Sql,
  audit: LockedAudit | undefined,
  view: LedgerView,
  workerId: string,
  terms: LeaseTerms,
): Promise<Ingested> {
  const fate = view.recorded_fate!;
  if (fate !== "LEASED") return { outcome: fate === "DONE" ? "WAITING" : fate, due: false };
  const lease = audit && (await heldLease(sql, audit, view.recorded_run!, workerId, terms));
  return lease ? { outcome: "STARTED", lease, due: false } : { outcome: "WAITING", due: false };
}
