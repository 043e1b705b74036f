/** 1.2: methods. */

import { describe, expect, it } from "vitest";
import { call, faultOf, outcome } from "../calls.ts";
import { ALLOWED_ORIGIN } from "../contract.ts";
import { NOWHERE } from "../given.ts";

const COLLECTIONS = [
  "goals",
  "strategies",
  "audit_templates",
  "audits",
  "action_plans",
  "actions",
  "scoring_engines",
  "services",
] as const;

const READ_ONLY = ["goals", "strategies", "scoring_engines", "services"] as const;
const CHANGES = ["POST", "PUT", "PATCH", "DELETE"] as const;

/** Method, path, and the methods that Allow names, sorted. */
const NOT_OFFERED: readonly (readonly [string, string, string])[] = [
  ...READ_ONLY.flatMap((name) =>
    CHANGES.flatMap(
      (method) =>
        [
          [method, `/v1/${name}`, "GET"],
          [method, `/v1/${name}/1`, "GET"],
        ] as const,
    ),
  ),
  ...CHANGES.map((method) => [method, "/v1/data_model", "GET"] as const),
  ["PUT", "/v1/audits", "DELETE, GET, PATCH, POST"],
  ["PUT", `/v1/audits/${NOWHERE}`, "DELETE, GET, PATCH"],
  ["POST", `/v1/audits/${NOWHERE}`, "DELETE, GET, PATCH"],
  ["PUT", "/v1/audit_templates", "DELETE, GET, PATCH, POST"],
  ["PUT", "/v1/action_plans", "DELETE, GET, PATCH"],
  ["POST", "/v1/action_plans", "DELETE, GET, PATCH"],
  ["PUT", "/v1/actions", "GET, PATCH"],
  ["POST", "/v1/actions", "GET, PATCH"],
  ["DELETE", `/v1/actions/${NOWHERE}`, "GET, PATCH"],
];

describe("1.2 methods", () => {
  it.each(["/v1/nothing", "/v1/goals/dummy/extra", `/v1/action_plans/${NOWHERE}/start/now`])(
    "row 1: %s is 404 in the envelope",
    async (path) => {
      const answer = await call(`GET ${path}`);
      expect(answer.status).toBe(404);
      expect(faultOf(answer)).not.toBe("");
    },
  );

  it.each(COLLECTIONS)("row 2: /v1/%s/<id>/detail is 404", async (name) => {
    for (const id of ["1", "dummy", NOWHERE]) {
      expect((await call(`GET /v1/${name}/${id}/detail`)).status).toBe(404);
    }
  });

  it.each(NOT_OFFERED)("row 3: %s %s is 405 and Allow is %s", async (method, path, allow) => {
    const answer = await call(`${method} ${path}`, { body: {} });
    expect(answer.status).toBe(405);
    const told = String(answer.headers.allow).split(/, */).sort().join(", ");
    expect(told).toBe(allow);
    expect(faultOf(answer)).not.toBe("");
  });

  it.each(["/", "/v1", "/v1/goals", "/v1/goals/dummy", "/v1/audits/detail"])(
    "row 4: HEAD %s is 405",
    async (path) => {
      expect((await call(`HEAD ${path}`)).status).toBe(405);
    },
  );

  it.each(["/", "/v1", "/v1/goals", "/v1/audits", `/v1/audits/${NOWHERE}`, "/v1/data_model"])(
    "row 5: OPTIONS %s is 200 and empty, without a token",
    async (path) => {
      const answer = await call(`OPTIONS ${path}`, { token: null });
      expect([answer.status, answer.text]).toEqual([200, ""]);
    },
  );

  it("row 5: a preflight is answered with what CORS needs", async () => {
    const headers = {
      origin: ALLOWED_ORIGIN,
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "x-auth-token, x-roles, x-user-id, x-openstack-request-id",
    };
    const answer = await call("OPTIONS /v1/audits", { at: "open", headers });
    expect(answer.status).toBe(200);
    expect(answer.headers["access-control-allow-origin"]).toBe(ALLOWED_ORIGIN);
    const methods = String(answer.headers["access-control-allow-methods"]).split(/, */);
    expect(methods).toEqual(expect.arrayContaining(["GET", "PUT", "POST", "DELETE", "PATCH"]));
    const allowed = String(answer.headers["access-control-allow-headers"]).toLowerCase();
    for (const name of ["x-auth-token", "x-roles", "x-user-id", "x-openstack-request-id"]) {
      expect(allowed).toContain(name);
    }
  });

  it.each(["/v1/webhooks", "/v1/webhooks/x", "/v1/webhooks/"])(
    "row 6: GET %s is 405, Allow: POST",
    async (path) => {
      const answer = await call(`GET ${path}`, { at: "edge" });
      expect([answer.status, answer.headers.allow]).toEqual([405, "POST"]);
    },
  );

  it.each(["/v1/audits", "/v1/audits/"])("row 7: DELETE %s is 400", async (path) => {
    expect(outcome(await call(`DELETE ${path}`))).toEqual([400, 'Missing argument: "audit"']);
  });
});
