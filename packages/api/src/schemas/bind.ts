/**
 * Turns what zod says about a request into the texts of Watcher's binding layer (rest-api 1.3, 1.6).
 * Every schema of bodies and queries is bound here, so those texts stand in one place.
 */

import { VigilError } from "@vigil/core";
import type { z } from "zod";

/** Characters of a refused value that its error repeats. */
const SHOWN_LENGTH_MAX = 120;

/** Detail of a required member that is absent or null. */
export const MANDATORY = "Mandatory field missing.";

/** Detail of a member that only the service writes. */
export const READ_ONLY = "Cannot set read only field.";

/**
 * The body as the schema reads it.
 *
 * @param argument the name that Watcher gives the body in its errors, such as `audit_p`
 * @throws VigilError invalid-input
 */
export function bindBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  argument: string,
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  if (issue.code === "unrecognized_keys" && issue.path.length === 0) {
    throw new VigilError("invalid-input", `Unknown attribute for argument ${argument}: ${issue.keys[0]}`);
  }
  throw fieldError(issue, body, argument);
}

/**
 * The query as the schema reads it. A name given twice arrives as a list and is refused.
 *
 * @throws VigilError invalid-input
 */
export function bindQuery<Schema extends z.ZodType>(schema: Schema, query: unknown): z.output<Schema> {
  const result = schema.safeParse(query);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  if (issue.code === "unrecognized_keys") {
    throw new VigilError("invalid-input", `Unknown argument: "${issue.keys[0]}"`);
  }
  throw fieldError(issue, query, "query");
}

/** The form of Watcher for one member that cannot be taken. */
export function fieldError(issue: z.core.$ZodIssue, input: unknown, argument: string): VigilError {
  const name = issue.path.length === 0 ? argument : issue.path.join(".");
  return fieldRefusal(name, issue.path.reduce(memberOf, input), issue.message);
}

/** The same for a member whose value no schema refuses. */
export function fieldRefusal(name: string, value: unknown, detail: string): VigilError {
  return new VigilError(
    "invalid-input",
    `Invalid input for field/attribute ${name}. Value: '${shown(value)}'. ${detail}`,
  );
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<PropertyKey, unknown>)[key]
    : undefined;
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}...` : text;
}
