/**
 * tRPC under `/trpc`, mounted on the shared listener by its standalone adapter. Fastify would buy nothing
 * here.
 *
 * The adapter takes in a request's body before it asks for the context, so whoever sends one is known
 * before the adapter sees it: otherwise anybody could fill the memory with what only importers may send.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { type CreateHTTPHandlerOptions, createHTTPHandler } from "@trpc/server/adapters/standalone";
import { type Authenticator, discardBody, type Identity, type Policy } from "@vigil/http";
import type { Logger } from "@vigil/service";
import type { Context, Services } from "./context.ts";
import { toTrpcError } from "./errors.ts";
import { BATCH_ITEMS_MAX, IMPORT_BODY_BYTES_MAX, REQUEST_BODY_BYTES_MAX } from "./limits.ts";
import { type AppRouter, appRouter } from "./router.ts";

const BASE_PATH = "/trpc/";

/** The one procedure whose input may be large, and the rule it asks. */
const IMPORT_PROCEDURE = "model.import";
const IMPORT_RULE = "admin_api";

export interface TrpcHandlerOptions {
  services: Services;
  authenticator: Authenticator;
  logger: Logger;
}

export interface TrpcHandler {
  /** Answers the request. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Cuts subscriptions: their clients connect again elsewhere, where a proper end would tell them to stop. */
  close(): void;
}

export function createTrpcHandler(options: TrpcHandlerOptions): TrpcHandler {
  const identities = new WeakMap<IncomingMessage, Promise<Identity>>();
  const open = new Set<ServerResponse>();
  const common: CreateHTTPHandlerOptions<AppRouter> = {
    router: appRouter,
    basePath: BASE_PATH,
    maxBatchSize: BATCH_ITEMS_MAX,
    createContext: ({ req }) => contextOf(req, options.services, identities.get(req)),
    onError: ({ error, path }) => {
      if (error.code !== "INTERNAL_SERVER_ERROR") return;
      options.logger.error({ err: error.cause ?? error, procedure: path }, "a procedure failed by a bug");
    },
  };
  const ordinary = createHTTPHandler({ ...common, maxBodySize: REQUEST_BODY_BYTES_MAX });
  const importing = createHTTPHandler({ ...common, maxBodySize: IMPORT_BODY_BYTES_MAX });

  return {
    handle(request, response) {
      open.add(response);
      response.once("close", () => open.delete(response));
      response.once("finish", () => discardBody(request, response));
      const identity = options.authenticator.authenticate(request);
      identities.set(request, identity);
      const chosen = identity.then(
        (known) => (isImport(request) && mayImport(options.services.policy, known) ? importing : ordinary),
        () => ordinary,
      );
      void chosen.then((handler) => handler(request, response));
    },
    close() {
      for (const response of open) if (isSubscription(response)) response.destroy();
    },
  };
}

async function contextOf(
  request: IncomingMessage,
  services: Services,
  identity: Promise<Identity> | undefined,
): Promise<Context> {
  try {
    if (identity === undefined) throw new Error("a request reached tRPC without having been authenticated");
    return { services, identity: await identity, remoteAddress: request.socket.remoteAddress ?? "" };
  } catch (thrown) {
    throw toTrpcError(thrown);
  }
}

function isImport(request: IncomingMessage): boolean {
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  return path.slice(BASE_PATH.length).split(",").includes(IMPORT_PROCEDURE);
}

function mayImport(policy: Policy, identity: Identity): boolean {
  try {
    policy.check(IMPORT_RULE, identity);
    return true;
  } catch {
    return false;
  }
}

function isSubscription(response: ServerResponse): boolean {
  return String(response.getHeader("content-type") ?? "").startsWith("text/event-stream");
}
