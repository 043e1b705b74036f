import { connect as dial } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AUDIT_UUID, EdgeFixture, postWebhook } from "./testing/edge-fixture.ts";

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

const THRESHOLD = {
  alarm_name: "rack7-hot",
  alarm_id: "6d4c0e1e-0000-4000-8000-000000000000",
  severity: "critical",
  previous: "ok",
  current: "alarm",
  reason: "text",
  reason_data: { type: "threshold", disposition: "outside", count: 3, most_recent: 91.25 },
};

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
