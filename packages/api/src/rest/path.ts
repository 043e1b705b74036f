/**
 * Clients write the same resource in many ways: `//v1/goals`, `v1//audits/detail`, `/v1/goals/?limit=2`
 * and `/goals` without the version. One function brings them to one form before routing, so that no
 * route has to know (rest-api 1.1). The router's own options for slashes lost: they cannot tell
 * `/v1/goals/detail/`, which is no resource, from `/v1/goals/detail`.
 */

const VERSION_SEGMENT = "v1";
const DETAIL_SEGMENT = "detail";

/** A collection and its `detail`: the version, the collection, the word. */
const DETAIL_DEPTH = 3;

/** The path and query that the router sees for a request target; the query stays as it was. */
export function canonicalTarget(target: string): string {
  const { path, query } = splitTarget(target);
  const segments = path.split("/").filter((segment) => segment !== "");
  if (segments.length === 0) return `/${query}`;
  if (segments[0] !== VERSION_SEGMENT) segments.unshift(VERSION_SEGMENT);
  // An empty segment after `detail` is one too many, so this slash stays and the router answers 404.
  const slash = path.endsWith("/") && segments.length === DETAIL_DEPTH && segments[2] === DETAIL_SEGMENT;
  return `/${segments.join("/")}${slash ? "/" : ""}${query}`;
}

/** The query begins with its question mark, or is empty. An absolute target loses scheme and host (RFC 9112, 3.2.2). */
function splitTarget(target: string): { path: string; query: string } {
  const relative = target.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = relative.indexOf("?");
  return mark < 0
    ? { path: relative, query: "" }
    : { path: relative.slice(0, mark), query: relative.slice(mark) };
}
