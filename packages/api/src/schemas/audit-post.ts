/** Body of `POST /v1/audits` (rest-api 6.2): types and names only; its rules are in `audit-rules.ts`. */

import { z } from "zod";
import { optionalBoolean, optionalText, optionalUuid, readOnly, text, wrongType } from "./fields.ts";

/** The name that errors give this body. */
export const AUDIT_ARGUMENT = "audit_p";

/** The members of the body and their types. */
export const auditPostSchema = z.strictObject(
  {
    audit_type: text,
    name: optionalText,
    goal: optionalText,
    strategy: optionalText,
    audit_template_uuid: optionalUuid,
    interval: optionalText,
    // Null and absent differ here: null is stored as {} without the strategy's defaults (rest-api 6.4).
    parameters: z.record(z.string(), z.json(), { error: wrongType("object") }).nullish(),
    auto_trigger: optionalBoolean,
    start_time: optionalText,
    end_time: optionalText,
    force: optionalBoolean,
    state: readOnly,
    scope: readOnly,
    hostname: readOnly,
  },
  { error: (issue) => (issue.code === "invalid_type" ? wrongType("object")(issue) : undefined) },
);

export type AuditPost = z.output<typeof auditPostSchema>;
