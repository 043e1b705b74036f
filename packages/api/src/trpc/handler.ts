/**
 * tRPC under `/trpc`, mounted on the shared listener by its standalone adapter. Fastify would buy nothing
 * here.
 *
 * The adapter takes in a request's body before it asks for the context, so whoever sends one is known
 * before the adapter sees it: otherwise anybody could fill the memory with what only importers may send.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { type CreateHTTPHandlerOptions, createHTTPHandler } from "@trpc/server/adapters/standalone";
import { VigilError } from "@vigil/core";
import {
  type Authenticator,
  discardBody,
  errorAnswer,
  HttpFault,
  type Identity,
  type Policy,
  sendAnswer,
  unauthorizedAnswer,
} from "@vigil/http";
import type { Logger } from "@vigil/service";
import type { Context, Services } from "./context.ts";
import { toTrpcError } from "./errors.ts";
import {
  BATCH_ITEMS_MAX,
  IMPORT_BODY_BYTES_MAX,
  IMPORTS_AT_ONCE_MAX,
  REQUEST_BODY_BYTES_MAX,
} from "./limits.ts";
import { type AppRouter, appRouter } from "./router.ts";

const BASE_PATH = "/trpc/";

/** Queries and mutations. The adapter fails on some other methods (TRACE) by an error of its own. */
const METHODS: readonly (string | undefined)[] = ["GET", "POST"];
const ALLOW = { allow: "GET, POST" };

/**
 * The adapter makes a whole URL of path and Host, and reads the path only: a Host that fits no URL, or holds
 * a login, must not fail the call.
 */
const HOST_OF_ALL = "vigil";

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

/** Who sent a request, or why nobody may be told anything. */
type Admission = Identity | VigilError;

/** A handler for one listener; close it when the role stops. */
export function createTrpcHandler(options: TrpcHandlerOptions): TrpcHandler {
  const admissions = new WeakMap<IncomingMessage, Admission>();
  const open = new Set<ServerResponse>();
  const imports = new ImportSlots(options.services.policy);
  const common: CreateHTTPHandlerOptions<AppRouter> = {
    router: appRouter,
    basePath: BASE_PATH,
    maxBatchSize: BATCH_ITEMS_MAX,
    createContext: async ({ req }) => contextOf(req, options.services, admissions.get(req)),
    onError: ({ error, path }) => {
      if (error.code !== "INTERNAL_SERVER_ERROR") return;
      options.logger.error({ err: error.cause ?? error, procedure: path }, "a procedure failed by a bug");
    },
  };
  const ordinary = createHTTPHandler({ ...common, maxBodySize: REQUEST_BODY_BYTES_MAX });
  const importing = createHTTPHandler({ ...common, maxBodySize: IMPORT_BODY_BYTES_MAX });

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const identity = await options.authenticator.authenticate(request).catch(VigilError.from);
    if (identity instanceof VigilError && identity.kind === "unauthenticated") {
      // The adapter answers in its own form, but clients of Keystone look for this on every 401.
      const { headers } = unauthorizedAnswer(options.authenticator.keystoneUri);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    }
    if (!METHODS.includes(request.method)) {
      const fault = identity instanceof VigilError ? identity : methodNotAllowed(request);
      sendAnswer(response, errorAnswer(fault, options.authenticator.keystoneUri));
      return;
    }
    request.headers.host = HOST_OF_ALL;
    const admission = imports.admit(request, response, identity);
    admissions.set(request, admission === "import" ? identity : admission);
    (admission === "import" ? importing : ordinary)(request, response);
  };

  return {
    handle(request, response) {
      open.add(response);
      response.once("close", () => open.delete(response));
      response.once("finish", () => discardBody(request, response));
      if (request.method === "OPTIONS") {
        // Preflights carry no token.
        response.writeHead(200, { ...ALLOW, "content-length": 0 }).end();
        return;
      }
      void serve(request, response);
    },
    close() {
      for (const response of open) if (isSubscription(response)) response.destroy();
    },
  };
}

/** Lets in as many large bodies at a time as the memory is meant to hold. */
class ImportSlots {
  readonly #policy: Policy;
  #taken = 0;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** `import`: the large limit holds for this request, until its answer is out. */
  admit(request: IncomingMessage, response: ServerResponse, identity: Admission): Admission | "import" {
    if (identity instanceof VigilError || !isImport(request) || !mayImport(this.#policy, identity)) {
      return identity;
    }
    if (this.#taken >= IMPORTS_AT_ONCE_MAX) {
      return new VigilError(
        "overloaded",
        `${this.#taken} model import is under way in this process, the limit is ${IMPORTS_AT_ONCE_MAX}. Repeat it when that one has ended.`,
      );
    }
    this.#taken += 1;
    response.once("close", () => {
      this.#taken -= 1;
    });
    return "import";
  }
}

function methodNotAllowed({ method }: IncomingMessage): HttpFault {
  const text = `405 Method Not Allowed: The method ${method} is not allowed for procedures. Offered: ${ALLOW.allow}.`;
  return new HttpFault(405, text, ALLOW);
}

function contextOf(request: IncomingMessage, services: Services, admission: Admission | undefined): Context {
  if (admission === undefined || admission instanceof VigilError) {
    throw toTrpcError(admission ?? new Error("a request reached tRPC without having been authenticated"));
  }
  return { services, identity: admission, remoteAddress: request.socket.remoteAddress ?? "" };
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
