/** What the OpenAPI document says of the webhook, held against answers of a real edge: each status that can be had. */

import { connect } from "node:net";
import { MINOR_MAX } from "@vigil/http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openApiDocument } from "../packages/api/src/openapi/document.ts";
import { Documented } from "../packages/api/src/testing/documented.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../packages/core/src/json.ts";
import type { EdgeOptions } from "../packages/edge/src/edge.ts";
import { AUDIT_UUID, EdgeFixture } from "../packages/edge/src/testing/edge-fixture.ts";

const documented = new Documented(MINOR_MAX);
/** Statuses that were answered. */
const seen = new Set<number>();

let fixture: EdgeFixture;
let url: string;
let admin: string;

beforeAll(async () => {
  fixture = await EdgeFixture.start();
  ({ url } = await fixture.edge());
  admin = fixture.keystone.issueToken({ user: "operator", project: "admin", roles: ["admin"] });
});
afterAll(() => fixture?.stop());

interface Sent {
  body?: string;
  headers?: Record<string, string>;
  ident?: string;
  at?: string;
}

/** Every answer is held against the document: its status, its body, and the headers of its own. */
async function post({ body, headers = {}, ident = AUDIT_UUID, at = url }: Sent = {}): Promise<Response> {
  const path = `/v1/webhooks/${ident}`;
  const answer = await fetch(at + path, {
    method: "POST",
    headers: { "x-auth-token": admin, ...headers },
    ...(body !== undefined && { body: new TextEncoder().encode(body) }),
  });
  const text = await answer.text();
  check(path, answer.status, text);
  if (answer.status === 202) checkHeaders(answer.headers);
  return answer;
}

function check(path: string, status: number, text: string): void {
  seen.add(status);
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  expect(documented.check({ method: "POST", url: path, status, body }).errors, `${status} ${text}`).toEqual(
    [],
  );
}

/** Headers of the name that only Vigil uses are documented, and those that are always there are there. */
function checkHeaders(headers: Headers): void {
  const described = inDocument("paths", "/v1/webhooks/{audit}", "post", "responses", "202", "headers");
  const names = Object.keys(described).map((name) => name.toLowerCase());
  const own = [...headers.keys()].filter((name) => name.startsWith("vigil-"));
  expect(names).toEqual(expect.arrayContaining(own));
  for (const name of Object.keys(described)) {
    const { required, schema } = inDocument("components", "headers", name);
    const value = headers.get(name);
    if (required === true) expect(value, name).not.toBeNull();
    const { const: only } = schema as JsonObject;
    if (value !== null && only !== undefined) expect(value).toBe(only);
  }
}

function inDocument(...place: string[]): JsonObject {
  const found = place.reduce<JsonValue | undefined>(
    (inner, name) => (isJsonObject(inner) ? inner[name] : undefined),
    openApiDocument(),
  );
  if (!isJsonObject(found)) throw new Error(`the document has no ${place.join(" ")}`);
  return found;
}

const edgeWith = async (options: Partial<EdgeOptions>) => (await fixture.edge(options)).url;

it("202, with any body or none, as the document says", async () => {
  const { required } = inDocument("paths", "/v1/webhooks/{audit}", "post", "requestBody");
  expect(required).toBe(false);
  for (const body of [undefined, "", "null", "5", "{}", '{"half'])
    expect((await post({ body })).status).toBe(202);
});

it("202 for a duplicate, by the header that the document names for it", async () => {
  const { parameters } = inDocument("paths", "/v1/webhooks/{audit}", "post");
  expect(parameters).toContainEqual({ $ref: "#/components/parameters/idempotencyKey" });
  const header = inDocument("components", "parameters", "idempotencyKey");
  expect(header).toMatchObject({ in: "header" });
  const headers = { [String(header.name)]: "one" };
  const first = await post({ headers });
  const again = await post({ headers, body: "{}" });
  expect(first.headers.has("vigil-duplicate")).toBe(false);
  expect(again.headers.get("vigil-duplicate")).toBe("true");
  expect(again.headers.get("vigil-event-id")).toBe(first.headers.get("vigil-event-id"));
});

it.each<[number, string, Sent]>([
  [400, "an audit of another type", { ident: "periodic" }],
  [400, "a state that takes none", { ident: "cancelled" }],
  [401, "no token", { headers: { "x-auth-token": "" } }],
  [404, "no such audit", { ident: "nobody" }],
  [406, "a microversion that there is not", { headers: { "openstack-api-version": "infra-optim 1.99" } }],
  [413, "too large a body", { body: "x".repeat(2 * 1024 * 1024) }],
  [415, "no JSON", { body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } }],
])("%i: %s", async (status, _what, sent) => {
  expect((await post(sent)).status).toBe(status);
});

it("403 without the role", async () => {
  const member = fixture.keystone.issueToken({ user: "m", project: "p", roles: ["member"] });
  expect((await post({ headers: { "x-auth-token": member } })).status).toBe(403);
});

it("408 for a body that does not come", async () => {
  const slow = await edgeWith({ limits: { bodyTimeoutMs: 100 } });
  const path = `/v1/webhooks/${AUDIT_UUID}`;
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(new URL(slow).port), "127.0.0.1");
    let received = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      received += chunk;
    });
    socket.once("error", reject).once("close", () => resolve(received));
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\nx-auth-token: ${admin}\r\ncontent-length: 9\r\n\r\n{`);
  });
  expect(text).toMatch(/^HTTP\/1\.1 408 /);
  check(path, 408, text.slice(text.indexOf("\r\n\r\n") + 4));
});

it("429 for too many", async () => {
  const narrow = await edgeWith({ limits: { sourcePerSecondMax: 1 } });
  const answers = await Promise.all(Array.from({ length: 20 }, () => post({ at: narrow })));
  expect(answers.map(({ status }) => status)).toContain(429);
});

it("500 for a fault of Vigil", async () => {
  const broken = () => Promise.reject(new TypeError("a fault"));
  const failing = await edgeWith({
    spool: { readiness: () => ({ name: "spool", ready: true }), accept: broken },
  });
  expect((await post({ at: failing })).status).toBe(500);
});

it("503 while Keystone can't be asked", async () => {
  fixture.keystone.setOutage("status");
  try {
    expect((await post({ headers: { "x-auth-token": "gAAAAA-never-seen" } })).status).toBe(503);
  } finally {
    fixture.keystone.setOutage("none");
  }
});

// The two are what any operation may answer, and no edge does.
it("all other statuses of the document were seen", () => {
  const responses = Object.keys(inDocument("paths", "/v1/webhooks/{audit}", "post", "responses")).map(Number);
  expect(responses.filter((status) => !seen.has(status))).toEqual([414, 504]);
});
