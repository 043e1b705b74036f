/** What a real Aodh sent, sent again. */

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AUDIT_UUID, EdgeFixture, faultString, postWebhook } from "./testing/edge-fixture.ts";

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

const post = (body: string | undefined, headers: Record<string, string> = {}, path?: string) =>
  postWebhook(url, body, { "x-auth-token": admin, ...headers }, path);

async function expectNothingStored(): Promise<void> {
  expect(await fixture.messages()).toBe(before);
}

/** JSON as Python's encoder writes it: a blank after each comma and colon. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonJson(item)}`);
  return `{${members.join(", ")}}`;
}

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
      const wireLength = request.headers.find(([name]) => name === "Content-Length")?.[1];
      expect(String(body.length)).toBe(wireLength);
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
