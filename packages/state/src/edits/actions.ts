/** EditService's part on actions. One transaction each, under the locks of plan and action, in this order. */

import type { MikroORM } from "@mikro-orm/postgresql";
import { type ActionState, editAction, type PatchOperation, type PlanState } from "@vigil/core";
import type { Action, EditServiceImpl } from "@vigil/proto";
import { firstRow, inTransaction, rows, type Sql } from "../database/transaction.ts";
import { toldOfActions } from "../outbox/tell.ts";
import { ACTIONS } from "../records/action-plans.ts";
import { isStoredUuid } from "../records/ident.ts";
import { getByUuid } from "../records/lookup.ts";
import { notFound } from "../records/resource.ts";
import { checkPatch, type EditRequest } from "./edit-input.ts";

/** What the handler of actions needs. */
export interface ActionEditParts {
  orm: MikroORM;
  /** Called after each commit: it left rows in the outbox. */
  notifyCommitted(): void;
}

/** Errors are those of rest-api 7.6, with their texts. */
export function actionEdits({ orm, notifyCommitted }: ActionEditParts): Pick<EditServiceImpl, "patchAction"> {
  return {
    patchAction: async (request) => {
      const { operations, ...edit } = checkPatch(request);
      const action = await inTransaction(orm, (sql) => patchOnce(sql, edit, operations));
      notifyCommitted();
      return { action };
    },
  };
}

/** Shared: the plan itself is not changed, only kept from being taken by an applier meanwhile. */
const LOCK_PLAN = `
select p.state from action_plan p
where p.id = (select action_plan_id from action where uuid = $1) for share`;

const LOCK_ACTION = `
select id::text as id, state, status_message, last_edit from action
where uuid = $1 and deleted_at is null for update`;

interface LockedAction {
  id: string;
  state: ActionState;
  status_message: string | null;
  last_edit: string | null;
}

const STORE = `
with changed as (
  update action set state = $2, status_message = $3, last_edit = $4::uuid, version = version + 1,
    updated_at = clock_timestamp()
  where id = $1::bigint returning uuid, action_plan_id, state, version
)
${toldOfActions("changed")}`;

async function patchOnce(
  sql: Sql,
  { editId, ident }: EditRequest,
  operations: readonly PatchOperation[],
): Promise<Action> {
  if (!isStoredUuid(ident)) throw notFound(ACTIONS, ident);
  const plan = await firstRow<{ state: PlanState }>(sql, LOCK_PLAN, [ident]);
  const row = await firstRow<LockedAction>(sql, LOCK_ACTION, [ident]);
  if (plan === undefined || row === undefined) throw notFound(ACTIONS, ident);
  if (row.last_edit !== editId && operations.length > 0) {
    const before = { state: row.state, statusMessage: row.status_message };
    const after = editAction(before, plan.state, operations);
    await rows(sql, STORE, [row.id, after.state, after.statusMessage, editId]);
  }
  return getByUuid(sql, ACTIONS, { uuid: ident, showDeleted: false });
}
