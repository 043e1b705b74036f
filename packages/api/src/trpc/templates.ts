import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type AuditTemplateRow, present } from "../rows.ts";
import { editId, editOf, patchOf, someOf } from "./edits.ts";
import { pageOut, pageRequest } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import { decimal, ident, jsonObject, pageInput, pageOf, showDeleted, time } from "./shapes.ts";

/** An audit template: what audits are made from. */
const templateShape = z.strictObject({
  id: decimal,
  uuid: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  goalUuid: z.string(),
  goalName: z.string(),
  strategyUuid: z.string().nullable(),
  strategyName: z.string().nullable(),
  scope: z.array(z.unknown()),
  defaultParameters: jsonObject,
  createdAt: time,
  updatedAt: time.nullable(),
  deletedAt: time.nullable(),
});

const scope = z.array(z.unknown());

/** Integer id, UUID or name. */
const template = ident;

/** Audit templates. */
export const templatesRouter = router({
  create: allowed("audit_template:create")
    .input(
      z.strictObject({
        /** Made here when absent. A caller that gives one may repeat the call: it is answered with the same row. */
        uuid: z.uuid().optional(),
        name: z.string(),
        /** Integer id, UUID or name. */
        goal: ident,
        strategy: ident.optional(),
        description: z.string().optional(),
        /** What audits made from it see of the cloud; default: everything. */
        scope: scope.optional(),
        /** Parameters of its strategy, under those that an audit gives itself. */
        defaultParameters: jsonObject.optional(),
      }),
    )
    .output(templateShape)
    .mutation(async ({ ctx, input }) => {
      const { auditTemplate } = await ctx.services.edits.createAuditTemplate({
        uuid: input.uuid ?? randomUUID(),
        name: input.name,
        goal: input.goal,
        strategy: input.strategy,
        description: input.description,
        scopeJson: jsonOf(input.scope),
        defaultParametersJson: jsonOf(input.defaultParameters),
      });
      return templateOut(present(auditTemplate, "CreateAuditTemplate"));
    }),

  get: allowed("audit_template:get")
    .input(z.strictObject({ template, showDeleted }))
    .output(templateShape)
    .query(async ({ ctx, input }) => {
      const request = { ident: input.template, showDeleted: input.showDeleted };
      const { auditTemplate } = await ctx.services.records.getAuditTemplate(request);
      return templateOut(present(auditTemplate, "GetAuditTemplate"));
    }),

  list: allowed("audit_template:get_all")
    .input(
      z.strictObject({
        ...pageInput,
        showDeleted,
        /** UUID or name. */
        goal: ident.optional(),
        strategy: ident.optional(),
      }),
    )
    .output(pageOf(templateShape))
    .query(async ({ ctx, input }) => {
      const { auditTemplates } = await ctx.services.records.listAuditTemplates({
        page: pageRequest(input),
        goal: input.goal,
        strategy: input.strategy,
      });
      return pageOut(auditTemplates.map(templateOut), input.limit, ({ uuid }) => uuid);
    }),

  update: allowed("audit_template:update")
    .input(
      z.strictObject({
        template,
        editId,
        /** null clears a member. */
        changes: someOf({
          name: z.string(),
          description: z.string().nullable(),
          goal: ident,
          strategy: ident.nullable(),
          scope,
          defaultParameters: jsonObject,
        }),
      }),
    )
    .output(templateShape)
    .mutation(async ({ ctx, input }) => {
      const edit = { ...editOf(input.template, input.editId), patchJson: patchOf(input.changes) };
      const { auditTemplate } = await ctx.services.edits.patchAuditTemplate(edit);
      return templateOut(present(auditTemplate, "PatchAuditTemplate"));
    }),

  /** Audits that were made from it stay as they are. */
  delete: allowed("audit_template:delete")
    .input(z.strictObject({ template, editId }))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.edits.deleteAuditTemplate(editOf(input.template, input.editId));
    }),
});

/** Empty: not given. */
function jsonOf(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}

function templateOut(row: AuditTemplateRow): z.input<typeof templateShape> {
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    description: row.description ?? null,
    goalUuid: row.goalUuid,
    goalName: row.goalName,
    strategyUuid: row.strategyUuid ?? null,
    strategyName: row.strategyName ?? null,
    scope: JSON.parse(row.scopeJson) as unknown[],
    defaultParameters: JSON.parse(row.defaultParametersJson) as Record<string, unknown>,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt ?? null,
    deletedAt: row.deletedAt ?? null,
  };
}
