/** The listener on real sockets: dispatch, limits, slow and rude senders, the end. */

import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { errorAnswer, sendAnswer } from "./answer.ts";
import { discardBody, readBody } from "./body.ts";
import { type Listener, type ListenerLimits, startListener } from "./listener.ts";
import type { HttpRoutes, RequestTarget } from "./routes.ts";

const BODY_BYTES_MAX = 1_000;
const BODY_TIMEOUT_MS = 200;
const logger = { warn() {}, error() {} };

const opened: { stop(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
});

/** Routes that read the body with the limits above and tell its length. */
function echo(): HttpRoutes {
  return {
    continuesItself: true,
    handles: (_method, path) => path.startsWith("/v1/"),
    handle(request, response, target) {
      void answer(request, response, target);
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  target: RequestTarget,
): Promise<void> {
  try {
    if (target.path === "/v1/refuse") throw new Error("a bug");
    const body = await readBody(request, response, { bytesMax: BODY_BYTES_MAX, timeoutMs: BODY_TIMEOUT_MS });
    sendAnswer(response, { status: 200, headers: {}, body: { bytes: body.length, target } });
  } catch (error) {
    discardBody(request, response);
    sendAnswer(response, errorAnswer(error, ""));
  }
}

async function listen(limits: Partial<ListenerLimits> = {}, routes = [echo()]): Promise<Listener> {
  const probe = (path: string) =>
    path === "/readyz" ? { status: 503, body: { parts: [{ name: "nats", ready: false }] } } : undefined;
  const listener = await startListener({ host: "127.0.0.1", port: 0, routes, probe, limits, logger });
  opened.push(listener);
  return listener;
}

/** A sender that speaks by hand. */
function dial(listener: Listener): { socket: Socket; received: () => string; ended: Promise<void> } {
  const socket = connect(listener.port, "127.0.0.1");
  opened.push({ stop: () => void socket.destroy() });
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  socket.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  return { socket, received: () => text, ended };
}

describe("dispatch", () => {
  it("brings paths to one form, answers probes, and what nobody handles with 404 in the envelope", async () => {
    const { url } = await listen();
    const answered = await fetch(`${url}//v1//x/?a=1`, { method: "POST", body: "abc" });
    expect(await answered.json()).toEqual({
      bytes: 3,
      target: { path: "/v1/x", query: "a=1", aliased: false },
    });
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ parts: [{ name: "nats", ready: false }] });
    const missing = await fetch(`${url}/metrics`, { redirect: "error" });
    expect(missing.status).toBe(404);
    expect(missing.headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(((await missing.json()) as { error_message: string }).error_message).faultcode).toBe(
      "Client",
    );
  });

  it("answers a bug with 500, and goes on", async () => {
    const broken: HttpRoutes = {
      handles: (_method, path) => path === "/v1/broken",
      handle() {
        throw new Error("secret detail");
      },
    };
    const { url } = await listen({}, [broken, echo()]);
    const answered = await fetch(`${url}/v1/broken`);
    expect(answered.status).toBe(500);
    expect(await answered.text()).not.toContain("secret");
    expect((await fetch(`${url}/v1/x`, { method: "POST" })).status).toBe(200);
  });

  it("says which address is taken", async () => {
    const { port } = await listen();
    const again = startListener({ host: "127.0.0.1", port, routes: [], probe: () => undefined, logger });
    await expect(again).rejects.toThrow(/cannot listen on 127\.0\.0\.1:\d+: .*VIGIL_HTTP_PORT/);
  });
});

