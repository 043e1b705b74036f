/** Ledger rows of events, and the runs that they make: one statement for a whole batch. */

import { randomInt, randomUUID } from "node:crypto";
import type { SequenceDecision } from "@vigil/core";
import type { Lease } from "@vigil/proto";
import { rows, type Sql } from "../database/transaction.ts";
import { isOfCulprit } from "./culprits.ts";
import { type Histories, historiesOf } from "./history.ts";
import type { EventInput } from "./inputs.ts";
import {
  hostOf,
  inputsOfRun,
  type LeaseTerms,
  leaseOf,
  type StartedRun,
  toldOfStart,
  traceParentsBy,
} from "./lease.ts";
import type { LockedAudit } from "./locked-audit.ts";

/** An event that is not in the ledger yet, with what is to become of it; those of one audit in their order. */
export interface NewEvent {
  event: EventInput;
  audit: LockedAudit | undefined;
  decision: SequenceDecision;
  workerId: string;
}

/**
 * A new run is inserted as what it shall be, DUE or already LIVE, since one statement can't change a row
 * that it has inserted. It is made by the event that has a run_state; others with its run_id join it. Rows that exist
 * are left alone, which can happen only without an audit to lock.
 */
const RECORD = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as x(n int, event_id uuid, audit_id bigint, fate text, reason text,
    duplicate_of uuid, occurrence_key text, base_hash text, exact boolean, request_id text, format text,
    body_parse text, current text, sender text, audit_ident text, stream_sequence bigint,
    stream_time_ms double precision, received_at_ms double precision, trace_parent text,
    run_id uuid, run_state text, seed bigint, worker_id text, host text, history text)
), made as (
  insert into run (run_id, audit_id, state, cause, attempts, token, seed, due_at, worker_id, started_at,
    audit_type, goal_name, strategy_name, parameters, scope, history, is_suspect)
  select run_id, audit_id, run_state, 'EVENT', (run_state = 'LIVE')::int, (run_state = 'LIVE')::int, seed,
    clock_timestamp(), worker_id, case when run_state = 'LIVE' then clock_timestamp() end,
    inputs.audit_type, inputs.goal_name, inputs.strategy_name, inputs.parameters, inputs.scope, history::json,
    ${isOfCulprit("given.audit_id")}
  from given left join ${inputsOfRun("given.audit_id")} as inputs on run_state = 'LIVE'
  where run_state is not null
  returning id, audit_id, run_id, state, token, attempts, seed, history, is_suspect
), started as (
  select * from made where state = 'LIVE'
), recorded as (
  insert into event (event_id, audit_id, fate, reason, duplicate_of, occurrence_key, base_hash, exact,
    request_id, format, body_parse, current, body, sender, audit_ident, stream_sequence, stream_time,
    received_at, run_id, trace_parent)
  select given.event_id, given.audit_id, case when started.id is null then fate else 'LEASED' end, reason,
    duplicate_of, occurrence_key, base_hash, exact, request_id, format, body_parse, current,
    ($2::bytea[])[n + 1], sender::jsonb, audit_ident, stream_sequence,
    to_timestamp(stream_time_ms / 1000), to_timestamp(received_at_ms / 1000), started.id, trace_parent
  from given left join started on started.run_id = given.run_id
  order by n
  on conflict (event_id) do nothing returning event_id, audit_id, fate, reason, audit_ident
), changed as (
  update audit set state = 'ONGOING', hostname = given.host, version = version + 1, updated_at = clock_timestamp()
  from given where audit.id = given.audit_id and given.run_state = 'LIVE'
  returning audit.id, uuid, name, audit_type, state, version
), letters as (
  insert into dead_letter (uuid, kind, audit_id, event_id, reason, detail)
  select gen_random_uuid(), 'event', audit_id, event_id, reason, jsonb_build_object('audit_ident', audit_ident)
  from recorded where fate = 'DEAD_LETTER'
), told as (
  ${toldOfStart("$3::boolean")}
)
select started.run_id, started.audit_id::text as audit_id, started.token::text as token, started.attempts,
  started.seed::text as seed, started.history::text as history, started.is_suspect,
  (select json_agg(event_id order by n) from given where given.run_id = started.run_id) as event_ids,
  (select ${traceParentsBy("n")} from given where given.run_id = started.run_id) as trace_parents
from started`;

/** Returns the leases of the runs that were started at once. */
export async function recordEvents(
  sql: Sql,
  events: readonly NewEvent[],
  terms: LeaseTerms,
): Promise<Lease[]> {
  if (events.length === 0) return [];
  const histories = await historiesOf(sql, events.flatMap(startedAudit));
  const runs = newRuns(events);
  const started = await rows<StartedRun>(sql, RECORD, [
    JSON.stringify(events.map((event, n) => ({ ...recordOf(event, n, histories), ...runs[n] }))),
    events.map(({ event }) => event.body),
    terms.eventMode === "strict",
  ]);
  const audits = new Map(events.map(({ audit }) => [audit?.id, audit]));
  return started.map((run) => leaseOf(audits.get(run.audit_id)!, run, terms));
}

/** The audit of which a run starts at once, if one does. */
function startedAudit({ audit, decision }: NewEvent): LockedAudit[] {
  const starts = decision.fate === "WAITING" && decision.run === "start-new";
  return starts && audit !== undefined ? [audit] : [];
}

function recordOf(
  { event, audit, decision }: NewEvent,
  n: number,
  histories: Histories,
): Record<string, unknown> {
  const { reason, duplicateOf } = decision.fate === "WAITING" ? {} : decision;
  return {
    n,
    event_id: event.eventId,
    audit_id: audit?.id ?? null,
    fate: decision.fate,
    reason: reason ?? null,
    duplicate_of: duplicateOf ?? null,
    occurrence_key: event.occurrenceKey,
    base_hash: event.baseHash,
    exact: event.exact,
    request_id: event.requestId,
    format: event.format,
    body_parse: event.bodyParse,
    current: event.current,
    sender: event.senderJson,
    audit_ident: event.auditIdent,
    stream_sequence: event.streamSequence,
    stream_time_ms: event.streamTimeMs,
    received_at_ms: event.receivedAtMs,
    trace_parent: event.traceParent,
    history: histories.get(audit?.id ?? "") ?? null,
  };
}

/** The runs that are made, each with the event that makes it, and by name alone with those that join it. */
function newRuns(events: readonly NewEvent[]): Record<string, unknown>[] {
  const started = new Map<LockedAudit | undefined, string>();
  return events.map(({ audit, decision, workerId }) => {
    if (decision.fate !== "WAITING" || decision.run === "leave" || decision.run === "start-due") return {};
    // Without one, it joins a due run, which takes all events that wait once they are written.
    if (decision.run === "join") return { run_id: started.get(audit) ?? null };
    const run = { run_id: randomUUID(), seed: randomInt(2 ** 32) };
    if (decision.run === "make-due") return { ...run, run_state: "DUE" };
    started.set(audit, run.run_id);
    return { ...run, run_state: "LIVE", worker_id: workerId, host: hostOf(workerId) };
  });
}
