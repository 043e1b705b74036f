import { METHODS } from "node:http";
import type { FastifyInstance } from "fastify";
import type { Answer, Handler } from "./call.ts";
import { methodNotAllowed } from "./fault.ts";
import { sendEmpty, sendJson } from "./reply.ts";

/** Methods of one path and what serves them; an undefined one is not offered. */
export type Offered = Partial<Record<"GET" | "POST" | "PATCH" | "DELETE", Handler | undefined>>;

/** A method that a path offers: `GET /v1/goals/:ident`. */
export interface OfferedRoute {
  method: string;
  url: string;
}

/** Kept beside the framework, whose own routes do not tell what is offered from what is refused. */
const OFFERED = new WeakMap<FastifyInstance, OfferedRoute[]>();

/** What was registered so far; the OpenAPI document has to describe it all. */
export function offeredRoutes(app: FastifyInstance): readonly OfferedRoute[] {
  return OFFERED.get(app) ?? [];
}

/**
 * Serves one path: each offered method by its handler, any other one, HEAD included, by 405 with Allow
 * (rest-api 1.2). The refusal is a hook before the body is read, so that a method nobody offers does not
 * fail for its body first.
 */
export function resource(app: FastifyInstance, url: string, offered: Offered): void {
  const served = Object.entries(offered).filter(([, handler]) => handler !== undefined) as [
    string,
    Handler,
  ][];
  const names = served.map(([method]) => method);
  OFFERED.set(app, [...offeredRoutes(app), ...names.map((method) => ({ method, url }))]);
  for (const [method, handler] of served) {
    app.route({
      method,
      url,
      handler: async (request, reply) => {
        const answer: Answer = await handler(request);
        if (answer.status === 204) return sendEmpty(reply, answer.status);
        return sendJson(reply, answer.status, answer.body, answer.headers);
      },
    });
  }
  app.route({
    method: METHODS.filter((method) => isRoutable(method) && !names.includes(method)),
    url,
    onRequest: async (request) => {
      throw methodNotAllowed(request.method, names);
    },
    handler: async (request) => {
      throw methodNotAllowed(request.method, names);
    },
  });
}

/** Teaches the framework the methods it does not know, so that they meet 405 and not 404. */
export function addAllMethods(app: FastifyInstance): void {
  for (const method of METHODS) {
    if (isRoutable(method) && !app.supportedMethods.includes(method)) app.addHttpMethod(method);
  }
}

/** CONNECT never reaches a request handler; OPTIONS is answered before routing. */
function isRoutable(method: string): boolean {
  return method !== "CONNECT" && method !== "OPTIONS";
}
