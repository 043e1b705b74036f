/** The one system that all sections of the contract are asked of. */

import { syntheticCluster } from "@vigil/testkit";
import { type System, startSystem } from "../harness/system.ts";

export interface Contract {
  system: System;
  urls: {
    api: string;
    /** Without authentication, behind a proxy that it believes, with small pages, for pages of one origin. */
    open: string;
    edge: string;
    /** Webhooks without authentication, and refused while a run is live or when one has failed. */
    openEdge: string;
  };
  /** The data model's answer before there was a model. */
  withoutModel: unknown;
}

/** Nodes and servers of the model; some nodes have no server. */
export const NODES = 8;
export const SERVERS = 5;

/** Page size at `open`. */
export const SMALL_PAGE = 3;
export const ALLOWED_ORIGIN = "https://dashboard.example";

let current: Contract | undefined;

export function contract(): Contract {
  if (current === undefined) throw new Error("the contract's system is not started");
  return current;
}

export async function startContract(): Promise<Contract> {
  const system = await startSystem();
  await system.start("state");
  const [api, open, edge, openEdge, applier] = await Promise.all([
    system.start("api", { VIGIL_ENABLE_PROXY_HEADERS_PARSING: "false" }),
    system.start("api", {
      VIGIL_AUTH: "none",
      VIGIL_MAX_LIMIT: String(SMALL_PAGE),
      VIGIL_ENABLE_PROXY_HEADERS_PARSING: "true",
      VIGIL_CORS_ALLOWED_ORIGIN: ALLOWED_ORIGIN,
    }),
    system.start("edge"),
    system.start("edge", { VIGIL_ENABLE_WEBHOOKS_AUTH: "false", VIGIL_EVENT_MODE: "strict" }),
    system.start("applier"),
    system.start("worker"),
  ]);
  // It has registered itself. From here on tests give plans their states; an applier would go on with them.
  await applier.kill("SIGTERM");
  const context = await system.request(api, "GET", "/v1/data_model?data_model_type=compute");
  await system.importModel(api, syntheticCluster({ nodes: NODES, instances: SERVERS, seed: 1 }));
  current = {
    system,
    urls: { api: api.healthUrl, open: open.healthUrl, edge: edge.healthUrl, openEdge: openEdge.healthUrl },
    withoutModel: context.body,
  };
  return current;
}
