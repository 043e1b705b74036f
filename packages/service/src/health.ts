import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { VigilError } from "@vigil/core";
import { METRICS_PATH, type MetricsPage } from "./metrics/page.ts";
import type { ReadinessPart, Role } from "./role.ts";

/** A probe sends no body and a few headers; anything slower is not a probe. */
const REQUEST_MS_MAX = 5_000;

export interface HealthAnswer {
  status: 200 | 503;
  body: { status: "ok" | "not ready"; parts?: (ReadinessPart & { role: string })[] };
}

/**
 * Answer to a probe, undefined for any other path. `/healthz`: the process answers at all. `/readyz`: every
 * part of every role is ready; the answer names each part, and says what is wrong with those that are not.
 */
export function answerProbe(path: string, roles: readonly Role[]): HealthAnswer | undefined {
  if (path === "/healthz") return { status: 200, body: { status: "ok" } };
  if (path !== "/readyz") return undefined;
  const parts = roles.flatMap((role) => role.readiness().map((part) => ({ role: role.name, ...part })));
  // No roles yet, or no more: nothing is served.
  const ready = roles.length > 0 && parts.every((part) => part.ready);
  return { status: ready ? 200 : 503, body: { status: ready ? "ok" : "not ready", parts } };
}

export interface HealthServer {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

export interface HealthServerOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Answer for a path, undefined for paths that are no probe: `answerProbe` with the roles of the moment. */
  probe(path: string): HealthAnswer | undefined;
  /** Served as `/metrics`; left out: there is none. */
  metrics?: MetricsPage | undefined;
  /** The setting that an address which can't be had is told with. Default VIGIL_HEALTH_PORT. */
  portSetting?: string;
}

/**
 * Serves the probes of roles that have no HTTP listener of their own (worker, applier, state), and the page of metrics.
 * @throws VigilError unavailable when the address cannot be listened on.
 */
export function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => respond(request, response, options));
  server.requestTimeout = REQUEST_MS_MAX;
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(options, error)));
    server.listen(options.port, options.host, () => {
      const { port } = server.address() as AddressInfo;
      const host = options.host.includes(":") ? `[${options.host}]` : options.host;
      resolve({
        url: `http://${host}:${port}`,
        port,
        stop: () =>
          new Promise((stopped) => {
            server.close(() => stopped());
            server.closeAllConnections();
          }),
      });
    });
  });
}

function respond(request: IncomingMessage, response: ServerResponse, options: HealthServerOptions): void {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const isRead = request.method === "GET" || request.method === "HEAD";
  if (isRead && path === METRICS_PATH && options.metrics !== undefined) {
    void sendMetrics(request, response, options.metrics);
    return;
  }
  const answer = isRead ? options.probe(path) : undefined;
  const pages = ["/healthz", "/readyz", ...(options.metrics === undefined ? [] : [METRICS_PATH])];
  const body = JSON.stringify(answer?.body ?? { status: "no such page", pages });
  response.writeHead(answer?.status ?? 404, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Answers a GET or HEAD of `/metrics`. Never rejects. */
export async function sendMetrics(
  request: IncomingMessage,
  response: ServerResponse,
  metrics: MetricsPage,
): Promise<void> {
  const { status, contentType, body } = await metrics.answer();
  if (response.destroyed) return;
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function listenError(options: HealthServerOptions, error: Error): VigilError {
  return new VigilError(
    "unavailable",
    `cannot listen on ${options.host}:${options.port} for probes and metrics: ${error.message}; set ${options.portSetting ?? "VIGIL_HEALTH_PORT"} to a free port`,
    { cause: error },
  );
}
