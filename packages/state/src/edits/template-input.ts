/** New audit templates as they come over gRPC, checked: types and sizes. What they say is decided in core. */

import { readTemplate, type TemplateFields, VigilError } from "@vigil/core";
import type { CreateAuditTemplateRequest__Output } from "@vigil/proto";
import { z } from "zod";
import { IDENT_LENGTH_MAX, json, PARAMETERS_LENGTH_MAX, SCOPE_LENGTH_MAX, text } from "../records/input.ts";
import { checkLength } from "./edit-input.ts";

/** Far above what is taken: how long a text may be is said by core, in Watcher's words. */
const TEXT_LENGTH_MAX = 64 * 1024;

const newTemplate = z.object({
  uuid: z.uuid().lowercase(),
  name: text(TEXT_LENGTH_MAX),
  goal: text(IDENT_LENGTH_MAX),
  strategy: text(IDENT_LENGTH_MAX),
  description: text(TEXT_LENGTH_MAX).optional(),
  scopeJson: json(SCOPE_LENGTH_MAX),
  defaultParametersJson: json(PARAMETERS_LENGTH_MAX),
});

/** @throws VigilError invalid-input, naming the member */
export function checkNewTemplate(
  request: CreateAuditTemplateRequest__Output,
): TemplateFields & { uuid: string } {
  const result = newTemplate.safeParse(request);
  if (!result.success) throw refused(result.error.issues);
  const given = result.data;
  const fields = readTemplate({
    name: given.name,
    goal: given.goal,
    strategy: given.strategy === "" ? null : given.strategy,
    description: given.description ?? null,
    scope: given.scopeJson ?? null,
    default_parameters: given.defaultParametersJson ?? null,
  });
  return { ...fields, uuid: given.uuid };
}

/** @throws VigilError invalid-input for a patch that lets the template grow too large */
export function checkTemplateSize({ scope, defaultParameters }: TemplateFields): void {
  checkLength("scope", scope, SCOPE_LENGTH_MAX);
  checkLength("default_parameters", defaultParameters, PARAMETERS_LENGTH_MAX);
}

function refused([issue]: z.core.$ZodIssue[]): VigilError {
  return new VigilError(
    "invalid-input",
    `The template's member ${issue?.path.join(".")} can't be taken: ${issue?.message}`,
  );
}
