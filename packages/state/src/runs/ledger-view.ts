/** What the ledger shows, under the locks of the audits, of events that are to be taken into it. */

import { type EventFate, EXACT_HORIZON_MS, type RecordedEvent } from "@vigil/core";
import { rows, type Sql } from "../database/transaction.ts";
import { isDue } from "./due.ts";
import type { EventInput } from "./inputs.ts";
import type { LockedAudit } from "./locked-audit.ts";
import { PLAN_IS_UNDER_WAY } from "./plans-under-way.ts";

export interface LedgerView {
  /** Of the event itself, which comes again; null: it is new. */
  recorded_fate: EventFate | null;
  recorded_run: string | null;
  active_id: string | null;
  active_state: "DUE" | "LIVE" | null;
  active_attempts: number | null;
  active_is_due_now: boolean | null;
  plan_is_under_way: boolean;
  earlier: RecordedEvent[] | null;
}

/** Earlier events that the identity rules are held against; more of one body within a day change nothing. */
const EARLIER_EVENTS_MAX = 4;

/**
 * All that the decisions look at, in one statement under the locks. LIMIT keeps each part an index lookup, and so does
 * statement_timestamp(): an index can't be asked for a clock that runs, and would hand out all repetitions of a body.
 */
const VIEW = `
select e.fate as recorded_fate, e.run_id::text as recorded_run, r.id::text as active_id,
  r.state as active_state, r.attempts as active_attempts,
  ${isDue("r.due_at", "clock_timestamp()")} and r.blocked_by is null as active_is_due_now, ${PLAN_IS_UNDER_WAY} as plan_is_under_way,
  (select json_agg(x) from (
    select event_id as "eventId", exact, request_id as "requestId",
      (extract(epoch from stream_time) * 1000)::double precision as "streamTimeMs",
      (extract(epoch from received_at) * 1000)::double precision as "receivedAtMs",
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

/** In the order of the events. */
export function ledgerViews(
  sql: Sql,
  events: readonly { event: EventInput; audit: LockedAudit | undefined }[],
): Promise<LedgerView[]> {
  const keys = events.map(({ event, audit }, n) => ({
    n,
    event_id: event.eventId,
    audit_id: audit?.id ?? null,
    base_hash: event.baseHash,
    request_id: event.requestId,
  }));
  return rows<LedgerView>(sql, VIEW, [JSON.stringify(keys), EXACT_HORIZON_MS]);
}
