import { describe, expect, it } from "vitest";
import { accessAllowed } from "./access-rules.ts";
import { CorrectedClock } from "./corrected-clock.ts";
import { findEndpoint, identityBase } from "./endpoint.ts";
import { ANONYMOUS } from "./identity.ts";
import { readTokenBody } from "./token-body.ts";

const TOKEN = {
  methods: ["password"],
  user: { id: "u", name: "user", domain: { id: "default", name: "Default" }, password_expires_at: null },
  audit_ids: ["audit-1"],
  expires_at: "2026-11-22T17:49:36.000000Z",
  issued_at: "2026-11-22T16:49:36.000000Z",
  project: { id: "p", name: "project", domain: { id: "default", name: "Default" } },
  is_domain: false,
  roles: [
    { id: "1", name: "Admin" },
    { id: "2", name: "member" },
  ],
};

describe("token body", () => {
  it("reads identity, scope and times", () => {
    const body = readTokenBody({ token: TOKEN });
    expect(body?.expiresAtMs).toBe(Date.UTC(2026, 10, 22, 17, 49, 36));
    expect(body?.identity).toEqual({
      userId: "u",
      userName: "user",
      userDomainId: "default",
      projectId: "p",
      projectName: "project",
      projectDomainId: "default",
      domainId: "",
      systemScope: "",
      roles: ["admin", "member"],
      isAdminProject: true,
      serviceRoles: [],
      auditId: "audit-1",
    });
    expect(body?.catalog).toBeUndefined();
    expect(body?.accessRules).toBeUndefined();
  });

  it("reads a trust, system scope, and times without zone", () => {
    const trust = { id: "t", impersonation: true, trustor_user: { id: "u" }, trustee_user: { id: "aodh" } };
    const body = readTokenBody({
      token: { ...TOKEN, "OS-TRUST:trust": trust, expires_at: "2026-11-22T17:49:36" },
    });
    expect(body?.identity).toMatchObject({ trustId: "t", trustorUserId: "u", trusteeUserId: "aodh" });
    expect(body?.expiresAtMs).toBe(Date.UTC(2026, 10, 22, 17, 49, 36));
    const system = readTokenBody({ token: { ...TOKEN, project: undefined, system: { all: true } } });
    expect(system?.identity).toMatchObject({ systemScope: "all", projectId: "", roles: ["admin", "member"] });
  });

  it("an unscoped token has no roles", () => {
    expect(readTokenBody({ token: { ...TOKEN, project: undefined } })?.identity.roles).toEqual([]);
  });

  it.each([
    ["nothing", undefined],
    ["a list", []],
    ["a page", "<html>"],
    ["another object", { error: { code: 404 } }],
    ["no expiry", { token: { ...TOKEN, expires_at: undefined } }],
    ["no user", { token: { ...TOKEN, user: undefined } }],
  ])("is not made of %s", (_name, body) => {
    expect(readTokenBody(body)).toBeUndefined();
  });
});

describe("access rules", () => {
  const access = {
    rules: [
      { service: "infra-optim", method: "POST", path: "/v1/webhooks/*" },
      { service: "infra-optim", method: "GET", path: "/v1/audits/{audit}" },
      { service: "infra-optim", method: "GET", path: "/v1/actions/**" },
      { service: "compute", method: "DELETE", path: "**" },
    ],
    serviceTypes: ["infra-optim", "compute"],
  };
  const allowed = (method: string, path: string) =>
    accessAllowed({ ...ANONYMOUS, access }, "infra-optim", method, path);

  it("match method, one segment, or everything below", () => {
    expect(allowed("POST", "/v1/webhooks/a.b")).toBe(true);
    expect(allowed("GET", "/v1/webhooks/a")).toBe(false);
    expect(allowed("POST", "/v1/webhooks/a/b")).toBe(false);
    expect(allowed("GET", "/v1/audits/x")).toBe(true);
    expect(allowed("GET", "/v1/actions/x/y")).toBe(true);
    expect(allowed("DELETE", "/v1/audits/x")).toBe(false);
    expect(allowed("GET", "/v1xauditsxx")).toBe(false);
  });

  it("allow nothing when the list is empty or our service is not in the catalog", () => {
    const none = { ...ANONYMOUS, access: { rules: [], serviceTypes: ["infra-optim"] } };
    expect(accessAllowed(none, "infra-optim", "GET", "/v1")).toBe(false);
    const elsewhere = { ...ANONYMOUS, access: { ...access, serviceTypes: ["compute"] } };
    expect(accessAllowed(elsewhere, "infra-optim", "POST", "/v1/webhooks/a")).toBe(false);
    expect(accessAllowed(ANONYMOUS, "infra-optim", "GET", "/v1")).toBe(true);
  });
});

describe("catalog", () => {
  const catalog = [
    { type: "compute", endpoints: [] },
    {
      type: "identity",
      endpoints: [
        { interface: "public", region: "north", url: "https://public/identity/" },
        { interface: "internal", region: "south", url: "http://internal/identity" },
      ],
    },
  ];

  it("prefers interfaces in their order, within the region", () => {
    const interfaces = ["internal", "public"];
    expect(findEndpoint(catalog, "identity", { interfaces })).toBe("http://internal/identity");
    expect(findEndpoint(catalog, "identity", { interfaces, regionName: "north" })).toBe(
      "https://public/identity",
    );
    expect(() => findEndpoint(catalog, "identity", { interfaces, regionName: "west" })).toThrow(
      /region west; types seen: compute, identity/,
    );
  });

  it("the identity API ends in /v3", () => {
    expect(identityBase("http://k:5000/")).toBe("http://k:5000/v3");
    expect(identityBase("http://k/identity/v3/")).toBe("http://k/identity/v3");
  });
});

describe("corrected clock", () => {
  it("follows Keystone's clock, but not the rounding of its header", () => {
    let nowMs = 1_000_000_000_000;
    const clock = new CorrectedClock(() => nowMs);
    clock.learn(new Date(nowMs).toUTCString());
    expect(clock.nowMs()).toBe(nowMs);
    clock.learn(new Date(nowMs + 3_600_000).toUTCString());
    expect(clock.nowMs()).toBe(nowMs + 3_600_500);
    nowMs += 400;
    clock.learn(new Date(nowMs + 3_600_000).toUTCString());
    expect(clock.nowMs()).toBe(nowMs + 3_600_500);
    clock.learn("rubbish");
    clock.learn(undefined);
    expect(clock.nowMs()).toBe(nowMs + 3_600_500);
  });
});
