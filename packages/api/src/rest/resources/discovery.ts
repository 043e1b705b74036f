import type { FastifyInstance } from "fastify";
import { resource } from "../resource.ts";
import { rootView, versionView } from "../views/discovery.ts";

/** `/`, which is public, and `/v1`, which needs a token but no right (rest-api 2). */
export function serveDiscovery(app: FastifyInstance): void {
  resource(app, "/", {
    GET: ({ call }) => ({ status: 200, body: rootView(call.applicationUrl) }),
  });
  resource(app, "/v1", {
    GET: ({ call }) => ({ status: 200, body: versionView(call.applicationUrl, call.minor) }),
  });
}
