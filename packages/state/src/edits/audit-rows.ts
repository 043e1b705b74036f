/** Rows of audits as edits find, lock and store them. */

import { hostname } from "node:os";
import type {
  AuditEdit,
  AuditMembers,
  AuditState,
  AuditType,
  EditableAudit,
  JsonObject,
  JsonValue,
} from "@vigil/core";
import { firstRow, type Sql } from "../database/transaction.ts";
import { toldOfAudits } from "../outbox/tell.ts";
import { AUDITS } from "../records/audits.ts";
import { PARAMETERS_LENGTH_MAX, SCOPE_LENGTH_MAX } from "../records/input.ts";
import { findId } from "../records/lookup.ts";
import { timeText } from "../records/query.ts";
import { notFound } from "../records/resource.ts";
import { checkLength, type EditRequest } from "./edit-input.ts";

/** An audit under its lock. */
export interface LockedAuditRow {
  /** Primary key as decimal text. */
  id: string;
  uuid: string;
  audit: EditableAudit;
  /** The database's clock after the lock was had, ms since 1970. */
  nowMs: number;
}

interface Row {
  id: string;
  uuid: string;
  name: string;
  audit_type: AuditType;
  state: AuditState;
  interval: string | null;
  parameters: JsonObject;
  scope: JsonValue[];
  auto_trigger: boolean;
  force: boolean;
  start_time: string | null;
  end_time: string | null;
  hostname: string | null;
  next_run_ms: number | null;
  last_edit: string | null;
}

const LOCK = `
select id::text as id, uuid, name, audit_type, state, "interval", parameters, scope, auto_trigger, force,
  ${timeText("start_time")} as start_time, ${timeText("end_time")} as end_time, hostname,
  (extract(epoch from next_run_time) * 1000)::float8 as next_run_ms, last_edit
from audit where id = $1::bigint and deleted_at is null for update`;

/** After the lock: what stands beside a locked row, and the time, are from before the wait for it. */
const BESIDE = `
select coalesce(s.name, '') as strategy_name, (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms
from audit a left join strategy s on s.id = a.strategy_id where a.id = $1::bigint`;

/**
 * Locks the live audit that an edit is about, or finds that the edit is done: looked for first, because its ident may
 * name another audit by now, or none, and again under the lock, because the same edit may just have had it.
 * @returns the UUID of the audit when the edit is done
 * @throws VigilError not-found
 */
export async function lockEdited(
  sql: Sql,
  { editId, ident }: EditRequest,
): Promise<{ doneOn: string } | { locked: LockedAuditRow }> {
  const earlier = await editedBy(sql, editId);
  if (earlier !== undefined) return { doneOn: earlier };
  const id = await findId(sql, "audit", ident);
  const row = id === undefined ? undefined : await firstRow<Row>(sql, LOCK, [id]);
  if (row !== undefined && row.last_edit !== editId) return { locked: await lockedRow(sql, row) };
  const meanwhile = await editedBy(sql, editId);
  if (meanwhile === undefined) throw notFound(AUDITS, ident);
  return { doneOn: meanwhile };
}

async function editedBy(sql: Sql, editId: string): Promise<string | undefined> {
  const text = "select uuid from audit where last_edit = $1::uuid";
  return (await firstRow<{ uuid: string }>(sql, text, [editId]))?.uuid;
}

async function lockedRow(sql: Sql, row: Row): Promise<LockedAuditRow> {
  const { id, uuid, next_run_ms: nextRunMs, last_edit: _, ...members } = row;
  const beside = await firstRow<{ strategy_name: string; now_ms: number }>(sql, BESIDE, [id]);
  const { strategy_name: strategyName, now_ms: nowMs } = beside!;
  return { id, uuid, audit: { members: members satisfies AuditMembers, strategyName, nextRunMs }, nowMs };
}

/** States in which an audit shows a host (rest-api 6.5), also if a user put it there and no worker: this process's. */
const STATES_WITH_HOST: readonly AuditState[] = ["ONGOING", "SUCCEEDED", "FAILED"];

/**
 * Parameters and scope are written only when they were touched: to write them as they were read could change numbers
 * that JavaScript can't hold. Edges must know of every edit, so the index entry travels along.
 */
const STORE = `
with changed as (
  update audit set name = $2, audit_type = $3, state = $4, "interval" = $5,
    parameters = coalesce($6::text::json, parameters), scope = coalesce($7::text::json, scope),
    auto_trigger = $8, force = $9, start_time = $10::timestamptz, end_time = $11::timestamptz, hostname = $12,
    next_run_time = case when $13::boolean then to_timestamp($14::float8 / 1000) else next_run_time end,
    consecutive_failures = case when $15::boolean then 0 else consecutive_failures end,
    deleted_at = case when $16::boolean then clock_timestamp() end,
    last_edit = $17::uuid, version = version + 1, updated_at = clock_timestamp()
  where id = $1::bigint
  returning id, uuid, name, audit_type, state, version, deleted_at
)
${toldOfAudits("changed", "true", "deleted_at is not null")}`;

/** @throws VigilError invalid-input (too large); the database's unique violation for a name that is taken */
export async function storeAuditEdit(
  sql: Sql,
  { id, audit }: LockedAuditRow,
  { members, touched, ...edit }: AuditEdit,
  editId: string,
): Promise<void> {
  checkLength("parameters", members.parameters, PARAMETERS_LENGTH_MAX);
  checkLength("scope", members.scope, SCOPE_LENGTH_MAX);
  const isMovedToHost = touched.has("state") && STATES_WITH_HOST.includes(members.state);
  await firstRow(sql, STORE, [
    id,
    members.name,
    members.audit_type,
    members.state,
    members.interval,
    touched.has("parameters") ? JSON.stringify(members.parameters) : null,
    touched.has("scope") ? JSON.stringify(members.scope) : null,
    members.auto_trigger,
    members.force,
    members.start_time,
    members.end_time,
    members.hostname ?? (isMovedToHost ? hostname() : null),
    edit.nextRunMs !== audit.nextRunMs,
    edit.nextRunMs,
    edit.resume,
    edit.isDeletion,
    editId,
  ]);
}
