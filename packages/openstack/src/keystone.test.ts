/** Session and validator against the Keystone test double: real HTTP on loopback, no other server. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { VigilError } from "@vigil/core";
import { type KeystoneDouble, type KeystoneSetup, startKeystone } from "@vigil/testkit";
import { afterEach, describe, expect, it } from "vitest";
import { credentialsFrom } from "./credentials.ts";
import { KeystoneSession } from "./session.ts";
import {
  NEGATIVE_CACHE_TIME_MS,
  TOKEN_CACHE_TIME_MS,
  TokenValidator,
  TRUST_TOKEN_CACHE_TIME_MS,
} from "./token-validator.ts";
import { KEYSTONE_UNAVAILABLE } from "./transport.ts";

const PASSWORD = "service-secret";
const RULES = [{ service: "infra-optim", method: "GET", path: "/v1/audits" }];
const USERS = [
  {
    name: "vigil",
    password: PASSWORD,
    project: "service",
    roles: ["service", "admin"],
    applicationCredentials: [{ id: "cred-1", name: "vigil-cred", secret: "c-secret", project: "service" }],
  },
  {
    name: "demo",
    password: "demo-secret",
    project: "demo",
    roles: ["member"],
    applicationCredentials: [
      { id: "cred-2", name: "ruled", secret: "r", project: "demo", accessRules: RULES },
    ],
  },
];

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Fixture {
  keystone: KeystoneDouble;
  session: KeystoneSession;
  validator: TokenValidator;
  /** Moves the validator's monotonic clock and the wall clock on, ms. */
  pass(ms: number): void;
}

async function fixture(
  setup: Partial<KeystoneSetup> = {},
  env: Record<string, string> = {},
): Promise<Fixture> {
  const keystone = await startKeystone({ users: USERS, ...setup });
  closers.push(() => keystone.stop());
  let passedMs = 0;
  const session = new KeystoneSession({
    credentials: credentialsFrom({
      OS_AUTH_URL: keystone.url,
      OS_USERNAME: "vigil",
      OS_PASSWORD: PASSWORD,
      OS_PROJECT_NAME: "service",
      ...env,
    }),
    loginRetryDelaysMs: [10, 20],
    wallMs: () => Date.now() + passedMs,
  });
  closers.push(() => session.close());
  const monotonicMs = () => performance.now() + passedMs;
  const validator = new TokenValidator({ session, timeoutMs: 1_000, monotonicMs });
  closers.push(() => validator.close());
  const pass = (ms: number) => {
    passedMs += ms;
  };
  return { keystone, session, validator, pass };
}

async function failure(promise: Promise<unknown>): Promise<VigilError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(VigilError);
  return error as VigilError;
}

