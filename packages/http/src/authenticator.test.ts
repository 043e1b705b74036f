import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import {
  type KeystoneAccount,
  type KeystoneDouble,
  openKeystoneAccount,
  startKeystone,
} from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Authenticator, createAuthenticator } from "./authenticator.ts";

const RULES = [{ service: "infra-optim", method: "POST", path: "/v1/webhooks/*" }];
const VIGIL = { name: "vigil", password: "x", project: "service", roles: ["service"] };
const USERS = [
  VIGIL,
  {
    name: "demo",
    password: "y",
    project: "demo",
    roles: ["Admin"],
    applicationCredentials: [
      { id: "ruled", name: "ruled", secret: "s", project: "demo", accessRules: RULES },
    ],
  },
];

let keystone: KeystoneDouble;
let account: KeystoneAccount;
let authenticator: Authenticator;

beforeAll(async () => {
  keystone = await startKeystone({ users: USERS, services: { "infra-optim": "http://vigil" } });
  account = await openKeystoneAccount(keystone, VIGIL);
  const { validator } = account;
  authenticator = createAuthenticator({ mode: "keystone", validator, keystoneUri: keystone.url });
});

afterAll(async () => {
  await account.close();
  await keystone.stop();
});

function request(headers: Record<string, string>, method = "GET", url = "/v1/audits"): IncomingMessage {
  const message = new IncomingMessage(new Socket());
  message.method = method;
  message.url = url;
  // As Node's parser leaves it: names as sent here, in lower case in the object.
  for (const [name, value] of Object.entries(headers)) message.rawHeaders.push(name, value);
  for (const [name, value] of Object.entries(headers)) message.headers[name.toLowerCase()] = value;
  return message;
}

const FORGED = {
  "x-user-id": "root",
  "x-roles": "admin",
  "x-role": "admin",
  "x-project-id": "p",
  "x-domain-name": "d",
  "x-tenant": "t",
  "x-tenant-id": "t",
  "x-user": "u",
  "x-identity-status": "Confirmed",
  "x-is-admin-project": "true",
  "x-service-roles": "service",
  "x-service-identity-status": "Confirmed",
  "x-service-catalog": "[]",
  "openstack-system-scope": "all",
  X_User_Id: "root",
  "X-User_Domain-Id": "d",
  X_Roles: "admin",
  x_service_roles: "service",
  X_Is_Admin_Project: "true",
  OpenStack_System_Scope: "all",
  "X-Tenant-Name": "t",
  "X-Trust-Id": "t",
  REMOTE_USER: "root",
};
const HARMLESS = {
  "x-show-deleted": "1",
  "x-openstack-request-id": "r",
  "user-agent": "x",
  "x-userland": "y",
};

