/** Body of `POST /v1/audit_templates` (rest-api 5.2): types and names only; the state service has its rules. */

import { z } from "zod";
import { optionalText, text, wrongType } from "./fields.ts";

/** The name that errors give this body. */
export const AUDIT_TEMPLATE_ARGUMENT = "audit_template_postdata";

/** The members of the body and their types. */
export const auditTemplatePostSchema = z.strictObject(
  {
    name: text,
    goal: text,
    strategy: optionalText,
    description: optionalText,
    scope: z
      .array(z.json(), { error: wrongType("list") })
      .nullish()
      .transform((value) => value ?? undefined),
    default_parameters: z
      .record(z.string(), z.json(), { error: wrongType("object") })
      .nullish()
      .transform((value) => value ?? undefined),
  },
  { error: (issue) => (issue.code === "invalid_type" ? wrongType("object")(issue) : undefined) },
);

export type AuditTemplatePost = z.output<typeof auditTemplatePostSchema>;
