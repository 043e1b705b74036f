import type { FastifyInstance } from "fastify";
import { openApiDocument } from "../../openapi/document.ts";
import { bindQuery } from "../../schemas/bind.ts";
import { noQuery } from "../../schemas/queries.ts";
import { resource } from "../resource.ts";
import { rootView, versionView } from "../views/discovery.ts";

/**
 * `/`, which is public, and `/v1`, which needs a token but no right (rest-api 2). `/openapi.json` is public as well: it
 * is the same for everybody, holds no secret, and is read by tools that have no token.
 */
export function serveDiscovery(app: FastifyInstance): void {
  resource(app, "/", {
    GET: ({ query, call }) => {
      bindQuery(noQuery, query);
      return { status: 200, body: rootView(call.applicationUrl) };
    },
  });
  resource(app, "/v1", {
    GET: ({ query, call }) => {
      bindQuery(noQuery, query);
      return { status: 200, body: versionView(call.applicationUrl, call.minor) };
    },
  });
  resource(app, "/openapi.json", { GET: () => ({ status: 200, body: openApiDocument() }) });
}