describe("our own token", () => {
  it("is fetched once for all who ask at the same time, and kept", async () => {
    const { keystone, session } = await fixture();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => session.token()));
    await session.token();
    expect(new Set(tokens.map((own) => own.token)).size).toBe(1);
    expect(tokens[0]?.identity).toMatchObject({ userName: "vigil", projectName: "service" });
    expect(keystone.counters.logins).toBe(1);
  });

  it("is renewed shortly before its end", async () => {
    const { keystone, session, pass } = await fixture();
    const first = await session.token();
    pass(3_600_000 - 121_000);
    expect(await session.token()).toBe(first);
    pass(2_000);
    expect((await session.token()).token).not.toBe(first.token);
    expect(keystone.counters.logins).toBe(2);
  });

  it("serves to its end while Keystone is away", async () => {
    const { keystone, session, pass } = await fixture();
    const first = await session.token();
    await keystone.stop();
    pass(3_600_000 - 60_000);
    expect(await session.token()).toBe(first);
    pass(61_000);
    expect((await failure(session.token())).kind).toBe("unavailable");
  });

  it("does not need a new login for each call where tokens live shorter than the margin", async () => {
    const { keystone, session } = await fixture({ tokenLifeMs: 60_000 });
    await session.token();
    await session.token();
    expect(keystone.counters.logins).toBe(1);
  });

  it("comes from an application credential, by id or by name", async () => {
    const names = [
      ["OS_APPLICATION_CREDENTIAL_ID", "cred-1"],
      ["OS_APPLICATION_CREDENTIAL_NAME", "vigil-cred"],
    ] as const;
    for (const [name, value] of names) {
      const { session } = await fixture({}, { OS_APPLICATION_CREDENTIAL_SECRET: "c-secret", [name]: value });
      expect((await session.token()).identity.projectName).toBe("service");
    }
  });

  it("comes from a token made elsewhere, and ends with it", async () => {
    const { keystone } = await fixture();
    const given = keystone.issueToken({ user: "vigil", lifeMs: 600_000 });
    const credentials = credentialsFrom({
      OS_AUTH_URL: keystone.url,
      OS_TOKEN: given,
      OS_PROJECT_NAME: "service",
    });
    const session = new KeystoneSession({ credentials });
    closers.push(() => session.close());
    const own = await session.token();
    expect(own.identity).toMatchObject({ userName: "vigil", projectName: "service" });
    expect(own.token).not.toBe(given);
    expect(own.expiresAtMs - session.clock.nowMs()).toBeLessThanOrEqual(601_000);
  });

  it("comes through a trust, in the trustor's name", async () => {
    const { keystone } = await fixture();
    const { id } = keystone.addTrust("demo", "vigil");
    const session = new KeystoneSession({
      credentials: credentialsFrom({
        OS_AUTH_URL: keystone.url,
        OS_USERNAME: "vigil",
        OS_PASSWORD: PASSWORD,
        OS_TRUST_ID: id,
      }),
    });
    closers.push(() => session.close());
    expect((await session.token()).identity).toMatchObject({ userName: "demo", trustId: id });
  });

  it("wrong credentials are told without the password, and not tried again at once", async () => {
    const { keystone, session, pass } = await fixture({}, { OS_PASSWORD: "wrong-secret" });
    const error = await failure(session.token());
    expect(error.kind).toBe("unauthenticated");
    expect(error.message).toContain("user vigil in project service");
    expect(JSON.stringify([error.message, error.details, String(error.stack)])).not.toContain("wrong-secret");
    await failure(session.token());
    expect(keystone.counters.logins).toBe(1);
    pass(5_000);
    await failure(session.token());
    pass(5_000);
    await failure(session.token());
    expect(keystone.counters.logins).toBe(2);
  });

  it("lives in Keystone's clock", async () => {
    const { session } = await fixture({ clockAheadMs: -7_200_000 });
    await session.token();
    expect(Math.abs(session.clock.nowMs() - (Date.now() - 7_200_000))).toBeLessThan(2_000);
    await session.token();
  });
});

