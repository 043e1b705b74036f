/**
 * The checks that every request passes before its handler, in the order that clients rely on: preflight,
 * 401, version 406, Accept, 404 (rest-api 1.7). 405 follows in the route itself, before the body is read.
 */

import type { IncomingHttpHeaders } from "node:http";
import { TLSSocket } from "node:tls";
import {
  type Authenticator,
  HttpFault,
  newRequestId,
  type Policy,
  parseMicroversion,
  senderRequestId,
  versionHeaders,
} from "@vigil/http";
import type { Logger } from "@vigil/service";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { acceptsJson } from "./accept.ts";
import { corsHeaders, preflightHeaders } from "./cors.ts";
import { noSuchResource } from "./fault.ts";
import { requestUrls } from "./urls.ts";

export interface CheckOptions {
  authenticator: Authenticator;
  policy: Policy;
  /** Believe `Forwarded` and `X-Forwarded-*` in links. */
  proxyHeaders: boolean;
  /** Origins whose pages may use the API; `*` for any. */
  allowedOrigins: readonly string[];
  logger: Logger;
}

/**
 * Characters of a request's target, path and query. The longest that means something, a page of a filtered list
 * whose names are all percent-encoded, has below 3,000; errors repeat parts of it.
 */
const TARGET_LENGTH_MAX = 8_192;

/** Paths that need no token and know no version: what they tell is the same for everybody, and no secret. */
const PUBLIC_PATHS: readonly string[] = ["/", "/openapi.json"];

const CHANGING_METHODS: readonly string[] = ["POST", "PATCH", "PUT", "DELETE"];

/** Adds the checks to every path, known or not, and gives each request its `call`. */
export function addChecks(app: FastifyInstance, options: CheckOptions): void {
  app.decorateRequest("call");
  if (options.allowedOrigins.length > 0) varyByOrigin(app);
  app.addHook("onRequest", async (request, reply) => {
    const { headers } = request;
    if (request.method === "OPTIONS") {
      return reply.code(200).headers(preflightHeaders(options.allowedOrigins, headers)).send();
    }
    // First of all, so that pages see refusals too.
    reply.headers(corsHeaders(options.allowedOrigins, headers));
    const path = pathOf(request);
    const identity = PUBLIC_PATHS.includes(path)
      ? options.authenticator.admit(request.raw)
      : await options.authenticator.authenticate(request.raw);
    request.call = {
      ...urlsOf(request, options.proxyHeaders),
      identity,
      check: (rule, target) => options.policy.check(rule, identity, target),
      minor: 0,
      contentType: takeContentType(headers),
      showDeleted: (headers["x-show-deleted"] ?? "") !== "",
      requestId: newRequestId(),
    };
    reply.header("x-openstack-request-id", request.call.requestId);
    logRequest(options.logger, request);
    if (!PUBLIC_PATHS.includes(path)) negotiateVersion(request, reply);
    if (!acceptsJson(headers.accept)) {
      throw new HttpFault(406, "406 Not Acceptable: This API answers application/json only.");
    }
    if (request.url.length > TARGET_LENGTH_MAX) throw targetTooLong(request.url.length);
    if (request.is404) throw noSuchResource();
  });
  app.addHook("onResponse", async (request, reply) => logChange(options.logger, request, reply));
}

/**
 * Takes the header away from the framework, which would refuse what it can't read before anything else is looked at,
 * even on a DELETE, whose body nobody reads.
 */
function takeContentType(headers: IncomingHttpHeaders): string | undefined {
  const type = headers["content-type"];
  delete headers["content-type"];
  return type;
}

/** Caches keep answers to several origins apart. */
function varyByOrigin(app: FastifyInstance): void {
  app.addHook("onSend", async (_request, reply) => {
    const vary = reply.getHeader("vary");
    reply.header("vary", vary === undefined ? "Origin" : `${vary}, Origin`);
  });
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "";
}

function targetTooLong(length: number): HttpFault {
  return new HttpFault(
    414,
    `414 URI Too Long: The path and query have ${length} characters; at most ${TARGET_LENGTH_MAX} are taken.`,
  );
}

function urlsOf(request: FastifyRequest, proxyHeaders: boolean) {
  const { localAddress = "127.0.0.1", localPort = 80 } = request.socket;
  const host = localAddress.includes(":") ? `[${localAddress}]` : localAddress;
  const isEncrypted = request.socket instanceof TLSSocket;
  return requestUrls({
    headers: request.headers,
    localAddress: `${host}:${localPort}`,
    isEncrypted,
    proxyHeaders,
  });
}

/** Minimum and maximum are set before the version is read: a refused one is answered with them (trap 7). */
function negotiateVersion(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(versionHeaders());
  request.call.minor = parseMicroversion(request.headers["openstack-api-version"]);
  reply.headers(versionHeaders(request.call.minor));
}

function logRequest(logger: Logger, request: FastifyRequest): void {
  logger.debug(requestFields(request), "request");
}

/** Who changed what, or was refused: clients print the request id, and operators look for it. Reads are too many. */
function logChange(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  // Without a call the sender is not known; it got 401 or 503.
  if (request.call === undefined || !CHANGING_METHODS.includes(request.method)) return;
  const answer = { status: reply.statusCode, created: reply.getHeader("location") };
  logger.info({ ...answer, ...requestFields(request) }, "change asked");
}

/** The sender's own request id is only logged: the answer has a fresh one (rest-api 1.4). */
function requestFields({ method, url, raw, call }: FastifyRequest) {
  const fields = { method, url, request: call.requestId, senderRequest: senderRequestId(raw) };
  return { ...fields, user: call.identity.userId, project: call.identity.projectId };
}
