/** 11: what the Python client and its tests depend on, asked as it asks. */

import { beforeAll, describe, expect, it } from "vitest";
import { type Answer, type CallOptions, call, faultOf, outcome, patch } from "../calls.ts";
import { type GivenPlan, NOWHERE, newAudit, newName, newPlan, newTemplate, tokenOf } from "../given.ts";

/** One request for each kind of refusal that has the envelope. */
const REFUSED: [status: number, line: string, options: () => CallOptions][] = [
  [400, "GET /v1/goals?limit=0", () => ({})],
  [400, "POST /v1/audits", () => ({ raw: "{nope" })],
  [403, "GET /v1/goals", () => ({ token: tokenOf("member") })],
  [404, `GET /v1/audits/${NOWHERE}`, () => ({})],
  [404, "GET /v1/nothing", () => ({})],
  [405, "PUT /v1/audits", () => ({ body: {} })],
  [406, "GET /v1/goals", () => ({ version: "1.999" })],
  [415, "POST /v1/audits", () => ({ body: {}, type: "text/plain" })],
  [404, "POST /v1/webhooks/nobody", () => ({ body: {}, at: "edge" })],
  [403, "POST /v1/webhooks/nobody", () => ({ body: {}, at: "edge", token: tokenOf("member") })],
];

const MIN_AND_MAX = {
  "openstack-api-minimum-version": "1.0",
  "openstack-api-maximum-version": "1.7",
};

const OCTETS: CallOptions = { type: "application/octet-stream", version: "1.5" };
const JSON_TYPE: CallOptions = { type: "application/json", version: "1.5" };

