/** Raw HTTP requests, so that a test decides each header, slash and byte, and answers as a client decodes them. */

import { type IncomingHttpHeaders, request } from "node:http";
import { contract } from "./contract.ts";

export interface CallOptions {
  /** Sent as JSON, with the content type unless `type` says otherwise. */
  body?: unknown;
  /** Sent as it is, instead of `body`. */
  raw?: string;
  /** Content type; null: none. */
  type?: string | null;
  /** What follows `infra-optim` in the version header; null: no such header. Default: latest. */
  version?: string | null;
  /** null: none. Default: an admin's. */
  token?: string | null;
  headers?: Record<string, string>;
  /** Which process is asked, or the origin of one that a test has started. Default: the api that asks Keystone. */
  at?: "api" | "open" | "edge" | "openEdge" | URL;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted member by member
  body: any;
}

/** @param line method and path, as in a request line: "GET /v1/goals". */
export function call(line: string, options: CallOptions = {}): Promise<Answer> {
  const [method, ...rest] = line.split(" ");
  const sent = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const type = options.type === undefined && sent !== undefined ? "application/json" : options.type;
  const version = options.version === undefined ? "latest" : options.version;
  const token = options.token === undefined ? contract().system.token : options.token;
  const headers: Record<string, string> = {
    ...(sent === undefined ? {} : { "content-length": String(Buffer.byteLength(sent)) }),
    ...(type ? { "content-type": type } : {}),
    ...(version === null ? {} : { "openstack-api-version": `infra-optim ${version}` }),
    ...(token === null ? {} : { "x-auth-token": token }),
    ...options.headers,
  };
  const { at = "api" } = options;
  return send(at instanceof URL ? at : new URL(contract().urls[at]), method!, rest.join(" "), headers, sent);
}

function send(
  { hostname, port }: URL,
  method: string,
  path: string,
  headers: Record<string, string>,
  sent: string | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers, agent: false }, async (incoming) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        text,
        body: decoded(text),
      });
    });
    outgoing.on("error", reject);
    outgoing.end(sent);
  });
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The text of an error as the Python client finds it: the inner JSON's faultstring, or the inner text itself.
 * @throws Error where the envelope is one that the client would crash on.
 */
export function faultOf(answer: Answer): string {
  const message = answer.body?.error_message;
  if (typeof message !== "string") throw new Error(`no error envelope: ${answer.status} ${answer.text}`);
  const inner = decoded(message);
  if (inner === undefined) return message;
  if (inner === null || typeof inner !== "object" || Array.isArray(inner)) {
    throw new Error(`the inner text is JSON and no object: ${message}`);
  }
  return String((inner as Record<string, unknown>).faultstring);
}

/** Status and fault text together, so that a failed assertion shows both. */
export function outcome(answer: Answer): [number, string] {
  return [answer.status, answer.status < 400 ? "" : faultOf(answer)];
}

/** Patch of one operation. */
export function patch(line: string, op: string, path: string, value?: unknown, options: CallOptions = {}) {
  const operation = value === undefined ? { op, path } : { op, path, value };
  return call(`PATCH ${line}`, { body: [operation], ...options });
}
