import { checkActionPatch, VigilError } from "@vigil/core";
import type { RecordCalls } from "@vigil/proto";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { type ActionRow, present } from "../../rows.ts";
import { actionsQuery } from "../../schemas/queries.ts";
import type { Call } from "../call.ts";
import { type Collection, type ListOptions, serveCollection } from "../collection.ts";
import { patchHandler } from "../edits.ts";
import { MINOR } from "../microversion.ts";
import type { StateCalls } from "../state-calls.ts";
import { actionView } from "../views/action.ts";
import { checkUuid } from "./uuid-ident.ts";

/** `/v1/actions` (rest-api 7.5, 7.6). */
export function serveActions(
  app: FastifyInstance,
  { records, edits }: StateCalls,
  options: ListOptions,
): void {
  const actions = actionCollection(records);
  serveCollection(app, actions, {
    ...options,
    edits: {
      PATCH: patchHandler(actions, {
        checkFirst: checkVersion,
        checkForm: checkActionPatch,
        patch: async (edit) => present((await edits.patchAction(edit)).action, "PatchAction"),
      }),
    },
  });
}

function actionCollection(records: RecordCalls): Collection<z.output<typeof actionsQuery>, ActionRow> {
  return {
    name: "actions",
    rule: "action",
    argument: "action_uuid",
    query: actionsQuery,
    filters: ["action_plan_uuid", "audit_uuid"],
    checkQuery: (query) => {
      if (query.action_plan_uuid === undefined || query.audit_uuid === undefined) return;
      throw new VigilError("invalid-input", "Filtering actions on both audit and action-plan is prohibited");
    },
    list: async ({ action_plan_uuid, audit_uuid }, page) =>
      (await records.listActions({ page, actionPlanUuid: action_plan_uuid, auditUuid: audit_uuid })).actions,
    markerOf: ({ uuid }) => uuid,
    checkIdent: (ident) => checkUuid("action_uuid", ident),
    get: async (uuid, showDeleted) =>
      present((await records.getAction({ uuid, showDeleted })).action, "GetAction"),
    view: actionView,
  };
}

/** 400 and not 406, for which clients look (rest-api 1.5). */
function checkVersion({ minor }: Call): void {
  if (minor >= MINOR.actionPatch) return;
  throw new VigilError("invalid-input", "API microversion 1.5 or higher is required.");
}
