/** Times in patches of audits (rest-api 6.6). */

import type { JsonValue, PatchOperation } from "@vigil/core";
import { fieldRefusal } from "./bind.ts";
import { readInstant } from "./time.ts";

const TIME_PATHS = ["/start_time", "/end_time"];

/**
 * The operations with their times as instants, as the state service takes them: what a time without an offset means
 * depends on the zone of the process that the client spoke to. null takes a time away.
 *
 * @throws VigilError invalid-input for what cannot be read as a time
 */
export function withInstants(operations: PatchOperation[]): PatchOperation[] {
  return operations.map((operation) => {
    const { path, value } = operation;
    if (!TIME_PATHS.includes(path) || value === undefined || value === null) return operation;
    return { ...operation, value: instantOf(path.slice(1), value) };
  });
}

function instantOf(member: string, value: JsonValue): string {
  if (typeof value !== "string") throw fieldRefusal(member, value, "Wrong type. Expected 'string'");
  return readInstant(member, value);
}
