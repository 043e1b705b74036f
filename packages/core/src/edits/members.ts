/** What the edits of all resources share: members that no user sets, and values as clients write them. */

import { VigilError } from "../errors.ts";
import { clip } from "../explanation.ts";
import type { JsonValue } from "../json.ts";
import { type PatchOperation, rootOf } from "./json-patch.ts";

/** Characters, as wide as Watcher's columns (rest-api 10). */
export const NAME_CHARACTERS_MAX = 63;

/** Members of every resource that only Vigil itself writes. */
const INTERNAL_MEMBERS = ["created_at", "updated_at", "deleted_at", "id", "links", "uuid"];

/**
 * @param further members that are internal to this resource as well
 * @throws VigilError invalid-input for an operation on such a member, or on something inside it
 */
export function refuseInternal(operations: readonly PatchOperation[], further: readonly string[]): void {
  for (const operation of operations) {
    const root = rootOf(operation);
    if (!INTERNAL_MEMBERS.includes(root) && !further.includes(root)) continue;
    throw new VigilError(
      "invalid-input",
      `'${clip(operation.path)}' is an internal attribute and can not be updated`,
    );
  }
}

/** A value as messages show it: texts bare, everything else as JSON. */
export function shown(value: JsonValue | undefined): string {
  return clip(typeof value === "string" ? value : (JSON.stringify(value) ?? "null"));
}

/** Watcher's error for a member's value of the wrong kind. */
export function wrongValue(member: string, value: JsonValue, wanted: string): VigilError {
  return new VigilError(
    "invalid-input",
    `Invalid input for field/attribute ${member}. Value: '${shown(value)}'. ${wanted}`,
  );
}

/** Watcher's error for a state that does not lead to the wanted one. */
export function transitionText(from: string, to: JsonValue): string {
  return `State transition not allowed: (${from} -> ${shown(to)})`;
}

/** The one rule of all deletions. */
export function refuseDeletion(state: string, deletable: readonly string[]): void {
  if (deletable.includes(state)) return;
  throw new VigilError("illegal-state", `Couldn't delete when state is '${state}'.`);
}