describe("validation", () => {
  it("tells who a token is, trust included", async () => {
    const { keystone, validator } = await fixture();
    const plain = keystone.issueToken({ user: "demo" });
    expect(await validator.validate(plain)).toMatchObject({ userName: "demo", roles: ["member"] });
    const trust = keystone.issueToken({ user: "demo", trustee: "aodh" });
    const identity = await validator.validate(trust);
    expect(identity).toMatchObject({ userName: "demo", projectName: "demo" });
    expect(identity.trustId).toMatch(/^[0-9a-f]{32}$/);
    expect(identity.trusteeUserId).not.toBe(identity.userId);
    expect(validator.trouble).toBeUndefined();
  });

  it("asks once for one token, then remembers it for its time", async () => {
    const { keystone, validator, pass } = await fixture();
    const token = keystone.issueToken({ user: "demo" });
    await Promise.all(Array.from({ length: 20 }, () => validator.validate(token)));
    pass(TOKEN_CACHE_TIME_MS - 1_000);
    await validator.validate(token);
    expect(keystone.counters.validations).toBe(1);
    pass(2_000);
    await validator.validate(token);
    expect(keystone.counters.validations).toBe(2);
  });

  it("remembers a trust token for a shorter time", async () => {
    const { keystone, validator, pass } = await fixture();
    const token = keystone.issueToken({ user: "demo", trustee: "aodh" });
    await validator.validate(token);
    pass(TRUST_TOKEN_CACHE_TIME_MS + 1_000);
    await validator.validate(token);
    expect(keystone.counters.validations).toBe(2);
  });

  it("judges the end of a token itself, also in the cache", async () => {
    const { keystone, validator, pass } = await fixture();
    const token = keystone.issueToken({ user: "demo", lifeMs: 60_000 });
    await validator.validate(token);
    pass(61_000);
    await validator.validate(token);
    // Asked again, though the cache time is not over. (The double's clock did not move, so it says yes.)
    expect(keystone.counters.validations).toBe(2);
  });

  it("remembers a no for a short while", async () => {
    const { keystone, validator, pass } = await fixture();
    expect((await failure(validator.validate("gAAAAA-not-a-token"))).kind).toBe("unauthenticated");
    await failure(validator.validate("gAAAAA-not-a-token"));
    expect(keystone.counters.validations).toBe(1);
    pass(NEGATIVE_CACHE_TIME_MS);
    await failure(validator.validate("gAAAAA-not-a-token"));
    expect(keystone.counters.validations).toBe(2);
  });

  it.each([
    ["nothing", ""],
    ["blanks", "a b"],
    ["a line break", "abc\r\nx-evil: 1"],
    ["other scripts", "tokén"],
    ["an endless text", "a".repeat(8_193)],
  ])("does not bother Keystone with %s", async (_name, token) => {
    const { keystone, validator } = await fixture();
    expect((await failure(validator.validate(token))).kind).toBe("unauthenticated");
    expect(keystone.counters.validations).toBe(0);
  });

  it("logs in again when its own token was revoked, once", async () => {
    const { keystone, session, validator } = await fixture();
    keystone.revoke((await session.token()).token);
    const token = keystone.issueToken({ user: "demo" });
    expect((await validator.validate(token)).userName).toBe("demo");
    expect(keystone.counters).toMatchObject({ logins: 2, validations: 2 });
  });

  it("takes an expired token only where a service vouches for it, and does not remember it", async () => {
    const { keystone, validator } = await fixture();
    const token = keystone.issueToken({ user: "demo", lifeMs: -1_000 });
    expect((await validator.validate(token, { allowExpired: true })).userName).toBe("demo");
    expect((await failure(validator.validate(token))).kind).toBe("unauthenticated");
  });

  it("fetches the catalog for tokens with access rules", async () => {
    const services = { "infra-optim": "http://vigil" };
    const { keystone, validator } = await fixture({ services });
    const login = await fetch(`${keystone.url}/auth/tokens`, {
      method: "POST",
      body: JSON.stringify({
        auth: {
          identity: {
            methods: ["application_credential"],
            application_credential: { id: "cred-2", secret: "r" },
          },
        },
      }),
    });
    const identity = await validator.validate(login.headers.get("x-subject-token") ?? "");
    expect(identity.access?.rules).toEqual(RULES);
    expect(identity.access?.serviceTypes).toEqual(["identity", "infra-optim"]);
  });
});

