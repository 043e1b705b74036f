/** EditService's part on action plans. One transaction each, under the lock of the plan's row. */

import type { MikroORM } from "@mikro-orm/postgresql";
import { checkPlanDeletion, editPlan, type PlanEdit, type PlanState, startPlan } from "@vigil/core";
import type { ActionPlan, EditServiceImpl } from "@vigil/proto";
import { firstRow, inTransaction, rows, type Sql } from "../database/transaction.ts";
import { toldOfPlans } from "../outbox/tell.ts";
import { ACTION_PLANS } from "../records/action-plans.ts";
import { isStoredUuid } from "../records/ident.ts";
import { getByUuid } from "../records/lookup.ts";
import { notFound } from "../records/resource.ts";
import { checkEdit, checkPatch, type EditRequest } from "./edit-input.ts";

/** What the handlers of plans need. */
export interface PlanEditParts {
  orm: MikroORM;
  /** Called after each commit: it left rows in the outbox. */
  notifyCommitted(): void;
  /** Called when there is something to do for an applier: a plan was started, or is to be cancelled. */
  wakeAppliers(): void;
}

/** A plan under its lock. */
interface LockedPlan {
  /** Primary key as decimal text. */
  id: string;
  state: PlanState;
  last_edit: string | null;
}

/** Errors are those of rest-api 7.2 to 7.4, with their texts. */
export function planEdits(
  parts: PlanEditParts,
): Pick<EditServiceImpl, "startActionPlan" | "patchActionPlan" | "deleteActionPlan"> {
  return {
    startActionPlan: async ({ editId, uuid }) => {
      const edit = checkEdit({ editId, ident: uuid });
      return { actionPlan: await change(parts, edit, startPlan) };
    },
    patchActionPlan: async (request) => {
      const { operations, ...edit } = checkPatch(request);
      return { actionPlan: await change(parts, edit, (state) => editPlan(state, operations)) };
    },
    deleteActionPlan: async (request) => {
      const edit = checkEdit(request);
      await inTransaction(parts.orm, (sql) => deletePlan(sql, edit));
      parts.notifyCommitted();
      return {};
    },
  };
}

async function change(
  parts: PlanEditParts,
  edit: EditRequest,
  decide: (state: PlanState) => PlanEdit,
): Promise<ActionPlan> {
  const actionPlan = await inTransaction(parts.orm, async (sql) => {
    const plan = await lockPlan(sql, edit);
    if (plan.last_edit !== edit.editId) await store(sql, plan, decide(plan.state), edit.editId);
    return getByUuid(sql, ACTION_PLANS, { uuid: edit.ident, showDeleted: false });
  });
  parts.notifyCommitted();
  // Also for CANCELLING: the plan may just have lost its applier, and only the next one ends it.
  if (actionPlan.state === "PENDING" || actionPlan.state === "CANCELLING") parts.wakeAppliers();
  return actionPlan;
}

const LOCK = `
select id::text as id, state, last_edit from action_plan
where uuid = $1 and (deleted_at is null or last_edit = $2::uuid) for no key update`;

/** The live plan, or the one that this very edit has deleted. */
async function lockPlan(sql: Sql, { editId, ident }: EditRequest): Promise<LockedPlan> {
  const plan = isStoredUuid(ident) ? await firstRow<LockedPlan>(sql, LOCK, [ident, editId]) : undefined;
  if (plan === undefined) throw notFound(ACTION_PLANS, ident);
  return plan;
}

/** A plan that auto_trigger has launched keeps the time of that: it waits since then. */
const STORE = `
with changed as (
  update action_plan set state = $2, last_edit = $3::uuid,
    launched_at = case when $4::boolean then coalesce(launched_at, clock_timestamp()) else launched_at end,
    finished_at = case when $5::boolean then clock_timestamp() else finished_at end,
    version = version + 1, updated_at = clock_timestamp()
  where id = $1::bigint returning id, uuid, audit_id, run_id, state, version
), cancelled as (
  update action set state = 'CANCELLED', version = version + 1, updated_at = clock_timestamp()
  where $5::boolean and action_plan_id = $1::bigint and state <> 'CANCELLED' and deleted_at is null
)
${toldOfPlans("changed")}`;

async function store(sql: Sql, plan: LockedPlan, edit: PlanEdit, editId: string): Promise<void> {
  await rows(sql, STORE, [plan.id, edit.state, editId, edit.launch, edit.cancelActions]);
}

const DELETE = `
with changed as (
  update action_plan set state = 'DELETED', last_edit = $2::uuid, deleted_at = clock_timestamp(),
    version = version + 1, updated_at = clock_timestamp()
  where id = $1::bigint returning id, uuid, audit_id, run_id, state, version
), actions as (
  update action set state = 'DELETED', deleted_at = clock_timestamp(), version = version + 1,
    updated_at = clock_timestamp()
  where action_plan_id = $1::bigint and deleted_at is null
), indicators as (
  update efficacy_indicator set deleted_at = clock_timestamp(), updated_at = clock_timestamp()
  where action_plan_id = $1::bigint and deleted_at is null
)
${toldOfPlans("changed")}`;

async function deletePlan(sql: Sql, edit: EditRequest): Promise<void> {
  const plan = await lockPlan(sql, edit);
  if (plan.last_edit === edit.editId) return;
  checkPlanDeletion(plan.state);
  await rows(sql, DELETE, [plan.id, edit.editId]);
}
