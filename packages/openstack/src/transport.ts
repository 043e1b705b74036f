/**
 * One HTTP call to Keystone: pool, time limits, size limit, redirects within the origin only. The
 * answer's status is the caller's business; trouble on the way is a VigilError of kind unavailable.
 */

import { VigilError } from "@vigil/core";
import { Agent, type Dispatcher } from "undici";
import type { CorrectedClock } from "./corrected-clock.ts";

/** Connections per origin. Keystone answers a validation in milliseconds; more would only queue there. */
export const CONNECTIONS_MAX = 16;
/** Idle connections are dropped before common proxies (60 s) drop them under our hands. */
export const KEEP_ALIVE_MS = 30_000;
export const CONNECT_TIMEOUT_MS = 5_000;
/** Largest body read. A catalog of 40 services in 50 regions stays below 1 MiB. */
export const RESPONSE_BYTES_MAX = 4 * 1024 * 1024;
/** Hops followed within one origin (http to http only; a loop must end). */
export const REDIRECTS_MAX = 5;

/** The sentence that operators know from every OpenStack service. */
export const KEYSTONE_UNAVAILABLE = "The Keystone service is temporarily unavailable.";

export interface KeystoneRequest {
  method: "GET" | "POST";
  /** Origin and path, no query secrets: it may appear in errors. */
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Ends the call at this moment whatever it is doing. */
  signal: AbortSignal;
}

export interface KeystoneResponse {
  status: number;
  header(name: string): string | undefined;
  /** The body as JSON; undefined when it is not JSON. */
  json: unknown;
}

export interface TransportOptions {
  /** Certificate authorities to trust, PEM; undefined: those of the system. */
  ca?: string;
  /** False: certificates are not checked. */
  verify: boolean;
  clock: CorrectedClock;
}

export class KeystoneTransport {
  readonly #agent: Agent;
  readonly #clock: CorrectedClock;

  constructor(options: TransportOptions) {
    this.#clock = options.clock;
    this.#agent = new Agent({
      connections: CONNECTIONS_MAX,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connect: {
        timeout: CONNECT_TIMEOUT_MS,
        rejectUnauthorized: options.verify,
        ...(options.ca === undefined ? {} : { ca: options.ca }),
      },
    });
  }

  /**
   * @throws VigilError unavailable: unreachable, too slow, an oversized answer, a redirect elsewhere.
   *   `details.reason` says which, `details.retryable` whether another try may help.
   */
  async request(request: KeystoneRequest): Promise<KeystoneResponse> {
    let url = new URL(request.url);
    for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
      const answer = await this.#once(url, request);
      this.#clock.learn(headerText(answer.headers.date));
      const next = await redirectTarget(answer, url, request.method);
      if (next === undefined) return await readAnswer(answer, url, request.signal);
      url = next;
    }
    throw unavailable(url, `more than ${REDIRECTS_MAX} redirects`, false);
  }

  async #once(url: URL, request: KeystoneRequest): Promise<Dispatcher.ResponseData> {
    try {
      return await this.#agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: request.headers,
        body: request.body,
        signal: request.signal,
      });
    } catch (error) {
      throw unavailable(url, reasonOf(error, request.signal), !request.signal.aborted);
    }
  }

  /** Ends every connection; calls in flight fail. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** Tokens must never follow a redirect to another machine: Keystone's own address must be configured. */
async function redirectTarget(
  answer: Dispatcher.ResponseData,
  url: URL,
  method: "GET" | "POST",
): Promise<URL | undefined> {
  const status = answer.statusCode;
  const follows =
    status === 307 || status === 308 || (method === "GET" && (status === 301 || status === 302));
  const isRedirect = follows || status === 301 || status === 302 || status === 303;
  if (!isRedirect) return undefined;
  await answer.body.dump();
  const location = headerText(answer.headers.location) ?? "";
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (follows && next !== undefined && next.origin === url.origin) return next;
  throw unavailable(url, `a redirect (${status}) that must not be followed; set the final address`, false);
}

async function readAnswer(
  answer: Dispatcher.ResponseData,
  url: URL,
  signal: AbortSignal,
): Promise<KeystoneResponse> {
  const { headers } = answer;
  return {
    status: answer.statusCode,
    header: (name) => headerText(headers[name]),
    json: parseJson(await readText(answer, url, signal)),
  };
}

async function readText(answer: Dispatcher.ResponseData, url: URL, signal: AbortSignal): Promise<string> {
  const declared = Number(headerText(answer.headers["content-length"]) ?? Number.NaN);
  try {
    if (declared <= RESPONSE_BYTES_MAX) return await answer.body.text();
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > RESPONSE_BYTES_MAX)
        throw unavailable(url, `an answer above ${RESPONSE_BYTES_MAX} bytes`, false);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  } catch (error) {
    throw error instanceof VigilError ? error : unavailable(url, reasonOf(error, signal), !signal.aborted);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The cause is told by its code alone: a library's error may carry the request with its headers. */
function unavailable(url: URL, reason: string, retryable: boolean): VigilError {
  return new VigilError("unavailable", KEYSTONE_UNAVAILABLE, {
    details: { keystone: url.origin, reason, retryable },
  });
}

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "no answer in time";
  if (!(error instanceof Error)) return "unknown";
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : error.name;
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
