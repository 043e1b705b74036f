/** Whatever comes in is answered as the sender's fault or served, never by a failure of our own. */

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTime } from "../schemas/time.ts";
import { type BareApp, startBareApp } from "../testing/bare-app.ts";
import { ADMIN } from "../testing/fixture.ts";

let app: BareApp;

beforeAll(async () => {
  // Nobody listens: what is let through ends by its deadline, as 503 or 504.
  app = await startBareApp({ deadlines: { readMs: 1, writeMs: 1 } });
});

afterAll(() => app.stop());

async function statusOf(method: "GET" | "POST" | "PATCH", url: string, payload?: string): Promise<number> {
  const headers = {
    ...ADMIN,
    "content-type": "application/json",
    "openstack-api-version": "infra-optim latest",
  };
  return (await app.call(method, url, { headers, ...(payload !== undefined && { payload }) })).statusCode;
}

const member = fc.constantFrom(
  "audit_type",
  "name",
  "goal",
  "strategy",
  "audit_template_uuid",
  "interval",
  "parameters",
  "auto_trigger",
  "start_time",
  "force",
  "state",
  "scope",
  "__proto__",
);

test("any JSON as an audit", async () => {
  const body = fc.oneof(
    fc.json(),
    fc.dictionary(member, fc.jsonValue()).map((value) => JSON.stringify(value)),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(body, async (payload) => {
      expect([400, 406, 503, 504]).toContain(await statusOf("POST", "/v1/audits", payload));
    }),
    { numRuns: 150 },
  );
});

const templateMember = fc.constantFrom(
  "name",
  "goal",
  "strategy",
  "description",
  "scope",
  "default_parameters",
  "uuid",
  "__proto__",
);

test("any JSON as an audit template", async () => {
  const body = fc.dictionary(templateMember, fc.jsonValue()).map((value) => JSON.stringify(value));
  await fc.assert(
    fc.asyncProperty(body, async (payload) => {
      expect([400, 503, 504]).toContain(await statusOf("POST", "/v1/audit_templates", payload));
    }),
    { numRuns: 200 },
  );
});

test("any patch of anything", async () => {
  const path = fc.oneof(
    fc.constantFrom("/name", "/state", "/start_time", "/interval", "/__proto__", "/parameters/a/0"),
    fc.string(),
  );
  const operation = fc.record(
    { op: fc.constantFrom("add", "replace", "remove", "test", 1), path, value: fc.jsonValue() },
    { requiredKeys: [] },
  );
  const body = fc.oneof(fc.array(operation, { maxLength: 4 }), fc.jsonValue());
  const object = fc.constantFrom(
    "audits/x",
    "audit_templates/x",
    "action_plans/4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21",
    "actions/4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21",
  );
  await fc.assert(
    fc.asyncProperty(object, body, async (name, patch) => {
      expect([400, 503, 504]).toContain(await statusOf("PATCH", `/v1/${name}`, JSON.stringify(patch)));
    }),
    { numRuns: 150 },
  );
});

test("any path and query", async () => {
  const part = fc.oneof(
    fc.constantFrom("v1", "goals", "audits", "detail", "%ff", "%2F", "..", ""),
    fc.webSegment(),
  );
  const query = fc.oneof(
    fc.webQueryParameters(),
    fc.constantFrom("limit=%zz", "limit=1&limit", "&&=&", "__proto__=1"),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 5 }), query, async (parts, text) => {
      expect([200, 400, 404, 405, 503, 504]).toContain(await statusOf("GET", `/${parts.join("/")}?${text}`));
    }),
    { numRuns: 150 },
  );
});

test("any text as a time", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(["string", "undefined"]).toContain(typeof readTime(text));
    }),
  );
});

test("any instant reads back as itself", () => {
  const instant = fc.date({
    min: new Date("0101-01-01T00:00:00Z"),
    max: new Date("9999-12-31T00:00:00Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(instant, fc.integer({ min: -14 * 60, max: 14 * 60 }), (date, offsetMinutes) => {
      const local = new Date(date.getTime() + offsetMinutes * 60_000).toISOString().slice(0, -1);
      const size = Math.abs(offsetMinutes);
      const offset = `${offsetMinutes < 0 ? "-" : "+"}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
      expect(readTime(local + offset)).toBe(`${date.toISOString().slice(0, -1)}000+00:00`);
    }),
  );
});
