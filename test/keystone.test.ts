/**
 * Who a request comes from, over every kind of endpoint: headers that claim an identity change nothing,
 * Keystone may be away, a policy file decides, and without authentication the headers are the identity.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem } from "./harness/system.ts";

const KEYSTONE_AWAY = "The Keystone service is temporarily unavailable.";

/** Whatever keystonemiddleware sets, in the spellings that servers and proxies take for one another. */
const CLAIMS = [
  ["X-User-Id", "root"],
  ["X-User-Name", "root"],
  ["X-User-Domain-Id", "default"],
  ["X-User-Domain-Name", "Default"],
  ["X-User", "root"],
  ["X-Project-Id", "admin"],
  ["X-Project-Name", "admin"],
  ["X-Project-Domain-Id", "default"],
  ["X-Project-Domain-Name", "Default"],
  ["X-Domain-Id", "default"],
  ["X-Domain-Name", "Default"],
  ["X-Tenant", "admin"],
  ["X-Tenant-Id", "admin"],
  ["X-Tenant-Name", "admin"],
  ["X-Role", "admin"],
  ["X-Roles", "admin"],
  ["X-Roles", "administrator,service"],
  ["X-Identity-Status", "Confirmed"],
  ["X-Is-Admin-Project", "True"],
  ["X-Service-Identity-Status", "Confirmed"],
  ["X-Service-User-Id", "root"],
  ["X-Service-Project-Id", "admin"],
  ["X-Service-Roles", "admin"],
  ["X-Service-Catalog", "[]"],
  ["OpenStack-System-Scope", "all"],
] as const;
const FORGED: readonly string[] = CLAIMS.flatMap(([name, value]) => [
  ...[name, value],
  ...[name.replaceAll("-", "_"), value],
  ...[name.toUpperCase(), value],
]);

/** Every kind of endpoint: role, method, path, body. */
const ENDPOINTS = [
  ["api", "GET", "/v1", undefined],
  ["api", "GET", "/v1/audits", undefined],
  ["api", "GET", "/v1/audits/detail?limit=1", undefined],
  ["api", "GET", "/audits/AUDIT", undefined],
  ["api", "POST", "/v1/audits", { audit_type: "ONESHOT", goal: "dummy" }],
  ["api", "PATCH", "/v1/audits/AUDIT", [{ op: "replace", path: "/name", value: "stolen" }]],
  ["api", "DELETE", "/v1/audits/AUDIT", undefined],
  ["api", "GET", "/v1/nothing", undefined],
  ["api", "PUT", "/v1/audits", {}],
  ["api", "GET", "/trpc/audits.list?input=%7B%7D", undefined],
  ["api", "POST", "/trpc/audits.trigger", { audit: "AUDIT" }],
  ["edge", "POST", "/v1/webhooks/AUDIT", {}],
  ["edge", "POST", "//v1/webhooks/nobody", {}],
  ["edge", "GET", "/v1/webhooks/AUDIT", undefined],
] as const;

let system: System;
let roles: { api: RoleProcess; edge: RoleProcess };
let audit: string;
let folder: string;

beforeAll(async () => {
  system = await startSystem();
  await system.start("state");
  folder = mkdtempSync(join(tmpdir(), "vigil-policy-"));
  const policyFile = join(folder, "policy.yaml");
  writeFileSync(policyFile, '"webhook:trigger": "role:vigil_trigger and not rule:admin_api"\n');
  const env = { VIGIL_TOKEN_CACHE_TIME_S: "3600", VIGIL_POLICY_FILE: policyFile };
  const [api, edge] = await Promise.all([system.start("api", env), system.start("edge", env)]);
  roles = { api, edge };
  audit = await system.createAudit(api);
});

