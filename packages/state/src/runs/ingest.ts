/** Takes one event into the ledger and, where it may, starts a run. */

import {
  decideIngest,
  type EarlierEvent,
  EXACT_HORIZON_MS,
  type IngestView,
  isSameOccurrence,
  VigilError,
} from "@vigil/core";
import type { Lease } from "@vigil/proto";
import { firstRow, type Sql } from "../database/transaction.ts";
import { findId } from "../records/lookup.ts";
import type { EventInput } from "./inputs.ts";
import { type LockedAudit, lockAudit } from "./locked-audit.ts";
import { recordEvent } from "./record-event.ts";
import { heldLease, type LeaseTerms, startRun } from "./start-run.ts";

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
  earlier: EarlierRow[];
}

interface EarlierRow {
  eventId: string;
  exact: boolean;
  requestId: string;
  streamTimeMs: number;
  ageMs: number;
}

/** Earlier events that the identity rules are held against; more of one body within a day change nothing. */
const EARLIER_EVENTS_MAX = 4;

/** All that the decision looks at, in one statement under the lock. */
const VIEW = `
select e.fate as recorded_fate, e.run_id::text as recorded_run, r.id::text as active_id,
  r.state as active_state, r.attempts as active_attempts, r.due_at <= clock_timestamp() as active_is_due_now,
  coalesce((select json_agg(x) from (
    select event_id as "eventId", exact, request_id as "requestId",
      (extract(epoch from stream_time) * 1000)::double precision as "streamTimeMs",
      (extract(epoch from clock_timestamp() - arrived_at) * 1000)::double precision as "ageMs"
    from event
    where audit_id = $2 and base_hash = $3 and fate <> 'DUPLICATE'
      and arrived_at > clock_timestamp() - $4 * interval '1 millisecond'
    order by (request_id <> '' and request_id = $5) desc, arrived_at desc limit ${EARLIER_EVENTS_MAX}) x), '[]') as earlier
from (select 1) one
left join event e on e.event_id = $1
left join run r on r.audit_id = $2 and r.state in ('DUE', 'LIVE')`;

/** One transaction. The answer to a repeated call is made from what the first one wrote. */
export async function ingest(
  sql: Sql,
  event: EventInput,
  worker: { id: string; canRun: boolean },
  terms: LeaseTerms,
): Promise<Ingested> {
  const audit = await lockAuditOf(sql, event);
  const seen = await ledgerView(sql, event, audit);
  if (seen.recorded_fate !== null) return repeated(sql, audit, seen, worker.id, terms);

  const decision = decideIngest(ingestView(event, audit, seen, worker.canRun, terms));
  const madeRun = await recordEvent(sql, event, audit, decision);
  if (decision.fate !== "WAITING") return { outcome: decision.fate, due: false };
  if (decision.run === "leave") return { outcome: "WAITING", due: false };
  if (decision.run === "make-due") return { outcome: "WAITING", due: true };
  const runDbId = decision.run === "start-due" ? seen.active_id! : madeRun!;
  return { outcome: "STARTED", lease: await startRun(sql, audit!, runDbId, worker.id, terms), due: false };
}

/** An edge that could not reach the audit index sends what stood in the URL instead of the UUID. */
async function lockAuditOf(sql: Sql, event: EventInput): Promise<LockedAudit | undefined> {
  if (event.auditUuid !== "") return lockAudit(sql, { uuid: event.auditUuid });
  const id = await findId(sql, "audit", event.auditIdent);
  return id === undefined ? undefined : lockAudit(sql, { id });
}

async function ledgerView(sql: Sql, event: EventInput, audit: LockedAudit | undefined): Promise<LedgerView> {
  const view = await firstRow<LedgerView>(sql, VIEW, [
    event.eventId,
    audit?.id ?? null,
    event.baseHash,
    EXACT_HORIZON_MS,
    event.requestId,
  ]);
  if (view === undefined) throw new VigilError("internal", "the ledger view came back empty");
  return view;
}

function ingestView(
  event: EventInput,
  audit: LockedAudit | undefined,
  seen: LedgerView,
  canRun: boolean,
  terms: LeaseTerms,
): IngestView {
  const same = seen.earlier.find((row) => {
    const earlier: EarlierEvent = { ...row, baseHash: event.baseHash };
    return isSameOccurrence(event, earlier);
  });
  return {
    audit,
    current: event.current,
    duplicateOf: same?.eventId,
    activeRun: seen.active_state
      ? { state: seen.active_state, attempts: seen.active_attempts ?? 0 }
      : undefined,
    runIsDueNow: seen.active_is_due_now === true,
    canRun,
    eventMode: terms.eventMode,
  };
}

/** The message came again: after a lost answer the same worker gets its lease once more. */
async function repeated(
  sql: Sql,
  audit: LockedAudit | undefined,
  seen: LedgerView,
  workerId: string,
  terms: LeaseTerms,
): Promise<Ingested> {
  const fate = seen.recorded_fate!;
  if (fate !== "LEASED") return { outcome: fate === "DONE" ? "WAITING" : fate, due: false };
  const lease = audit && (await heldLease(sql, audit, seen.recorded_run!, workerId, terms));
  return lease ? { outcome: "STARTED", lease, due: false } : { outcome: "WAITING", due: false };
}
