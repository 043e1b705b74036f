/**
 * Answers to browsers that let pages of other origins use this API (rest-api 10, group cors). Written here and not
 * taken from a plugin: OPTIONS is answered before authentication and routing, for paths that do not exist as well.
 */

import type { IncomingHttpHeaders } from "node:http";

/** Any origin, as a setting of Watcher's operators may have it. */
const ANY_ORIGIN = "*";

const METHODS = "GET, PUT, POST, DELETE, PATCH";

/** Watcher's list, and what its clients send beside. */
const REQUEST_HEADERS = [
  "Content-Type",
  "OpenStack-API-Version",
  "X-Auth-Token",
  "X-Identity-Status",
  "X-Roles",
  "X-Service-Catalog",
  "X-User-Id",
  "X-Tenant-Id",
  "X-OpenStack-Request-ID",
  "X-Show-Deleted",
].join(", ");

/** What scripts get to see of an answer; without the list, next to nothing. */
const ANSWER_HEADERS = [
  "Location",
  "OpenStack-API-Version",
  "OpenStack-API-Minimum-Version",
  "OpenStack-API-Maximum-Version",
  "X-OpenStack-Request-ID",
].join(", ");

/** How long a browser may remember a preflight, s; an hour, as oslo.middleware has it. */
const PREFLIGHT_AGE_S = 3_600;

/**
 * Headers that allow the sender's origin to read the answer; none when it sent no Origin, or one that is not allowed.
 *
 * @param allowedOrigins such as `https://dashboard.example`, or `*` for any
 */
export function corsHeaders(
  allowedOrigins: readonly string[],
  { origin }: IncomingHttpHeaders,
): Record<string, string> {
  if (origin === undefined) return {};
  // Only named origins may send what the browser keeps for this host, such as client certificates.
  if (allowedOrigins.includes(origin)) {
    return {
      "access-control-allow-origin": origin,
      "access-control-allow-credentials": "true",
      "access-control-expose-headers": ANSWER_HEADERS,
    };
  }
  if (!allowedOrigins.includes(ANY_ORIGIN)) return {};
  return { "access-control-allow-origin": ANY_ORIGIN, "access-control-expose-headers": ANSWER_HEADERS };
}

/** The same for a preflight, which asks what may be sent. */
export function preflightHeaders(
  allowedOrigins: readonly string[],
  headers: IncomingHttpHeaders,
): Record<string, string> {
  const allowing = corsHeaders(allowedOrigins, headers);
  if (Object.keys(allowing).length === 0) return {};
  return {
    ...allowing,
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": REQUEST_HEADERS,
    "access-control-max-age": String(PREFLIGHT_AGE_S),
  };
}