afterEach(async (context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  status: number;
  challenge: string | undefined;
  body: string;
}

/** Sends header lines as they are, duplicates and odd names included; fetch would refuse or join them. */
function send(
  at: RoleProcess,
  method: string,
  path: string,
  body: unknown,
  lines: string[],
): Promise<Answer> {
  const text = body === undefined ? "" : JSON.stringify(body).replaceAll("AUDIT", audit);
  const json = text === "" ? [] : ["Content-Type", "application/json", "Content-Length", String(text.length)];
  const url = new URL(at.healthUrl);
  const headers = ["Host", url.host, ...json, ...lines];
  return new Promise((resolve, reject) => {
    const target = path.replaceAll("AUDIT", audit);
    const outgoing = httpRequest(
      { host: url.hostname, port: url.port, method, path: target, headers, agent: false },
      async (incoming) => {
        const chunks: Buffer[] = [];
        for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
        resolve({
          status: incoming.statusCode ?? 0,
          challenge: incoming.headers["www-authenticate"],
          body: Buffer.concat(chunks).toString(),
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}

describe("headers that claim an identity", () => {
  it.each(ENDPOINTS)(
    "%s %s %s: 401 without a token, and nothing else than the token's with one",
    async (role, method, path, body) => {
      const at = roles[role];
      const nobody = await send(at, method, path, body, [...FORGED]);
      expect(nobody.status).toBe(401);
      expect(nobody.challenge).toBe(`Keystone uri="${system.keystone.url}"`);
      const token = system.keystone.issueToken({ user: "reader", project: "demo", roles: ["reader"] });
      const honest = await send(at, method, path, body, ["X-Auth-Token", token]);
      const forging = await send(at, method, path, body, [...FORGED, "X-Auth-Token", token]);
      expect(forging).toEqual(honest);
      expect([200, 403, 404, 405]).toContain(honest.status);
      if (honest.status === 200) expect(path).toBe("/v1");
    },
  );

  it("changed nothing, and readiness is nobody's secret", async () => {
    const [row] = await system.rows<{ n: number; name: string }>(
      "select count(*)::int as n, min(name) as name from audit where deleted_at is null",
    );
    expect(row).toMatchObject({ n: 1 });
    expect(row!.name).not.toBe("stolen");
    for (const at of [roles.api, roles.edge]) {
      expect((await send(at, "GET", "/readyz", undefined, [...FORGED])).status).toBe(200);
    }
    expect((await send(roles.api, "GET", "/", undefined, [...FORGED])).status).toBe(200);
  });
});

describe("a policy file", () => {
  it("decides instead of the default rule", async () => {
    const trigger = (role: string) => {
      const token = system.keystone.issueToken({ user: role, project: "demo", roles: [role] });
      return send(roles.edge, "POST", "/v1/webhooks/AUDIT", {}, ["X-Auth-Token", token]);
    };
    expect((await trigger("Vigil_Trigger")).status).toBe(202);
    const refused = await trigger("admin");
    expect(refused.status).toBe(403);
    expect(refused.body).toContain("Policy doesn't allow webhook:trigger to be performed.");
  });

  it("that is wrong keeps a role from starting, and says where", async () => {
    const path = join(folder, "wrong.yaml");
    writeFileSync(path, '"audit:crate": "role:x and"\n');
    const edge = await system.spawn("edge", { VIGIL_POLICY_FILE: path });
    expect((await edge.exited).code).toBe(2);
    expect(edge.log.join("\n")).toContain("policy rule audit:crate, column 11");
    expect(edge.log.join("\n")).toContain("did you mean audit:create?");
  });
});

describe("Keystone away", () => {
  it.each(["status", "reset"] as const)(
    "by %s: known tokens live on, unknown ones get 503 on every endpoint, nothing is taken for valid",
    async (outage) => {
      const admin = ["X-Auth-Token", system.token];
      expect((await send(roles.api, "GET", "/v1/audits", undefined, admin)).status).toBe(200);
      const unknown = system.keystone.issueToken({ user: "operator", project: "admin", roles: ["admin"] });
      system.keystone.setOutage(outage);
      for (const [role, method, path, body] of ENDPOINTS) {
        const answer = await send(roles[role], method, path, body, ["X-Auth-Token", unknown]);
        expect([method, path, answer.status]).toEqual([method, path, 503]);
        expect(answer.body).toContain(KEYSTONE_AWAY);
      }
      expect((await send(roles.api, "GET", "/v1/audits", undefined, admin)).status).toBe(200);
      expect((await send(roles.api, "GET", "/v1/audits", undefined, [])).status).toBe(401);
      system.keystone.setOutage("none");
      const again = await send(roles.api, "GET", "/v1/audits", undefined, ["X-Auth-Token", unknown]);
      expect(again.status).toBe(200);
    },
  );

  it("a revoked token works on for the cache time, and not at all without a cache", async () => {
    const uncached = await system.start("api", { VIGIL_TOKEN_CACHE_TIME_S: "0" });
    const token = system.keystone.issueToken({ user: "operator", project: "admin", roles: ["admin"] });
    const list = (at: RoleProcess) => send(at, "GET", "/v1/audits", undefined, ["X-Auth-Token", token]);
    expect((await list(roles.api)).status).toBe(200);
    expect((await list(uncached)).status).toBe(200);
    system.keystone.revoke(token);
    expect((await list(roles.api)).status).toBe(200);
    expect((await list(uncached)).status).toBe(401);
    await uncached.kill("SIGTERM");
  });
});

describe("without authentication", () => {
  it("headers are the identity, and policy holds all the same", async () => {
    const open = await system.start("api", { VIGIL_AUTH: "none" });
    const list = (...lines: string[]) => send(open, "GET", "/v1/audits", undefined, lines);
    expect((await list()).status).toBe(403);
    expect((await list("x-roles", "member")).status).toBe(403);
    expect((await list("x-roles", "member,Admin")).status).toBe(200);
    expect((await send(open, "GET", "/v1", undefined, [])).status).toBe(200);
    await open.kill("SIGTERM");
  });
});