describe("bodies", () => {
  it.each([
    ["with its length said", "2000000 bytes", () => "x".repeat(2_000_000)],
    [
      "in chunks",
      "more than 1000 bytes",
      () =>
        new ReadableStream({
          start(controller) {
            for (let n = 0; n < 20; n += 1) controller.enqueue(new TextEncoder().encode("x".repeat(100_000)));
            controller.close();
          },
        }),
    ],
  ])("an oversize body %s is refused, and the sender gets to read why", async (_name, seen, body) => {
    const { url } = await listen();
    const init: RequestInit = { method: "POST", body: body(), duplex: "half" } as RequestInit;
    const answered = await fetch(`${url}/v1/x`, init);
    expect(answered.status).toBe(413);
    expect(await answered.text()).toContain(`The body has ${seen}; at most 1000 are taken here.`);
  });

  it("a sender that never ends is cut", async () => {
    const listener = await listen();
    const { socket, ended } = dial(listener);
    socket.write("POST /v1/x HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
    const chunk = `${(65_536).toString(16)}\r\n${"x".repeat(65_536)}\r\n`;
    const feed = () => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.on("drain", feed);
    feed();
    await ended;
  });

  it("a sender that dribbles is cut with 408", async () => {
    const listener = await listen();
    const { socket, received, ended } = dial(listener);
    socket.write("POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc");
    await ended;
    expect(received()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("a sender that goes away in the middle harms nobody", async () => {
    const listener = await listen();
    const { socket, ended } = dial(listener);
    socket.write("POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc", () => socket.destroy());
    await ended;
    expect((await fetch(`${listener.url}/v1/x`, { method: "POST", body: "a" })).status).toBe(200);
  });

  it("Expect: 100-continue is answered when the body is wanted", async () => {
    const { port } = await listen();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { expect: "100-continue", "content-length": "3" };
      const sending = httpRequest({ port, method: "POST", path: "/v1/x", headers }, (answered) => {
        answered.resume();
        resolve(answered.statusCode);
      });
      sending.on("continue", () => sending.end("abc"));
      sending.on("error", reject);
      sending.flushHeaders();
    });
    expect(status).toBe(200);
  });

  it("an expectation that nobody knows is ignored", async () => {
    const listener = await listen();
    const { socket, received } = dial(listener);
    socket.write(
      "POST /v1/x HTTP/1.1\r\nhost: x\r\nexpect: a-miracle\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc",
    );
    await expect.poll(received).toMatch(/^HTTP\/1\.1 200 [\s\S]*"bytes":3/);
  });

  it("Expect: 100-continue is not answered when it is not, and the connection ends", async () => {
    const listener = await listen();
    const { socket, received, ended } = dial(listener);
    socket.write("POST /v1/refuse HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n");
    await ended;
    expect(received()).toMatch(/^HTTP\/1\.1 500 /);
    expect(received().toLowerCase()).toContain("connection: close");
  });
});

describe("limits and the end", () => {
  it("slow headers are cut", async () => {
    const listener = await listen({ headersTimeoutMs: 300 });
    const { socket, received, ended } = dial(listener);
    socket.write("POST /v1/x HTTP/1.1\r\nhost:");
    await ended;
    expect(received()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("huge headers are refused", async () => {
    const { url } = await listen();
    const answered = await fetch(`${url}/v1/x`, { headers: { "x-auth-token": "a".repeat(40_000) } });
    expect(answered.status).toBe(431);
  });

  it("idle connections are closed, so the stop is quick", async () => {
    const listener = await listen();
    const { socket, received } = dial(listener);
    socket.write("POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\na");
    await expect.poll(received).toContain("200 OK");
    const begun = performance.now();
    await listener.stop();
    await listener.stop();
    expect(performance.now() - begun).toBeLessThan(4_000);
  });

  it("a request under way may finish, one that hangs is cut after the grace", async () => {
    const finishing: ServerResponse[] = [];
    const waiting: HttpRoutes = {
      handles: () => true,
      handle: (_request, response) => void finishing.push(response),
    };
    const listener = await listen({ stopGraceMs: 400 }, [waiting]);
    const good = fetch(`${listener.url}/v1/a`);
    const bad = fetch(`${listener.url}/v1/b`).catch(() => "cut");
    await expect.poll(() => finishing.length).toBe(2);
    const stopped = listener.stop();
    const first = finishing.find((response) => response.req.url === "/v1/a");
    first?.writeHead(202, { "content-length": 0 }).end();
    expect((await good).status).toBe(202);
    expect(await bad).toBe("cut");
    await stopped;
  });

  it("a drain serves on, asks senders to close, and is over at once when no balancer looks", async () => {
    const listener = await listen({ drainDelayMs: 300 });
    await fetch(`${listener.url}/readyz`);
    const begun = performance.now();
    const drained = listener.drain();
    const answered = await fetch(`${listener.url}/v1/x`, { method: "POST", body: "abc" });
    expect([answered.status, answered.headers.get("connection")]).toEqual([200, "close"]);
    await drained;
    expect(performance.now() - begun).toBeGreaterThan(250);

    const unwatched = await listen({ drainDelayMs: 60_000 });
    await fetch(`${unwatched.url}/v1/x`, { method: "POST", body: "abc" });
    await unwatched.drain();
  });
});
