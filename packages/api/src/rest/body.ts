/** How the body of a request is read, and what is said of one that cannot be (rest-api 1.3). */

import { isDeeperThan, type JsonValue, VigilError } from "@vigil/core";
import type { FastifyRequest } from "fastify";
import { missingArgument, unknownMediaType } from "./fault.ts";

/** Bytes; a hundred times the largest audit that a client is known to send. */
export const REST_BODY_BYTES_MAX = 1024 * 1024;

/** Levels of objects and lists in one another. Types and rules are checked by recursion, which has to end. */
export const REST_BODY_LEVELS_MAX = 100;

/** Characters of a refused body that its error repeats. */
const SHOWN_LENGTH_MAX = 60;

const FORM = "application/x-www-form-urlencoded";

/**
 * The JSON value in a body.
 *
 * @param argument the name that errors give the body
 * @throws VigilError invalid-input: absent, empty, of no type, a form, not JSON, or nested without end
 * @throws HttpFault 415 for another media type
 */
export function readJsonBody(
  body: Uint8Array | undefined,
  contentType: string | undefined,
  argument: string,
): JsonValue {
  if (body === undefined || body.length === 0) throw missingArgument(argument);
  const type = mediaType(contentType);
  if (type === "" || type === FORM) throw refused(`Unknown argument: "${firstName(body)}"`);
  if (type !== "application/json") throw unknownMediaType(type);
  const value = parseJson(body);
  if (!isDeeperThan(value, REST_BODY_LEVELS_MAX)) return value;
  throw refused(
    `The body is nested deeper than ${REST_BODY_LEVELS_MAX} levels; at most that many are taken. Send a flatter one.`,
  );
}

/** The same of a request. */
export function jsonBodyOf({ body, call }: FastifyRequest, argument: string): JsonValue {
  return readJsonBody(body as Buffer | undefined, call.contentType, argument);
}

function parseJson(body: Uint8Array): JsonValue {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)) as JsonValue;
  } catch {
    throw refused("Request is not in valid JSON format");
  }
}

function mediaType(contentType: string | undefined): string {
  return (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** A body without a type is read as a form, whose first name is the argument that nobody knows. */
function firstName(body: Uint8Array): string {
  const text = new TextDecoder().decode(body.subarray(0, SHOWN_LENGTH_MAX));
  return text.split(/[=&]/)[0] ?? "";
}

function refused(message: string): VigilError {
  return new VigilError("invalid-input", message);
}
