import type { HttpRoutes } from "@vigil/http";
import type { BoundHistogram, Metrics } from "@vigil/service";
import { PROCESS_METRICS } from "../metrics.ts";

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** The routes of the api, of which each answer is counted when it has ended. */
export function countedRoutes(routes: HttpRoutes, metrics: Metrics): HttpRoutes {
  const requests = metrics.counter(PROCESS_METRICS.httpRequests);
  const seconds = metrics.histogram(PROCESS_METRICS.httpSeconds);
  const times: Record<string, BoundHistogram> = { rest: seconds.of("rest"), trpc: seconds.of("trpc") };
  return {
    ...routes,
    handles: (method, path) => routes.handles(method, path),
    handle: (request, response, target) => {
      const beganMs = performance.now();
      const surface = target.path === "/trpc" || target.path.startsWith("/trpc/") ? "trpc" : "rest";
      const method = METHODS.has(request.method ?? "") ? request.method! : "other";
      response.once("close", () => {
        // A sender that left before any answer has no status.
        const code = response.headersSent ? String(response.statusCode) : "none";
        requests.of(surface, method, code).inc();
        const isStream =
          response.getHeader("content-type")?.toString().startsWith("text/event-stream") === true;
        if (!isStream) times[surface]!.observeSince(beganMs);
      });
      routes.handle(request, response, target);
    },
  };
}
