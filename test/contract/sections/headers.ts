/** 1.4: response headers. */

import { describe, expect, it } from "vitest";
import { call } from "../calls.ts";
import { NOWHERE, newAudit, newName, newTemplate } from "../given.ts";

const REQUEST_ID = /^req-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ROUTED = [
  ["GET /v1", 200],
  ["GET /v1/goals", 200],
  ["GET /v1/goals/dummy", 200],
  ["GET /v1/goals/nope", 404],
  ["GET /v1/goals?limit=0", 400],
  ["DELETE /v1/goals/dummy", 405],
  ["GET /v1/nothing", 404],
  [`DELETE /v1/audits/${NOWHERE}`, 404],
] as const;

describe("1.4 response headers", () => {
  it.each(ROUTED)("rows 1 to 5: %s, %i, has all of them", async (line, status) => {
    const { status: seen, headers } = await call(line, { version: "1.4" });
    expect(seen).toBe(status);
    expect(headers).toMatchObject({
      "openstack-api-version": "infra-optim 1.4",
      "openstack-api-minimum-version": "1.0",
      "openstack-api-maximum-version": "1.7",
      "x-openstack-request-id": expect.stringMatching(REQUEST_ID),
    });
    expect(String(headers.vary).toLowerCase()).toContain("openstack-api-version");
  });

  it("row 1: the version used is absent when the version itself was refused", async () => {
    const { status, headers } = await call("GET /v1/goals", { version: "1.999" });
    expect(status).toBe(406);
    expect(headers["openstack-api-version"]).toBeUndefined();
    expect(headers).toMatchObject({
      "openstack-api-minimum-version": "1.0",
      "openstack-api-maximum-version": "1.7",
    });
  });

  it("row 5: a refused caller gets no request id, or a fresh one", async () => {
    const { status, headers } = await call("GET /v1/goals", { token: null });
    expect(status).toBe(401);
    if (headers["x-openstack-request-id"] !== undefined) {
      expect(headers["x-openstack-request-id"]).toMatch(REQUEST_ID);
    }
  });

  it("GET / has no version headers", async () => {
    const { status, headers } = await call("GET /", { version: "1.4" });
    expect(status).toBe(200);
    expect(Object.keys(headers).filter((name) => name.startsWith("openstack-api"))).toEqual([]);
  });

  it.each([...ROUTED.map(([line]) => line), "GET /"])("%s has a body of JSON", async (line) => {
    const answer = await call(line);
    expect(answer.headers["content-type"]).toMatch(/^application\/json/);
    expect(answer.body).toBeDefined();
  });

  it("204 has an empty body and no content type", async () => {
    const { uuid } = await newTemplate();
    const { status, text, headers } = await call(`DELETE /v1/audit_templates/${uuid}`);
    expect([status, text, headers["content-type"]]).toEqual([204, "", undefined]);
    // HTTP forbids Content-Length on 204 (RFC 9110, 8.6); whoever leaves it out is understood all the same.
    expect([undefined, "0"]).toContain(headers["content-length"]);
  });

  it("the webhook's 202 has an empty body, Content-Length: 0 and no content type", async () => {
    const { uuid } = await newAudit();
    const { status, text, headers } = await call(`POST /v1/webhooks/${uuid}`, { at: "edge", body: {} });
    expect([status, text]).toEqual([202, ""]);
    expect([headers["content-length"], headers["content-type"]]).toEqual(["0", undefined]);
  });

  it.each([
    ["audits", { audit_type: "EVENT", goal: "dummy", name: newName() }],
    ["audit_templates", { goal: "dummy", name: newName() }],
  ])("201 of %s has a Location", async (collection, body) => {
    const { status, headers, body: seen } = await call(`POST /v1/${collection}`, { body });
    expect(status).toBe(201);
    expect(headers.location).toMatch(new RegExp(`^http://[^/]+/v1/${collection}/${seen.uuid}$`));
  });

  it("an incoming request id is not the answer's", async () => {
    const sent = `req-${NOWHERE}`;
    const { headers } = await call("GET /v1/goals", { headers: { "x-openstack-request-id": sent } });
    expect(headers["x-openstack-request-id"]).toMatch(REQUEST_ID);
    expect(headers["x-openstack-request-id"]).not.toBe(sent);
  });
});
