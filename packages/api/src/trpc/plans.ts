import { VigilError } from "@vigil/core";
import type { RecordCalls } from "@vigil/proto";
import { z } from "zod";
import { type ActionPlanRow, type ActionRow, present } from "../rows.ts";
import type { Services } from "./context.ts";
import { editId, editOf, patchOf } from "./edits.ts";
import { actionOut, pageOut, pageRequest, planOut, runOut } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import {
  actionShape,
  ident,
  jsonObject,
  PAGE_ITEMS_MAX,
  pageInput,
  pageOf,
  planShape,
  showDeleted,
} from "./shapes.ts";

/**
 * Actions that `plans.get` answers with. The largest plan that was seen has 3,000; beyond this the answer
 * would be tens of megabytes, and the REST API has them in pages.
 */
export const PLAN_ACTIONS_MAX = 20_000;

/** Action plans. */
export const plansRouter = router({
  /** One plan with its actions, in plan order, where they are wanted. */
  get: allowed("action_plan:get")
    .input(z.strictObject({ uuid: ident, showDeleted, withActions: z.boolean().default(true) }))
    .output(
      planShape.extend({
        actions: z.array(actionShape),
        /** True: the plan has more actions than are shown. */
        actionsCut: z.boolean(),
      }),
    )
    .query(async ({ ctx, input: { uuid, showDeleted, withActions } }) => {
      const { records } = ctx.services;
      const { actionPlan } = await records.getActionPlan({ uuid, showDeleted });
      const plan = present(actionPlan, "GetActionPlan");
      const actions = withActions ? await actionsOf(records, plan.uuid, showDeleted) : [];
      return {
        ...planOut(plan),
        actions: actions.slice(0, PLAN_ACTIONS_MAX).map(actionOut),
        actionsCut: actions.length > PLAN_ACTIONS_MAX,
      };
    }),

  /** Actions of a plan in plan order, page by page: all of them, however many. */
  actions: allowed("action_plan:get")
    .input(
      z.strictObject({
        planUuid: ident,
        limit: pageInput.limit,
        marker: pageInput.marker,
        showDeleted,
      }),
    )
    .output(pageOf(actionShape))
    .query(async ({ ctx, input }) => {
      const { records } = ctx.services;
      // A plan that does not exist has no actions; it is an error nevertheless.
      await records.getActionPlan({ uuid: input.planUuid, showDeleted: input.showDeleted });
      const page = pageRequest(input);
      const { actions } = await records.listActions({ page, actionPlanUuid: input.planUuid });
      return pageOut(actions.map(actionOut), input.limit, (action) => action.uuid);
    }),

  /** Gives a recommended plan to an applier. */
  start: allowed("action_plan:start")
    .input(z.strictObject({ uuid: ident, editId }))
    .output(planShape)
    .mutation(async ({ ctx, input }) => {
      const { ident: uuid, editId: id } = editOf(input.uuid, input.editId);
      const { actionPlan } = await ctx.services.edits.startActionPlan({ uuid, editId: id });
      return planOut(present(actionPlan, "StartActionPlan"));
    }),

  /** A plan that was not begun ends at once; one that runs is CANCELLING until its applier has stopped it. */
  cancel: allowed("action_plan:update")
    .input(z.strictObject({ uuid: ident, editId }))
    .output(planShape)
    .mutation(async ({ ctx, input }) => planOut(await cancelPlan(ctx.services, input))),

  /** A plan that does not run, with its actions. */
  delete: allowed("action_plan:delete")
    .input(z.strictObject({ uuid: ident, editId }))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.edits.deleteActionPlan(editOf(input.uuid, input.editId));
    }),

  /** Why the plan is as it is. */
  explanation: allowed("action_plan:get")
    .input(z.strictObject({ uuid: ident, showDeleted }))
    .output(
      z.strictObject({
        planUuid: z.string(),
        runId: z.string(),
        strategyName: z.string().nullable(),
        strategyVersion: z.string().nullable(),
        explanation: jsonObject,
      }),
    )
    .query(async ({ ctx, input }) => {
      const { records } = ctx.services;
      const { actionPlan } = await records.getActionPlan(input);
      const { uuid, runId } = present(actionPlan, "GetActionPlan");
      const run = runOut(present((await records.getRun({ runId })).run, "GetRun"));
      const { strategyName, strategyVersion, explanation } = run;
      return { planUuid: uuid, runId, strategyName, strategyVersion, explanation: explanation ?? {} };
    }),

  list: allowed("action_plan:get_all")
    .input(
      z.strictObject({
        ...pageInput,
        showDeleted,
        auditUuid: ident.optional(),
        /** UUID or name. */
        strategy: ident.optional(),
        state: planShape.shape.state.optional(),
      }),
    )
    .output(pageOf(planShape))
    .query(async ({ ctx, input }) => {
      const { actionPlans } = await ctx.services.records.listActionPlans({
        page: pageRequest(input),
        auditUuid: input.auditUuid,
        strategy: input.strategy,
        state: input.state,
      });
      return pageOut(actionPlans.map(planOut), input.limit, (plan) => plan.uuid);
    }),
});

/** All actions of a plan, page by page, until one more than is shown is known. */
async function actionsOf(records: RecordCalls, planUuid: string, showDeleted: boolean): Promise<ActionRow[]> {
  const found: ActionRow[] = [];
  let marker = "";
  while (found.length <= PLAN_ACTIONS_MAX) {
    const page = pageRequest({ limit: PAGE_ITEMS_MAX, marker, showDeleted });
    const { actions } = await records.listActions({ page, actionPlanUuid: planUuid });
    found.push(...actions);
    const last = actions.at(-1);
    if (last === undefined || actions.length < PAGE_ITEMS_MAX) break;
    marker = last.uuid;
  }
  return found;
}

/**
 * Which state means cancelled depends on whether the plan runs, and it may begin to while it is asked for. It moves
 * forward only, RECOMMENDED to PENDING to ONGOING, so this ends.
 */
async function cancelPlan(
  { records, edits }: Services,
  { uuid, editId }: { uuid: string; editId?: string | undefined },
): Promise<ActionPlanRow> {
  const edit = editOf(uuid, editId);
  const stateNow = async () =>
    present((await records.getActionPlan({ uuid })).actionPlan, "GetActionPlan").state;
  for (let state = await stateNow(); ; ) {
    const patchJson = patchOf({ state: state === "ONGOING" ? "CANCELLING" : "CANCELLED" });
    try {
      return present((await edits.patchActionPlan({ ...edit, patchJson })).actionPlan, "PatchActionPlan");
    } catch (thrown) {
      if (VigilError.from(thrown).kind !== "illegal-state") throw thrown;
      const moved = await stateNow();
      if (moved === state) throw thrown;
      state = moved;
    }
  }
}
