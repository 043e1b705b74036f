/** Requests on audit templates as they come over gRPC, checked: types and sizes. What they say is decided in core. */

import {
  type JsonValue,
  type PatchOperation,
  readPatch,
  readTemplate,
  type TemplateFields,
  VigilError,
} from "@vigil/core";
import type { CreateAuditTemplateRequest__Output } from "@vigil/proto";
import { z } from "zod";
import { IDENT_LENGTH_MAX, json, PARAMETERS_LENGTH_MAX, SCOPE_LENGTH_MAX, text } from "../records/input.ts";

/** A patch may bring a whole scope and whole parameters. Bytes of JSON text. */
const PATCH_LENGTH_MAX = 2 * (SCOPE_LENGTH_MAX + PARAMETERS_LENGTH_MAX);
/** Far above what is taken: how long a text may be is said by core, in Watcher's words. */
const TEXT_LENGTH_MAX = 64 * 1024;

const uuid = z.uuid().lowercase();

const newTemplate = z.object({
  uuid,
  name: text(TEXT_LENGTH_MAX),
  goal: text(IDENT_LENGTH_MAX),
  strategy: text(IDENT_LENGTH_MAX),
  description: text(TEXT_LENGTH_MAX).optional(),
  scopeJson: json(SCOPE_LENGTH_MAX),
  defaultParametersJson: json(PARAMETERS_LENGTH_MAX),
});

const edit = z.object({ editId: uuid, ident: z.string().max(TEXT_LENGTH_MAX) });
const patch = edit.extend({ patchJson: json(PATCH_LENGTH_MAX) });

export interface TemplateEditRequest {
  editId: string;
  ident: string;
}

/** @throws VigilError invalid-input, naming the member */
export function checkNewTemplate(
  request: CreateAuditTemplateRequest__Output,
): TemplateFields & { uuid: string } {
  const given = checked(newTemplate, request);
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

/** @throws VigilError invalid-input, naming the member */
export function checkTemplateEdit(request: TemplateEditRequest): TemplateEditRequest {
  return checked(edit, request);
}

/** @throws VigilError invalid-input, naming the member, or for a patch that is none */
export function checkTemplatePatch(
  request: TemplateEditRequest & { patchJson: string },
): TemplateEditRequest & { operations: PatchOperation[] } {
  const { patchJson, ...rest } = checked(patch, request);
  return { ...rest, operations: readPatch(patchJson ?? null) };
}

/**
 * Patches add up: each may be small and the template grow all the same.
 * @throws VigilError invalid-input
 */
export function checkTemplateSize({ scope, defaultParameters }: TemplateFields): void {
  checkLength("scope", scope, SCOPE_LENGTH_MAX);
  checkLength("default_parameters", defaultParameters, PARAMETERS_LENGTH_MAX);
}

function checkLength(member: string, value: JsonValue, lengthMax: number): void {
  const { length } = JSON.stringify(value);
  if (length <= lengthMax) return;
  throw new VigilError(
    "invalid-input",
    `The template's member ${member} would have ${length} characters as JSON; at most ${lengthMax} are wanted`,
  );
}

function checked<Output>(schema: z.ZodType<Output>, request: unknown): Output {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new VigilError(
    "invalid-input",
    `The template's member ${issue?.path.join(".")} can't be taken: ${issue?.message}`,
  );
}
