import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareEnv } from "@vigil/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";

const PROGRAM = join(import.meta.dirname, "../../../bin/vigil.js");
const SAMPLE = join(import.meta.dirname, "../../../samples/cluster.json");

const ACCOUNT = {
  OS_USERNAME: "operator",
  OS_PASSWORD: "s3cret",
  OS_PROJECT_NAME: "admin",
  OS_USER_DOMAIN_NAME: "Default",
  OS_PROJECT_DOMAIN_NAME: "Default",
};

let folder: string;
let server: Server;
let url: string;
/** What the server that plays somebody else answers. */
let answer: { status: number; body: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vigil-import-test-"));
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function importModel(file: string, env: Record<string, string>) {
  return new Promise<{ status: number; stderr: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, "model", "import", file],
      { env: { ...bareEnv(), ...env } },
      (_error, _stdout, stderr) => resolve({ status: child.exitCode ?? -1, stderr }),
    );
  });
}

test("an empty file is named", async () => {
  const file = join(folder, "empty.json");
  writeFileSync(file, "\n");
  expect(await importModel(file, { VIGIL_AUTH: "none" })).toEqual({
    status: 2,
    stderr: `error: ${file} is empty\n`,
  });
});

test("an unreachable Keystone ends the command with its address, not silently", async () => {
  const keystone = "http://127.0.0.1:1/v3";
  const { status, stderr } = await importModel(SAMPLE, { ...ACCOUNT, OS_AUTH_URL: keystone });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: no token from Keystone at http:\/\/127\.0\.0\.1:1: .*OS_AUTH_URL.*\n$/);
  expect(stderr).not.toContain("s3cret");
});

test.each([
  [404, '{"error": {"message": "nothing here"}}'],
  [200, "<html>"],
  [404, '{"error_message": "{}"}'],
])("another service than Vigil, answering %i %s, is told from none", async (status, body) => {
  answer = { status, body };
  const seen = await importModel(SAMPLE, { VIGIL_AUTH: "none", VIGIL_API_URL: url });
  expect(seen).toEqual({
    status: 1,
    stderr: `error: what answers at ${url} (status ${status}) is not Vigil's API; correct --api-url or VIGIL_API_URL\n`,
  });
});

test("a server that wants a token is told from one that refuses it", async () => {
  const error = { message: "no", code: -32_001, data: { kind: "unauthenticated", httpStatus: 401 } };
  // A batch is answered in lines: which promise each call is, then how it ended.
  const lines = [{ 0: [[0], [null, 0, 0]] }, [0, 0, [[{ error }]]]];
  answer = { status: 200, body: lines.map((line) => `${JSON.stringify(line)}\n`).join("") };
  const seen = await importModel(SAMPLE, { VIGIL_AUTH: "none", VIGIL_API_URL: url });
  expect(seen.status).toBe(4);
  expect(seen.stderr).toMatch(/wants a token, and auth is none here; leave VIGIL_AUTH out/);
});
