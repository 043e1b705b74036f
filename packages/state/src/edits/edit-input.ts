/** Edits as they come over gRPC, checked: types and sizes. What they may do is decided in core. */

import { type JsonValue, type PatchOperation, readPatch, VigilError } from "@vigil/core";
import { z } from "zod";
import { json, PARAMETERS_LENGTH_MAX, SCOPE_LENGTH_MAX, text } from "../records/input.ts";

/** A patch may bring a whole scope and whole parameters. Characters of JSON text. */
const PATCH_LENGTH_MAX = 2 * (SCOPE_LENGTH_MAX + PARAMETERS_LENGTH_MAX);
/** Far above any name: what is longer names nothing, and is told so. */
const IDENT_LENGTH_MAX = 64 * 1024;

const edit = z.object({ editId: z.uuid().lowercase(), ident: z.string().max(IDENT_LENGTH_MAX) });
/** As wide as the ids of any identity service. Characters. */
const USER_ID_LENGTH_MAX = 255;
const settlement = edit.extend({ userId: text(USER_ID_LENGTH_MAX) });
const patch = edit.extend({ patchJson: json(PATCH_LENGTH_MAX) });

export interface EditRequest {
  editId: string;
  ident: string;
}

export interface PatchRequest extends EditRequest {
  operations: PatchOperation[];
}

/** What an operator wants to be done about an event or a dead letter. */
export interface SettleRequest extends EditRequest {
  /** User id of the operator. */
  userId: string;
}

/** @throws VigilError invalid-input, naming the member */
export function checkSettle(request: SettleRequest): SettleRequest {
  return checked(settlement, request);
}

/** @throws VigilError invalid-input, naming the member */
export function checkEdit(request: EditRequest): EditRequest {
  return checked(edit, request);
}

/** @throws VigilError invalid-input, naming the member, or for a patch that is none */
export function checkPatch(request: EditRequest & { patchJson: string }): PatchRequest {
  const { patchJson, ...rest } = checked(patch, request);
  return { ...rest, operations: readPatch(patchJson ?? null) };
}

/**
 * Patches add up: each may be small and the row grow all the same.
 * @throws VigilError invalid-input
 */
export function checkLength(member: string, value: JsonValue, lengthMax: number): void {
  const { length } = JSON.stringify(value);
  if (length <= lengthMax) return;
  throw new VigilError(
    "invalid-input",
    `The member ${member} would have ${length} characters as JSON; at most ${lengthMax} are wanted`,
  );
}

function checked<Output>(schema: z.ZodType<Output>, request: unknown): Output {
  const result = schema.safeParse(request);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new VigilError(
    "invalid-input",
    `The edit's member ${issue?.path.join(".")} can't be taken: ${issue?.message}`,
  );
}
