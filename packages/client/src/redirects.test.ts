import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createVigilClient } from "./client.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  servers.push(server);
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([301, 302, 303, 307, 308])(
  "a redirect (%i) is not followed: the token stays where it was meant for",
  async (status) => {
    const seen: unknown[] = [];
    const thief = await serve((request, response) => {
      seen.push(request.headers["x-auth-token"]);
      response.end("{}");
    });
    const url = await serve((_, response) => response.writeHead(status, { location: thief }).end());
    const client = createVigilClient({ url, token: "s3cret" });
    await expect(client.model.import.mutate({ content: "{}" })).rejects.toThrow();
    expect(seen).toEqual([]);
  },
);
