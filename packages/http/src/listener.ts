/**
 * One HTTP listener for all parts that share a port: limits, paths in one form, probes, dispatch, and an
 * end that lets requests finish.
 */

import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type TlsMaterial, VigilError } from "@vigil/core";
import type { LogSink } from "@vigil/openstack";
import { errorAnswer, sendAnswer } from "./answer.ts";
import { continueSending, discardBody, noteWaitingToContinue } from "./body.ts";
import { Connections } from "./connections.ts";
import { HttpFault } from "./fault.ts";
import { checkFraming } from "./framing.ts";
import type { HttpRoutes } from "./routes.ts";
import { readTarget } from "./target.ts";

export interface ListenerLimits {
  /** Two tokens of 8 KiB, and room for what proxies add. */
  headerBytesMax: number;
  headersMax: number;
  /** From the first byte of a request to the end of its headers. */
  headersTimeoutMs: number;
  /** To the end of its body. Long: cluster models come over ordinary lines. Webhooks have a limit of their own. */
  requestTimeoutMs: number;
  /** Idle connections are closed after this; alarm services announce keep-alive and never use it. */
  idleTimeoutMs: number;
  connectionsMax: number;
  /** Of one address: half of all, so that one alone can't keep others out, and a proxy with all clients behind it has room. */
  connectionsPerAddressMax: number;
  /** An answer of which the client takes nothing for so long is cut. */
  answerStallMs: number;
  /**
   * How long `drain` goes on accepting while it says that it is not ready. A balancer that asks every two seconds and
   * believes the third answer (HAProxy's defaults) needs six to look elsewhere; idle connections are closed after
   * `idleTimeoutMs` and a second, or told to close with their next answer, so that none is left to be reset.
   */
  drainDelayMs: number;
  /** Requests that are on their way at the stop may finish within this. */
  stopGraceMs: number;
}

export const DEFAULT_LISTENER_LIMITS: ListenerLimits = {
  headerBytesMax: 32 * 1024,
  headersMax: 100,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 120_000,
  idleTimeoutMs: 5_000,
  connectionsMax: 10_000,
  connectionsPerAddressMax: 5_000,
  answerStallMs: 30_000,
  drainDelayMs: 7_000,
  stopGraceMs: 1_500,
};

/** How often Node looks for connections that are too slow; its own default of 30 s would make 10 s into 40. */
const SLOW_CHECK_INTERVAL_MS = 1_000;
/** The probe by which balancers learn where to send; longer ago than this, and nobody is there to be told. */
const READY_PATH = "/readyz";
const WATCHED_MS = 60_000;
/** How often the stop looks for connections whose request has ended meanwhile. */
const STOP_POLL_MS = 20;

/** Answer of a probe, `/healthz` or `/readyz`. */
export interface ProbeAnswer {
  status: number;
  body: object;
}

export interface ListenerOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** cert and key: https. With `ca`, clients need a certificate by that authority. */
  tls?: TlsMaterial | undefined;
  /** In order: the first that handles a request gets it. */
  routes: readonly HttpRoutes[];
  /** Answers the paths of probes; undefined for any other path. */
  probe(path: string): ProbeAnswer | undefined;
  limits?: Partial<ListenerLimits>;
  logger: LogSink;
}

export interface Listener {
  readonly url: string;
  readonly port: number;
  /**
   * Serves on, and asks each sender to close its connection, until a balancer has noticed that /readyz is red. Over at
   * once when nobody has asked for /readyz lately: waiting would tell nobody. Idempotent.
   */
  drain(): Promise<void>;
  /** Takes no more connections, lets requests finish within the grace, cuts the rest. Idempotent. */
  stop(): Promise<void>;
}

/**
 * @throws VigilError unavailable when the address cannot be listened on, invalid-input when the certificate or its key
 *   cannot be used
 */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const limits = { ...DEFAULT_LISTENER_LIMITS, ...options.limits };
  const listener = new NodeListener(options, limits);
  await listener.listen();
  return listener;
}

