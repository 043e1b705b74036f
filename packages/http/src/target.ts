/**
 * Paths in one form (rest-api 1.1): clients write `//v1/goals`, `v1//audits/detail`, `/v1/goals/` and
 * `/goals` for what is one resource each. Never by a redirect: alarm services would follow it with a GET
 * and lose the alarm.
 */

import type { RequestTarget } from "./routes.ts";

/** First segments that are not resources of the API and never fall under the `/v1` alias. */
const RESERVED_SEGMENTS: ReadonlySet<string> = new Set([
  "healthz",
  "readyz",
  "metrics",
  "openapi.json",
  "trpc",
]);

/** @param url request target as it stands in the request line: a path, or a whole address */
export function readTarget(url: string): RequestTarget {
  const relative = url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = relative.indexOf("?");
  const raw = mark < 0 ? relative : relative.slice(0, mark);
  const query = mark < 0 ? "" : relative.slice(mark + 1);
  if (isPlain(raw)) return { path: raw, query, aliased: false };
  const segments = raw.split("/").filter((segment) => segment !== "");
  const first = segments[0];
  if (first === undefined) return { path: "/", query, aliased: false };
  const aliased = first !== "v1" && !RESERVED_SEGMENTS.has(first);
  return { path: `${aliased ? "/v1" : ""}/${segments.join("/")}`, query, aliased };
}

/** Most requests are written properly; they need no splitting and joining. */
function isPlain(path: string): boolean {
  return path.startsWith("/v1/") && !path.endsWith("/") && !path.includes("//");
}

/** Segments of a normalised path, percent-decoded. undefined: broken percent-encoding. */
export function decodeSegments(path: string): string[] | undefined {
  try {
    return path.slice(1).split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
