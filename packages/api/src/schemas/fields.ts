/**
 * Types of single members, as Watcher's binding reads them. `null` for an optional member equals leaving
 * it out, because Tempest and the dashboard send it for whatever they leave open (rest-api 1.3).
 */

import { readFlagWord } from "@vigil/core";
import { z } from "zod";
import { MANDATORY, READ_ONLY } from "./bind.ts";
import { isUuidLike } from "./uuid.ts";

/** Error of a value of another type; a missing one gets the text for that. */
export function wrongType(expected: string) {
  return (issue: { input?: unknown }) =>
    issue.input === undefined || issue.input === null
      ? MANDATORY
      : `Wrong type. Expected '${expected}', got '${typeName(issue.input)}'`;
}

function typeName(value: unknown): string {
  return Array.isArray(value) ? "list" : typeof value;
}

/** A string that has to be there. */
export const text = z.string({ error: wrongType("string") });

/** A string, or nothing. */
export const optionalText = text.nullish().transform((value) => value ?? undefined);

/** A UUID in any form that Python reads; it is compared as it was sent. */
export const uuidText = text.refine(isUuidLike, {
  error: (issue) => `unable to convert to uuid. Error: Expected a uuid but received ${String(issue.input)}`,
});

/** A UUID, or nothing. */
export const optionalUuid = uuidText.nullish().transform((value) => value ?? undefined);

/** A boolean, or one of the texts and numbers that stand for one. */
export const optionalBoolean = z
  .union([z.boolean(), z.string(), z.number()], { error: wrongType("boolean") })
  .nullish()
  .transform((value, context) => {
    if (value === null || value === undefined || typeof value === "boolean") return value ?? undefined;
    const flag = readFlagWord(value);
    if (flag !== undefined) return flag;
    context.issues.push({
      code: "custom",
      message: `Wrong type. Expected 'boolean', got '${typeName(value)}'`,
      input: value,
    });
    return z.NEVER;
  });

/** A member that is refused whenever it is there, even null or empty. */
export const readOnly = z.never({ error: () => READ_ONLY }).optional();