describe("with Keystone", () => {
  it("identity comes from the token, headers that claim one are removed first", async () => {
    const token = keystone.issueToken({ user: "demo" });
    const message = request({ ...FORGED, ...HARMLESS, "x-auth-token": ` ${token} ` });
    const identity = await authenticator.authenticate(message);
    expect(identity).toMatchObject({ userName: "demo", roles: ["admin"], systemScope: "", serviceRoles: [] });
    expect(message.headers).toEqual({ ...HARMLESS, "x-auth-token": ` ${token} ` });
    const lies = Object.keys(FORGED);
    expect(
      message.rawHeaders.filter((_, at, all) => at % 2 === 1 && lies.includes(all[at - 1]!)).join(""),
    ).toBe("");
  });

  it("refuses forged headers without a token, and removes them all the same", async () => {
    const message = request({ ...FORGED });
    await expect(authenticator.authenticate(message)).rejects.toMatchObject({ kind: "unauthenticated" });
    expect(message.headers).toEqual({});
  });

  it("removes them as well where everybody may enter", () => {
    const message = request({ ...FORGED, ...HARMLESS });
    expect(authenticator.admit(message)).toMatchObject({ userId: "", roles: [] });
    expect(message.headers).toEqual(HARMLESS);
  });

  it("two tokens in one request are none", async () => {
    const token = keystone.issueToken({ user: "demo" });
    const message = request({ "x-auth-token": `${token}, ${token}` });
    await expect(authenticator.authenticate(message)).rejects.toMatchObject({ kind: "unauthenticated" });
  });

  it("a service without the role counts only where it is not required, and revives no token", async () => {
    const { validator } = account;
    const lax = createAuthenticator({
      mode: "keystone",
      validator,
      keystoneUri: "",
      serviceTokenRolesRequired: false,
    });
    const alive = keystone.issueToken({ user: "demo" });
    const ended = keystone.issueToken({ user: "demo", lifeMs: -1_000 });
    const plain = keystone.issueToken({ user: "demo", roles: ["Member"] });
    const headers = (token: string) => request({ "x-auth-token": token, "x-service-token": plain });
    expect(await lax.authenticate(headers(alive))).toMatchObject({ serviceRoles: ["member"] });
    await expect(lax.authenticate(headers(ended))).rejects.toMatchObject({ kind: "unauthenticated" });
    await expect(authenticator.authenticate(headers(alive))).rejects.toMatchObject({
      kind: "unauthenticated",
    });
    const named = createAuthenticator({
      mode: "keystone",
      validator,
      keystoneUri: "",
      serviceTokenRoles: ["MEMBER"],
    });
    expect(await named.authenticate(headers(ended))).toMatchObject({ userName: "demo" });
  });

  it("a delayed decision lets bad tokens through as nobody's, but not an outage", async () => {
    const { validator } = account;
    const delayed = createAuthenticator({
      mode: "keystone",
      validator,
      keystoneUri: "",
      delayDecision: true,
    });
    for (const headers of [{ ...FORGED }, { ...FORGED, "x-auth-token": "gAAAAA-unknown" }]) {
      expect(await delayed.authenticate(request(headers))).toMatchObject({ userId: "", roles: [] });
    }
    const token = keystone.issueToken({ user: "demo" });
    keystone.setOutage("reset");
    await expect(delayed.authenticate(request({ "x-auth-token": token }))).rejects.toMatchObject({
      kind: "unavailable",
    });
    keystone.setOutage("none");
  });

  it("a service that vouches may hand on a token that has ended; nobody else may", async () => {
    const ended = keystone.issueToken({ user: "demo", lifeMs: -1_000 });
    const service = keystone.issueToken({ user: "vigil" });
    const other = keystone.issueToken({ user: "demo" });
    const vouched = request({ "x-auth-token": ended, "x-service-token": service });
    expect(await authenticator.authenticate(vouched)).toMatchObject({
      userName: "demo",
      serviceRoles: ["service"],
    });
    const cases: Record<string, string>[] = [
      { "x-auth-token": ended },
      { "x-auth-token": ended, "x-service-token": other },
      { "x-auth-token": other, "x-service-token": other },
      { "x-auth-token": other, "x-service-token": "gAAAAA-unknown" },
    ];
    for (const headers of cases) {
      await expect(authenticator.authenticate(request(headers))).rejects.toMatchObject({
        kind: "unauthenticated",
      });
    }
  });

  it("enforces the access rules of an application credential", async () => {
    const login = await fetch(`${keystone.url}/auth/tokens`, {
      method: "POST",
      body: JSON.stringify({
        auth: {
          identity: {
            methods: ["application_credential"],
            application_credential: { id: "ruled", secret: "s" },
          },
        },
      }),
    });
    const headers = { "x-auth-token": login.headers.get("x-subject-token") ?? "" };
    const allowed = await authenticator.authenticate(request(headers, "POST", "//v1/webhooks/x/"));
    expect(allowed.userName).toBe("demo");
    await expect(authenticator.authenticate(request(headers))).rejects.toMatchObject({
      kind: "unauthenticated",
    });
    const service = keystone.issueToken({ user: "vigil" });
    const vouched = await authenticator.authenticate(request({ ...headers, "x-service-token": service }));
    expect(vouched.serviceRoles).toEqual(["service"]);
  });
});

describe("without authentication", () => {
  it("identity is what the headers say", async () => {
    const trusting = createAuthenticator({ mode: "none" });
    const headers = { "x-user-id": "u", "x-project-id": "p", "x-roles": "Admin, member,," };
    expect(await trusting.authenticate(request(headers))).toMatchObject({
      userId: "u",
      projectId: "p",
      roles: ["admin", "member"],
    });
    expect((await trusting.authenticate(request({}))).roles).toEqual([]);
    expect(trusting.trouble).toBeUndefined();
  });
});
