/** TLS to a real PostgreSQL, through the ORM as state uses it. */

import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsMaterial } from "@vigil/core";
import { type RunningServer, startPostgres } from "@vigil/embedded";
import { makeCertificates, type TestCertificates } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "./database.ts";

let dir: string;
let files: TestCertificates;
let server: RunningServer;
let wrongServer: RunningServer;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "vigil-postgres-tls-"));
  chmodSync(dir, 0o755);
  files = makeCertificates(dir);
  const tls = (pair: { cert: string; key: string }) => ({ ...pair, clientCa: files.ca });
  [server, wrongServer] = await Promise.all([
    startPostgres({ keepData: false, tls: tls(files.server) }),
    startPostgres({ keepData: false, tls: tls(files.wrongName) }),
  ]);
});
afterAll(async () => {
  await Promise.all([server?.stop(), wrongServer?.stop()]);
  rmSync(dir, { recursive: true });
});

const text = (path: string) => readFileSync(path, "utf8");

/** Whether the connection is encrypted, and the name in the client's certificate. */
async function asked(url: string, parameters: Record<string, string>, tls?: TlsMaterial) {
  const full = new URL(url);
  for (const [name, value] of Object.entries(parameters)) full.searchParams.set(name, value);
  const warnings: string[] = [];
  const orm = await openDatabase(full.href, { tls, warn: (warning) => warnings.push(warning) });
  try {
    const [row] = await orm.em
      .getConnection()
      .execute<{ ssl: boolean; name: string | null }[]>(
        "select ssl, client_dn as name from pg_stat_ssl where pid = pg_backend_pid()",
      );
    return { ...row!, warnings };
  } finally {
    await orm.close();
  }
}

describe("encrypted", () => {
  test("by the URL alone, with a certificate of our own", async () => {
    const { ca, client } = files;
    const parameters = { sslmode: "verify-full", sslrootcert: ca, sslcert: client.cert, sslkey: client.key };
    expect(await asked(server.url, parameters)).toEqual({
      ssl: true,
      name: "/CN=vigil test client",
      warnings: [],
    });
  });

  test("by the settings alone, and by both", async () => {
    const tls = { ca: text(files.ca) };
    expect(await asked(server.url, {}, tls)).toEqual({ ssl: true, name: null, warnings: [] });
    expect(await asked(server.url, { sslmode: "verify-full" }, tls)).toMatchObject({ ssl: true });
  });

  test("require believes anybody, and says so; with authorities it checks them, not the name", async () => {
    const unchecked = await asked(wrongServer.url, { sslmode: "require" });
    expect(unchecked).toMatchObject({ ssl: true, warnings: [expect.stringContaining("verify-full")] });
    const checked = await asked(wrongServer.url, { sslmode: "require", sslrootcert: files.ca });
    expect(checked).toMatchObject({ ssl: true, warnings: [] });
    expect(await asked(wrongServer.url, { sslmode: "verify-ca", sslrootcert: files.ca })).toMatchObject({
      ssl: true,
    });
  });

  test("without a word of it the connection is plain", async () => {
    expect(await asked(server.url, {})).toMatchObject({ ssl: false });
    expect(await asked(server.url, { sslmode: "disable" })).toMatchObject({ ssl: false });
  });
});

describe("refused", () => {
  test.each([
    ["a certificate for another host", () => wrongServer.url, () => files.ca, "verify-full", /altnames/],
    [
      "another authority",
      () => server.url,
      () => files.otherCa,
      "verify-full",
      /certificate chain|unable to verify|local issuer/,
    ],
    [
      "another authority, require",
      () => server.url,
      () => files.otherCa,
      "require",
      /certificate chain|unable to verify|local issuer/,
    ],
    [
      "another authority, verify-ca",
      () => server.url,
      () => files.otherCa,
      "verify-ca",
      /certificate chain|unable to verify|local issuer/,
    ],
    [
      "the system's authorities",
      () => server.url,
      () => "system",
      "verify-full",
      /certificate chain|local issuer/,
    ],
  ])("%s", async (_, url, ca, sslmode, words) => {
    await expect(asked(url(), { sslmode, sslrootcert: ca() })).rejects.toThrow(words);
  });

  test("our certificate, where it has expired or a stranger signed it", async () => {
    for (const pair of [files.expiredClient, files.strangeClient]) {
      const parameters = {
        sslmode: "verify-full",
        sslrootcert: files.ca,
        sslcert: pair.cert,
        sslkey: pair.key,
      };
      await expect(asked(server.url, parameters)).rejects.toThrow(/alert|ECONNRESET|terminated|EPIPE/i);
    }
  });

  test.each([
    ["prefer", { sslmode: "prefer" }, /goes on in the open/],
    ["allow", { sslmode: "allow" }, /goes on in the open/],
    ["a mode that there is not", { sslmode: "verify-all" }, /wanted one of/],
    [
      "a file that is not there",
      { sslmode: "verify-full", sslrootcert: "/nowhere.crt" },
      /sslrootcert: ENOENT/,
    ],
    ["disable beside authorities", { sslmode: "disable", ssl: "true" }, /disable/],
  ])("%s, before anything is sent", async (_, parameters, words) => {
    await expect(asked("postgresql://u:s3cret@127.0.0.1:1/d", parameters)).rejects.toThrow(words);
    await expect(asked("postgresql://u:s3cret@127.0.0.1:1/d", parameters)).rejects.not.toThrow(/s3cret/);
  });

  test("a server without TLS, where TLS is wanted", async () => {
    const plain = await startPostgres({ keepData: false });
    try {
      await expect(asked(plain.url, { sslmode: "require" })).rejects.toThrow(/does not support SSL/);
    } finally {
      await plain.stop();
    }
  });
});
