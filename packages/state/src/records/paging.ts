import { VigilError } from "@vigil/core";
import type { Page__Output } from "@vigil/proto";
import { firstRow, rowsOnce, type Sql } from "../database/transaction.ts";
import { isStoredUuid, readIdent } from "./ident.ts";
import { Bindings, withoutNulls } from "./query.ts";
import { notFound, prefixOf, type Resource, type SortKey, selectList, tablesOf } from "./resource.ts";

/** Rows of one page at most: Watcher's max_limit. */
export const PAGE_ROWS_MAX = 1_000;

/** A page as asked for, checked. */
export interface PageInput {
  limit: number;
  marker: string | undefined;
  sortKey: SortKey;
  descending: boolean;
  showDeleted: boolean;
}

/** A condition that rows have to meet: expression = value. */
export interface Filter {
  expression: string;
  value: unknown;
}

/** @throws VigilError invalid-input with the texts of Watcher's API */
export function checkPage(page: Page__Output | null, sortKeys: Readonly<Record<string, SortKey>>): PageInput {
  const name = page?.sortKey || "id";
  const sortKey = Object.hasOwn(sortKeys, name) ? sortKeys[name] : undefined;
  if (sortKey === undefined) throw new VigilError("invalid-input", `Invalid sort key: ${name}`);
  const direction = page?.sortDir || "asc";
  if (direction !== "asc" && direction !== "desc") {
    throw new VigilError(
      "invalid-input",
      `Invalid sort direction: ${direction}. Acceptable values are 'asc' or 'desc'`,
    );
  }
  return {
    limit: Math.min(page?.limit || PAGE_ROWS_MAX, PAGE_ROWS_MAX),
    marker: page?.marker || undefined,
    sortKey,
    descending: direction === "desc",
    showDeleted: page?.showDeleted ?? false,
  };
}

/**
 * One page: rows after the marker in the order of (sort key, id). Nulls come before everything else, so descending
 * order, the exact reverse, ends with them.
 *
 * The page's ids are found first; members are made for its rows alone. In one select PostgreSQL makes the members of
 * every row before it sorts. Where no single stretch of an index has all that may be on the page (deleted rows have
 * indexes of their own, nulls lie apart from values), the first of each stretch are found, and the page is the first of
 * those.
 * @throws VigilError not-found for an unknown marker
 */
export async function listRows<Message>(
  sql: Sql,
  resource: Resource<Message>,
  asked: PageInput,
  filters: readonly Filter[],
): Promise<Message[]> {
  const page = withUsefulKey(resource, asked);
  const bindings = new Bindings();
  const { alias } = resource;
  const conditions = filters.map(({ expression, value }) => `${expression} = ${bindings.bind(value)}`);
  const stretches =
    page.marker === undefined
      ? [[]]
      : after(resource, page, await findMarker(sql, resource, page, page.marker), bindings);
  const order = orderOf(resource, page);
  const tables = tablesOf(resource);
  const limit = bindings.bind(page.limit);
  const halves = deletedHalves(resource, page);
  const parts = stretches.flatMap((stretch) =>
    halves.map((half) => {
      const wanted = [...conditions, ...stretch, ...half];
      const where = wanted.length === 0 ? "" : `where ${wanted.join(" and ")}`;
      return `(select ${alias}.id from ${tables} ${where} order by ${order} limit ${limit})`;
    }),
  );
  const found = await rowsOnce<Record<string, unknown>>(
    sql,
    `select ${selectList(resource.columns)} from ${tables} join (${parts.join(" union all ")}) as page
     on page.id = ${alias}.id order by ${order} limit ${limit}`,
    bindings.values,
  );
  return found.map((row) => withoutNulls<Message>(row));
}

/** Conditions of each part of the rows in which the page is looked for, by whether they are deleted. */
function deletedHalves(
  { alias, softDelete }: Resource<unknown>,
  { showDeleted, sortKey }: PageInput,
): string[][] {
  if (!softDelete) return [[]];
  const live = [`${alias}.deleted_at is null`];
  if (!showDeleted) return [live];
  return sortKey.isDeletedApart ? [live, [`${alias}.deleted_at is not null`]] : [[]];
}

/** Rows that are not deleted are all alike in the time of their deletion: their order is that of their ids. */
function withUsefulKey({ alias, softDelete, sortKeys }: Resource<unknown>, page: PageInput): PageInput {
  const isVain = softDelete && !page.showDeleted && page.sortKey.expression === `${alias}."deleted_at"`;
  return isVain && sortKeys.id !== undefined ? { ...page, sortKey: sortKeys.id } : page;
}

/** Sorting by id alone lets the primary key serve the order. */
function orderOf({ alias }: Resource<unknown>, { sortKey, descending }: PageInput): string {
  const { expression, nullable, isPrefixIndexed } = sortKey;
  const direction = descending ? "desc" : "asc";
  const id = `${alias}.id ${direction}`;
  if (expression === `${alias}."id"`) return id;
  const nulls = nullable ? `nulls ${descending ? "last" : "first"}` : "";
  const prefix = isPrefixIndexed ? `${prefixOf(expression)} ${direction}, ` : "";
  return `${prefix}${expression} ${direction} ${nulls}, ${id}`;
}

interface Marker {
  id: string;
  /** Text form of the sort key's value; cast back to its type it is the same value. */
  key: string | null;
}

/** A deleted row still marks its place: paging goes on when the last row of a page vanishes. */
async function findMarker(
  sql: Sql,
  resource: Resource<unknown>,
  page: PageInput,
  marker: string,
): Promise<Marker> {
  const found = isMarker(resource, marker)
    ? await firstRow<Marker>(
        sql,
        `select ${resource.alias}.id::text as id, (${page.sortKey.expression})::text as key
         from ${tablesOf(resource)} where ${resource.marker} = $1`,
        [marker],
      )
    : undefined;
  if (found === undefined) throw notFound(resource, marker);
  return found;
}

function isMarker({ alias, marker }: Resource<unknown>, text: string): boolean {
  return marker === `${alias}.id` ? readIdent(text).by === "id" : isStoredUuid(text);
}

/** Conditions of each stretch of the rows that come after the marker, in the order that listRows uses. */
function after(resource: Resource<unknown>, page: PageInput, marker: Marker, bindings: Bindings): string[][] {
  const { expression, type, nullable, isPrefixIndexed } = page.sortKey;
  const further = page.descending ? "<" : ">";
  const markerId = `${bindings.bind(marker.id)}::bigint`;
  const id = `${resource.alias}.id ${further} ${markerId}`;
  if (expression === `${resource.alias}."id"`) return [[id]];
  if (marker.key === null) {
    const nulls = [`${expression} is null`, id];
    return page.descending ? [nulls] : [nulls, [`${expression} is not null`]];
  }
  const key = `${bindings.bind(marker.key)}::${type}`;
  // Said once more by what is indexed alone: the index then begins at the marker.
  const start = isPrefixIndexed
    ? `${prefixOf(expression)} ${further}= ${prefixOf(key)}`
    : `${expression} ${further}= ${key}`;
  const values = [start, `(${expression} ${further} ${key} or (${expression} = ${key} and ${id}))`];
  return nullable && page.descending ? [values, [`${expression} is null`]] : [values];
}
