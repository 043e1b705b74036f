import { randomUUID } from "node:crypto";
import type { RecordCalls } from "@vigil/proto";
import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import { type AuditRow, present } from "../../rows.ts";
import { AUDIT_ARGUMENT, type AuditPost, auditPostSchema } from "../../schemas/audit-post.ts";
import { type AuditDraft, checkAuditDraft, createAuditRequest, hasTimes } from "../../schemas/audit-rules.ts";
import { bindBody, bindQuery } from "../../schemas/bind.ts";
import { auditsQuery, noQuery } from "../../schemas/queries.ts";
import { readJsonBody } from "../body.ts";
import type { Handler } from "../call.ts";
import type { Collection } from "../collection.ts";
import { notAcceptable } from "../fault.ts";
import { MINOR } from "../microversion.ts";
import { auditView } from "../views/audit.ts";

/** `/v1/audits` (rest-api 6). */
export function audits(records: RecordCalls): Collection<z.output<typeof auditsQuery>, AuditRow> {
  return {
    name: "audits",
    rule: "audit",
    query: auditsQuery,
    filters: ["goal", "strategy"],
    list: async ({ goal, strategy }, page) => (await records.listAudits({ page, goal, strategy })).audits,
    get: async (ident, showDeleted) =>
      present((await records.getAudit({ ident, showDeleted })).audit, "GetAudit"),
    view: auditView,
  };
}

/** `POST /v1/audits` (rest-api 6.2, 6.3). The UUID is made here, so that a call repeated below makes no second audit. */
export function postAudit(records: RecordCalls): Handler {
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
      body: auditView(row, { hostUrl: call.hostUrl, minor: call.minor, detail: true }),
    };
  };
}

function bindDraft(request: FastifyRequest): AuditDraft {
  bindQuery(noQuery, request.query);
  const bytes = request.body as Buffer | undefined;
  const body = readJsonBody(bytes, request.headers["content-type"], AUDIT_ARGUMENT);
  return draftOf(bindBody(auditPostSchema, body, AUDIT_ARGUMENT));
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
