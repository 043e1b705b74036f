import type { RequestTarget } from "@vigil/http";

/** A list in detail; the slash that ends it is one segment too many, an empty one. */
const DETAIL_LIST = /^\/v1\/[^/]+\/detail$/;

/**
 * The URL that is routed for a target. The listener has brought paths to one form already (rest-api 1.1);
 * two things are left.
 *
 * `/v1/goals/detail/` is no resource, although `/v1/goals/detail` and `/v1/goals/` are: it gets its slash
 * back and so meets no route. And what is no percent-encoding is taken for the characters themselves:
 * it then names nothing and is 404, where the router would answer by an error of its own.
 *
 * @param url the request line's target, as sent
 */
export function routedUrl(url: string, target: RequestTarget): string {
  const sent = url.split("?", 1)[0] ?? "";
  const slash = sent.endsWith("/") && DETAIL_LIST.test(target.path) ? "/" : "";
  const path = isDecodable(target.path) ? target.path : target.path.replaceAll("%", "%25");
  return `${path}${slash}${target.query === "" ? "" : `?${target.query}`}`;
}

function isDecodable(path: string): boolean {
  if (!path.includes("%")) return true;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
