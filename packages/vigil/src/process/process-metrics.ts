/** What a process shows of itself, and where. */

import type { HttpRoutes } from "@vigil/http";
import {
  type Logger,
  METRICS_PATH,
  type Metrics,
  MetricsPage,
  type RoleName,
  sendMetrics,
  startHealthServer,
} from "@vigil/service";
import { VERSION } from "../cli/version.ts";
import type { Config } from "../config/settings.ts";
import { PROCESS_METRICS } from "../metrics.ts";
import { type Parts, rolesOf, type ServedMetrics } from "./parts.ts";

/** Adds what every process shows: its roles, their readiness, its connection, and prom-client's own of Node.js. */
export function addProcessMetrics(metrics: Metrics, roles: readonly RoleName[], parts: Parts): void {
  metrics.addProcess();
  metrics.gauge(PROCESS_METRICS.buildInfo, () =>
    roles.map((role) => [[role, VERSION, process.versions.node], 1] as const),
  );
  metrics.gauge(PROCESS_METRICS.ready, () =>
    rolesOf(parts).flatMap((role) =>
      role.readiness().map(({ name, ready }) => [[role.name, name], ready ? 1 : 0] as const),
    ),
  );
  metrics.gauge(PROCESS_METRICS.natsConnected, () => (parts.bus?.status().connected === true ? 1 : 0));
}

/** @throws VigilError unavailable when the port of its own cannot be had */
export async function serveMetrics(config: Config, metrics: Metrics, logger: Logger): Promise<ServedMetrics> {
  if (!config.metrics) return { shared: undefined, own: undefined };
  const page = new MetricsPage(metrics, logger);
  if (config.metricsPort === undefined) return { shared: page, own: undefined };
  const own = await startHealthServer({
    host: config.metricsHost,
    port: config.metricsPort,
    probe: () => undefined,
    metrics: page,
    portSetting: "VIGIL_METRICS_PORT",
  });
  logger.info({ url: `${own.url}${METRICS_PATH}` }, "metrics are served");
  return { shared: undefined, own };
}

/** The page on the listener of webhooks, REST and tRPC. */
export function metricsRoutes(page: MetricsPage): HttpRoutes {
  return {
    handles: (method, path) => path === METRICS_PATH && (method === "GET" || method === "HEAD"),
    handle: (request, response) => void sendMetrics(request, response, page),
  };
}
