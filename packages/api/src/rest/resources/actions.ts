import { VigilError } from "@vigil/core";
import type { RecordCalls } from "@vigil/proto";
import type { z } from "zod";
import { type ActionRow, present } from "../../rows.ts";
import { actionsQuery } from "../../schemas/queries.ts";
import type { Collection } from "../collection.ts";
import { actionView } from "../views/action.ts";
import { checkUuid } from "./uuid-ident.ts";

/** `/v1/actions` (rest-api 7.5). */
export function actions(records: RecordCalls): Collection<z.output<typeof actionsQuery>, ActionRow> {
  return {
    name: "actions",
    rule: "action",
    query: actionsQuery,
    filters: ["action_plan_uuid", "audit_uuid"],
    checkQuery: (query) => {
      if (query.action_plan_uuid === undefined || query.audit_uuid === undefined) return;
      throw new VigilError("invalid-input", "Filtering actions on both audit and action-plan is prohibited");
    },
    list: async ({ action_plan_uuid, audit_uuid }, page) =>
      (await records.listActions({ page, actionPlanUuid: action_plan_uuid, auditUuid: audit_uuid })).actions,
    checkIdent: (ident) => checkUuid("action_uuid", ident),
    get: async (uuid, showDeleted) =>
      present((await records.getAction({ uuid, showDeleted })).action, "GetAction"),
    view: actionView,
  };
}
