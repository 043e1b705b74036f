/** Takes events into the ledger and, where they may, starts runs: one transaction for a batch. */

import {
  decideIngest,
  type EarlierEvent,
  EXACT_HORIZON_MS,
  type IngestDecision,
  type IngestView,
  isSameOccurrence,
} from "@vigil/core";
import type { Lease } from "@vigil/proto";
import { rows, type Sql } from "../database/transaction.ts";
import { findId } from "../records/lookup.ts";
import { isDue } from "./due.ts";
import type { EventInput } from "./inputs.ts";
import { heldLease, type LeaseTerms } from "./lease.ts";
import { type LockedAudit, lockAudits } from "./locked-audit.ts";
import { PLAN_IS_UNDER_WAY } from "./plans-under-way.ts";
import { type NewEvent, recordEvents } from "./record-events.ts";
import { type RunToStart, startRuns } from "./start-runs.ts";

/** One event in the hands of one worker. */
export interface Ingest {
  event: EventInput;
  workerId: string;
  canRun: boolean;
}

export interface Ingested {
  outcome: "WAITING" | "STARTED" | "DUPLICATE" | "FILTERED" | "DISCARDED" | "DEAD_LETTER";
  lease?: Lease;
  /** A due run was made that this worker does not take: others should be woken. */
  due: boolean;
}

interface LedgerView {
  n: number;
  recorded_fate: Ingested["outcome"] | "LEASED" | "DONE" | null;
  recorded_run: string | null;
  active_id: string | null;
  active_state: "DUE" | "LIVE" | null;
  active_attempts: number | null;
  active_is_due_now: boolean | null;
  plan_is_under_way: boolean;
  earlier: EarlierRow[] | null;
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

/**
 * All that the decisions look at, in one statement under the locks. LIMIT keeps each part an index lookup, and so does
 * statement_timestamp(): an index can't be asked for a clock that runs, and would hand out all repetitions of a body.
 */
const VIEW = `
select i.n, e.fate as recorded_fate, e.run_id::text as recorded_run, r.id::text as active_id,
  r.state as active_state, r.attempts as active_attempts,
  ${isDue("r.due_at", "clock_timestamp()")} and r.blocked_by is null as active_is_due_now, ${PLAN_IS_UNDER_WAY} as plan_is_under_way,
  (select json_agg(x) from (
    select event_id as "eventId", exact, request_id as "requestId",
      (extract(epoch from stream_time) * 1000)::double precision as "streamTimeMs",
      (extract(epoch from clock_timestamp() - arrived_at) * 1000)::double precision as "ageMs"
    from event
    where audit_id = i.audit_id and base_hash = i.base_hash and fate <> 'DUPLICATE'
      and arrived_at > statement_timestamp() - $2 * interval '1 millisecond'
    order by (request_id <> '' and request_id = i.request_id) desc, arrived_at desc
    limit ${EARLIER_EVENTS_MAX}) x) as earlier
from jsonb_to_recordset($1::jsonb) as i(n int, event_id uuid, audit_id bigint, base_hash text, request_id text)
left join lateral (select fate, run_id from event where event_id = i.event_id limit 1) e on true
left join lateral (select id, state, attempts, due_at, blocked_by from run
  where audit_id = i.audit_id and state in ('DUE', 'LIVE') limit 1) r on true
order by i.n`;

/** Answers in the order of the batch. Audits differ within a batch; answers to repeated calls come from the rows. */
export async function ingestAll(sql: Sql, batch: readonly Ingest[], terms: LeaseTerms): Promise<Ingested[]> {
  const audits = await lockAuditsOf(sql, batch);
  const views = await ledgerViews(sql, batch, audits);
  const answers: Ingested[] = batch.map(() => ({ outcome: "WAITING", due: false }));
  const fresh: NewEvent[] = [];
  const toStart: RunToStart[] = [];
  for (const [n, item] of batch.entries()) {
    const audit = audits[n];
    const seen = views[n]!;
    if (seen.recorded_fate !== null) {
      answers[n] = await repeated(sql, audit, seen, item.workerId, terms);
      continue;
    }
    const decision = decideIngest(ingestView(item, audit, seen, terms));
    fresh.push({ event: item.event, audit, decision, workerId: item.workerId });
    answers[n] = answerTo(decision);
    if (decision.fate === "WAITING" && decision.run === "start-due") {
      toStart.push({ runDbId: seen.active_id!, audit: audit!, workerId: item.workerId });
    }
  }
  const started = await recordEvents(sql, fresh, terms);
  started.push(...(await startRuns(sql, toStart, terms)));
  handOut(answers, audits, started);
  return answers;
}

function answerTo(decision: IngestDecision): Ingested {
  if (decision.fate !== "WAITING") return { outcome: decision.fate, due: false };
  const isStarted = decision.run === "start-new" || decision.run === "start-due";
  return { outcome: isStarted ? "STARTED" : "WAITING", due: decision.run === "make-due" };
}

function handOut(answers: Ingested[], audits: (LockedAudit | undefined)[], leases: readonly Lease[]): void {
  const byAudit = new Map(leases.map((lease) => [lease.auditUuid, lease]));
  for (const [n, answer] of answers.entries()) {
    if (answer.outcome !== "STARTED" || answer.lease !== undefined) continue;
    const lease = byAudit.get(audits[n]!.uuid);
    if (lease) answers[n] = { ...answer, lease };
  }
}

/** An edge that could not reach the audit index sends what stood in the URL instead of the UUID. */
async function lockAuditsOf(sql: Sql, batch: readonly Ingest[]): Promise<(LockedAudit | undefined)[]> {
  const ids = new Map<number, string>();
  for (const [n, { event }] of batch.entries()) {
    const id = event.auditUuid === "" ? await findId(sql, "audit", event.auditIdent) : undefined;
    if (id !== undefined) ids.set(n, id);
  }
  const uuids = batch.map(({ event }) => event.auditUuid).filter((uuid) => uuid !== "");
  const locked = await lockAudits(sql, { uuids, ids: [...ids.values()] });
  return batch.map(({ event }, n) =>
    locked.find((audit) =>
      event.auditUuid === "" ? audit.id === ids.get(n) : audit.uuid === event.auditUuid,
    ),
  );
}

function ledgerViews(
  sql: Sql,
  batch: readonly Ingest[],
  audits: readonly (LockedAudit | undefined)[],
): Promise<LedgerView[]> {
  const keys = batch.map(({ event }, n) => ({
    n,
    event_id: event.eventId,
    audit_id: audits[n]?.id ?? null,
    base_hash: event.baseHash,
    request_id: event.requestId,
  }));
  return rows<LedgerView>(sql, VIEW, [JSON.stringify(keys), EXACT_HORIZON_MS]);
}

function ingestView(
  { event, canRun }: Ingest,
  audit: LockedAudit | undefined,
  seen: LedgerView,
  terms: LeaseTerms,
): IngestView {
  const same = seen.earlier?.find((row) => {
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
    planIsUnderWay: seen.plan_is_under_way,
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
