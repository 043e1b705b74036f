import { randomUUID } from "node:crypto";
import { checkPlanPatch } from "@vigil/core";
import type { EditCalls, RecordCalls } from "@vigil/proto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { type ActionPlanRow, present } from "../../rows.ts";
import { bindBody, bindQuery } from "../../schemas/bind.ts";
import { wrongType } from "../../schemas/fields.ts";
import { actionPlansQuery, noQuery } from "../../schemas/queries.ts";
import { jsonBodyOf } from "../body.ts";
import type { Handler } from "../call.ts";
import {
  type Collection,
  type ListOptions,
  lackingArgument,
  serveCollection,
  showView,
} from "../collection.ts";
import { deleteHandler, objectToEdit, patchHandler } from "../edits.ts";
import { resource } from "../resource.ts";
import type { StateCalls } from "../state-calls.ts";
import { actionPlanView } from "../views/action-plan.ts";
import { checkUuid } from "./uuid-ident.ts";

type ActionPlans = Collection<z.output<typeof actionPlansQuery>, ActionPlanRow>;

/** The name that errors give the UUID in the path. */
const PLAN_ARGUMENT = "action_plan_uuid";

/** The name that errors give the body of a start. */
const START_ARGUMENT = "body";

/** `/v1/action_plans` (rest-api 7.1 to 7.4). */
export function serveActionPlans(
  app: FastifyInstance,
  { records, edits }: StateCalls,
  options: ListOptions,
): void {
  const plans = actionPlans(records);
  serveCollection(app, plans, {
    ...options,
    edits: {
      PATCH: patchHandler(plans, {
        checkForm: checkPlanPatch,
        patch: async (edit) => present((await edits.patchActionPlan(edit)).actionPlan, "PatchActionPlan"),
      }),
      DELETE: deleteHandler(plans, (edit) => edits.deleteActionPlan(edit)),
    },
  });
  resource(app, "/v1/action_plans/start", { POST: lackingArgument(PLAN_ARGUMENT) });
  resource(app, "/v1/action_plans/:ident/start", { POST: start(plans, edits) });
}

function actionPlans(records: RecordCalls): ActionPlans {
  return {
    name: "action_plans",
    rule: "action_plan",
    argument: PLAN_ARGUMENT,
    query: actionPlansQuery,
    filters: ["audit_uuid", "strategy"],
    list: async ({ audit_uuid, strategy }, page) =>
      (await records.listActionPlans({ page, auditUuid: audit_uuid, strategy })).actionPlans,
    markerOf: ({ uuid }) => uuid,
    checkIdent: (ident) => checkUuid(PLAN_ARGUMENT, ident),
    get: async (uuid, showDeleted) =>
      present((await records.getActionPlan({ uuid, showDeleted })).actionPlan, "GetActionPlan"),
    view: actionPlanView,
  };
}

/** `POST /v1/action_plans/{uuid}/start` (rest-api 7.3). */
function start(plans: ActionPlans, edits: EditCalls): Handler {
  return async (request) => {
    bindQuery(noQuery, request.query);
    checkStartBody(request);
    const { uuid } = await objectToEdit(plans, request, "start");
    const started = await edits.startActionPlan({ editId: randomUUID(), uuid });
    return {
      status: 200,
      body: showView(plans, present(started.actionPlan, "StartActionPlan"), request),
    };
  };
}

const anyObject = z.looseObject({}, { error: wrongType("object") });

/** Nothing in it counts, and it may be absent; what is no JSON object at all is refused as everywhere. */
function checkStartBody(request: FastifyRequest): void {
  const bytes = request.body as Buffer | undefined;
  if (bytes === undefined || bytes.length === 0) return;
  bindBody(anyObject, jsonBodyOf(request, START_ARGUMENT), START_ARGUMENT);
}
