import type { Page } from "@vigil/proto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { z } from "zod";
import { bindQuery } from "../schemas/bind.ts";
import { noQuery, type PagingQuery } from "../schemas/queries.ts";
import type { Answer, Handler } from "./call.ts";
import { nextUrl, requestedPage } from "./paging.ts";
import { resource } from "./resource.ts";
import type { ViewOptions } from "./views/view.ts";

/** A collection as clients read it: `/v1/<name>`, `/v1/<name>/detail`, `/v1/<name>/<ident>`. */
export interface Collection<Query extends PagingQuery, Row extends { uuid: string }> {
  /** Segment of the path, and the member that holds the list. */
  name: string;
  /** First part of its policy rules: `goal` for `goal:get_all`. */
  rule: string;
  query: z.ZodType<Query>;
  /** Query parameters that `next` repeats. */
  filters: readonly (keyof Query & string)[];
  /** Asked after the policy. @throws VigilError invalid-input for filters that exclude each other */
  checkQuery?(query: Query): void;
  list(query: Query, page: Page): Promise<Row[]>;
  /** Refuses idents of a form that the collection has not. @throws VigilError invalid-input */
  checkIdent?(ident: string): void;
  get(ident: string, showDeleted: boolean): Promise<Row>;
  view(row: Row, options: ViewOptions): object;
}

export interface CollectionOptions {
  /** Items per page, at most. */
  listLimitMax: number;
  /** Offered on the collection's own path, beside GET. */
  post?: Handler;
}

/** Registers the three paths of a collection. */
export function serveCollection<Query extends PagingQuery, Row extends { uuid: string }>(
  app: FastifyInstance,
  collection: Collection<Query, Row>,
  options: CollectionOptions,
): void {
  const root = `/v1/${collection.name}`;
  const list = (detail: boolean) => (request: FastifyRequest) =>
    answerList(collection, request, detail, options.listLimitMax);
  resource(app, root, { GET: list(false), ...(options.post && { POST: options.post }) });
  resource(app, `${root}/detail`, { GET: list(true) });
  resource(app, `${root}/:ident`, { GET: (request) => answerOne(collection, request) });
}

async function answerList<Query extends PagingQuery, Row extends { uuid: string }>(
  collection: Collection<Query, Row>,
  request: FastifyRequest,
  detail: boolean,
  limitMax: number,
): Promise<Answer> {
  const { call } = request;
  const query = bindQuery(collection.query, request.query);
  call.check(`${collection.rule}:${detail ? "detail" : "get_all"}`);
  const requested = requestedPage(query, limitMax, call.showDeleted);
  collection.checkQuery?.(query);
  const rows = await collection.list(query, requested.page);
  const url = `${call.hostUrl}/v1/${collection.name}${detail ? "/detail" : ""}`;
  const next = nextUrl(url, requested, rows, activeFilters(collection.filters, query));
  const view = { hostUrl: call.hostUrl, minor: call.minor, detail };
  return {
    status: 200,
    body: {
      [collection.name]: rows.map((row) => collection.view(row, view)),
      ...(next !== undefined && { next }),
    },
  };
}

/** The object is looked up before the policy: an unknown one is 404 whoever asks (rest-api 1.7). */
async function answerOne<Query extends PagingQuery, Row extends { uuid: string }>(
  collection: Collection<Query, Row>,
  request: FastifyRequest,
): Promise<Answer> {
  const { call } = request;
  bindQuery(noQuery, request.query);
  const { ident } = request.params as { ident: string };
  collection.checkIdent?.(ident);
  const row = await collection.get(ident, call.showDeleted);
  call.check(`${collection.rule}:get`);
  const view = { hostUrl: call.hostUrl, minor: call.minor, detail: true };
  return { status: 200, body: collection.view(row, view) };
}

function activeFilters<Query>(
  names: readonly (keyof Query & string)[],
  query: Query,
): Record<string, string> {
  const pairs = names.map((name) => [name, query[name]] as const);
  return Object.fromEntries(
    pairs.filter(
      (pair): pair is [(typeof pair)[0], string & Query[keyof Query & string]] => typeof pair[1] === "string",
    ),
  );
}
