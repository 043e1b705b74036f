import { createServer } from "node:net";

/**
 * Below the range from which the kernel takes ports of outgoing connections (32768 and up): a server that is down for a
 * moment finds its port again, where one from `findFreePort` may have gone to a connection of somebody else meanwhile.
 */
const PORT_MIN = 15_000;
/** Of each process of the test runner: two that ask at the same time must not be given the same. */
const PORTS_PER_WORKER = 1_000;
const WORKERS_MAX = 17;

const given = new Set<number>();

/** A port on loopback that is free, stays free while its server is down, and is given to nobody else. */
export async function findFixedPort(): Promise<number> {
  // Outside the test runner a process is not told which one it is.
  const worker = Number(process.env.VITEST_POOL_ID ?? process.pid) % WORKERS_MAX;
  for (;;) {
    const port = PORT_MIN + worker * PORTS_PER_WORKER + Math.floor(Math.random() * PORTS_PER_WORKER);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
