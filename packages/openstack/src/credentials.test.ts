import { VigilError } from "@vigil/core";
import { describe, expect, it } from "vitest";
import { credentialsFrom, loadCloud } from "./credentials.ts";
import { describeLogin, loginBody } from "./login-body.ts";

const PASSWORD_ENV = {
  OS_AUTH_URL: "https://keystone.example:5000/v3",
  OS_USERNAME: "vigil",
  OS_PASSWORD: "0123",
  OS_PROJECT_NAME: "service",
};

const CLOUDS = `
clouds:
  main: &main
    auth:
      auth_url: https://keystone.example:5000
      username: vigil
      password: 0123
      project_name: service
      user_domain_name: Heat
      project_domain_id: p-domain
    region_name: north
    interface: public
    cacert: /etc/ca.pem
    verify: false
  copy:
    <<: *main
    region_name: south
  app:
    auth_type: v3applicationcredential
    auth:
      auth_url: http://keystone/identity
      application_credential_id: cred
      application_credential_secret: s3cret
  bare:
    auth: { auth_url: "http://k", username: u, project_id: p }
`;

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(VigilError);
    expect((error as VigilError).kind).toBe("invalid-input");
    return (error as VigilError).message;
  }
  throw new Error("nothing was thrown");
}

describe("credentials from the environment", () => {
  it("reads a password login, domains defaulting to `default`", () => {
    expect(credentialsFrom(PASSWORD_ENV)).toEqual({
      authUrl: PASSWORD_ENV.OS_AUTH_URL,
      method: {
        kind: "password",
        user: { name: "vigil", domain: { id: "default" } },
        password: "0123",
        scope: { kind: "project", project: { name: "service", domain: { id: "default" } } },
      },
      interfaces: ["internal", "public"],
      verify: true,
    });
  });

  it("reads domains, ids, region and interface", () => {
    const credentials = credentialsFrom({
      ...PASSWORD_ENV,
      OS_USER_ID: "u-1",
      OS_PROJECT_DOMAIN_NAME: "Main",
      OS_REGION_NAME: "north",
      OS_INTERFACE: "publicURL",
      OS_INSECURE: "true",
    });
    expect(credentials).toMatchObject({
      method: {
        user: { id: "u-1" },
        scope: { kind: "project", project: { name: "service", domain: { name: "Main" } } },
      },
      regionName: "north",
      interfaces: ["public"],
      verify: false,
    });
  });

  it("takes an application credential by id, or by name with its user", () => {
    const base = { OS_AUTH_URL: "http://k", OS_APPLICATION_CREDENTIAL_SECRET: "x" };
    expect(credentialsFrom({ ...base, OS_APPLICATION_CREDENTIAL_ID: "c" }).method).toEqual({
      kind: "application-credential",
      credential: { id: "c" },
      secret: "x",
    });
    const named = { ...base, OS_APPLICATION_CREDENTIAL_NAME: "n", OS_USERNAME: "u", OS_USER_DOMAIN_ID: "d" };
    expect(credentialsFrom(named).method).toMatchObject({
      credential: { name: "n", user: { name: "u", domain: { id: "d" } } },
    });
  });

  it.each([
    ["OS_AUTH_URL", { ...PASSWORD_ENV, OS_AUTH_URL: "" }],
    ["OS_USERNAME", { ...PASSWORD_ENV, OS_USERNAME: undefined }],
    ["OS_PASSWORD", { ...PASSWORD_ENV, OS_PASSWORD: undefined }],
    ["OS_PROJECT_NAME", { ...PASSWORD_ENV, OS_PROJECT_NAME: undefined }],
    ["OS_AUTH_TYPE", { ...PASSWORD_ENV, OS_AUTH_TYPE: "v3kerberos" }],
    ["OS_AUTH_URL", { ...PASSWORD_ENV, OS_AUTH_URL: "keystone:5000" }],
  ])("names %s when it is missing or unusable", (name, env) => {
    const message = messageOf(() => credentialsFrom(env));
    expect(message).toContain(name);
    expect(message).not.toContain("0123");
  });
});

