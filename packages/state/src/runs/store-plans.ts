/** Stores action plans with their actions and efficacy indicators: one statement, whatever the number and size. */

import { createHash } from "node:crypto";
import { rows, type Sql } from "../database/transaction.ts";
import { toldOfPlans } from "../outbox/tell.ts";
import type { PlanInput } from "./inputs.ts";
import type { LockedRun } from "./locked-audit.ts";

/**
 * Rows travel as JSON parameters (jsonb_to_recordset): half the CPU of a row-wise insert. `n` keeps plan
 * order, so that ids grow with it and a list by id is the plan's order.
 */
const STORE = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as x(uuid uuid, audit_id bigint, audit_uuid text, strategy text,
    run_db_id bigint, run_id text, state text, global_efficacy text, actions int, launched boolean,
    trace_parent text)
), plans as (
  insert into action_plan (uuid, audit_id, strategy_id, run_id, state, global_efficacy, launched_at, trace_parent)
  select uuid, audit_id, (select id from strategy where name = given.strategy and deleted_at is null),
    run_db_id, state, global_efficacy::jsonb, case when launched then clock_timestamp() end, trace_parent
  from given returning id, uuid
), actions as (
  insert into action (uuid, action_plan_id, action_type, state, input_parameters, parents)
  select x.uuid, plans.id, x.type, 'PENDING', x.input, x.parents
  from json_to_recordset($2::json) as x(n int, plan uuid, uuid uuid, type text, input json, parents json)
  join plans on plans.uuid = x.plan
  order by plans.id, x.n
), indicators as (
  insert into efficacy_indicator (uuid, action_plan_id, name, description, unit, value)
  select x.uuid, plans.id, x.name, x.description, x.unit, x.value
  from jsonb_to_recordset($3::jsonb)
    as x(n int, plan uuid, uuid uuid, name text, description text, unit text, value double precision)
  join plans on plans.uuid = x.plan
  order by plans.id, x.n
)
insert into outbox (kind, uuid, version, data)
select 'action_plan', uuid, 1, jsonb_build_object('audit_uuid', audit_uuid, 'run_id', run_id, 'state', state,
  'actions', actions)
from given`;

/** The state alone: their actions stay PENDING, as in Watcher. */
const CANCEL_EARLIER = `
with cancelled as (
  update action_plan set state = 'CANCELLED', version = version + 1, updated_at = clock_timestamp()
  where audit_id = any($1::bigint[]) and state = 'RECOMMENDED'
  returning id, uuid, audit_id, run_id, version, state
)
${toldOfPlans("cancelled")}`;

/** A plan and the run it came from. */
export interface PlanToStore {
  run: LockedRun;
  plan: PlanInput;
}

/** The plan of a run always has this UUID. */
export function planUuidOf(run: LockedRun): string {
  return derivedUuid(run.runId, "plan");
}

/**
 * An empty plan is SUCCEEDED at once: there is nothing to recommend. Of a CONTINUOUS audit at most one plan is
 * RECOMMENDED: it cancels those before it, also one that is empty.
 * @returns whether plans were given to appliers, who should be woken
 */
export async function storePlans(sql: Sql, plans: readonly PlanToStore[]): Promise<boolean> {
  if (plans.length === 0) return false;
  const continuous = plans.filter(({ run }) => run.audit.type === "CONTINUOUS");
  if (continuous.length > 0) await rows(sql, CANCEL_EARLIER, [continuous.map(({ run }) => run.audit.id)]);
  const given = plans.map(({ run, plan }) => ({
    uuid: planUuidOf(run),
    audit_id: run.audit.id,
    audit_uuid: run.audit.uuid,
    strategy: plan.strategyName,
    run_db_id: run.id,
    run_id: run.runId,
    state: plan.actions.length === 0 ? "SUCCEEDED" : "RECOMMENDED",
    global_efficacy: plan.globalEfficacyJson,
    actions: plan.actions.length,
    launched: run.audit.autoTrigger && plan.actions.length > 0,
    trace_parent: plan.traceParent,
  }));
  const indicators = plans.flatMap(({ run, plan }) =>
    plan.efficacyIndicators.map((indicator, n) => ({
      n,
      plan: planUuidOf(run),
      uuid: derivedUuid(run.runId, `indicator ${n}`),
      ...indicator,
    })),
  );
  await rows(sql, STORE, [
    JSON.stringify(given),
    `[${plans.flatMap(actionRows).join(",")}]`,
    JSON.stringify(indicators),
  ]);
  return given.some(({ launched }) => launched);
}

/** Input parameters are JSON text already and go in as they are. */
function actionRows({ run, plan }: PlanToStore): string[] {
  const planUuid = planUuidOf(run);
  const uuids = plan.actions.map((_, n) => derivedUuid(run.runId, `action ${n}`));
  return plan.actions.map(
    (action, n) =>
      `{"n":${n},"plan":"${planUuid}","uuid":"${uuids[n]}","type":${JSON.stringify(action.actionType)},` +
      `"input":${action.inputParametersJson},` +
      `"parents":${JSON.stringify(action.parents.map((parent) => uuids[parent]))}}`,
  );
}

/** A name-based UUID (RFC 9562, version 5 layout) below a run: the same run always names the same rows. */
function derivedUuid(runId: string, name: string): string {
  const bytes = createHash("sha1").update(`${runId} ${name}`).digest();
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex", 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
