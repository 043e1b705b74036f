/** Rows of audit templates as edits find, lock and store them. */

import type { JsonObject, JsonValue, PatchedTemplate, TemplateFields } from "@vigil/core";
import { firstRow, rows, type Sql } from "../database/transaction.ts";
import { AUDIT_TEMPLATES } from "../records/audit-templates.ts";
import { findId } from "../records/lookup.ts";
import { notFound } from "../records/resource.ts";
import type { EditRequest } from "./edit-input.ts";

/** A template under its lock. */
export interface LockedTemplate {
  /** Primary keys as decimal text. */
  id: string;
  goalId: string;
  strategyId: string | null;
  uuid: string;
  /** Goal and strategy by their UUIDs. */
  fields: TemplateFields;
}

interface Row {
  id: string;
  uuid: string;
  name: string;
  description: string | null;
  goal_id: string;
  strategy_id: string | null;
  goal_uuid: string;
  strategy_uuid: string | null;
  scope: JsonValue[];
  default_parameters: JsonObject;
  last_edit: string | null;
}

const LOCK = `
select t.id::text as id, t.uuid, t.name, t.description, t.goal_id::text as goal_id,
  t.strategy_id::text as strategy_id, g.uuid as goal_uuid, s.uuid as strategy_uuid, t.scope,
  t.default_parameters, t.last_edit
from audit_template t join goal g on g.id = t.goal_id left join strategy s on s.id = t.strategy_id
where t.id = $1::bigint and t.deleted_at is null for update of t`;

/**
 * Locks the live template that an edit is about, or finds that the edit is done: looked for first, because its ident
 * may name another template by now, or none, and again under the lock, because the same edit may just have had it.
 * @returns the UUID of the template when the edit is done
 * @throws VigilError not-found
 */
export async function lockTemplate(
  sql: Sql,
  { editId, ident }: EditRequest,
): Promise<{ doneOn: string } | { locked: LockedTemplate }> {
  const earlier = await editedBy(sql, editId);
  if (earlier !== undefined) return { doneOn: earlier };
  const id = await findId(sql, "audit_template", ident);
  const row = id === undefined ? undefined : await firstRow<Row>(sql, LOCK, [id]);
  if (row !== undefined && row.last_edit !== editId) return { locked: lockedTemplate(row) };
  const meanwhile = await editedBy(sql, editId);
  if (meanwhile === undefined) throw notFound(AUDIT_TEMPLATES, ident);
  return { doneOn: meanwhile };
}

/** Templates are few and changed by hand: no index is kept for this. */
async function editedBy(sql: Sql, editId: string): Promise<string | undefined> {
  const text = "select uuid from audit_template where last_edit = $1::uuid";
  return (await firstRow<{ uuid: string }>(sql, text, [editId]))?.uuid;
}

function lockedTemplate(row: Row): LockedTemplate {
  return {
    id: row.id,
    goalId: row.goal_id,
    strategyId: row.strategy_id,
    uuid: row.uuid,
    fields: {
      name: row.name,
      description: row.description,
      goal: row.goal_uuid,
      strategy: row.strategy_uuid,
      scope: row.scope,
      defaultParameters: row.default_parameters,
    },
  };
}

/** Primary keys of a template's neighbours. */
export interface TemplateNeighbours {
  goalId: string;
  strategyId: string | null;
}

/*
 * What jsonb can't hold is refused, as for audits: their columns get these values, and others store them as jsonb.
 */
const INSERT = `
insert into audit_template (uuid, name, description, goal_id, strategy_id, scope, default_parameters)
select $1, $2, $3, $4::bigint, $5::bigint, $6::text::json, $7::text::json
where jsonb_typeof($6::text::jsonb) <> '' and jsonb_typeof($7::text::jsonb) <> ''
on conflict (uuid) do nothing`;

/** Scope and parameters only when touched: to write what was read could change numbers that JavaScript can't hold. */
const UPDATE = `
update audit_template set name = $2, description = $3, goal_id = $4::bigint, strategy_id = $5::bigint,
  scope = coalesce($6::text::json, scope), default_parameters = coalesce($7::text::json, default_parameters),
  updated_at = clock_timestamp(), last_edit = $8::uuid
where id = $1::bigint`;

const DELETE =
  "update audit_template set deleted_at = clock_timestamp(), last_edit = $2::uuid where id = $1::bigint";

/** A repeated call with the same UUID changes nothing. Throws the database's unique violation for a taken name. */
export async function insertTemplate(
  sql: Sql,
  uuid: string,
  { name, description, scope, defaultParameters }: TemplateFields,
  { goalId, strategyId }: TemplateNeighbours,
): Promise<void> {
  const json = [JSON.stringify(scope), JSON.stringify(defaultParameters)];
  await rows(sql, INSERT, [uuid, name, description, goalId, strategyId, ...json]);
}

/** Throws the database's unique violation for a taken name. */
export async function updateTemplate(
  sql: Sql,
  id: string,
  { fields, touched }: PatchedTemplate,
  { goalId, strategyId }: TemplateNeighbours,
  editId: string,
): Promise<void> {
  const { name, description, scope, defaultParameters } = fields;
  await rows(sql, UPDATE, [
    id,
    name,
    description,
    goalId,
    strategyId,
    touched.has("scope") ? JSON.stringify(scope) : null,
    touched.has("default_parameters") ? JSON.stringify(defaultParameters) : null,
    editId,
  ]);
}

export async function softDeleteTemplate(sql: Sql, id: string, editId: string): Promise<void> {
  await rows(sql, DELETE, [id, editId]);
}
