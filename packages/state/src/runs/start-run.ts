/** Makes a due run live: lease and fencing token over all waiting events of its audit. */

import type { EventMode } from "@vigil/core";
import type { Lease } from "@vigil/proto";
import { firstRow, type Sql } from "../database/transaction.ts";
import type { LockedAudit } from "./locked-audit.ts";

export interface LeaseTerms {
  leaseMs: number;
  heartbeatMs: number;
  eventMode: EventMode;
}

interface StartedRun {
  run_id: string;
  token: string;
  attempts: number;
  seed: string;
  event_ids: string[];
}

/**
 * One statement: run, events, audit and outbox. In strict mode edges must see ONGOING, so the index
 * entry travels along; in coalesce mode nothing that an edge looks at changes here.
 */
const START = `
with started as (
  update run set state = 'LIVE', token = token + 1, attempts = attempts + 1, heartbeat = 0,
    worker_id = $2, started_at = clock_timestamp(), error = null
  where id = $1 returning run_id, token, attempts, seed
), leased as (
  update event set fate = 'LEASED', run_id = $1 where audit_id = $3 and fate = 'WAITING' returning event_id
), changed as (
  update audit set state = 'ONGOING', hostname = $4, version = version + 1, updated_at = clock_timestamp()
  where id = $3 returning id, uuid, name, audit_type, version
), told as (
  insert into outbox (kind, uuid, version, data, index_entry)
  select 'audit', uuid, version, jsonb_build_object('name', name, 'state', 'ONGOING'),
    case when $5 then jsonb_build_object('uuid', uuid, 'id', id::text, 'name', name, 'type', audit_type,
      'state', 'ONGOING', 'version', version::text, 'deleted', false) end
  from changed
  union all
  select 'run', started.run_id, started.token * 2,
    jsonb_build_object('audit_uuid', changed.uuid, 'state', 'LIVE', 'attempt', started.attempts), null
  from started, changed
)
select run_id, token::text as token, attempts, seed::text as seed,
  coalesce((select json_agg(event_id) from leased), '[]'::json) as event_ids
from started`;

/** @param runDbId primary key of a run that is DUE, read under the lock of `audit`. */
export async function startRun(
  sql: Sql,
  audit: LockedAudit,
  runDbId: string,
  workerId: string,
  terms: LeaseTerms,
): Promise<Lease> {
  const started = await firstRow<StartedRun>(sql, START, [
    runDbId,
    workerId,
    audit.id,
    hostOf(workerId),
    terms.eventMode === "strict",
  ]);
  if (started === undefined) throw new Error(`run ${runDbId} vanished under the lock of audit ${audit.uuid}`);
  return leaseOf(audit, started, terms);
}

/**
 * The lease of a run that this worker holds already: the answer that carried it may have been lost.
 * undefined when the run is not (or no longer) live with this worker.
 */
export async function heldLease(
  sql: Sql,
  audit: LockedAudit,
  runDbId: string,
  workerId: string,
  terms: LeaseTerms,
): Promise<Lease | undefined> {
  const held = await firstRow<StartedRun>(
    sql,
    `select run_id, token::text as token, attempts, seed::text as seed,
       coalesce((select json_agg(event_id) from event e where e.run_id = run.id and fate = 'LEASED'), '[]') as event_ids
     from run where id = $1 and state = 'LIVE' and worker_id = $2`,
    [runDbId, workerId],
  );
  return held && leaseOf(audit, held, terms);
}

function leaseOf(audit: LockedAudit, run: StartedRun, terms: LeaseTerms): Lease {
  return {
    runId: run.run_id,
    token: run.token,
    auditUuid: audit.uuid,
    auditName: audit.name,
    auditType: audit.type,
    goalName: audit.goalName,
    strategyName: audit.strategyName,
    parametersJson: audit.parametersJson,
    scopeJson: audit.scopeJson,
    seed: Number(run.seed),
    attempt: run.attempts,
    eventIds: run.event_ids,
    leaseMs: terms.leaseMs,
    heartbeatMs: terms.heartbeatMs,
  };
}

/** Workers are named `<host>:<pid>:<random>`; the host is what the API shows. */
export function hostOf(workerId: string): string {
  const colon = workerId.indexOf(":");
  return (colon < 0 ? workerId : workerId.slice(0, colon)).slice(0, 255);
}
