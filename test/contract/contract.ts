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
    /** Webhooks without authentication. */
    openEdge: string;
  };
}

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
    system.start("edge", { VIGIL_ENABLE_WEBHOOKS_AUTH: "false" }),
    system.start("applier"),
    system.start("worker"),
  ]);
  // It has registered itself. From here on tests give plans their states; an applier would go on with them.
  await applier.kill("SIGTERM");
  await system.importModel(api, syntheticCluster({ nodes: 3, instances: 6, seed: 1 }));
  current = {
    system,
    urls: { api: api.healthUrl, open: open.healthUrl, edge: edge.healthUrl, openEdge: openEdge.healthUrl },
  };
  return current;
}
