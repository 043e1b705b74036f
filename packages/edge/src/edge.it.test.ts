import { readFileSync } from "node:fs";
import { connect as dial } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AUDIT_UUID, EdgeFixture, faultString } from "./testing/edge-fixture.ts";

interface Recorded {
  path: string;
  headers: [string, string][];
  body: { alarm_id: string; current: string; reason_data: { event: { message_id: string } } };
  token_validates_as: { user: string; project: string; roles: string[] } | null;
}

const { requests: recorded } = JSON.parse(
  readFileSync(new URL("../../../test/data/aodh/recorded-requests.json", import.meta.url), "utf8"),
) as { requests: Recorded[] };

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

/** POSTs to the webhook of the EVENT audit. A header with an empty value is left out. */
function post(
  body: string | undefined,
  headers: Record<string, string> = {},
  path = `/v1/webhooks/${AUDIT_UUID}`,
) {
  const all = { "content-type": "application/json", "x-auth-token": admin, ...headers };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
  return fetch(url + path, { method: "POST", headers: sent, body, redirect: "error" });
}

async function expectNothingStored(): Promise<void> {
  expect(await fixture.messages()).toBe(before);
}

/** JSON as Python writes it, with blanks after commas and colons between members. */
const pythonJson = (value: unknown) =>
  JSON.stringify(value, null, 1).replace(/\n */g, " ").replaceAll("{ ", "{").replaceAll(" }", "}");

const THRESHOLD = {
  alarm_name: "rack7-hot",
  alarm_id: "6d4c0e1e-0000-4000-8000-000000000000",
  severity: "critical",
  previous: "ok",
  current: "alarm",
  reason: "text",
  reason_data: { type: "threshold", disposition: "outside", count: 3, most_recent: 91.25 },
};

describe("recorded Aodh requests", () => {
  it.each(recorded.map((request, index) => [index, request] as const))(
    "number %i",
    async (_index, request) => {
      const grant = request.token_validates_as;
      const token =
        grant &&
        fixture.keystone.issueToken({ ...grant, trustee: "aodh", project: grant.project, user: grant.user });
      const headers = Object.fromEntries(
        request.headers.filter(([name]) => !/^(host|connection|content-length)$/i.test(name)),
      );
      delete headers["X-Auth-Token"];
      const body = pythonJson(request.body);
      const answer = await fetch(url + request.path, {
        method: "POST",
        headers: { ...headers, ...(token ? { "X-Auth-Token": token } : {}) },
        body,
      });
      if (grant === null) {
        expect(answer.status).toBe(401);
        return await expectNothingStored();
      }
      if (!grant.roles.includes("admin")) {
        expect(answer.status).toBe(403);
        expect(await faultString(answer)).toBe("Policy doesn't allow webhook:trigger to be performed.");
        return await expectNothingStored();
      }
      expect(answer.status).toBe(202);
      const stored = await fixture.lastEvent();
      expect(stored.subject).toBe(`vigil.events.${AUDIT_UUID}`);
      expect(stored.body).toBe(body);
      expect(stored.event).toMatchObject({
        schema: 1,
        auditUuid: AUDIT_UUID,
        auditIdent: AUDIT_UUID,
        format: "aodh",
        bodyParse: "ok",
        current: request.body.current,
        exact: true,
        requestId: headers["x-openstack-request-id"],
        contentType: "application/json",
        sender: { remoteAddress: "127.0.0.1" },
      });
      expect(stored.event.sender.userId).toMatch(/^[0-9a-f]{32}$/);
      expect(stored.event.sender.trustId).toMatch(/^[0-9a-f]{32}$/);
      expect(stored.event.sender.trusteeUserId).toMatch(/^[0-9a-f]{32}$/);
      expect(stored.messageId).toBe(stored.event.occurrenceKey);
      expect(answer.headers.get("vigil-event-id")).toBe(stored.event.eventId);
      expect(JSON.stringify(stored)).not.toContain(token);
    },
  );

  it("the same occurrence again is told as a duplicate, with the first one's id", async () => {
    const body = pythonJson(recorded[0]?.body);
    const answer = await post(body, { "x-openstack-request-id": "req-00000000-0000-4000-8000-000000000000" });
    expect(answer.status).toBe(202);
    expect(answer.headers.get("vigil-duplicate")).toBe("true");
    await expectNothingStored();
  });
});

