/** The lease that a worker gets of a run: what it needs to compute, and the token that fences it off. */

import type { AuditType, EventMode } from "@vigil/core";
import type { Lease } from "@vigil/proto";
import { LINKS_MAX } from "@vigil/tracing";
import { rows, type Sql } from "../database/transaction.ts";
import { toldOfAudits } from "../outbox/tell.ts";
import type { LockedAudit } from "./locked-audit.ts";

export interface LeaseTerms {
  leaseMs: number;
  heartbeatMs: number;
  eventMode: EventMode;
}

/** A run that has just been started, or that a worker holds already. */
export interface StartedRun {
  run_id: string;
  /** Primary key of its audit. */
  audit_id: string;
  token: string;
  attempts: number;
  seed: string;
  event_ids: string[];
  /** JSON text; null: none is looked at. */
  history: string | null;
  is_suspect: boolean;
  /** Of its events that are traced, the oldest first; null: of none. */
  trace_parents: string[] | null;
}

/**
 * What a run is started with, for its row, as a lateral subquery over the audit with the id that is given. Of the
 * tables, not of what was read under the lock: a scope may be large, and it is here already. LIMIT keeps it an index
 * lookup.
 */
export function inputsOfRun(auditId: string): string {
  return `lateral (
    select a.audit_type, a.parameters, a.scope, g.name as goal_name, s.name as strategy_name
    from audit a join goal g on g.id = a.goal_id left join strategy s on s.id = a.strategy_id
    where a.id = ${auditId} limit 1)`;
}

export function leaseOf(audit: LockedAudit, run: StartedRun, terms: LeaseTerms): Lease {
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
    historyJson: run.history ?? "",
    alone: run.is_suspect,
    traceParents: run.trace_parents ?? [],
  };
}

/** Where events of a group belong in traces, as SQL: as many as a span takes links. @param order the column of their order */
export function traceParentsBy(order: string): string {
  return `to_json((array_agg(trace_parent order by ${order}) filter (where trace_parent is not null))[1:${LINKS_MAX}])`;
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
  const [held] = await rows<StartedRun & StartedWith>(
    sql,
    `select run_id, audit_id::text as audit_id, token::text as token, attempts, seed::text as seed,
       coalesce((select json_agg(event_id order by e.id) from event e where e.run_id = run.id and fate = 'LEASED'), '[]')
         as event_ids, history::text as history, is_suspect,
       (select ${traceParentsBy("e.id")} from event e where e.run_id = run.id and fate = 'LEASED')
         as trace_parents, audit_type, goal_name, strategy_name,
       parameters::text as parameters, scope::text as scope
     from run where id = $1 and state = 'LIVE' and worker_id = $2`,
    [runDbId, workerId],
  );
  return held && leaseOf(asItWas(audit, held), held, terms);
}

/** What a run's row says of its audit. Null: a state of the release before started it. */
interface StartedWith {
  audit_type: AuditType | null;
  goal_name: string | null;
  strategy_name: string | null;
  parameters: string | null;
  scope: string | null;
}

/** The audit at the start of the run: a plan of other inputs than the recorded ones could not be computed again. */
function asItWas(audit: LockedAudit, run: StartedWith): LockedAudit {
  if (run.goal_name === null) return audit;
  return {
    ...audit,
    type: run.audit_type ?? audit.type,
    goalName: run.goal_name,
    strategyName: run.strategy_name ?? "",
    parametersJson: run.parameters ?? audit.parametersJson,
    scopeJson: run.scope ?? audit.scopeJson,
  };
}

/** Workers are named `<host>:<pid>:<random>`; the host is what the API shows. */
export function hostOf(workerId: string): string {
  const colon = workerId.indexOf(":");
  return (colon < 0 ? workerId : workerId.slice(0, colon)).slice(0, 255);
}

/**
 * Rows for the outbox that tell of runs which became live, as SQL over two tables named `started`
 * (run_id, token, attempts, audit_id) and `changed` (the audit's row after the change). In strict mode
 * edges must see ONGOING, so the index entry travels along; in coalesce mode nothing that an edge looks at
 * changes. `isStrict` names the parameter that says so.
 */
export function toldOfStart(isStrict: string): string {
  return `${toldOfAudits("changed", isStrict)}
  union all
  select 'run', started.run_id, started.token * 2,
    jsonb_build_object('audit_uuid', changed.uuid, 'state', 'LIVE', 'attempt', started.attempts), null
  from started join changed on changed.id = started.audit_id`;
}
