import type { RecordCalls } from "@vigil/proto";
import { z } from "zod";
import { type ActionRow, present } from "../rows.ts";
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
      }),
    )
    .output(pageOf(planShape))
    .query(async ({ ctx, input }) => {
      const { actionPlans } = await ctx.services.records.listActionPlans({
        page: pageRequest(input),
        auditUuid: input.auditUuid,
        strategy: input.strategy,
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