describe("an accepted webhook", () => {
  it("is answered 202 with an empty body and the headers of the API", async () => {
    const answer = await post("{}", { "openstack-api-version": "infra-optim 1.4" });
    expect(answer.status).toBe(202);
    expect(await answer.text()).toBe("");
    const headers = Object.fromEntries(answer.headers);
    expect(headers).toMatchObject({
      "content-length": "0",
      "openstack-api-version": "infra-optim 1.4",
      "openstack-api-minimum-version": "1.0",
      "openstack-api-maximum-version": "1.7",
      vary: "OpenStack-API-Version",
    });
    expect(headers["x-openstack-request-id"]).toMatch(/^req-[0-9a-f-]{36}$/);
    expect(headers["vigil-event-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers).not.toHaveProperty("content-type");
    expect(headers).not.toHaveProperty("vigil-duplicate");
  });

  it("may name the audit by id, by name in any case, without /v1, with any slashes and query", async () => {
    const paths = [
      "/v1/webhooks/1",
      "/v1/webhooks/Balance%20on%20ALARM",
      `//v1//webhooks/${AUDIT_UUID}`,
      `/v1/webhooks/${AUDIT_UUID}/`,
      `/v1/webhooks/${AUDIT_UUID}?aodh-alarm-ssl-verify=0`,
      `/webhooks/${AUDIT_UUID}`,
    ];
    for (const path of paths) {
      expect((await post("{}", {}, path)).status, path).toBe(202);
      expect((await fixture.lastEvent()).event.auditUuid).toBe(AUDIT_UUID);
    }
    expect(await fixture.messages()).toBe(before + paths.length);
  });

  it.each([
    ["NaN", JSON.stringify(THRESHOLD).replace("91.25", "NaN"), "application/json", "aodh", "repaired"],
    [
      "-Infinity",
      JSON.stringify({ ...THRESHOLD, alarm_id: "another" }).replace("91.25", "-Infinity"),
      "application/json",
      "aodh",
      "repaired",
    ],
    ["no body", undefined, "application/json", "generic", "empty"],
    ["half a body", '{"alarm_id": "', "application/json", "generic", "failed"],
    ["no content type", "{}", "", "generic", "ok"],
    ["JSON under another name", "{}", "text/plain", "generic", "ok"],
    ["a large event", JSON.stringify({ raw: "x".repeat(300 * 1024) }), "application/json", "generic", "ok"],
  ])("may have %s", async (_name, body, contentType, format, bodyParse) => {
    const bytes = body === undefined ? undefined : new TextEncoder().encode(body);
    const answer = await fetch(`${url}/v1/webhooks/${AUDIT_UUID}`, {
      method: "POST",
      headers: { "x-auth-token": admin, ...(contentType ? { "content-type": contentType } : {}) },
      body: bytes,
    });
    expect(answer.status).toBe(202);
    const stored = await fixture.lastEvent();
    expect(stored.event).toMatchObject({ format, bodyParse, current: "alarm", contentType });
    expect(stored.body).toBe(body ?? "");
  });

  it("without identity is a new occurrence each time, unless the sender says otherwise", async () => {
    await Promise.all(Array.from({ length: 20 }, () => post("{}")));
    expect(await fixture.messages()).toBe(before + 20);
    const key = { "idempotency-key": "order-17" };
    const [one, two] = [await post("{}", key), await post('{"other": 1}', key)];
    expect(two.headers.get("vigil-event-id")).toBe(one.headers.get("vigil-event-id"));
    expect(two.headers.get("vigil-duplicate")).toBe("true");
    expect(await fixture.messages()).toBe(before + 21);
  });

  it("may be for an audit that runs or has failed: coalesce is the default", async () => {
    for (const name of ["running", "failed"]) {
      expect((await post("{}", {}, `/v1/webhooks/${name}`)).status).toBe(202);
    }
  });

  it("is stored when the audit index can't be asked: the ledger decides", async () => {
    const { url: own } = await fixture.edge({
      auditIndex: { lookup: async () => ({ unreachable: true }), ready: () => false },
    });
    const answer = await fetch(`${own}/v1/webhooks/some%20audit`, {
      method: "POST",
      headers: { "x-auth-token": admin },
      body: "{}",
    });
    expect(answer.status).toBe(202);
    const { event } = await fixture.lastEvent();
    expect(event).toMatchObject({ auditUuid: "", auditIdent: "some audit" });
  });

  it("is asked for its body first where the sender waits to be asked", async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = dial(Number(new URL(url).port), "127.0.0.1");
      let received = "";
      socket.setEncoding("utf8").on("data", (chunk: string) => {
        received += chunk;
        if (received.endsWith("HTTP/1.1 100 Continue\r\n\r\n")) socket.write("{}");
        if (received.includes("202 Accepted")) socket.end(() => resolve(received));
      });
      socket.on("error", reject);
      socket.write(
        `POST /v1/webhooks/${AUDIT_UUID} HTTP/1.1\r\nhost: x\r\nx-auth-token: ${admin}\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n`,
      );
    });
    expect(text).toContain("202 Accepted");
  });
});

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
    expect(await faultString(answer)).toContain(`${1024 * 1024 - 16 * 1024} bytes`);
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
      return (await fetch(`${own}/v1/webhooks/${audit}`, { method: "POST", headers, body: "{}" })).status;
    };
    const statuses = [];
    for (let n = 0; n < 6; n += 1) statuses.push(await send("one", AUDIT_UUID));
    expect(statuses).toContain(429);
    expect(await send("two", AUDIT_UUID)).toBe(202);
    const many = await Promise.all(Array.from({ length: 12 }, (_, n) => send(`user-${n}`, AUDIT_UUID)));
    expect(many).toContain(429);
    expect(await send("three", "running")).toBe(202);
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

describe("without authentication of webhooks", () => {
  it("anybody may send to the path written in full, nobody to the short one", async () => {
    const { url: own } = await fixture.edge({ enableWebhooksAuth: false });
    const send = (path: string) =>
      fetch(own + path, { method: "POST", headers: { "x-roles": "admin" }, body: "{}" });
    expect((await send(`/v1/webhooks/${AUDIT_UUID}`)).status).toBe(202);
    expect((await fixture.lastEvent()).event.sender).toEqual({ remoteAddress: "127.0.0.1" });
    expect((await send(`/webhooks/${AUDIT_UUID}`)).status).toBe(401);
    expect((await send("/v1/webhooks/nobody")).status).toBe(404);
  });
});
