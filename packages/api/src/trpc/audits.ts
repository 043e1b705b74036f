import { randomUUID } from "node:crypto";
import type { EditCalls } from "@vigil/proto";
import { z } from "zod";
import { present } from "../rows.ts";
import { checkAuditDraft, createAuditRequest } from "../schemas/audit-rules.ts";
import { readInstant } from "../schemas/time.ts";
import { editId, editOf, patchOf, someOf } from "./edits.ts";
import { type AuditOut, auditOut, pageOut, pageRequest } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import {
  auditShape,
  auditType,
  ident,
  jsonObject,
  pageInput,
  pageOf,
  showDeleted,
  time,
  triggerState,
} from "./shapes.ts";
import { triggerAudit, triggerInput, triggerOutput } from "./trigger.ts";

const createInput = z.strictObject({
  /** Made here when absent. A caller that gives one may repeat the call: it is answered with the same audit. */
  uuid: z.uuid().optional(),
  name: z.string().optional(),
  auditType,
  /** Integer id, UUID or name; left out where a template says it. */
  goal: ident.optional(),
  strategy: ident.optional(),
  /** Template that goal, scope and what else is not given here are taken from. */
  auditTemplateUuid: z.uuid().optional(),
  /** Seconds as text, or a cron expression. */
  interval: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
  autoTrigger: z.boolean().optional(),
  force: z.boolean().optional(),
  startTime: time.optional(),
  endTime: time.optional(),
  /** States of the sender's alarm that run the audit; others are recorded as FILTERED. */
  triggerStates: z.array(triggerState).min(1).optional(),
});

/** null clears a member. */
const auditChanges = someOf({
  name: z.string(),
  /** Seconds as text, or a cron expression. */
  interval: z.string().nullable(),
  parameters: jsonObject,
  scope: z.array(z.unknown()),
  autoTrigger: z.boolean(),
  force: z.boolean(),
  startTime: time.nullable(),
  endTime: time.nullable(),
});

/** Audits. */
export const auditsRouter = router({
  create: allowed("audit:create")
    .input(createInput)
    .output(auditShape)
    .mutation(async ({ ctx, input }) => {
      const { uuid = randomUUID(), ...draft } = input;
      checkAuditDraft(draft);
      const { audit } = await ctx.services.records.createAudit(createAuditRequest(draft, uuid));
      return auditOut(present(audit, "CreateAudit"));
    }),

  get: allowed("audit:get")
    .input(
      z.strictObject({
        /** Integer id, UUID or name. */
        audit: ident,
        showDeleted,
      }),
    )
    .output(auditShape)
    .query(async ({ ctx, input }) => {
      const { audit, ...rest } = input;
      const answer = await ctx.services.records.getAudit({ ident: audit, ...rest });
      return auditOut(present(answer.audit, "GetAudit"));
    }),

  list: allowed("audit:get_all")
    .input(
      z.strictObject({
        ...pageInput,
        showDeleted,
        /** UUID or name. */
        goal: ident.optional(),
        strategy: ident.optional(),
        state: auditShape.shape.state.optional(),
      }),
    )
    .output(pageOf(auditShape))
    .query(async ({ ctx, input }) => {
      const { audits } = await ctx.services.records.listAudits({
        page: pageRequest(input),
        goal: input.goal,
        strategy: input.strategy,
        state: input.state,
      });
      return pageOut(audits.map(auditOut), input.limit, (audit) => audit.uuid);
    }),

  /** Changes what is named, at once or not at all. */
  update: allowed("audit:update")
    .input(z.strictObject({ audit: ident, editId, changes: auditChanges }))
    .output(auditShape)
    .mutation(async ({ ctx, input }) => {
      const { startTime, endTime, ...changes } = input.changes;
      const times = {
        startTime: startTime && readInstant("start_time", startTime),
        endTime: endTime && readInstant("end_time", endTime),
      };
      return patchAudit(ctx.services.edits, input, { ...changes, ...times });
    }),

  /** Ends what is under way and what is planned of it; its run and the events that wait for one are given up. */
  cancel: allowed("audit:update")
    .input(z.strictObject({ audit: ident, editId }))
    .output(auditShape)
    .mutation(({ ctx, input }) => patchAudit(ctx.services.edits, input, { state: "CANCELLED" })),

  /** An audit that is over. Its plans stay. */
  delete: allowed("audit:delete")
    .input(z.strictObject({ audit: ident, editId }))
    .mutation(async ({ ctx, input }) => {
      await ctx.services.edits.deleteAudit(editOf(input.audit, input.editId));
    }),

  /** An event for an EVENT audit, as a webhook makes one. Answered when the event is stored for good. */
  trigger: allowed("webhook:trigger")
    .input(triggerInput)
    .output(triggerOutput)
    .mutation(({ ctx, input }) => triggerAudit(ctx, input)),
});

async function patchAudit(
  edits: EditCalls,
  { audit, editId }: { audit: string; editId?: string | undefined },
  changes: Readonly<Record<string, unknown>>,
): Promise<AuditOut> {
  const edit = { ...editOf(audit, editId), patchJson: patchOf(changes) };
  return auditOut(present((await edits.patchAudit(edit)).audit, "PatchAudit"));
}
