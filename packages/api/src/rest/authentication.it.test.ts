/** Who may come in at all: the role as its own process, checking tokens at a Keystone. */

import { type KeystoneDouble, startKeystone } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fixture } from "../testing/fixture.ts";
import { RoleProcess } from "../testing/role-process.ts";

const SERVICE = { name: "vigil", password: "service-secret", project: "service", roles: ["service"] };

let keystone: KeystoneDouble;
let fixture: Fixture;
let api: RoleProcess;
let admin: string;

beforeAll(async () => {
  [keystone, fixture] = await Promise.all([startKeystone({ users: [SERVICE] }), Fixture.start()]);
  admin = keystone.issueToken({ user: "operator", project: "admin", roles: ["admin"] });
  api = await RoleProcess.start("api", {
    ...fixture.env,
    OS_AUTH_URL: keystone.url,
    OS_USERNAME: SERVICE.name,
    OS_PASSWORD: SERVICE.password,
    OS_PROJECT_NAME: SERVICE.project,
  });
});

afterAll(async () => {
  await api?.stop();
  await fixture?.stop();
  await keystone?.stop();
});

function send(path: string, headers: Record<string, string> = {}, method = "GET") {
  return fetch(`${api.url}${path}`, { method, headers });
}

describe("rest-api 1.7 authentication", () => {
  test.each([
    ["GET", "/v1", {}],
    ["GET", "/v1/goals", { "x-auth-token": "nonsense" }],
    ["GET", "/v1/nothing", {}],
    ["PUT", "/v1/goals", {}],
    ["GET", "/v1/goals", { "openstack-api-version": "infra-optim 2.0" }],
    ["GET", "/v1/goals?x=1", {}],
    ["GET", "/v1/goals", { accept: "text/html" }],
    ["POST", "/v1/webhooks/x", {}],
  ])("trap 37: %s %s without a valid token is 401, before anything else", async (method, path, headers) => {
    const answer = await send(path, headers as Record<string, string>, method);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Keystone uri="http/);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("x-openstack-request-id")).toBeNull();
    expect(await answer.json()).toEqual({
      error: {
        code: 401,
        title: "Unauthorized",
        message: "The request you have made requires authentication.",
      },
    });
  });

  test("/ is public, /v1 is not", async () => {
    expect((await send("/")).status).toBe(200);
    expect((await send("/v1", { "x-auth-token": admin })).status).toBe(200);
  });

  test("1.2: OPTIONS is answered before authentication", async () => {
    const answer = await send("/v1/audits", {}, "OPTIONS");
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("");
  });

  test("identity headers of the sender count for nothing", async () => {
    const member = keystone.issueToken({ user: "demo", project: "demo", roles: ["member"] });
    const answer = await send("/v1/goals", { "x-auth-token": member, "x-roles": "admin" });
    expect(answer.status).toBe(403);
    expect((await send("/v1/goals", { "x-roles": "admin", "x-identity-status": "Confirmed" })).status).toBe(
      401,
    );
  });

  test("an administrator's token", async () => {
    const answer = await send("/v1/goals", { "x-auth-token": admin });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("x-openstack-request-id")).toMatch(/^req-/);
  });

  test("tRPC: the same tokens, errors in its own form", async () => {
    const refused = await send("/trpc/audits.list?input={}");
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({
      error: { data: { code: "UNAUTHORIZED", kind: "unauthenticated" } },
    });
    expect((await send("/trpc/audits.list?input={}", { "x-auth-token": admin })).status).toBe(200);
  });

  test("Keystone away: 503 for tokens that were not seen before", async () => {
    const fresh = keystone.issueToken({ user: "operator", project: "admin", roles: ["admin"] });
    keystone.setOutage("status");
    try {
      const answer = await send("/v1/goals", { "x-auth-token": fresh });
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain("The Keystone service is temporarily unavailable.");
      expect((await send("/v1/goals", { "x-auth-token": admin })).status).toBe(200);
    } finally {
      keystone.setOutage("none");
    }
  });
});
