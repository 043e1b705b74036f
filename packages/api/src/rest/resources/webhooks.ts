import { HttpFault } from "@vigil/http";
import type { FastifyInstance } from "fastify";
import { resource } from "../resource.ts";

/**
 * Webhooks belong to the edge, which takes their POSTs before this API sees them where both share a
 * process. What gets here came by another method, or to a process without an edge.
 */
export function serveWebhooks(app: FastifyInstance): void {
  const noEdge = () => {
    throw new HttpFault(404, "This process takes no webhooks. Send them to one that runs the edge role.");
  };
  resource(app, "/v1/webhooks", { POST: noEdge });
  resource(app, "/v1/webhooks/:ident", { POST: noEdge });
}
