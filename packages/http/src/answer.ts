/**
 * What goes wrong as an answer: the error envelope that OpenStack clients decode twice, and Keystone's
 * own body for a missing or bad token (rest-api 1.6, 1.7).
 */

import type { ServerResponse } from "node:http";
import { VigilError } from "@vigil/core";
import { HttpFault } from "./fault.ts";
import { httpStatusOf } from "./status.ts";

export interface PreparedAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: object;
}

/** Says nothing of the inside; the log has the rest under the request's id. */
const INTERNAL_TEXT =
  "Vigil failed to answer this request. Its log tells more under the request id of this answer.";

/** Seconds after which a sender that was refused for load or an outage may try again. */
export const RETRY_AFTER_S = "1";

/**
 * The envelope: `error_message` is JSON text inside JSON, never an object (clients would crash). They would as
 * well when they print half of a surrogate pair, which an error may repeat from a request.
 */
export function errorEnvelope(status: number, text: string): { error_message: string } {
  const fault = {
    faultcode: status < 500 ? "Client" : "Server",
    faultstring: text.toWellFormed(),
    debuginfo: null,
  };
  return { error_message: JSON.stringify(fault) };
}

/** @param keystoneUri public address of Keystone, told to clients that have no token yet */
export function unauthorizedAnswer(keystoneUri: string): PreparedAnswer {
  return {
    status: 401,
    headers: { "www-authenticate": `Keystone uri="${keystoneUri}"` },
    body: {
      error: {
        code: 401,
        title: "Unauthorized",
        message: "The request you have made requires authentication.",
      },
    },
  };
}

/**
 * The answer to anything that was thrown. Errors of kind internal, and whatever is no VigilError, are
 * told as one fixed sentence.
 */
export function errorAnswer(thrown: unknown, keystoneUri: string): PreparedAnswer {
  const error = VigilError.from(thrown);
  if (error.kind === "unauthenticated") return unauthorizedAnswer(keystoneUri);
  const status = httpStatusOf(error);
  const text = error.kind === "internal" ? INTERNAL_TEXT : error.message;
  return { status, headers: headersOf(error, status), body: errorEnvelope(status, text) };
}

function headersOf(error: VigilError, status: number): Readonly<Record<string, string>> {
  if (error instanceof HttpFault) return error.headers;
  return status === 429 || status === 503 ? { "retry-after": RETRY_AFTER_S } : {};
}

/** Sends a prepared answer. Does nothing when the sender is gone or an answer is on its way. */
export function sendAnswer(
  response: ServerResponse,
  answer: PreparedAnswer,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(JSON.stringify(answer.body));
  response.writeHead(answer.status, {
    ...headers,
    ...answer.headers,
    "content-type": "application/json",
    "content-length": body.length,
  });
  response.end(body);
}
