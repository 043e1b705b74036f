import { createServer } from "node:net";

export const LOOPBACK = "127.0.0.1";

/**
 * A port that was free on loopback a moment ago. Another process may take it first: whoever starts a server
 * on it tries again with another.
 */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
