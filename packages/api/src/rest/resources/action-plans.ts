import type { RecordCalls } from "@vigil/proto";
import type { z } from "zod";
import { type ActionPlanRow, present } from "../../rows.ts";
import { actionPlansQuery } from "../../schemas/queries.ts";
import type { Collection } from "../collection.ts";
import { actionPlanView } from "../views/action-plan.ts";
import { checkUuid } from "./uuid-ident.ts";

/** `/v1/action_plans` (rest-api 7.1). */
export function actionPlans(
  records: RecordCalls,
): Collection<z.output<typeof actionPlansQuery>, ActionPlanRow> {
  return {
    name: "action_plans",
    rule: "action_plan",
    query: actionPlansQuery,
    filters: ["audit_uuid", "strategy"],
    list: async ({ audit_uuid, strategy }, page) =>
      (await records.listActionPlans({ page, auditUuid: audit_uuid, strategy })).actionPlans,
    checkIdent: (ident) => checkUuid("action_plan_uuid", ident),
    get: async (uuid, showDeleted) =>
      present((await records.getActionPlan({ uuid, showDeleted })).actionPlan, "GetActionPlan"),
    view: actionPlanView,
  };
}
