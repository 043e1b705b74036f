import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AUDIT_UUID, EdgeFixture, faultString, postWebhook } from "./testing/edge-fixture.ts";

let fixture: EdgeFixture;
let url: string;
let admin: string;
let before: number;

beforeAll(async () => {
  fixture = await EdgeFixture.start();
  ({ url } = await fixture.edge());
  admin = fixture.keystone.issueToken({ user: "operator", project: "admin", roles: ["admin"] });
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  before = await fixture.messages();
});

const post = (body: string | undefined, headers: Record<string, string> = {}, path?: string) =>
  postWebhook(url, body, { "x-auth-token": admin, ...headers }, path);

async function expectNothingStored(): Promise<void> {
  expect(await fixture.messages()).toBe(before);
}

describe("a refused webhook leaves nothing in the stream", () => {
  const wrongToken = { "x-auth-token": "gAAAAA-not-a-token" };

  it.each([
    ["a wrong token", wrongToken],
    ["no token", { "x-auth-token": "" }],
    ["forged identity", { "x-auth-token": "", "x-roles": "admin", "x-identity-status": "Confirmed" }],
    ["a wrong token and a bad version", { ...wrongToken, "openstack-api-version": "infra-optim 9.9" }],
  ])("%s: 401 in Keystone's form", async (_name, headers) => {
    const answer = await post("{}", headers);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe(`Keystone uri="${fixture.keystone.url}"`);
    expect(answer.headers.has("openstack-api-version")).toBe(false);
    expect(await answer.json()).toEqual({
      error: {
        code: 401,
        title: "Unauthorized",
        message: "The request you have made requires authentication.",
      },
    });
    await expectNothingStored();
  });

  it("401 comes before 405, 404 and 413", async () => {
    const headers = wrongToken;
    expect((await fetch(`${url}/v1/webhooks/x`, { headers })).status).toBe(401);
    expect((await post("{}", headers, "/v1/webhooks/x/y")).status).toBe(401);
    expect((await post("x".repeat(3_000_000), headers)).status).toBe(401);
  });

  it("a version that is not there: 406 with the range", async () => {
    const answer = await post("{}", { "openstack-api-version": "infra-optim 1.999" });
    expect(answer.status).toBe(406);
    expect(answer.headers.get("openstack-api-maximum-version")).toBe("1.7");
    expect(answer.headers.has("openstack-api-version")).toBe(false);
    expect(await faultString(answer)).toContain("Version 1.999 was requested");
    await expectNothingStored();
  });

  it("another method: 405 with Allow; OPTIONS is free", async () => {
    for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
      const answer = await fetch(`${url}/v1/webhooks/${AUDIT_UUID}`, {
        method,
        headers: { "x-auth-token": admin },
      });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toBe("POST");
    }
    expect((await fetch(`${url}/v1/webhooks/${AUDIT_UUID}`, { method: "OPTIONS" })).status).toBe(200);
    await expectNothingStored();
  });

  it("a missing role: 403", async () => {
    const token = fixture.keystone.issueToken({
      user: "reader",
      project: "demo",
      roles: ["member", "reader"],
    });
    for (const path of [`/v1/webhooks/${AUDIT_UUID}`, "/v1/webhooks/nothing"]) {
      const answer = await post("{}", { "x-auth-token": token }, path);
      expect(answer.status).toBe(403);
      expect(await faultString(answer)).toBe("Policy doesn't allow webhook:trigger to be performed.");
    }
    const service = fixture.keystone.issueToken({ user: "aodh", project: "service", roles: ["SERVICE"] });
    expect((await post("{}", { "x-auth-token": service })).status).toBe(202);
    expect(await fixture.messages()).toBe(before + 1);
  });

  it.each([
    ["an unknown audit", "/v1/webhooks/nobody", 404, "Audit nobody could not be found"],
    ["no audit", "/v1/webhooks", 400, 'Missing argument: "audit_ident"'],
    ["an audit of another type", "/v1/webhooks/periodic", 400, "Audit type CONTINUOUS is disallowed."],
    ["a cancelled audit", "/v1/webhooks/cancelled", 400, "Audit state CANCELLED is disallowed."],
  ])("%s", async (_name, path, status, text) => {
    const answer = await post("{}", {}, path);
    expect(answer.status).toBe(status);
    expect(await faultString(answer)).toBe(text);
    expect(answer.headers.get("openstack-api-version")).toBe("infra-optim 1.0");
    await expectNothingStored();
  });

  it("an oversize body: 413, and the sender gets to read it", async () => {
    const answer = await post(`"${"x".repeat(2 * 1024 * 1024)}"`);
    expect(answer.status).toBe(413);
    // The broker takes 1 MiB in all: what the event's description may need is kept free.
    expect(await faultString(answer)).toContain(`at most ${1024 * 1024 - 16 * 1024} are taken here`);
    await expectNothingStored();
  });

  it("a body of another kind: 415", async () => {
    const answer = await post("a=1&b=2", { "content-type": "application/x-www-form-urlencoded" });
    expect(answer.status).toBe(415);
    expect(await faultString(answer)).toBe("Unknown mimetype: application/x-www-form-urlencoded");
    await expectNothingStored();
  });

  it("strict mode refuses what Watcher refuses", async () => {
    const { url: own } = await fixture.edge({ eventMode: "strict" });
    for (const [name, state] of [
      ["running", "ONGOING"],
      ["failed", "FAILED"],
    ]) {
      const answer = await fetch(`${own}/v1/webhooks/${name}`, {
        method: "POST",
        headers: { "x-auth-token": admin },
        body: "{}",
      });
      expect(answer.status).toBe(400);
      expect(await faultString(answer)).toBe(`Audit state ${state} is disallowed.`);
    }
    await expectNothingStored();
  });

  it("too many at once: 429 for that source or audit, not for others", async () => {
    const { url: own } = await fixture.edge({ limits: { sourcePerSecondMax: 2, auditPerSecondMax: 4 } });
    const send = async (user: string, audit: string) => {
      const token = fixture.keystone.issueToken({ user, project: "p", roles: ["admin"] });
      const headers = { "x-auth-token": token };
      return fetch(`${own}/v1/webhooks/${audit}`, { method: "POST", headers, body: "{}" });
    };
    const refusal = async (answers: Response[]) => {
      const refused = answers.find(({ status }) => status === 429);
      return refused === undefined ? "none was refused" : await faultString(refused);
    };
    const answers = [];
    for (let n = 0; n < 6; n += 1) answers.push(await send("one", AUDIT_UUID));
    expect(await refusal(answers)).toBe(
      "Too many webhooks from one source: more than 2 in a second. Send fewer, or raise VIGIL_WEBHOOK_SOURCE_PER_SECOND_MAX.",
    );
    expect((await send("two", AUDIT_UUID)).status).toBe(202);
    const many = await Promise.all(Array.from({ length: 12 }, (_, n) => send(`user-${n}`, AUDIT_UUID)));
    expect(await refusal(many)).toMatch(
      /^Too many webhooks for audit .*: more than 4 in a second\. Send fewer, or raise VIGIL_WEBHOOK_AUDIT_PER_SECOND_MAX\.$/,
    );
    expect((await send("three", "running")).status).toBe(202);
  });

  it("and is logged once, without its token", async () => {
    fixture.log.length = 0;
    const { url: own } = await fixture.edge();
    for (let n = 0; n < 5; n += 1) {
      await fetch(`${own}/v1/webhooks/nobody`, { method: "POST", headers: { "x-auth-token": admin } });
    }
    const lines = fixture.log.filter((line) => line.includes("webhook refused"));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      status: 404,
      reason: "Audit nobody could not be found",
      path: "/v1/webhooks/nobody",
    });
    expect(fixture.log.join("")).not.toContain(admin);
  });
});
