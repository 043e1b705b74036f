import { randomUUID } from "node:crypto";
import type { PatchOperation } from "@vigil/core";
import type { RecordCalls } from "@vigil/proto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { z } from "zod";
import { type AuditTemplateRow, present } from "../../rows.ts";
import {
  AUDIT_TEMPLATE_ARGUMENT,
  type AuditTemplatePost,
  auditTemplatePostSchema,
} from "../../schemas/audit-template-post.ts";
import {
  type AuditTemplateDraft,
  checkAuditTemplateDraft,
  createAuditTemplateRequest,
  hasDefaultParameters,
} from "../../schemas/audit-template-rules.ts";
import { bindBody, bindQuery } from "../../schemas/bind.ts";
import { auditTemplatesQuery, noQuery } from "../../schemas/queries.ts";
import { jsonBodyOf } from "../body.ts";
import type { Call, Handler } from "../call.ts";
import { type Collection, type ListOptions, serveCollection, showView } from "../collection.ts";
import { deleteHandler, patchHandler } from "../edits.ts";
import { notAcceptable } from "../fault.ts";
import { MINOR } from "../microversion.ts";
import type { StateCalls } from "../state-calls.ts";
import { auditTemplateView } from "../views/audit-template.ts";

type AuditTemplates = Collection<z.output<typeof auditTemplatesQuery>, AuditTemplateRow>;

/** `/v1/audit_templates` (rest-api 5). */
export function serveAuditTemplates(app: FastifyInstance, state: StateCalls, options: ListOptions): void {
  const { records, edits } = state;
  const templates = auditTemplates(records);
  serveCollection(app, templates, {
    ...options,
    post: post(templates, state),
    edits: {
      PATCH: patchHandler(templates, {
        prepare: checkVersion,
        patch: async (edit) =>
          present((await edits.patchAuditTemplate(edit)).auditTemplate, "PatchAuditTemplate"),
      }),
      DELETE: deleteHandler(templates, (edit) => edits.deleteAuditTemplate(edit)),
    },
  });
}

function auditTemplates(records: RecordCalls): AuditTemplates {
  return {
    name: "audit_templates",
    rule: "audit_template",
    argument: "audit_template",
    query: auditTemplatesQuery,
    filters: ["goal", "strategy"],
    list: async ({ goal, strategy }, page) =>
      (await records.listAuditTemplates({ page, goal, strategy })).auditTemplates,
    markerOf: ({ uuid }) => uuid,
    get: async (ident, showDeleted) =>
      present((await records.getAuditTemplate({ ident, showDeleted })).auditTemplate, "GetAuditTemplate"),
    view: auditTemplateView,
  };
}

/** `POST /v1/audit_templates` (rest-api 5.2). The UUID is made here, so that a repeated call makes no second one. */
function post(templates: AuditTemplates, { edits }: StateCalls): Handler {
  return async (request) => {
    const { call } = request;
    const draft = bindDraft(request);
    call.check("audit_template:create");
    if (hasDefaultParameters(draft) && call.minor < MINOR.defaultParameters) throw notAcceptable();
    checkAuditTemplateDraft(draft);
    const created = await edits.createAuditTemplate(createAuditTemplateRequest(draft, randomUUID()));
    const row = present(created.auditTemplate, "CreateAuditTemplate");
    return {
      status: 201,
      headers: { location: `${call.applicationUrl}/v1/audit_templates/${row.uuid}` },
      body: showView(templates, row, request),
    };
  };
}

function bindDraft(request: FastifyRequest): AuditTemplateDraft {
  bindQuery(noQuery, request.query);
  const value = jsonBodyOf(request, AUDIT_TEMPLATE_ARGUMENT);
  return draftOf(bindBody(auditTemplatePostSchema, value, AUDIT_TEMPLATE_ARGUMENT));
}

function draftOf({ default_parameters, ...members }: AuditTemplatePost): AuditTemplateDraft {
  return { ...members, defaultParameters: default_parameters };
}

/** The member came with 1.7; below it nothing may be done to it. */
function checkVersion(operations: PatchOperation[], { minor }: Call): PatchOperation[] {
  const touched = operations.some(({ path }) => path.split("/")[1] === "default_parameters");
  if (touched && minor < MINOR.defaultParameters) throw notAcceptable();
  return operations;
}
