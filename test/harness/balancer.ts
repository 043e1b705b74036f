/** A TCP balancer as a cloud has one in front of its edges: it asks /readyz, and tries the next when one refuses. */

import { connect, createServer, type Socket } from "node:net";
import { pipeline } from "node:stream";
import { findFixedPort } from "./fixed-port.ts";

/** Between two looks at each backend, and answers that are believed. */
const CHECK_MS = 100;
const FALL = 2;

export interface Balancer {
  readonly url: string;
  /** Backends that connections go to at present. */
  healthy(): string[];
  /** Connections that no backend took. */
  refused(): number;
  close(): Promise<void>;
}

interface Backend {
  readonly url: string;
  failures: number;
}

/** @param urls http://127.0.0.1:port of the backends, which need not run yet */
export async function startBalancer(urls: readonly string[]): Promise<Balancer> {
  const backends = urls.map((url): Backend => ({ url, failures: FALL }));
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.once("close", () => sockets.delete(socket));
    return socket;
  };
  let turn = 0;
  let refused = 0;

  const healthy = () => backends.filter(({ failures }) => failures < FALL);
  const attach = (client: Socket, rest: readonly Backend[]) => {
    const [backend, ...others] = rest;
    if (backend === undefined) {
      refused++;
      client.resetAndDestroy();
      return;
    }
    const upstream = keep(connect(Number(new URL(backend.url).port), "127.0.0.1"));
    const failed = () => attach(client, others);
    upstream.once("error", failed);
    upstream.once("connect", () => {
      upstream.off("error", failed);
      const ended = () => {
        client.destroy();
        upstream.destroy();
      };
      pipeline(client, upstream, ended);
      pipeline(upstream, client, ended);
    });
  };

  const server = createServer((client) => {
    keep(client).on("error", () => undefined);
    const first = turn++;
    const up = healthy();
    attach(
      client,
      up.map((_, n) => up[(first + n) % up.length]!),
    );
  });
  const port = await findFixedPort();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const checks = backends.map((backend) => setInterval(() => void look(backend), CHECK_MS));
  return {
    url: `http://127.0.0.1:${port}`,
    healthy: () => healthy().map(({ url }) => url),
    refused: () => refused,
    async close() {
      for (const check of checks) clearInterval(check);
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function look(backend: Backend): Promise<void> {
  const answer = await fetch(`${backend.url}/readyz`, {
    headers: { connection: "close" },
    signal: AbortSignal.timeout(CHECK_MS * 10),
  }).catch(() => undefined);
  backend.failures = answer?.status === 200 ? 0 : backend.failures + 1;
}
