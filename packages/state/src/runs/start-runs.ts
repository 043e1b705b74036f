/** Makes due runs live: lease and fencing token over all waiting events of their audits. */

import type { Lease } from "@vigil/proto";
import { rows, type Sql } from "../database/transaction.ts";
import { historiesOf } from "./history.ts";
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

/** A run that is DUE, read under the lock of `audit`. */
export interface RunToStart {
  runDbId: string;
  audit: LockedAudit;
  workerId: string;
  /** The question that it answers, if it was claimed. */
  claimId?: string | undefined;
}

/**
 * The ids of the audits come twice: the array says to the planner that they are few, a recordset counts as a hundred. A
 * message that tells why this run had to wait goes; one of an earlier failure stays until a run succeeds.
 */
const START = `
with wanted as (
  select * from jsonb_to_recordset($1::jsonb) as x(run_db_id bigint, audit_id bigint, worker_id text, host text,
    history text, claim_id uuid)
), started as (
  update run set state = 'LIVE', token = token + 1, attempts = attempts + 1, heartbeat = 0,
    worker_id = wanted.worker_id, started_at = clock_timestamp(), error = null, audit_type = inputs.audit_type,
    goal_name = inputs.goal_name, strategy_name = inputs.strategy_name, parameters = inputs.parameters,
    scope = inputs.scope, history = wanted.history::json, claim_id = wanted.claim_id
  from wanted cross join ${inputsOfRun("wanted.audit_id")} as inputs where run.id = wanted.run_db_id
  returning run.id, run.audit_id, run_id, token, attempts, seed, run.history, is_suspect
), leased as (
  update event set fate = 'LEASED', run_id = wanted.run_db_id
  from wanted where event.audit_id = wanted.audit_id and fate = 'WAITING'
  returning event.run_id, event_id, event.id, trace_parent
), changed as (
  update audit set state = 'ONGOING', hostname = wanted.host, version = version + 1, updated_at = clock_timestamp(),
    status_message = nullif(status_message, (select error from run where run.id = wanted.run_db_id))
  from wanted where audit.id = wanted.audit_id and audit.id = any($3::bigint[])
  returning audit.id, uuid, name, audit_type, state, version
), told as (
  ${toldOfStart("$2::boolean")}
)
select started.run_id, audit_id::text as audit_id, token::text as token, attempts, seed::text as seed,
  coalesce(event_ids, '[]') as event_ids, history::text as history,
  is_suspect, trace_parents
from started left join (select run_id, json_agg(event_id order by id) as event_ids,
    ${traceParentsBy("id")} as trace_parents from leased group by run_id) as held
  on held.run_id = started.id`;

/** One statement for all. Leases come in no particular order. */
export async function startRuns(sql: Sql, runs: readonly RunToStart[], terms: LeaseTerms): Promise<Lease[]> {
  if (runs.length === 0) return [];
  const histories = await historiesOf(
    sql,
    runs.map(({ audit }) => audit),
  );
  const wanted = runs.map(({ runDbId, audit, workerId, claimId }) => ({
    run_db_id: runDbId,
    audit_id: audit.id,
    worker_id: workerId,
    host: hostOf(workerId),
    history: histories.get(audit.id) ?? null,
    claim_id: claimId ?? null,
  }));
  const started = await rows<StartedRun>(sql, START, [
    JSON.stringify(wanted),
    terms.eventMode === "strict",
    runs.map(({ audit }) => audit.id),
  ]);
  const audits = new Map(runs.map(({ audit }) => [audit.id, audit]));
  return started.map((run) => leaseOf(audits.get(run.audit_id)!, run, terms));
}
