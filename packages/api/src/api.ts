import type { IncomingMessage, ServerResponse } from "node:http";
import type { Bus } from "@vigil/bus";
import type { EventMode } from "@vigil/core";
import {
  type Authenticator,
  createPolicy,
  DEFAULT_POLICY_RULES,
  type HttpRoutes,
  type Policy,
  type RequestTarget,
} from "@vigil/http";
import type { StateClient } from "@vigil/proto";
import type { Logger, ReadinessPart, Role } from "@vigil/service";
import { createRestApp } from "./rest/app.ts";
import { routedUrl } from "./rest/path.ts";
import { createTrpcHandler } from "./trpc/handler.ts";
import { createServices } from "./trpc/services.ts";

export interface ApiOptions {
  /** Stays open when the role stops: it belongs to whoever made it, as the bus does. */
  state: StateClient;
  bus: Bus;
  authenticator: Authenticator;
  /** Default: the default rules. */
  policy?: Policy;
  logger: Logger;
  /** Which states of an audit take events from `audits.trigger`; as the edge and the state service. */
  eventMode: EventMode;
  /** Items of one REST page. Default 1,000. */
  listLimitMax?: number;
  /** Believe `Forwarded` and `X-Forwarded-*` in links. Default false. */
  proxyHeaders?: boolean;
  /** Origins whose pages may use REST; `*` for any. Default none. */
  allowedOrigins?: readonly string[];
}

/** The role `api`: REST v1 and tRPC as one part of the shared listener. */
export interface Api extends Role {
  readonly routes: HttpRoutes;
}

/** Paths of others; everything else is REST. */
const NOT_SERVED = ["/healthz", "/readyz", "/metrics"];

const TRPC_PATH = "/trpc/";

/** Makes the role; it serves once its routes are given to a listener. Nothing here waits for state or NATS. */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { state, bus, authenticator, logger } = options;
  const policy = options.policy ?? createPolicy(DEFAULT_POLICY_RULES);
  const services = createServices({ state, bus, policy, eventMode: options.eventMode, logger });
  const trpc = createTrpcHandler({ services, authenticator, logger });
  const rest = await createRestApp({
    records: state.records,
    edits: state.edits,
    newest: services.newest,
    authenticator,
    policy,
    logger,
    ...(options.listLimitMax !== undefined && { listLimitMax: options.listLimitMax }),
    ...(options.proxyHeaders !== undefined && { proxyHeaders: options.proxyHeaders }),
    ...(options.allowedOrigins !== undefined && { allowedOrigins: options.allowedOrigins }),
  });

  return {
    name: "api",
    routes: {
      handles: (_method, path) => !NOT_SERVED.includes(path),
      handle: (request: IncomingMessage, response: ServerResponse, target: RequestTarget) => {
        request.url = routedUrl(request.url ?? "/", target);
        if (target.path.startsWith(TRPC_PATH)) trpc.handle(request, response);
        else rest.routing(request, response);
      },
    },
    readiness: () => readiness(options),
    async stop() {
      trpc.close();
      services.publisher.close();
      await rest.close();
    },
  };
}

function readiness({ state, bus, authenticator }: ApiOptions): ReadinessPart[] {
  const status = bus.status();
  return [
    part(
      "state",
      state.ready(),
      "no connection to a state process; start one or correct VIGIL_STATE_ADDRESS",
    ),
    part("nats", status.connected, status.detail ?? ""),
    part("keystone", authenticator.trouble === undefined, authenticator.trouble ?? ""),
  ];
}

function part(name: string, ready: boolean, trouble: string): ReadinessPart {
  return ready ? { name, ready } : { name, ready, detail: trouble };
}
