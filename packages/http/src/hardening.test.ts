/** The listener under rude clients: https with real certificates, many slow senders, clients that don't read, too many of one address. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as tlsConnect } from "node:tls";
import type { TlsMaterial } from "@vigil/core";
import { makeCertificates, type TestCertificates, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { sendAnswer } from "./answer.ts";
import { readBody } from "./body.ts";
import { type ListenerLimits, startListener } from "./listener.ts";

let dir: string;
let files: TestCertificates;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "vigil-http-tls-"));
  files = makeCertificates(dir);
});
afterAll(() => rmSync(dir, { recursive: true }));

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const LARGE_ANSWER_BYTES = 64 * 1024 * 1024;

async function listen(limits: Partial<ListenerLimits>, tls?: TlsMaterial) {
  const answer = async (response: ServerResponse, path: string) => {
    const body = await readBody(response.req, response, { bytesMax: 1_000, timeoutMs: 60_000 });
    if (path === "/v1/large") response.end(Buffer.alloc(LARGE_ANSWER_BYTES));
    else sendAnswer(response, { status: 202, headers: {}, body: { bytes: body.length } });
  };
  const listener = await startListener({
    host: "127.0.0.1",
    port: 0,
    tls,
    limits,
    probe: () => undefined,
    logger: { warn() {}, error() {} },
    routes: [
      {
        handles: () => true,
        handle: (_, response, { path }) => void answer(response, path).catch(() => response.destroy()),
      },
    ],
  });
  closers.push(() => listener.stop());
  return listener;
}

function dial(port: number, bytes: string): Socket {
  const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
  // Read, or its end would never show.
  socket.on("error", () => undefined).resume();
  closers.push(() => socket.destroy());
  return socket;
}

const text = (path: string) => readFileSync(path, "utf8");

function material(pair: { cert: string; key: string }, ca?: string): TlsMaterial {
  return { cert: text(pair.cert), key: text(pair.key), ...(ca === undefined ? {} : { ca: text(ca) }) };
}

/** The answer's status. */
function post(port: number, options: object): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(
      { host: "localhost", port, method: "POST", path: "/v1/x", agent: false, ...options },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    );
    sent.on("error", reject).end("abc");
  });
}

describe("https", () => {
  test("answers those who trust its authority, and nobody over plain HTTP", async () => {
    const { port, url } = await listen({}, material(files.server));
    expect(url).toMatch(/^https:/);
    expect(await post(port, { ca: text(files.ca) })).toBe(202);
    await expect(post(port, { ca: text(files.otherCa) })).rejects.toThrow(/certificate|issuer/);
    await expect(fetch(`http://127.0.0.1:${port}/v1/x`)).rejects.toThrow();
  });

  test("with authorities of clients, lets in only those with a certificate by them", async () => {
    const { port } = await listen({}, material(files.server, files.ca));
    const ca = text(files.ca);
    expect(await post(port, { ...material(files.client), ca })).toBe(202);
    for (const pair of [files.strangeClient, files.expiredClient]) {
      await expect(post(port, { ...material(pair), ca })).rejects.toThrow();
    }
    await expect(post(port, { ca })).rejects.toThrow();
  });

  test("is at least TLS 1.2, and a handshake that dribbles is cut", async () => {
    const { port } = await listen({ headersTimeoutMs: 300 }, material(files.server));
    const old = tlsConnect({
      port,
      host: "localhost",
      ca: text(files.ca),
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
    });
    const refused = await new Promise<Error>((resolve) => old.once("error", resolve));
    expect(refused.message).toMatch(/protocol|version|alert/i);
    const slow = dial(port, "\x16\x03\x01");
    await until("the end of the handshake", () => slow.closed, 5_000);
  });

  test("a key that is not the certificate's is refused at the start", async () => {
    await expect(listen({}, material(files.mismatched))).rejects.toThrow(/key values mismatch/);
  });
});

describe("slow and many", () => {
  test("hundreds that dribble don't hold an honest sender, and are cut", async () => {
    const { port, url } = await listen({ headersTimeoutMs: 1_500, requestTimeoutMs: 1_500 });
    const head = "POST /v1/x HTTP/1.1\r\nhost: a\r\n";
    const slow = Array.from({ length: 200 }, (_, index) =>
      dial(port, index % 3 === 0 ? head : index % 3 === 1 ? `${head}content-length: 9\r\n\r\na` : ""),
    );
    await until("all connected", () => slow.every((socket) => !socket.connecting));
    for (let sent = 0; sent < 20; sent += 1) {
      const begun = performance.now();
      expect((await fetch(`${url}/v1/x`, { method: "POST", body: "abc" })).status).toBe(202);
      expect(performance.now() - begun).toBeLessThan(1_400);
      for (const socket of slow.slice(0, 50)) socket.write("x");
    }
    await until("every slow one cut", () => slow.every((socket) => socket.closed), 10_000);
  }, 60_000);

  test("a client that does not take its answer is cut, one that takes it is not", async () => {
    const { port } = await listen({ answerStallMs: 1_000 });
    const request = "GET /v1/large HTTP/1.1\r\nhost: a\r\n\r\n";
    const taken = { deaf: 0, honest: 0 };
    const deaf = dial(port, request).pause();
    const honest = dial(port, request);
    honest.on("data", (chunk) => {
      taken.honest += chunk.length;
    });
    await until("the honest one has all", () => taken.honest > LARGE_ANSWER_BYTES);
    // Nothing tells a client that does not read; it is let be for longer than it may be silent.
    const silentUntilMs = performance.now() + 3_000;
    await until("the stall", () => performance.now() > silentUntilMs);
    deaf.on("data", (chunk: Buffer) => {
      taken.deaf += chunk.length;
    });
    deaf.resume();
    await until("the deaf one cut", () => deaf.closed);
    expect(taken.deaf).toBeLessThan(LARGE_ANSWER_BYTES);
  }, 60_000);

  test("one address has no more connections than its share; they come back when closed", async () => {
    const { port, url } = await listen({ connectionsPerAddressMax: 3, idleTimeoutMs: 60_000 });
    const held = [dial(port, ""), dial(port, ""), dial(port, "")];
    await until("three connections", () => held.every((socket) => !socket.connecting));
    const fourth = dial(port, "");
    await until("the fourth closed", () => fourth.closed);
    expect(held.map((socket) => socket.closed)).toEqual([false, false, false]);
    held[0]!.destroy();
    await until(
      "room again",
      async () => (await fetch(`${url}/v1/x`, { method: "POST", body: "a" })).status === 202,
    );
  });
});
