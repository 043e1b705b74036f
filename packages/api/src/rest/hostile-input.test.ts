/** Whatever comes in is answered as the sender's fault or served, never by a failure of our own. */

import { createAuthenticator, createPolicy, DEFAULT_POLICY_RULES, readTarget } from "@vigil/http";
import { connectState, type StateClient } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTime } from "../schemas/time.ts";
import { NO_MODEL } from "../testing/no-model.ts";
import { createRestApp } from "./app.ts";
import { routedUrl } from "./path.ts";

let state: StateClient;
let app: FastifyInstance;

beforeAll(async () => {
  // Nobody listens: what is let through ends by its deadline, as 503 or 504.
  state = connectState({ address: "127.0.0.1:1", deadlines: { readMs: 1, writeMs: 1 } });
  app = await createRestApp({
    records: state.records,
    newest: NO_MODEL,
    authenticator: createAuthenticator({ mode: "none" }),
    policy: createPolicy(DEFAULT_POLICY_RULES),
    logger: createLogger({ role: "api", level: "silent" }),
  });
});

afterAll(async () => {
  await app.close();
  state.close();
});

async function statusOf(method: "GET" | "POST", url: string, payload?: string): Promise<number> {
  const headers = { "x-roles": "admin", "content-type": "application/json" };
  const response = await app.inject({
    method,
    url: routedUrl(url, readTarget(url)),
    headers,
    ...(payload !== undefined && { payload }),
  });
  return response.statusCode;
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
    { numRuns: 300 },
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
    { numRuns: 300 },
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
