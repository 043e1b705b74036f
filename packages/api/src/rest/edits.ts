/** PATCH and DELETE of one object: what all collections do alike (rest-api 1.3, 1.7, 9). */

import { randomUUID } from "node:crypto";
import { type PatchOperation, readPatch } from "@vigil/core";
import type { FastifyRequest } from "fastify";
import { bindQuery } from "../schemas/bind.ts";
import { noQuery } from "../schemas/queries.ts";
import { jsonBodyOf } from "./body.ts";
import type { Call, Handler } from "./call.ts";
import { type Objects, policyTarget, showView } from "./collection.ts";

/** The name that errors give the body of a PATCH. */
const PATCH_ARGUMENT = "patch";

/** Names the row and the edit for the state service. The id makes a repeated call the same edit. */
export interface Edit {
  editId: string;
  ident: string;
}

export interface PatchRules<Row> {
  /** Asked before everything else, the form of the request included. */
  checkFirst?(call: Call): void;
  /** Refuses operations that make no sense for whatever object: as part of the form, before the lookup. */
  checkForm?(operations: readonly PatchOperation[]): void;
  /** The operations as the state service takes them; asked after the policy. */
  prepare?(operations: PatchOperation[], call: Call): PatchOperation[];
  patch(edit: Edit & { patchJson: string }): Promise<Row>;
}

/** `PATCH /v1/<collection>/<ident>`: form, object, policy; then state decides under the lock of the row. */
export function patchHandler<Row extends { uuid: string }>(
  objects: Objects<Row>,
  { checkFirst, checkForm, prepare, patch }: PatchRules<Row>,
): Handler {
  return async (request) => {
    const { call } = request;
    checkFirst?.(call);
    const operations = bindPatch(request);
    checkForm?.(operations);
    const { uuid } = await objectToEdit(objects, request, "update");
    const prepared = prepare?.(operations, call) ?? operations;
    const row = await patch({ ...editOf(uuid), patchJson: JSON.stringify(prepared) });
    return { status: 200, body: showView(objects, row, request) };
  };
}

/** `DELETE /v1/<collection>/<ident>`. A body is not looked at: clients say of none that it is an octet stream. */
export function deleteHandler<Row extends { uuid: string }>(
  objects: Objects<Row>,
  remove: (edit: Edit) => Promise<unknown>,
): Handler {
  return async (request) => {
    bindQuery(noQuery, request.query);
    const { uuid } = await objectToEdit(objects, request, "delete");
    await remove(editOf(uuid));
    return { status: 204 };
  };
}

/**
 * The object that a request wants to change. It is looked up before the policy, as for reading (rest-api 1.7);
 * deleted ones are never found: X-Show-Deleted is about reading.
 *
 * @param verb last part of the policy rule
 * @throws VigilError invalid-input, not-found, forbidden
 */
export async function objectToEdit<Row>(
  objects: Objects<Row>,
  { params, call }: FastifyRequest,
  verb: string,
): Promise<Row> {
  const { ident } = params as { ident: string };
  objects.checkIdent?.(ident);
  const row = await objects.get(ident, false);
  call.check(`${objects.rule}:${verb}`, policyTarget(objects, row, call));
  return row;
}

/** By UUID from here on: a name may come to mean another row meanwhile. */
function editOf(uuid: string): Edit {
  return { editId: randomUUID(), ident: uuid };
}

function bindPatch(request: FastifyRequest): PatchOperation[] {
  bindQuery(noQuery, request.query);
  return readPatch(jsonBodyOf(request, PATCH_ARGUMENT));
}
