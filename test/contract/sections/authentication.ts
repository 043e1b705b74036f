/** 1.7: authentication, with Keystone and without; policy; the order of checks. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CallOptions, call, faultOf, outcome } from "../calls.ts";
import { contract } from "../contract.ts";
import {
  type GivenPlan,
  NOWHERE,
  newAudit,
  newName,
  newPlan,
  newTemplate,
  tokenOf,
  UNAUTHORIZED,
} from "../given.ts";

const denied = (rule: string) => [403, `Policy doesn't allow ${rule} to be performed.`];

describe("1.7 tokens", () => {
  it.each([
    "GET /v1",
    "GET /v1/",
    "GET /v1/goals",
    "GET /goals",
    "POST /v1/audits",
    "GET /v1/nothing",
    "PUT /v1/goals",
  ])("%s needs a token", async (line) => {
    for (const token of [null, "not-a-token", ""]) {
      const answer = await call(line, { token });
      expect(answer.status).toBe(401);
      expect(answer.headers["www-authenticate"]).toBe(`Keystone uri="${contract().system.keystone.url}"`);
      expect(answer.headers["content-type"]).toMatch(/^application\/json/);
      expect(answer.body).toEqual(UNAUTHORIZED);
    }
  });

  it("GET / needs none", async () => {
    expect((await call("GET /", { token: null })).status).toBe(200);
    expect((await call("GET /", { token: "not-a-token" })).status).toBe(200);
  });

  it("a revoked token is refused", async () => {
    const token = tokenOf("admin");
    contract().system.keystone.revoke(token);
    expect((await call("GET /v1/goals", { token })).status).toBe(401);
  });

  it("webhooks need a token, unless enable_webhooks_auth is false", async () => {
    const { uuid } = await newAudit();
    expect((await call(`POST /v1/webhooks/${uuid}`, { at: "edge", token: null, body: {} })).body).toEqual(
      UNAUTHORIZED,
    );
    const open = await call(`POST /v1/webhooks/${uuid}`, { at: "openEdge", token: null, body: {} });
    expect(open.status).toBe(202);
    const [audit, elsewhere] = [
      await newAudit(),
      { at: "openEdge", token: tokenOf("member"), body: {} } as const,
    ];
    expect((await call(`POST /v1/webhooks/${audit.uuid}`, elsewhere)).status).toBe(202);
  });

  it("only with the /v1 prefix are they public", async () => {
    const { uuid } = await newAudit();
    const answer = await call(`POST /webhooks/${uuid}`, { at: "openEdge", token: null, body: {} });
    expect(answer.status).toBe(401);
  });

  describe("Keystone away", () => {
    beforeAll(() => contract().system.keystone.setOutage("reset"));
    afterAll(() => contract().system.keystone.setOutage("none"));

    it("is 503 and says so", async () => {
      const answer = await call("GET /v1/goals", { token: tokenOf("admin") });
      expect(answer.status).toBe(503);
      expect(answer.text).toContain("The Keystone service is temporarily unavailable.");
    });
  });

  it("identity headers of the caller are replaced by what the token says", async () => {
    const headers = { "x-roles": "admin", "x-user-id": "root", "x-identity-status": "Confirmed" };
    const answer = await call("GET /v1/goals", { token: tokenOf("member"), headers });
    expect(outcome(answer)).toEqual(denied("goal:get_all"));
    expect(
      (await call("GET /v1/goals", { token: tokenOf("admin"), headers: { "x-roles": "" } })).status,
    ).toBe(200);
  });
});

describe("1.7 without authentication", () => {
  const open = (line: string, headers: Record<string, string> = {}, more: CallOptions = {}) =>
    call(line, { at: "open", token: null, headers, ...more });

  it("identity headers are trusted", async () => {
    expect((await open("GET /v1/goals", { "x-roles": "admin" })).status).toBe(200);
    expect((await open("GET /v1/goals", { "x-roles": "member, Admin" })).status).toBe(200);
    expect(outcome(await open("GET /v1/goals", { "x-roles": "member" }))).toEqual(denied("goal:get_all"));
  });

  it("no roles: 403 on everything but / and /v1", async () => {
    expect((await open("GET /")).status).toBe(200);
    expect((await open("GET /v1")).status).toBe(200);
    for (const name of [
      "goals",
      "strategies",
      "audits",
      "audit_templates",
      "action_plans",
      "actions",
      "services",
    ]) {
      expect((await open(`GET /v1/${name}`)).status).toBe(403);
    }
  });

  it("as the gabbi suites do: a whole life of an audit with x-roles: admin", async () => {
    const headers = { "x-roles": "admin" };
    const body = { audit_type: "EVENT", goal: "dummy", name: newName() };
    const made = await open("POST /v1/audits", headers, { body, version: null });
    expect(made.status).toBe(201);
    const cancel = [{ op: "replace", path: "/state", value: "CANCELLED" }];
    const path = `/v1/audits/${made.body.uuid}`;
    expect((await open(`PATCH ${path}`, headers, { body: cancel, version: null })).status).toBe(200);
    expect((await open(`DELETE ${path}`, headers)).status).toBe(204);
  });
});

describe("1.7 policy", () => {
  let plan: GivenPlan;
  let audit: string;
  let template: string;
  beforeAll(async () => {
    [plan, { uuid: audit }, { uuid: template }] = [await newPlan(), await newAudit(), await newTemplate()];
  });
  /** Puts the objects of this section into a path. */
  const filled = (line: string) =>
    line
      .replace("PLAN", plan.uuid)
      .replace("AUDIT", audit)
      .replace("TEMPLATE", template)
      .replace("ACTION", plan.actions[0]!);
  const EDIT = [{ op: "replace", path: "/state", value: "CANCELLED" }];

  const RULES: [rule: string, line: string, body?: object][] = [
    ["action:detail", "GET /v1/actions/detail"],
    ["action:get", "GET /v1/actions/ACTION"],
    ["action:get_all", "GET /v1/actions"],
    ["action:update", "PATCH /v1/actions/ACTION", [{ op: "replace", path: "/state", value: "SKIPPED" }]],
    ["action_plan:delete", "DELETE /v1/action_plans/PLAN"],
    ["action_plan:detail", "GET /v1/action_plans/detail"],
    ["action_plan:get", "GET /v1/action_plans/PLAN"],
    ["action_plan:get_all", "GET /v1/action_plans"],
    ["action_plan:update", "PATCH /v1/action_plans/PLAN", EDIT],
    ["action_plan:start", "POST /v1/action_plans/PLAN/start", {}],
    ["audit:create", "POST /v1/audits", { audit_type: "EVENT", goal: "dummy" }],
    ["audit:delete", "DELETE /v1/audits/AUDIT"],
    ["audit:detail", "GET /v1/audits/detail"],
    ["audit:get", "GET /v1/audits/AUDIT"],
    ["audit:get_all", "GET /v1/audits"],
    ["audit:update", "PATCH /v1/audits/AUDIT", EDIT],
    ["audit_template:create", "POST /v1/audit_templates", { name: "forbidden", goal: "dummy" }],
    ["audit_template:delete", "DELETE /v1/audit_templates/TEMPLATE"],
    ["audit_template:detail", "GET /v1/audit_templates/detail"],
    ["audit_template:get", "GET /v1/audit_templates/TEMPLATE"],
    ["audit_template:get_all", "GET /v1/audit_templates"],
    [
      "audit_template:update",
      "PATCH /v1/audit_templates/TEMPLATE",
      [{ op: "replace", path: "/description", value: "x" }],
    ],
    ["data_model:get_all", "GET /v1/data_model?data_model_type=compute"],
    ["goal:detail", "GET /v1/goals/detail"],
    ["goal:get", "GET /v1/goals/dummy"],
    ["goal:get_all", "GET /v1/goals"],
    ["scoring_engine:detail", "GET /v1/scoring_engines/detail"],
    ["scoring_engine:get", "GET /v1/scoring_engines/dummy_scorer"],
    ["scoring_engine:get_all", "GET /v1/scoring_engines"],
    ["service:detail", "GET /v1/services/detail"],
    ["service:get", "GET /v1/services/1"],
    ["service:get_all", "GET /v1/services"],
    ["strategy:detail", "GET /v1/strategies/detail"],
    ["strategy:get", "GET /v1/strategies/dummy"],
    ["strategy:get_all", "GET /v1/strategies"],
    ["strategy:state", "GET /v1/strategies/dummy/state"],
  ];

  it.each(RULES)("rule %s: %s is 403 without the role", async (rule, line, body) => {
    for (const token of [tokenOf("member", "service"), tokenOf()]) {
      expect(outcome(await call(filled(line), { token, body }))).toEqual(denied(rule));
    }
  });

  it.each(RULES.filter(([, line]) => line.startsWith("GET ")))(
    "rule %s: %s is allowed to admin and administrator, in any case",
    async (_rule, line) => {
      for (const role of ["admin", "administrator", "Admin", "ADMINISTRATOR"]) {
        expect((await call(filled(line), { token: tokenOf(role) })).status).toBe(200);
      }
    },
  );

  it.each([
    ["admin", 202],
    ["administrator", 202],
    ["service", 202],
    ["Service", 202],
    ["member", 403],
  ])("rule webhook:trigger: role %s is %i", async (role, status) => {
    const { uuid } = await newAudit();
    const answer = await call(`POST /v1/webhooks/${uuid}`, { at: "edge", token: tokenOf(role), body: {} });
    expect(outcome(answer)).toEqual(status === 403 ? denied("webhook:trigger") : [202, ""]);
  });

  it("nothing that was refused was done", async () => {
    expect((await call(filled("GET /v1/action_plans/PLAN"))).body.state).toBe("RECOMMENDED");
    expect((await call(filled("GET /v1/audits/AUDIT"))).body.state).toBe("PENDING");
    expect((await call("GET /v1/audit_templates/forbidden")).status).toBe(404);
    expect((await call(filled("GET /v1/actions/ACTION"))).body.state).toBe("PENDING");
  });

  it("X-Show-Deleted makes reads include deleted rows", async () => {
    const { uuid, name } = await newTemplate();
    await call(`DELETE /v1/audit_templates/${uuid}`);
    expect((await call(`GET /v1/audit_templates/${uuid}`)).status).toBe(404);
    const headers = { "x-show-deleted": "yes" };
    const shown = await call(`GET /v1/audit_templates/${uuid}`, { headers });
    expect([shown.status, shown.body.name]).toEqual([200, name]);
    expect(shown.body.deleted_at).not.toBeNull();
    const listed = (await call("GET /v1/audit_templates", { headers })).body.audit_templates;
    expect(listed.some((one: { uuid: string }) => one.uuid === uuid)).toBe(true);
    const plain = (await call("GET /v1/audit_templates")).body.audit_templates;
    expect(plain.some((one: { uuid: string }) => one.uuid === uuid)).toBe(false);
  });

  describe("order of checks", () => {
    const member = () => tokenOf("member");

    it.each([
      ["a version", "GET /v1/goals", { version: "9.9" }],
      ["a path", "GET /v1/nothing", {}],
      ["a method", "DELETE /v1/goals", {}],
      ["a body", "POST /v1/audits", { raw: "{" }],
    ])("401 goes before what is wrong with %s", async (_what, line, options) => {
      expect((await call(line, { ...options, token: null })).status).toBe(401);
    });

    it.each([
      ["a path", "GET /v1/nothing", {}],
      ["a method", "DELETE /v1/goals", {}],
      ["a query", "GET /v1/goals?nonsense=1", {}],
      ["a body", "POST /v1/audits", { raw: "{" }],
    ])("406 of the version goes before what is wrong with %s", async (_what, line, options) => {
      expect((await call(line, { ...options, version: "9.9" })).status).toBe(406);
    });

    it("404 and 405 of routing go before binding and policy", async () => {
      expect((await call("GET /v1/nothing?nonsense=1", { token: member() })).status).toBe(404);
      expect((await call("DELETE /v1/goals?nonsense=1", { token: member() })).status).toBe(405);
      expect((await call("PUT /v1/audits", { token: member(), raw: "{" })).status).toBe(405);
    });

    it("400 and 415 of binding go before policy", async () => {
      const token = member();
      expect((await call("POST /v1/audits", { token, raw: "{" })).status).toBe(400);
      expect((await call("POST /v1/audits", { token, raw: "{}", type: "text/plain" })).status).toBe(415);
      expect((await call("GET /v1/goals?limit=x", { token })).status).toBe(400);
      expect((await call("GET /v1/action_plans/no-uuid", { token })).status).toBe(400);
    });

    it("policy goes before semantic checks", async () => {
      const token = member();
      expect(
        (await call("POST /v1/audits", { token, body: { audit_type: "NONE", goal: "nope" } })).status,
      ).toBe(403);
      expect((await call("GET /v1/goals?sort_key=nope", { token })).status).toBe(403);
      expect((await call("GET /v1/goals?limit=0", { token })).status).toBe(403);
      expect((await call("GET /v1/goals?marker=nope", { token })).status).toBe(403);
    });

    it.each([
      "GET /v1/goals/nope",
      "GET /v1/strategies/nope",
      "GET /v1/audits/nope",
      "DELETE /v1/audits/nope",
      "GET /v1/audit_templates/nope",
      "DELETE /v1/audit_templates/nope",
      `GET /v1/action_plans/${NOWHERE}`,
      `DELETE /v1/action_plans/${NOWHERE}`,
      `GET /v1/actions/${NOWHERE}`,
      "GET /v1/services/nope",
    ])("the object is looked up before policy: %s is 404 without the role", async (line) => {
      expect((await call(line, { token: member() })).status).toBe(404);
    });

    it.each(["audits/nope", "audit_templates/nope", `action_plans/${NOWHERE}`])(
      "the object is looked up before policy: PATCH of %s is 404 without the role",
      async (path) => {
        const body = [{ op: "replace", path: "/state", value: "CANCELLED" }];
        expect((await call(`PATCH /v1/${path}`, { token: member(), body })).status).toBe(404);
      },
    );

    it("policy goes first at scoring engines and webhooks", async () => {
      const token = member();
      expect(outcome(await call("GET /v1/scoring_engines/nope", { token }))).toEqual(
        denied("scoring_engine:get"),
      );
      const webhook = await call("POST /v1/webhooks/nope", { at: "edge", token, body: {} });
      expect(outcome(webhook)).toEqual(denied("webhook:trigger"));
    });

    it("PATCH of an action looks at the version first", async () => {
      for (const options of [{ body: [] }, { raw: "{" }, { body: { nonsense: 1 } }]) {
        const answer = await call(`PATCH /v1/actions/${NOWHERE}`, {
          ...options,
          version: "1.4",
          token: member(),
        });
        expect(answer.status).toBe(400);
        if (!("raw" in options)) {
          expect(faultOf(answer)).toContain("API microversion 1.5 or higher is required.");
        }
      }
    });
  });
});
