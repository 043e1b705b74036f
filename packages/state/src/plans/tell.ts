/** What followers of changes hear of plans and their actions: rows for the outbox. */

/**
 * Rows that tell of changed plans, as an SQL statement over a table named `changed` with the columns id, uuid,
 * audit_id, run_id, state and version of the changed rows.
 */
export function toldOfPlans(changed: string): string {
  return `insert into outbox (kind, uuid, version, data)
  select 'action_plan', ${changed}.uuid, ${changed}.version, jsonb_build_object('audit_uuid', audit.uuid,
    'run_id', run.run_id, 'state', ${changed}.state,
    'actions', (select count(*)::int from action where action_plan_id = ${changed}.id))
  from ${changed} join audit on audit.id = ${changed}.audit_id join run on run.id = ${changed}.run_id`;
}

/**
 * The same of actions, over uuid, action_plan_id, state and version. Actions that end with their plan are not told of
 * one by one: it may have 100,000, and their plan's change says it.
 */
export function toldOfActions(changed: string): string {
  return `insert into outbox (kind, uuid, version, data)
  select 'action', ${changed}.uuid, ${changed}.version, jsonb_build_object('audit_uuid', audit.uuid,
    'action_plan_uuid', action_plan.uuid, 'state', ${changed}.state)
  from ${changed} join action_plan on action_plan.id = ${changed}.action_plan_id
    join audit on audit.id = action_plan.audit_id`;
}
