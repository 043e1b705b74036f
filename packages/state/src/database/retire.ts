/** Cancels what was made for strategies that a release no longer offers as they were. */

import {
  type AuditState,
  type AuditType,
  endOfRetiredRun,
  isRetirable,
  type PlanState,
  retiredPlanState,
} from "@vigil/core";
import { toldOfAudits, toldOfPlans } from "../outbox/tell.ts";
import { endRuns } from "../runs/end-runs.ts";
import type { RetiredStrategy } from "./catalogue.ts";
import { rows, type Sql } from "./transaction.ts";

export interface Retirement {
  audits: number;
  plans: number;
}

/** Audits before plans before runs, each in the order of ids: other processes serve meanwhile. */
const AUDITS = `
select id::text as id, audit_type as type, state, strategy_id::text as "strategyId" from audit
where strategy_id = any($1::bigint[]) and deleted_at is null
  and (state in ('PENDING', 'ONGOING', 'SUSPENDED') or (state = 'SUCCEEDED' and audit_type = 'EVENT'))
order by audit.id for update`;

const PLANS = `
select id::text as id, state, strategy_id::text as "strategyId" from action_plan
where strategy_id = any($1::bigint[]) and deleted_at is null and state in ('RECOMMENDED', 'PENDING', 'ONGOING')
order by action_plan.id for no key update`;

const RUNS = `
select id::text as id, audit_id::text as "auditId" from run
where audit_id = any($1::bigint[]) and state in ('DUE', 'LIVE') order by audit_id for update`;

/** Users have not asked for it, so the row says why. Edges must know, so the index entry travels along. */
const CANCEL_AUDITS = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as x(id bigint, message text)
), changed as (
  update audit set state = 'CANCELLED', status_message = message, version = version + 1, updated_at = clock_timestamp()
  from given where audit.id = given.id
  returning audit.id, uuid, name, audit_type, state, version
)
${toldOfAudits("changed")}`;

const CANCEL_PLANS = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as x(id bigint, state text, message text)
), changed as (
  update action_plan set state = given.state, status_message = message,
    finished_at = case when given.state = 'CANCELLED' then clock_timestamp() end,
    version = version + 1, updated_at = clock_timestamp()
  from given where action_plan.id = given.id
  returning action_plan.id, uuid, audit_id, run_id, action_plan.state, version
), cancelled as (
  update action set state = 'CANCELLED', version = action.version + 1, updated_at = clock_timestamp()
  from given where action.action_plan_id = given.id and given.state = 'CANCELLED' and action.state <> 'CANCELLED'
    and action.deleted_at is null
)
${toldOfPlans("changed")}`;

/** In the transaction that changes the strategies: a process that dies in between leaves neither. */
export async function retireStrategies(
  sql: Sql,
  strategies: readonly RetiredStrategy[],
): Promise<Retirement> {
  if (strategies.length === 0) return { audits: 0, plans: 0 };
  const ids = strategies.map(({ id }) => id);
  const reasons = new Map(strategies.map(({ id, reason }) => [id, reason]));
  const audits = await lockAudits(sql, ids, reasons);
  const plans = await lockPlans(sql, ids, reasons);
  await endOpenRuns(sql, audits);
  await rows(sql, CANCEL_AUDITS, [JSON.stringify(audits)]);
  await rows(sql, CANCEL_PLANS, [JSON.stringify(plans)]);
  return { audits: audits.length, plans: plans.length };
}

interface Retired {
  /** Primary key as decimal text. */
  id: string;
  message: string;
}

async function lockAudits(
  sql: Sql,
  strategyIds: readonly string[],
  reasons: ReadonlyMap<string, string>,
): Promise<Retired[]> {
  const locked = await rows<{ id: string; type: AuditType; state: AuditState; strategyId: string }>(
    sql,
    AUDITS,
    [strategyIds],
  );
  return locked
    .filter(isRetirable)
    .map(({ id, strategyId }) => ({ id, message: reasons.get(strategyId) ?? "" }));
}

async function lockPlans(
  sql: Sql,
  strategyIds: readonly string[],
  reasons: ReadonlyMap<string, string>,
): Promise<(Retired & { state: PlanState })[]> {
  const locked = await rows<{ id: string; state: PlanState; strategyId: string }>(sql, PLANS, [strategyIds]);
  return locked.flatMap(({ id, state: from, strategyId }) => {
    const state = retiredPlanState(from);
    return state === undefined ? [] : [{ id, state, message: reasons.get(strategyId) ?? "" }];
  });
}

/** A LIVE run's worker learns of it with its next heartbeat, and its result is refused. */
async function endOpenRuns(sql: Sql, audits: readonly Retired[]): Promise<void> {
  const messages = new Map(audits.map(({ id, message }) => [id, message]));
  const open = await rows<{ id: string; auditId: string }>(sql, RUNS, [[...messages.keys()]]);
  const ends = open.map(({ id, auditId }) => ({
    runDbId: id,
    auditDbId: auditId,
    end: endOfRetiredRun(messages.get(auditId) ?? ""),
    result: {},
  }));
  // The mode only says whether changed audits travel to edges, and these ends change none.
  await endRuns(sql, ends, "coalesce");
}
