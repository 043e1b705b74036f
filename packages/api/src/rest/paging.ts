/** Pages of collections and the link to the next one (rest-api 1.8). */

import { VigilError } from "@vigil/core";
import type { Page } from "@vigil/proto";
import type { PagingQuery } from "../schemas/queries.ts";

const DEFAULT_SORT_KEY = "id";

export interface RequestedPage {
  /** What the state service is asked for. */
  page: Page;
  /** Items per page in effect. */
  limit: number;
}

/**
 * The page that a query asks for; a limit above `limitMax` is cut to it.
 *
 * @throws VigilError invalid-input when the limit is not positive, or the order is named by an empty text
 */
export function requestedPage(query: PagingQuery, limitMax: number, showDeleted: boolean): RequestedPage {
  if (query.limit !== undefined && query.limit <= 0) {
    throw new VigilError("invalid-input", "Limit must be positive");
  }
  checkOrderNamed(query);
  const limit = Math.min(query.limit ?? limitMax, limitMax);
  return {
    limit,
    page: {
      limit,
      marker: query.marker ?? "",
      sortKey: query.sort_key ?? DEFAULT_SORT_KEY,
      sortDir: query.sort_dir ?? "asc",
      showDeleted,
    },
  };
}

/** The state service knows the keys, and takes an empty one for none given: `?sort_key=` has to be refused before. */
function checkOrderNamed({ sort_key, sort_dir }: PagingQuery): void {
  if (sort_key === "") throw new VigilError("invalid-input", "Invalid sort key: ");
  if (sort_dir !== "") return;
  throw new VigilError("invalid-input", "Invalid sort direction: . Acceptable values are 'asc' or 'desc'");
}

/**
 * URL of the page after a full one; undefined when this page was not full. It has the host but no mount
 * prefix, and repeats the filters, which Watcher forgets.
 *
 * @param url host and path of the collection
 * @param markers of the items of this page
 */
export function nextUrl(
  url: string,
  { page, limit }: RequestedPage,
  markers: readonly string[],
  filters: Readonly<Record<string, string>>,
): string | undefined {
  const last = markers.at(-1);
  if (last === undefined || markers.length !== limit) return undefined;
  const query = new URLSearchParams({
    sort_key: page.sortKey ?? DEFAULT_SORT_KEY,
    sort_dir: page.sortDir ?? "asc",
    limit: String(limit),
    marker: last,
    ...filters,
  });
  return `${url}?${query}`;
}
