/** Certificates and addresses as the doctor meets them, on servers of this process. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { type CertificatePair, makeCertificates, type TestCertificates } from "@vigil/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Finding } from "./finding.ts";
import { type Opening, reach } from "./reach.ts";

let dir: string;
let files: TestCertificates;
const servers: Server[] = [];

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "vigil-reach-"));
  files = makeCertificates(dir);
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(dir, { recursive: true });
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const text = (path: string) => readFileSync(path, "utf8");
const tlsServer = ({ cert, key }: CertificatePair) =>
  listening(
    createTlsServer(
      { cert: text(cert), key: text(key) },
      (socket) => void socket.on("error", () => undefined),
    ),
  );

async function codesAt(port: number, ca: string | undefined, opening: Opening = "none"): Promise<string[]> {
  const found: Finding[] = [];
  const target = { what: "it", host: "127.0.0.1", port, setting: "IT_URL" };
  const tls =
    ca === undefined
      ? undefined
      : { material: { ca: text(ca) }, opening, names: ["127.0.0.1"], caSetting: "IT_CA" };
  const isWell = await reach(target, tls, Date.now(), found);
  expect(isWell).toBe(found.every(({ level }) => level !== "error"));
  return found.map(({ code }) => code);
}

test("a certificate is judged by its authority, its names and its dates", async () => {
  // Those of the test end soon: what is good is told to be renewed.
  expect(await codesAt(await tlsServer(files.server), files.ca)).toEqual(["tls-expiring"]);
  expect(await codesAt(await tlsServer(files.server), files.otherCa)).toEqual([
    "tls-authority",
    "tls-expiring",
  ]);
  expect(await codesAt(await tlsServer(files.strangeServer), files.ca)).toEqual([
    "tls-authority",
    "tls-expiring",
  ]);
  expect(await codesAt(await tlsServer(files.wrongName), files.ca)).toEqual(["tls-name", "tls-expiring"]);
  expect(await codesAt(await tlsServer(files.expiredServer), files.ca)).toEqual(["tls-expired"]);
});

test("what listens, and speaks no TLS", async () => {
  const greets = (greeting: string) =>
    listening(createServer((socket) => void socket.on("error", () => undefined).end(greeting)));
  const asks = await listening(
    createServer((socket) => void socket.on("error", () => undefined).once("data", () => socket.end("N"))),
  );
  expect(await codesAt(await greets(""), undefined)).toEqual([]);
  expect(await codesAt(await greets("HTTP/1.1 400 Bad Request\r\n\r\n"), files.ca)).toEqual(["no-tls"]);
  expect(await codesAt(await greets('INFO {"tls_required":false}\r\n'), files.ca, "nats")).toEqual([
    "no-tls",
  ]);
  expect(await codesAt(asks, files.ca, "postgresql")).toEqual(["no-tls"]);
});

test("nobody listens, or there is no such host", async () => {
  const port = await listening(createServer());
  await new Promise((resolve) => servers.at(-1)!.close(resolve));
  expect(await codesAt(port, undefined)).toEqual(["unreachable"]);
  const found: Finding[] = [];
  await reach({ what: "it", host: "no-such-host.invalid", port: 1, setting: "IT_URL" }, undefined, 0, found);
  expect(found).toMatchObject([{ code: "unreachable", advice: expect.stringMatching(/IT_URL/) }]);
});
