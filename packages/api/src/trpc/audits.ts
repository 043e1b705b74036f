import { randomUUID } from "node:crypto";
import { z } from "zod";
import { present } from "../rows.ts";
import { checkAuditDraft, createAuditRequest } from "../schemas/audit-rules.ts";
import { auditOut, pageOut, pageRequest } from "./from-rows.ts";
import { allowed, router } from "./init.ts";
import {
  auditShape,
  auditType,
  ident,
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
  /** Integer id, UUID or name. */
  goal: ident,
  strategy: ident.optional(),
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
      }),
    )
    .output(pageOf(auditShape))
    .query(async ({ ctx, input }) => {
      const { audits } = await ctx.services.records.listAudits({
        page: pageRequest(input),
        goal: input.goal,
        strategy: input.strategy,
      });
      return pageOut(audits.map(auditOut), input.limit, (audit) => audit.uuid);
    }),

  /** An event for an EVENT audit, as a webhook makes one. Answered when the event is stored for good. */
  trigger: allowed("webhook:trigger")
    .input(triggerInput)
    .output(triggerOutput)
    .mutation(({ ctx, input }) => triggerAudit(ctx, input)),
});
