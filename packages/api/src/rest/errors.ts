/** What goes wrong in a request becomes an answer here, and nowhere else (rest-api 1.6). */

import { VigilError } from "@vigil/core";
import { type Authenticator, bodyTooLarge, discardBody, errorAnswer, HttpFault } from "@vigil/http";
import type { Logger } from "@vigil/service";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { REST_BODY_BYTES_MAX } from "./body.ts";
import { sendJson } from "./reply.ts";

/** Answers whatever a request throws, in the envelope that clients decode; failures of our own go to the log. */
export function handleErrors(
  app: FastifyInstance,
  options: { authenticator: Authenticator; logger: Logger },
): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = borderError(thrown, request);
    const answer = errorAnswer(error, options.authenticator.keystoneUri);
    if (answer.status >= 500) logFailure(options.logger, error, request);
    // What is left of a refused body must not be taken for the next request, nor cost the sender its answer: the
    // framework would close the connection on a sender that still writes, which resets it.
    reply.removeHeader("connection");
    discardBody(request.raw, reply.raw);
    return sendJson(reply, answer.status, answer.body, answer.headers);
  });
}

/** The framework's own errors as ours; the ones about bodies are all that a sender can cause. */
function borderError(thrown: unknown, request: FastifyRequest): VigilError {
  if (thrown instanceof VigilError) return thrown;
  switch ((thrown as { code?: unknown }).code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return bodyTooLarge(REST_BODY_BYTES_MAX, declaredBytes(request));
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new HttpFault(400, "The body is not as long as Content-Length says.");
    default:
      return VigilError.from(thrown);
  }
}

function declaredBytes({ headers }: FastifyRequest): number | undefined {
  const declared = headers["content-length"];
  return declared === undefined ? undefined : Number(declared);
}

function logFailure(logger: Logger, error: VigilError, request: FastifyRequest): void {
  logger.error(
    { err: error, request: request.call?.requestId, method: request.method, path: request.url },
    "a request failed",
  );
}
