import { Validator } from "@seriousme/openapi-schema-validator";
import { isJsonObject, type JsonObject, type JsonValue, readPatch } from "@vigil/core";
import { createAuthenticator, createPolicy, DEFAULT_POLICY_RULES } from "@vigil/http";
import { connectState } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRestApp } from "../rest/app.ts";
import { type OfferedRoute, offeredRoutes } from "../rest/resource.ts";
import { patchSchema } from "../schemas/patch.ts";
import { NO_MODEL } from "../testing/no-model.ts";
import { openApiDocument } from "./document.ts";
import { OPERATIONS } from "./operations.ts";

const state = connectState({ address: "127.0.0.1:1", deadlines: { readMs: 1, writeMs: 1 } });
const UUID = "4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21";
let app: FastifyInstance;

beforeAll(async () => {
  app = await createRestApp({
    records: state.records,
    edits: state.edits,
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

/** What a route is named by, however its parameters are called. */
const named = ({ method, url }: OfferedRoute) => `${method} ${url.replaceAll(/:\w+|\{\w+\}/g, "*")}`;

const documented = OPERATIONS.map(({ method, path }) => named({ method: method.toUpperCase(), url: path }));

/** Registered for their refusal alone: what names the object is missing in the path. */
const LACKING = [
  "PATCH /v1/audits",
  "DELETE /v1/audits",
  "PATCH /v1/audit_templates",
  "DELETE /v1/audit_templates",
  "PATCH /v1/action_plans",
  "DELETE /v1/action_plans",
  "POST /v1/action_plans/start",
  "PATCH /v1/actions",
  "GET /v1/strategies/state",
  "POST /v1/webhooks",
];

describe("the OpenAPI document", () => {
  test("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(openApiDocument()));
    expect(result).toMatchObject({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  test("describes every route that is offered, and no other", () => {
    const offered = offeredRoutes(app)
      .map(named)
      .filter((route) => !LACKING.includes(route));
    expect([...documented].sort()).toEqual(offered.sort());
    expect(new Set(documented).size).toBe(documented.length);
  });

  test.each(LACKING)("%s answers by a refusal", async (route) => {
    const [method, url] = route.split(" ") as ["GET", string];
    const headers = { "x-roles": "admin", "openstack-api-version": "infra-optim latest" };
    const { statusCode, body } = await app.inject({ method, url, headers });
    expect([400, 404]).toContain(statusCode);
    expect(body).toMatch(/Missing argument|no webhooks/);
  });

  test("every operation is told apart, and every parameter explained", () => {
    const ids = OPERATIONS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const value of walk(openApiDocument().paths as JsonObject)) {
      if (value.in === "query" || value.in === "path") expect(value.description).not.toBe("");
    }
  });

  test("names policy rules that there are", () => {
    for (const { rule } of OPERATIONS) {
      if (rule !== undefined) expect(Object.keys(DEFAULT_POLICY_RULES)).toContain(rule);
    }
  });

  test("is served to everybody, whatever the version", async () => {
    const answer = await app.inject({
      url: "/openapi.json",
      headers: { "openstack-api-version": "nonsense 9" },
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(answer.json()).toEqual(openApiDocument());
    const posted = await app.inject({ method: "POST", url: "/openapi.json" });
    expect(posted).toMatchObject({ statusCode: 405, headers: { allow: "GET" } });
  });

  test("its refusals are those that the operation gives: none is undocumented", async () => {
    const paths = openApiDocument().paths as Record<string, Record<string, { responses: JsonObject }>>;
    for (const { method, path } of OPERATIONS) {
      const url = path.replaceAll(/\{\w+\}/g, UUID);
      for (const headers of [{}, { "x-roles": "admin" }, { accept: "text/html" }]) {
        for (const payload of [undefined, "{", "{}"]) {
          const { statusCode } = await app.inject({
            method: method.toUpperCase() as "GET",
            url,
            headers: { ...headers, ...(payload !== undefined && { "content-type": "application/json" }) },
            ...(payload !== undefined && method !== "get" && { payload }),
          });
          expect(Object.keys(paths[path]?.[method]?.responses ?? {}), `${method} ${path}`).toContain(
            String(statusCode),
          );
        }
      }
    }
  });
});

describe("the form of a patch", () => {
  const anyJson = fc.jsonValue({ maxDepth: 2 });
  const path = fc.oneof(
    fc.constantFrom("/state", "/parameters/para1", "/a/0/b", "/-", "/é", "", "/", "x", "/a.b", "//", "/a/"),
    fc.string(),
  );
  const operation = fc.oneof(
    fc.record(
      { op: fc.constantFrom("add", "replace", "remove", "move", 1), path, value: anyJson, from: path },
      { requiredKeys: [] },
    ),
    fc.record({ op: fc.constantFrom("add", "replace"), path, value: anyJson }),
    anyJson,
  );

  test("is the one that requests are checked by", () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(operation, { maxLength: 4 }), anyJson), (body) => {
        const value = JSON.parse(JSON.stringify(body)) as JsonValue;
        expect(patchSchema.safeParse(value).success).toBe(isPatch(value));
      }),
      { numRuns: 1_000 },
    );
  });

  test("counts operations alike", () => {
    const patch = (length: number) => Array.from({ length }, () => ({ op: "remove", path: "/name" }));
    for (const length of [0, 1_000, 1_001]) {
      expect(patchSchema.safeParse(patch(length)).success).toBe(isPatch(patch(length)));
    }
  });
});

function isPatch(value: JsonValue): boolean {
  try {
    readPatch(value);
    return true;
  } catch (thrown) {
    // What can't be stored is no matter of form.
    return String(thrown).includes("can't be stored");
  }
}

function* walk(value: JsonValue): Generator<JsonObject, void> {
  if (Array.isArray(value)) for (const item of value) yield* walk(item);
  else if (isJsonObject(value)) {
    yield value;
    for (const member of Object.values(value)) yield* walk(member);
  }
}