describe("trouble at Keystone", () => {
  it.each(["status", "reset"] as const)(
    "outage by %s: unavailable, never valid, never remembered",
    async (outage) => {
      const { keystone, validator } = await fixture();
      await validator.warmUp();
      const known = keystone.issueToken({ user: "demo" });
      const unknown = keystone.issueToken({ user: "demo" });
      await validator.validate(known);
      keystone.setOutage(outage);
      const error = await failure(validator.validate(unknown));
      expect(error).toMatchObject({ kind: "unavailable", message: KEYSTONE_UNAVAILABLE });
      expect(validator.trouble).toContain(KEYSTONE_UNAVAILABLE);
      expect((await validator.validate(known)).userName).toBe("demo");
      keystone.setOutage("none");
      expect((await validator.validate(unknown)).userName).toBe("demo");
      expect(validator.trouble).toBeUndefined();
    },
  );

  it("stopped: cached tokens live on to the end of their cache time, unknown ones are unavailable", async () => {
    const { keystone, validator, pass } = await fixture();
    const known = keystone.issueToken({ user: "demo" });
    const trusted = keystone.issueToken({ user: "demo", trustee: "aodh" });
    await validator.validate(known);
    await validator.validate(trusted);
    await keystone.stop();
    const unavailable = async (token: string) =>
      expect(await failure(validator.validate(token))).toMatchObject({ kind: "unavailable" });
    await unavailable("gAAAAA-never-seen");
    pass(TRUST_TOKEN_CACHE_TIME_MS - 5_000);
    expect((await validator.validate(trusted)).userName).toBe("demo");
    pass(10_000);
    await unavailable(trusted);
    expect((await validator.validate(known)).userName).toBe("demo");
    pass(TOKEN_CACHE_TIME_MS);
    await unavailable(known);
  });

  it("nothing that is logged or thrown holds a token or a password", async () => {
    const lines: unknown[] = [];
    const note = (fields: object, text: string) => void lines.push(fields, text);
    const { keystone } = await fixture();
    const session = new KeystoneSession({
      credentials: credentialsFrom({
        OS_AUTH_URL: keystone.url,
        OS_USERNAME: "demo",
        OS_PASSWORD: "demo-secret",
        OS_PROJECT_NAME: "demo",
      }),
      loginRetryDelaysMs: [],
      log: { warn: note, error: note },
    });
    closers.push(() => session.close());
    const validator = new TokenValidator({ session, log: { warn: note, error: note } });
    closers.push(() => validator.close());
    const token = keystone.issueToken({ user: "vigil" });
    const own = (await session.token()).token;
    lines.push(await failure(validator.validate(token)), await failure(validator.validate("gAAAAA-bad")));
    keystone.setOutage("reset");
    lines.push(await failure(validator.validate(keystone.issueToken({ user: "vigil" }))));
    const text = inspect(lines, { depth: null });
    for (const secret of [token, own, "gAAAAA", "demo-secret"]) expect(text).not.toContain(secret);
  });

  it("a Keystone that never answers is given up after the time limit, and noticed when it is back", async () => {
    const { keystone, validator } = await fixture();
    await validator.warmUp();
    keystone.setOutage("hang");
    const error = await failure(validator.validate(keystone.issueToken({ user: "demo" })));
    expect(error.kind).toBe("unavailable");
    keystone.setOutage("none");
    await expect.poll(() => validator.trouble, { timeout: 20_000 }).toBeUndefined();
  }, 30_000);

  it("wrong credentials of ours are no fault of the sender", async () => {
    const { keystone, validator } = await fixture({}, { OS_PASSWORD: "wrong-secret" });
    await validator.warmUp();
    expect(validator.trouble).toContain("login of user vigil");
    const error = await failure(validator.validate(keystone.issueToken({ user: "demo" })));
    expect(error.kind).toBe("unavailable");
    expect(JSON.stringify(error.toData())).not.toContain("wrong-secret");
  });

  it("an account that may not validate is told to the operator, not to the sender", async () => {
    const { keystone, validator } = await fixture(
      {},
      { OS_USERNAME: "demo", OS_PASSWORD: "demo-secret", OS_PROJECT_NAME: "demo" },
    );
    const error = await failure(validator.validate(keystone.issueToken({ user: "vigil" })));
    expect(error).toMatchObject({ kind: "unavailable", details: { reason: "status 403 to a validation" } });
    expect(validator.trouble).toContain("give it a role");
  });

  it("an account that may not validate is not ready, though Keystone tells it of tokens nobody knows", async () => {
    const { validator, keystone } = await fixture(
      {},
      { OS_USERNAME: "demo", OS_PASSWORD: "demo-secret", OS_PROJECT_NAME: "demo" },
    );
    await failure(validator.validate(keystone.issueToken({ user: "vigil" })));
    expect(await failure(validator.validate("nobody-knows-it"))).toMatchObject({ kind: "unauthenticated" });
    expect(validator.trouble).toContain("give it a role");
  });

  it("follows no redirect to another address, whatever it may be", async () => {
    let stolen: unknown;
    const thief = createServer((request, response) => {
      stolen = request.headers["x-auth-token"] ?? "asked";
      response.end();
    });
    const mover = createServer((_request, response) => {
      response
        .writeHead(307, { location: `http://127.0.0.1:${(thief.address() as AddressInfo).port}/v3` })
        .end();
    });
    for (const server of [thief, mover]) {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      closers.push(() => void server.close());
    }
    const session = new KeystoneSession({
      credentials: credentialsFrom({
        OS_AUTH_URL: `http://127.0.0.1:${(mover.address() as AddressInfo).port}`,
        OS_USERNAME: "vigil",
        OS_PASSWORD: PASSWORD,
        OS_PROJECT_NAME: "service",
      }),
    });
    closers.push(() => session.close());
    const error = await failure(session.token());
    expect(error).toMatchObject({ kind: "unavailable" });
    expect(String(error.details?.reason)).toContain("redirect (307)");
    expect(stolen).toBeUndefined();
  });
});
