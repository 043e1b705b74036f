/** What followers of changes hear of audits, of plans and their actions: rows for the outbox. */

/**
 * Rows that tell of changed audits, as an SQL statement over a table named `changed` with the columns id, uuid, name,
 * audit_type, state and version of the changed rows. Further rows, with or without an index entry, may be added by
 * `union all`.
 * @param isIndexed SQL condition: edges must know, so the entry of the audit index travels along
 * @param isDeleted SQL condition: edges are to forget the audit
 */
export function toldOfAudits(changed: string, isIndexed = "true", isDeleted = "false"): string {
  return `insert into outbox (kind, uuid, version, data, index_entry)
  select 'audit', uuid, version, jsonb_build_object('name', name, 'state', state),
    case when ${isIndexed} then jsonb_build_object('uuid', uuid, 'id', id::text, 'name', name, 'type', audit_type,
      'state', state, 'version', version::text, 'deleted', ${isDeleted}) end
  from ${changed}`;
}

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
