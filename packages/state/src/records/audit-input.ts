import { type JsonValue, VigilError } from "@vigil/core";
import type { CreateAuditRequest__Output } from "@vigil/proto";
import { z } from "zod";

/**
 * A new audit as it comes over gRPC, checked: types and sizes only. What its members may say together is decided by
 * whoever offers the API, what the database has to say (names, goals, parameters) in create-audit.ts.
 */

/** Characters, as wide as Watcher's columns. */
const INTERVAL_LENGTH_MAX = 36;
/** Longest goal or strategy ident; every stored name is shorter. */
const IDENT_LENGTH_MAX = 255;
/** Longer names are cut in SQL; this bounds what is sent there. */
const NAME_LENGTH_MAX = 1_024;
/** Parameters are options of a strategy, not data: 256 KiB holds thousands of them. Bytes of JSON text. */
const PARAMETERS_LENGTH_MAX = 256 * 1024;
/** A scope may list every node of a large cloud by UUID: 20,000 of them are 1 MiB. */
const SCOPE_LENGTH_MAX = 1024 * 1024;
const TRIGGER_STATES_MAX = 16;
const TRIGGER_STATE_LENGTH_MAX = 64;

// PostgreSQL stores neither the character in text nor its escape in jsonb.
const hasNul = (text: string) => text.includes("\0") || text.includes("\\u0000");
const text = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .refine((value) => !hasNul(value), { error: "the character U+0000 can't be stored" });
/** With an offset: what "local" means only the API that took the time knows. */
const time = z.iso.datetime({ offset: true });

const json = (lengthMax: number) => text(lengthMax).transform((value, context) => parseJson(value, context));

const auditInput = z
  .object({
    uuid: z.uuid().lowercase(),
    name: text(NAME_LENGTH_MAX),
    auditType: z.enum(["ONESHOT", "CONTINUOUS", "EVENT"], {
      error: (issue) => `Audit type ${String(issue.input)} could not be found`,
    }),
    goal: text(IDENT_LENGTH_MAX).min(1),
    strategy: text(IDENT_LENGTH_MAX),
    parametersJson: json(PARAMETERS_LENGTH_MAX),
    scopeJson: json(SCOPE_LENGTH_MAX).refine((value) => value === undefined || Array.isArray(value), {
      error: "not a JSON array",
    }),
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
    scope: scopeJson ?? [],
    triggerStates: triggerStates.length === 0 ? ["*"] : triggerStates,
  }));

export type AuditInput = z.infer<typeof auditInput>;

/** @throws VigilError invalid-input, naming the member */
export function checkAuditInput(request: CreateAuditRequest__Output): AuditInput {
  const result = auditInput.safeParse(request);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const member = issue?.path.join(".") ?? "";
  if (member === "auditType") throw new VigilError("invalid-input", issue?.message ?? member);
  throw new VigilError("invalid-input", `The audit's member ${member} can't be taken: ${issue?.message}`);
}

/** undefined stands for "not given". */
function parseJson(value: string, context: z.RefinementCtx<string>): JsonValue | undefined {
  if (value === "") return undefined;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    context.addIssue({ code: "custom", message: "not JSON" });
    return z.NEVER;
  }
}