describe("11 traps of clients", () => {
  let plan: GivenPlan;
  beforeAll(async () => {
    plan = await newPlan();
  });

  it.each(REFUSED)(
    "row 1: %i of %s is JSON inside a JSON string, or text in one",
    async (status, line, options) => {
      const answer = await call(line, options());
      expect(answer.status).toBe(status);
      expect(Object.keys(answer.body)).toEqual(["error_message"]);
      // The client parses the string; it crashes on any JSON in it that is no object.
      expect(answer.body.error_message).toBeTypeOf("string");
      expect(faultOf(answer)).toMatch(/\w/);
    },
  );

  it("row 1: 409 of a taken name is JSON inside a JSON string", async () => {
    const { name } = await newTemplate();
    const answer = await call("POST /v1/audit_templates", { body: { name, goal: "dummy" } });
    expect(answer.status).toBe(409);
    expect(JSON.parse(answer.body.error_message).faultstring).toContain(name);
  });

  it.each(REFUSED)("row 2: %i of %s says that its body is JSON", async (_status, line, options) => {
    expectJsonBody(await call(line, options()));
  });

  it("row 2: 401 of api and edge say that their bodies are JSON", async () => {
    expectJsonBody(await call("GET /v1/goals", { token: null }));
    expectJsonBody(await call("POST /v1/webhooks/nobody", { token: null, body: {}, at: "edge" }));
  });

  it("row 2: 200 and 201 say that their bodies are JSON, whatever the request said of its own", async () => {
    const paths = [
      "/",
      "/v1",
      "/v1/goals",
      "/v1/goals/dummy",
      "/v1/strategies/dummy/state",
      "/v1/data_model",
    ];
    for (const path of [...paths, "/v1/audits/detail", `/v1/action_plans/${plan.uuid}`]) {
      for (const options of [{}, JSON_TYPE]) expectJsonBody(await call(`GET ${path}`, options));
    }
    const made = await call("POST /v1/audit_templates", { body: { name: newName(), goal: "dummy" } });
    expectJsonBody(made);
    expectJsonBody(await patch(`/v1/audit_templates/${made.body.uuid}`, "replace", "/description", "x"));
  });

  it.each(["audits", "audit_templates"])(
    "row 5: DELETE of one of %s with an octet stream is 204",
    async (name) => {
      const { uuid } = name === "audits" ? await newAudit() : await newTemplate();
      if (name === "audits") await patch(`/v1/audits/${uuid}`, "replace", "/state", "CANCELLED");
      expect((await call(`DELETE /v1/${name}/${uuid}`, OCTETS)).status).toBe(204);
      expect((await call(`GET /v1/${name}/${uuid}`)).status).toBe(404);
    },
  );

  it("row 5: DELETE of an action plan with an octet stream is 204", async () => {
    const { uuid } = await newPlan();
    expect((await call(`DELETE /v1/action_plans/${uuid}`, OCTETS)).status).toBe(204);
    expect((await call(`GET /v1/action_plans/${uuid}`)).status).toBe(404);
  });

  it.each([
    ...["goals", "goals/dummy", "strategies/dummy/state", "audits/?limit=2", "audit_templates/detail"],
    ...["action_plans", "actions", "scoring_engines/dummy_scorer", "services/watcher-applier"],
    "data_model/?data_model_type=compute",
  ])("row 5: GET /v1/%s with a JSON content type and no body is 200", async (path) => {
    const [answer, plain] = [
      await call(`GET /v1/${path}`, JSON_TYPE),
      await call(`GET /v1/${path}`, { version: "1.5" }),
    ];
    expect([answer.status, Object.keys(answer.body)]).toEqual([200, Object.keys(plain.body)]);
  });

  it("row 5: start with the body {} is 200", async () => {
    const { uuid } = await newPlan();
    const answer = await call(`POST /v1/action_plans/${uuid}/start`, { body: {}, version: "1.5" });
    expect([answer.status, answer.body.state]).toEqual([200, "PENDING"]);
    // It is not left to appliers of other tests.
    await patch(`/v1/action_plans/${uuid}`, "replace", "/state", "CANCELLED");
  });

  it.each<[string, string, CallOptions]>([
    ["a minor too high", "GET /v1/goals", { version: "1.8" }],
    ["another major", "GET /v1/goals", { version: "2.0" }],
    ["no version", "GET /v1/goals", { version: "1.2.3" }],
    ["the data model below 1.3", "GET /v1/data_model", { version: "1.2" }],
    [
      "times below 1.1",
      "POST /v1/audits",
      { version: "1.0", body: { audit_type: "EVENT", goal: "dummy", end_time: "2041-01-01T00:00:00" } },
    ],
    [
      "default_parameters below 1.7",
      "POST /v1/audit_templates",
      {
        version: "1.6",
        body: { name: "n", goal: "dummy", strategy: "dummy", default_parameters: { para1: 2 } },
      },
    ],
    ["a webhook's version", "POST /v1/webhooks/nobody", { version: "1.999", body: {}, at: "edge" }],
  ])("row 7: 406 of %s has the min and max headers", async (_what, line, options) => {
    const answer = await call(line, options);
    expect(answer.status).toBe(406);
    expect(answer.headers).toMatchObject(MIN_AND_MAX);
  });

  it.each(REFUSED.filter(([status]) => status !== 406))(
    "row 7: %i of %s is not 406 below the version either",
    async (status, line, options) => {
      expect((await call(line, { version: "1.0", ...options() })).status).toBe(status);
    },
  );

  it("row 7: PATCH of an action below its version is 400, not 406", async () => {
    const answer = await patch(`/v1/actions/${plan.actions[0]}`, "replace", "/state", "SKIPPED", {
      version: "1.4",
    });
    expect(answer.status).toBe(400);
  });

  /** Members that an object has at the latest version and not at this one. */
  async function hiddenAt(version: string, path: string): Promise<string[]> {
    const seen = async (at: string): Promise<string[]> => {
      const { body } = await call(`GET ${path}`, { version: at });
      return Object.keys(path.includes("data_model") ? Object.assign({}, ...body.context) : body);
    };
    const [all, shown] = [await seen("latest"), await seen(version)];
    expect(shown.filter((name) => !all.includes(name))).toEqual([]);
    return all.filter((name) => !shown.includes(name)).sort();
  }

  const EXTENDED = ["server_flavor_extra_specs", "server_pinned_az"];
  it.each([
    ["1.5", [], ["default_parameters"]],
    ["1.4", ["status_message"], ["default_parameters"]],
  ])(
    "row 8: at %s, the client's own, exactly the members of later versions are hidden",
    async (version, later, templates) => {
      const { uuid: template } = await newTemplate();
      expect(await hiddenAt(version, `/v1/audits/${plan.audit}`)).toEqual(later);
      expect(await hiddenAt(version, `/v1/action_plans/${plan.uuid}`)).toEqual(later);
      expect(await hiddenAt(version, `/v1/actions/${plan.actions[0]}`)).toEqual(later);
      expect(await hiddenAt(version, `/v1/audit_templates/${template}`)).toEqual(templates);
      expect(await hiddenAt(version, "/v1/data_model/?data_model_type=compute")).toEqual(EXTENDED);
      for (const path of ["/v1", "/v1/goals/dummy", "/v1/strategies/dummy", "/v1/services/watcher-applier"]) {
        expect(await hiddenAt(version, path)).toEqual([]);
      }
    },
  );

  it("row 10: efficacy values are numbers, stored ones too; unit may be null", async () => {
    const { uuid } = await newPlan({ goal: "server_consolidation", strategy: "node_resource_consolidation" });
    const { body } = await call(`GET /v1/action_plans/${uuid}`, { version: "1.5" });
    expect(body.efficacy_indicators.length).toBeGreaterThan(0);
    expect(body.global_efficacy.length).toBeGreaterThan(0);
    for (const { value, unit } of [...body.efficacy_indicators, ...body.global_efficacy]) {
      expect(Number.isFinite(value)).toBe(true);
      expect(unit === null || typeof unit === "string").toBe(true);
    }
    const units = body.efficacy_indicators.map((one: { unit: string | null }) => one.unit);
    expect(units).toContain(null);
  });

  it("row 11: strategy state is a bare array with lists among its states", async () => {
    const { body } = await call("GET /v1/strategies/dummy/state", JSON_TYPE);
    expect(Array.isArray(body)).toBe(true);
    const states = Object.fromEntries(
      body.map((one: { type: string; state: unknown }) => [one.type, one.state]),
    );
    expect(states).toMatchObject({ Metrics: expect.any(Array), CDM: expect.any(Array), Name: "dummy" });
    expect(states.CDM).toContainEqual({ compute_model: "available" });
  });

  // The client adds the status to the text that it shows: "... could not be found (HTTP 404)".
  it.each([
    "goals",
    "strategies",
    "audit_templates",
    "audits",
    "action_plans",
    "actions",
    "scoring_engines",
    "services",
  ])("row 15: an unknown id of %s is 404 with a text that names it", async (collection) => {
    const id = collection === "services" ? "nobody" : NOWHERE;
    expect(outcome(await call(`GET /v1/${collection}/${id}`, JSON_TYPE))).toEqual([
      404,
      expect.stringContaining(id),
    ]);
  });

  it.each(["audit_templates", "audits", "action_plans"])(
    "row 15: DELETE of an unknown id of %s is 404",
    async (collection) => {
      const answer = await call(`DELETE /v1/${collection}/${NOWHERE}`, OCTETS);
      expect(outcome(answer)).toEqual([404, expect.stringContaining(NOWHERE)]);
    },
  );

  it("row 15: DELETE gives the client nothing to print", async () => {
    const { uuid } = await newTemplate();
    expect((await call(`DELETE /v1/audit_templates/${uuid}`, OCTETS)).text).toBe("");
    const { audit, uuid: deleted } = await newPlan();
    expect((await call(`DELETE /v1/action_plans/${deleted}`, OCTETS)).text).toBe("");
    expect((await call(`DELETE /v1/audits/${audit}`, OCTETS)).text).toBe("");
  });
});

function expectJsonBody(answer: Answer): void {
  expect(answer.text).not.toBe("");
  expect(answer.headers["content-type"]).toMatch(/^application\/json\b/);
  expect(answer.body).toBeDefined();
}
