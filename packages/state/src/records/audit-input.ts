import { VigilError } from "@vigil/core";
import type { CreateAuditRequest__Output } from "@vigil/proto";
import { z } from "zod";
import { IDENT_LENGTH_MAX, json, PARAMETERS_LENGTH_MAX, SCOPE_LENGTH_MAX, text } from "./input.ts";

/**
 * A new audit as it comes over gRPC, checked: types and sizes. What its members may say together is decided by
 * whoever offers the API, what the database has to say (names, goals, parameters) in create-audit.ts.
 */

/** Characters, as wide as Watcher's columns. */
const INTERVAL_LENGTH_MAX = 36;
/** Longer names are cut in SQL; this bounds what is sent there. */
const NAME_LENGTH_MAX = 1_024;
const TRIGGER_STATES_MAX = 16;
const TRIGGER_STATE_LENGTH_MAX = 64;

/** With an offset: what "local" means only the API that took the time knows. */
const time = z.iso.datetime({ offset: true });

const auditInput = z
  .object({
    uuid: z.uuid().lowercase(),
    name: text(NAME_LENGTH_MAX),
    auditType: z.enum(["ONESHOT", "CONTINUOUS", "EVENT"], {
      error: (issue) => `Audit type ${String(issue.input)} could not be found`,
    }),
    goal: text(IDENT_LENGTH_MAX),
    auditTemplateUuid: text(IDENT_LENGTH_MAX),
    strategy: text(IDENT_LENGTH_MAX),
    parametersJson: json(PARAMETERS_LENGTH_MAX),
    scopeJson: json(SCOPE_LENGTH_MAX),
    interval: text(INTERVAL_LENGTH_MAX).optional(),
    autoTrigger: z.boolean(),
    force: z.boolean(),
    startTime: time.optional(),
    endTime: time.optional(),
    triggerStates: z.array(text(TRIGGER_STATE_LENGTH_MAX).min(1)).max(TRIGGER_STATES_MAX),
  })
  .transform(({ parametersJson, scopeJson, triggerStates, ...rest }) => ({
    ...rest,
    parameters: parametersJson,
    scope: scopeJson,
    triggerStates: triggerStates.length === 0 ? ["*"] : triggerStates,
  }));

export type AuditInput = z.infer<typeof auditInput>;

/** @throws VigilError invalid-input, naming the member */
export function checkAuditInput(request: CreateAuditRequest__Output): AuditInput {
  const result = auditInput.safeParse(request);
  if (result.success) return withOneOrigin(result.data);
  const [issue] = result.error.issues;
  const member = issue?.path.join(".") ?? "";
  if (member === "auditType") throw new VigilError("invalid-input", issue?.message ?? member);
  throw new VigilError("invalid-input", `The audit's member ${member} can't be taken: ${issue?.message}`);
}

/** A goal, or a template that has one; Watcher's texts. */
function withOneOrigin(input: AuditInput): AuditInput {
  const hasTemplate = input.auditTemplateUuid !== "";
  if (hasTemplate !== (input.goal !== "")) return input;
  throw new VigilError(
    "invalid-input",
    hasTemplate
      ? "Either audit_template_uuid or goal should be provided."
      : "A valid goal or audit_template_id must be provided",
  );
}
