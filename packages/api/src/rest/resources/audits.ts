import { randomUUID } from "node:crypto";
import { checkAuditPatch } from "@vigil/core";
import type { RecordCalls } from "@vigil/proto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { z } from "zod";
import { type AuditRow, present } from "../../rows.ts";
import { withInstants } from "../../schemas/audit-patch.ts";
import { AUDIT_ARGUMENT, type AuditPost, auditPostSchema } from "../../schemas/audit-post.ts";
import { type AuditDraft, checkAuditDraft, createAuditRequest, hasTimes } from "../../schemas/audit-rules.ts";
import { bindBody, bindQuery } from "../../schemas/bind.ts";
import { auditsQuery, noQuery } from "../../schemas/queries.ts";
import { jsonBodyOf } from "../body.ts";
import type { Handler } from "../call.ts";
import { type Collection, type ListOptions, serveCollection, showView } from "../collection.ts";
import { deleteHandler, patchHandler } from "../edits.ts";
import { notAcceptable } from "../fault.ts";
import { MINOR } from "../microversion.ts";
import type { StateCalls } from "../state-calls.ts";
import { auditView } from "../views/audit.ts";

type Audits = Collection<z.output<typeof auditsQuery>, AuditRow>;

/** `/v1/audits` (rest-api 6). */
export function serveAudits(
  app: FastifyInstance,
  { records, edits }: StateCalls,
  options: ListOptions,
): void {
  const audits = auditCollection(records);
  serveCollection(app, audits, {
    ...options,
    post: post(audits, records),
    edits: {
      PATCH: patchHandler(audits, {
        checkForm: checkAuditPatch,
        prepare: withInstants,
        patch: async (edit) => present((await edits.patchAudit(edit)).audit, "PatchAudit"),
      }),
      DELETE: deleteHandler(audits, (edit) => edits.deleteAudit(edit)),
    },
  });
}

function auditCollection(records: RecordCalls): Audits {
  return {
    name: "audits",
    rule: "audit",
    argument: "audit",
    query: auditsQuery,
    filters: ["goal", "strategy"],
    list: async ({ goal, strategy }, page) => (await records.listAudits({ page, goal, strategy })).audits,
    markerOf: ({ uuid }) => uuid,
    get: async (ident, showDeleted) =>
      present((await records.getAudit({ ident, showDeleted })).audit, "GetAudit"),
    view: auditView,
  };
}

/** `POST /v1/audits` (rest-api 6.2, 6.3). The UUID is made here, so that a repeated call makes no second audit. */
function post(audits: Audits, records: RecordCalls): Handler {
  return async (request) => {
    const { call } = request;
    const draft = bindDraft(request);
    call.check("audit:create");
    checkAuditDraft(draft);
    if (hasTimes(draft) && call.minor < MINOR.startEndTime) throw notAcceptable();
    const created = await records.createAudit(createAuditRequest(draft, randomUUID()));
    const row = present(created.audit, "CreateAudit");
    return {
      status: 201,
      headers: { location: `${call.applicationUrl}/v1/audits/${row.uuid}` },
      body: showView(audits, row, request),
    };
  };
}

function bindDraft(request: FastifyRequest): AuditDraft {
  bindQuery(noQuery, request.query);
  return draftOf(bindBody(auditPostSchema, jsonBodyOf(request, AUDIT_ARGUMENT), AUDIT_ARGUMENT));
}

function draftOf(post: AuditPost): AuditDraft {
  return {
    auditType: post.audit_type,
    name: post.name,
    goal: post.goal,
    strategy: post.strategy,
    auditTemplateUuid: post.audit_template_uuid,
    interval: post.interval,
    parameters: post.parameters,
    autoTrigger: post.auto_trigger,
    force: post.force,
    startTime: post.start_time,
    endTime: post.end_time,
  };
}