describe("credentials from clouds.yaml", () => {
  it("reads an entry; digits stay text", () => {
    expect(loadCloud("main", CLOUDS)).toEqual({
      authUrl: "https://keystone.example:5000",
      method: {
        kind: "password",
        user: { name: "vigil", domain: { name: "Heat" } },
        password: "0123",
        scope: { kind: "project", project: { name: "service", domain: { id: "p-domain" } } },
      },
      regionName: "north",
      interfaces: ["public"],
      caFile: "/etc/ca.pem",
      verify: false,
    });
    expect(loadCloud("copy", CLOUDS).regionName).toBe("south");
    expect(loadCloud("app", CLOUDS).method.kind).toBe("application-credential");
  });

  it("OS_CLOUD goes before the other variables, which fill in only secrets and region", () => {
    const env = { ...PASSWORD_ENV, OS_CLOUD: "bare", OS_REGION_NAME: "west" };
    expect(credentialsFrom(env, CLOUDS)).toMatchObject({
      authUrl: "http://k",
      method: { user: { name: "u" }, password: "0123", scope: { kind: "project", project: { id: "p" } } },
      regionName: "west",
    });
  });

  it("says what is wrong without quoting the file", () => {
    expect(messageOf(() => loadCloud("nope", CLOUDS))).toContain("main, copy, app, bare");
    expect(messageOf(() => loadCloud("bare", CLOUDS))).toContain("clouds.bare.auth.password");
    expect(messageOf(() => credentialsFrom({ OS_CLOUD: "main" }))).toContain("no clouds.yaml was found");
    const broken = messageOf(() => loadCloud("main", 'clouds:\n  main:\n    auth: { password: "s3cret\n'));
    expect(broken).toMatch(/line \d/);
    expect(broken).not.toContain("s3cret");
  });
});

describe("scopes and tokens", () => {
  const login = (over: Record<string, string>) =>
    credentialsFrom({ ...PASSWORD_ENV, OS_PROJECT_NAME: "", ...over });

  it.each<[Record<string, string>, object]>([
    [{ OS_PROJECT_ID: "p" }, { project: { id: "p" } }],
    [{ OS_SYSTEM_SCOPE: "all" }, { system: { all: true } }],
    [{ OS_DOMAIN_NAME: "Main" }, { domain: { name: "Main" } }],
    [{ OS_DOMAIN_ID: "d", OS_DOMAIN_NAME: "Main" }, { domain: { id: "d" } }],
    [{ OS_TRUST_ID: "t" }, { "OS-TRUST:trust": { id: "t" } }],
  ])("%j asks Keystone for %j", (env, scope) => {
    expect(JSON.parse(loginBody(login(env).method)).auth.scope).toEqual(scope);
  });

  it("a token logs in where there is no password, or where it is asked for", () => {
    const env = { OS_TOKEN: "tok", OS_PROJECT_ID: "p" };
    for (const over of [{ OS_PASSWORD: "" }, { OS_AUTH_TYPE: "v3token" }] as Record<string, string>[]) {
      const { method } = login({ ...env, ...over });
      expect(JSON.parse(loginBody(method)).auth.identity).toEqual({
        methods: ["token"],
        token: { id: "tok" },
      });
      expect(describeLogin(method)).toBe("the holder of OS_TOKEN in project p");
    }
    expect(login(env).method.kind).toBe("password");
  });

  it("more than one scope is refused, and so is a part of the system", () => {
    const text = messageOf(() => login({ OS_PROJECT_ID: "p", OS_SYSTEM_SCOPE: "all" }));
    expect(text).toContain("OS_PROJECT_NAME and OS_SYSTEM_SCOPE are set, but a token has one scope");
    expect(messageOf(() => login({ OS_SYSTEM_SCOPE: "some" }))).toContain('must be "all"');
  });
});
