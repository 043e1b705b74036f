import { Agent, request as startRequest } from "node:http";

/** What came back, byte by byte as it was sent. */
export interface RawAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

export interface RawRequest {
  method: string;
  target: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | undefined;
}

/**
 * Sends requests as they are over one connection, one after another: `fetch` would put targets and headers in order
 * first, and what one request leaves behind on the connection would not meet the next.
 */
export class RawCaller {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #port: number;
  readonly #deadlineMs: number;

  constructor(port: number, deadlineMs: number) {
    this.#port = port;
    this.#deadlineMs = deadlineMs;
  }

  /** @throws Error when there is no whole answer within the deadline */
  send({ method, target, headers, body }: RawRequest): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const request = startRequest({
        agent: this.#agent,
        host: "127.0.0.1",
        port: this.#port,
        method,
        path: target,
        headers: { ...headers, "content-length": body?.length ?? 0 },
        signal: AbortSignal.timeout(this.#deadlineMs),
      });
      request.once("error", reject);
      request.once("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      });
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
