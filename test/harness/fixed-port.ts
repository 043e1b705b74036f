import { createServer } from "node:net";

/**
 * Below the range from which the kernel takes ports of outgoing connections (32768 and up): a server that is down for a
 * moment finds its port again, where one from `findFreePort` may have gone to a connection of somebody else meanwhile.
 */
const PORT_MIN = 15_000;
const PORT_MAX = 32_000;

/** A free port on loopback that stays free while its server is down. */
export async function findFixedPort(): Promise<number> {
  for (;;) {
    const port = PORT_MIN + Math.floor(Math.random() * (PORT_MAX - PORT_MIN));
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
