import { MINOR_MAX, type PolicyTarget } from "@vigil/http";
import type { Page } from "@vigil/proto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { z } from "zod";
import { bindQuery } from "../schemas/bind.ts";
import { noQuery, type PagingQuery } from "../schemas/queries.ts";
import type { Answer, Call, Handler } from "./call.ts";
import { missingArgument } from "./fault.ts";
import { nextUrl, requestedPage } from "./paging.ts";
import { type Offered, resource } from "./resource.ts";
import type { ViewOptions } from "./views/view.ts";

/** What single objects of a kind have in common, whatever is done to them. */
export interface Objects<Row> {
  /** First part of its policy rules: `goal` for `goal:get_all`. */
  rule: string;
  /** The name that errors give what the path names an object by. */
  argument: string;
  /** Refuses idents of a form that the collection has not. @throws VigilError invalid-input */
  checkIdent?(ident: string): void;
  /** @throws VigilError not-found */
  get(ident: string, showDeleted: boolean): Promise<Row>;
  view(row: Row, options: ViewOptions): object;
}

/** A collection as clients read it: `/v1/<name>`, `/v1/<name>/detail`, `/v1/<name>/<ident>`. */
export interface Collection<Query extends PagingQuery, Row> extends Objects<Row> {
  /** Segment of the path, and the member that holds the list. */
  name: string;
  query: z.ZodType<Query>;
  /** Query parameters that `next` repeats. */
  filters: readonly (keyof Query & string)[];
  /** Asked after the policy. @throws VigilError invalid-input for filters that exclude each other */
  checkQuery?(query: Query): void;
  list(query: Query, page: Page): Promise<Row[]>;
  /** What a marker names the row by. */
  markerOf(row: Row): string;
  /** The policy of a single object is asked before it is looked up, and so hides which ones there are. */
  policyFirst?: true;
}

export interface ListOptions {
  /** Items per page, at most. */
  listLimitMax: number;
}

export interface CollectionOptions extends ListOptions {
  /** Offered on the collection's own path, beside GET. */
  post?: Handler;
  /** Offered on single objects, beside GET. */
  edits?: Pick<Offered, "PATCH" | "DELETE">;
}

/** Registers the three paths of a collection. Methods of single objects lack their object on the first: 400. */
export function serveCollection<Query extends PagingQuery, Row>(
  app: FastifyInstance,
  collection: Collection<Query, Row>,
  options: CollectionOptions,
): void {
  const root = `/v1/${collection.name}`;
  const { post, edits = {} } = options;
  const list = (detail: boolean) => (request: FastifyRequest) =>
    answerList(collection, request, detail, options.listLimitMax);
  const withoutIdent = Object.fromEntries(
    Object.keys(edits).map((method) => [method, lackingArgument(collection.argument)]),
  );
  resource(app, root, { GET: list(false), POST: post, ...withoutIdent });
  resource(app, `${root}/detail`, { GET: list(true) });
  resource(app, `${root}/:ident`, { GET: (request) => answerOne(collection, request), ...edits });
}

/** Serves a path that lacks what it has to name. */
export function lackingArgument(argument: string): Handler {
  return () => {
    throw missingArgument(argument);
  };
}

async function answerList<Query extends PagingQuery, Row>(
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
  const markers = rows.map((row) => collection.markerOf(row));
  const next = nextUrl(url, requested, markers, activeFilters(collection.filters, query));
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
async function answerOne<Query extends PagingQuery, Row>(
  collection: Collection<Query, Row>,
  request: FastifyRequest,
): Promise<Answer> {
  const { call } = request;
  bindQuery(noQuery, request.query);
  const { ident } = request.params as { ident: string };
  collection.checkIdent?.(ident);
  const rule = `${collection.rule}:get`;
  if (collection.policyFirst) call.check(rule);
  const row = await collection.get(ident, call.showDeleted);
  if (!collection.policyFirst) call.check(rule, policyTarget(collection, row, call));
  return { status: 200, body: showView(collection, row, request) };
}

/** The object as show has it, which is the answer of every edit too. */
export function showView<Row>({ view }: Objects<Row>, row: Row, { call }: FastifyRequest): object {
  return view(row, { hostUrl: call.hostUrl, minor: call.minor, detail: true });
}

/** The object as policy rules see it: members of every microversion, whichever is in use. */
export function policyTarget<Row>({ view }: Objects<Row>, row: Row, { hostUrl }: Call): PolicyTarget {
  return view(row, { hostUrl, minor: MINOR_MAX, detail: true }) as PolicyTarget;
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