class NodeListener implements Listener {
  readonly #options: ListenerOptions;
  readonly #limits: ListenerLimits;
  readonly #server: Server;
  readonly #connections: Connections;
  readonly #refused = new WeakSet<Socket>();
  #stalls: NodeJS.Timeout | undefined;
  #draining: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #readyAskedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ListenerOptions, limits: ListenerLimits) {
    this.#options = options;
    this.#limits = limits;
    this.#connections = new Connections(limits);
    this.#server = newServer(options.tls, limits.headersTimeoutMs, {
      maxHeaderSize: limits.headerBytesMax,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.idleTimeoutMs,
      connectionsCheckingInterval: SLOW_CHECK_INTERVAL_MS,
      // Answers are one small write each: waiting to fill a packet would add 40 ms to some.
      noDelay: true,
      // Looked at with the rest of a request's form: Node would answer 400 and go on with what comes behind.
      requireHostHeader: false,
    });
    this.#server.maxHeadersCount = limits.headersMax;
    this.#server.maxConnections = limits.connectionsMax;
    this.#server.on("connection", (socket: Socket) => this.#connections.admit(socket));
    this.#server.on(options.tls === undefined ? "connection" : "secureConnection", (socket: Socket) =>
      this.#connections.watch(socket, performance.now()),
    );
    this.#server.on("request", (request, response) => this.#dispatch(request, response));
    // An expectation that nobody knows may be ignored; Node's own 417 would lose the alarm of an odd sender.
    this.#server.on("checkExpectation", (request, response) => this.#dispatch(request, response));
    this.#server.on("checkContinue", (request, response) => {
      noteWaitingToContinue(request);
      this.#dispatch(request, response);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? this.#options.port;
  }

  get url(): string {
    const { host } = this.#options;
    return `${this.#options.tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${this.port}`;
  }

  async listen(): Promise<void> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", (error) => {
        const text = `cannot listen on ${host}:${port}: ${error.message}; set VIGIL_HTTP_PORT and VIGIL_HTTP_HOST to a free address`;
        reject(new VigilError("unavailable", text, { cause: error }));
      });
      this.#server.listen(port, host, resolve);
    });
    this.#stalls = setInterval(() => this.#connections.cutStalled(performance.now()), SLOW_CHECK_INTERVAL_MS);
    this.#stalls.unref();
    this.#server.removeAllListeners("error");
    this.#server.on("error", (error) => this.#options.logger.error({ err: error }, "HTTP listener failed"));
  }

  drain(): Promise<void> {
    const watched = performance.now() - this.#readyAskedAtMs < WATCHED_MS;
    this.#draining ??= watched ? sleep(this.#limits.drainDelayMs) : Promise.resolve();
    return this.#draining;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // A kept-alive connection that was busy at the close becomes idle later and would stay open.
    const sweep = setInterval(() => this.#server.closeIdleConnections(), STOP_POLL_MS);
    const cut = setTimeout(() => this.#server.closeAllConnections(), this.#limits.stopGraceMs);
    await closed;
    clearInterval(sweep);
    clearInterval(this.#stalls);
    clearTimeout(cut);
  }

  #checkFraming(request: IncomingMessage): void {
    try {
      checkFraming(request);
    } catch (error) {
      this.#refused.add(request.socket);
      throw error;
    }
  }

  #dispatch(request: IncomingMessage, response: ServerResponse): void {
    // What came behind a request that was refused for its form may be no request, but what somebody hid in it.
    if (this.#refused.has(request.socket)) return;
    try {
      if (this.#draining !== undefined || this.#stopping !== undefined)
        response.setHeader("connection", "close");
      this.#checkFraming(request);
      const target = readTarget(request.url ?? "/");
      const method = request.method ?? "";
      const probe = method === "GET" || method === "HEAD" ? this.#options.probe(target.path) : undefined;
      if (probe !== undefined) {
        if (target.path === READY_PATH) this.#readyAskedAtMs = performance.now();
        sendAnswer(response, { ...probe, headers: { "cache-control": "no-store" } });
        return;
      }
      for (const routes of this.#options.routes) {
        if (!routes.handles(method, target.path)) continue;
        if (routes.continuesItself !== true) continueSending(request, response);
        routes.handle(request, response, target);
        return;
      }
      throw new HttpFault(404, "404 Not Found: The resource could not be found.");
    } catch (error) {
      const answer = errorAnswer(error, "");
      if (answer.status >= 500)
        this.#options.logger.error({ err: error }, "a request failed in the listener");
      discardBody(request, response);
      sendAnswer(response, answer);
    }
  }
}

/** @throws VigilError invalid-input */
function newServer(tls: TlsMaterial | undefined, handshakeTimeout: number, options: ServerOptions): Server {
  if (tls === undefined) return createServer(options);
  const asksForCertificate = tls.ca !== undefined;
  try {
    return createTlsServer({
      ...options,
      ...tls,
      minVersion: "TLSv1.2",
      handshakeTimeout,
      requestCert: asksForCertificate,
      rejectUnauthorized: asksForCertificate,
    });
  } catch (error) {
    const text = `the certificate of the HTTP listener, its key or the clients' authorities can't be used: ${(error as Error).message}`;
    throw new VigilError("invalid-input", text, { cause: error });
  }
}
