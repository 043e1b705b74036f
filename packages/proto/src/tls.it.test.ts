/** The gRPC border with real certificates: the right ones work, each wrong one is refused and says why. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TlsMaterial, VigilError } from "@vigil/core";
import { type CertificatePair, makeCertificates, type TestCertificates } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RunServiceImpl } from "./calls.ts";
import { connectState } from "./client.ts";
import { createStateServer, listenStateServer, registerRunService } from "./server.ts";

let dir: string;
let files: TestCertificates;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "vigil-grpc-tls-"));
  files = makeCertificates(dir);
});
// Side by side: each refusal takes the caller's five tries, a second and a half.
const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(dir, { recursive: true });
});

function material(pair: CertificatePair | undefined, ca: string | undefined): TlsMaterial {
  return {
    ...(pair && { cert: readFileSync(pair.cert, "utf8"), key: readFileSync(pair.key, "utf8") }),
    ...(ca === undefined ? {} : { ca: readFileSync(ca, "utf8") }),
  };
}

async function serve(tls: TlsMaterial | undefined): Promise<number> {
  const refuse = async (): Promise<never> => {
    throw new VigilError("internal", "not part of this test");
  };
  const impl: RunServiceImpl = {
    ingest: refuse,
    claim: async () => ({ leases: [{ runId: "r" }] }),
    heartbeat: refuse,
    complete: refuse,
    release: refuse,
  };
  const server = createStateServer();
  registerRunService(server, impl, { error: () => undefined });
  const listening = await listenStateServer(server, { host: "127.0.0.1", port: 0, tls, graceMs: 200 });
  closers.push(() => listening.stop());
  return listening.port;
}

function claim(address: string, tls: TlsMaterial | undefined) {
  const client = connectState({ address, tls, deadlines: { writeMs: 3_000 } });
  closers.push(() => client.close());
  return client.runs.claim({});
}

const answer = { leases: [expect.objectContaining({ runId: "r" })] };

describe.concurrent("mutual TLS", () => {
  test("the right certificates get through, by name and by address, and to several addresses", async () => {
    const port = await serve(material(files.server, files.ca));
    const tls = material(files.client, files.ca);
    expect(await claim(`localhost:${port}`, tls)).toMatchObject(answer);
    expect(await claim(`127.0.0.1:${port}`, tls)).toMatchObject(answer);
    expect(await claim(`state.invalid:1,127.0.0.1:${port}`, tls)).toMatchObject(answer);
  });

  test.each([
    ["by another authority", () => material(files.strangeClient, files.ca)],
    ["that has expired", () => material(files.expiredClient, files.ca)],
    ["of a server", () => material(files.server, files.ca)],
    ["that is missing", () => material(undefined, files.ca)],
  ])("state refuses a caller's certificate %s", async (_, tls) => {
    const port = await serve(material(files.server, files.ca));
    await expect(claim(`127.0.0.1:${port}`, tls())).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("a plain caller gets nothing from a state with TLS, nor one with TLS from a plain state", async () => {
    const secured = await serve(material(files.server, files.ca));
    await expect(claim(`127.0.0.1:${secured}`, undefined)).rejects.toMatchObject({ kind: "unavailable" });
    const plain = await serve(undefined);
    await expect(claim(`127.0.0.1:${plain}`, material(files.client, files.ca))).rejects.toMatchObject({
      kind: "unavailable",
    });
  });

  test.each([
    ["by another authority", () => files.strangeServer, /unable to verify|self.signed|local issuer/i],
    ["that has expired", () => files.expiredServer, /certificate has expired/i],
    ["for another host", () => files.wrongName, /does not match certificate's altnames/i],
    ["of a client", () => files.client, /purpose/i],
  ])("a caller refuses state's certificate %s, and says so", async (_, pair, words) => {
    const port = await serve(material(pair(), files.ca));
    const error = await claim(`127.0.0.1:${port}`, material(files.client, files.ca)).catch(VigilError.from);
    expect(error).toMatchObject({ kind: "unavailable" });
    expect((error as VigilError).message).toMatch(words);
  });
});

test.concurrent("without an authority state takes callers without a certificate, encrypted all the same", async () => {
  const port = await serve(material(files.server, undefined));
  expect(await claim(`127.0.0.1:${port}`, material(undefined, files.ca))).toMatchObject(answer);
});

test.concurrent("a key that is not the certificate's is refused at the start", async () => {
  await expect(serve(material(files.mismatched, files.ca))).rejects.toThrow(
    /can't be used: .*key values mismatch/,
  );
  expect(() => connectState({ address: "h:1", tls: material(files.mismatched, files.ca) })).toThrow(
    /key values mismatch/,
  );
});

test.concurrent("a peer that connects and says nothing does not hold others", async () => {
  const port = await serve(material(files.server, files.ca));
  const silent = Array.from({ length: 50 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  closers.push(() => {
    for (const socket of silent) socket.destroy();
  });
  expect(await claim(`127.0.0.1:${port}`, material(files.client, files.ca))).toMatchObject(answer);
});

test.concurrent("a peer that is no state process at all is unavailable", async () => {
  const stranger = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(
    0,
    "127.0.0.1",
  );
  closers.push(() => stranger.close());
  await new Promise((resolve) => stranger.once("listening", resolve));
  const address = stranger.address() as { port: number };
  await expect(claim(`127.0.0.1:${address.port}`, material(files.client, files.ca))).rejects.toMatchObject({
    kind: "unavailable",
  });
});
