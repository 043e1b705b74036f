/** Stores an action plan with its actions and efficacy indicators: one statement whatever the size. */

import { createHash } from "node:crypto";
import { rows, type Sql } from "../database/transaction.ts";
import type { PlanInput } from "./inputs.ts";
import type { LockedAudit, LockedRun } from "./locked-audit.ts";

/**
 * Actions travel as one JSON parameter (jsonb_to_recordset): half the CPU of a row-wise insert.
 * `n` keeps plan order, so that ids grow with it and a list by id is the plan's order.
 */
const STORE = `
with plan as (
  insert into action_plan (uuid, audit_id, strategy_id, run_id, state, global_efficacy)
  values ($1, $2, (select id from strategy where name = $3 and deleted_at is null), $4, $5, $6::jsonb)
  returning id, uuid, state, created_at
), actions as (
  insert into action (uuid, action_plan_id, action_type, state, input_parameters, parents)
  select x.uuid, plan.id, x.type, 'PENDING', x.input, x.parents
  from plan, jsonb_to_recordset($7::jsonb) as x(n int, uuid uuid, type text, input jsonb, parents jsonb)
  order by x.n
), indicators as (
  insert into efficacy_indicator (uuid, action_plan_id, name, description, unit, value)
  select x.uuid, plan.id, x.name, x.description, x.unit, x.value
  from plan, jsonb_to_recordset($8::jsonb)
    as x(n int, uuid uuid, name text, description text, unit text, value double precision)
  order by x.n
)
insert into outbox (kind, uuid, version, data)
select 'action_plan', uuid, 1, jsonb_build_object('audit_uuid', $9::text, 'run_id', $10::text, 'state', state,
  'actions', $11::int)
from plan`;

/** Returns the plan's UUID. An empty plan is SUCCEEDED at once: there is nothing to recommend. */
export async function storePlan(
  sql: Sql,
  audit: LockedAudit,
  run: LockedRun,
  plan: PlanInput,
): Promise<string> {
  const planUuid = derivedUuid(run.runId, "plan");
  const actionUuids = plan.actions.map((_, index) => derivedUuid(run.runId, `action ${index}`));
  const actions = plan.actions.map(
    (action, index) =>
      `{"n":${index},"uuid":"${actionUuids[index]}","type":${JSON.stringify(action.actionType)},` +
      `"input":${action.inputParametersJson},` +
      `"parents":${JSON.stringify(action.parents.map((parent) => actionUuids[parent]))}}`,
  );
  const indicators = plan.efficacyIndicators.map((indicator, index) => ({
    n: index,
    uuid: derivedUuid(run.runId, `indicator ${index}`),
    ...indicator,
  }));
  await rows(sql, STORE, [
    planUuid,
    audit.id,
    plan.strategyName,
    run.id,
    plan.actions.length === 0 ? "SUCCEEDED" : "RECOMMENDED",
    plan.globalEfficacyJson,
    `[${actions.join(",")}]`,
    JSON.stringify(indicators),
    audit.uuid,
    run.runId,
    plan.actions.length,
  ]);
  return planUuid;
}

/** A name-based UUID (RFC 9562, version 5 layout) below a run: the same run always names the same rows. */
function derivedUuid(runId: string, name: string): string {
  const bytes = createHash("sha1").update(`${runId} ${name}`).digest();
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex", 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
