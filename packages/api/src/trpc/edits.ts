/** Changes of rows: how procedures name them, and how typed changes become the operations that state applies. */

import { randomUUID } from "node:crypto";
import { type JsonObject, type JsonValue, readPatch } from "@vigil/core";
import type { Identity } from "@vigil/http";
import { z } from "zod";

/** Made here when absent. A caller that gives one may repeat the call: the change is made once. */
export const editId = z.uuid().optional();

/** Names a row and a change of it for the state service. */
export function editOf(ident: string, id: string | undefined) {
  return { editId: id ?? randomUUID(), ident };
}

/** Names a decision of an operator about the ledger. */
export function settleOf({ userId }: Identity, id: string | undefined) {
  return { editId: id ?? randomUUID(), userId };
}

/**
 * The changes as a JSON patch, in the words of the REST API: what holds for a PATCH holds for them. null clears a
 * member, an absent one is left alone.
 *
 * @param changes by the names of the procedure's input
 * @throws VigilError invalid-input for values that cannot be stored
 */
export function patchOf(changes: Readonly<Record<string, unknown>>): string {
  const operations = Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => operation(`/${memberName(name)}`, value as JsonValue));
  return JSON.stringify(readPatch(operations));
}

function operation(path: string, value: JsonValue): JsonObject {
  return value === null ? { op: "remove", path } : { op: "replace", path, value };
}

/** `autoTrigger` is `auto_trigger` there. */
function memberName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Something has to change: a call without any change is a mistake of the caller. */
export function someOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .strictObject(shape)
    .partial()
    .refine((changes) => Object.values(changes).some((value) => value !== undefined), {
      error: "name at least one member to change",
    });
}
