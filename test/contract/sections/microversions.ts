/** 1.5: microversions. */

import { beforeAll, describe, expect, it } from "vitest";
import { call, faultOf, outcome, patch } from "../calls.ts";
import { type GivenPlan, newAudit, newName, newPlan, newTemplate } from "../given.ts";

/** The whole header, the version used. */
const ACCEPTED = [
  ["1, the last entry of the service wins", "infra-optim 1.1, infra-optim 1.3", "1.3"],
  ["1, the service's word in any case", "Infra-OPTIM 1.3", "1.3"],
  ["1, other services' entries are ignored", "infra-optim 1.2, compute 2.90", "1.2"],
  ["1, entries without a service are ignored", "1.4", "1.0"],
  ["2, no usable entry", "compute 2.90", "1.0"],
  ["3, latest", "infra-optim latest", "1.7"],
  ["3, latest in any case", "infra-optim LATEST", "1.7"],
  ["4, no integers", "infra-optim one.two", "1.0"],
  ["4, one part no integer", "infra-optim 1.x", "1.0"],
  ["5, 1 alone", "infra-optim 1", "1.0"],
  ...Array.from(
    { length: 8 },
    (_, minor) => [`8, minor ${minor}`, `infra-optim 1.${minor}`, `1.${minor}`] as const,
  ),
] as const;

const RANGE = "The supported version range is: [1.0, 1.7].";
const REFUSED = [
  ["6, one number", "10", "Invalid value for OpenStack-API-Version header"],
  ["6, three numbers", "1.2.3", "Invalid value for OpenStack-API-Version header"],
  [
    "7, another major",
    "2.0",
    `Mutually exclusive versions requested. Version 2.0 requested but not supported by this service. ${RANGE}`,
  ],
  [
    "8, minor too high",
    "1.999",
    `Version 1.999 was requested but the minor version is not supported by this service. ${RANGE}`,
  ],
  [
    "8, the next minor",
    "1.8",
    "Version 1.8 was requested but the minor version is not supported by this service.",
  ],
] as const;

describe("1.5 parsing", () => {
  it.each(ACCEPTED)("rule %s: %s is %s", async (_rule, header, used) => {
    const answer = await call("GET /v1/goals", {
      version: null,
      headers: { "openstack-api-version": header },
    });
    expect([answer.status, answer.headers["openstack-api-version"]]).toEqual([200, `infra-optim ${used}`]);
  });

  it("rule 2: no header is 1.0", async () => {
    const answer = await call("GET /v1/goals", { version: null });
    expect([answer.status, answer.headers["openstack-api-version"]]).toEqual([200, "infra-optim 1.0"]);
  });

  it.each(REFUSED)("rule %s: %s is 406", async (_rule, version, text) => {
    const answer = await call("GET /v1/goals", { version });
    expect(answer.status).toBe(406);
    expect(faultOf(answer).replaceAll(/\s+/g, " ")).toContain(text);
    expect(answer.headers).toMatchObject({
      "openstack-api-minimum-version": "1.0",
      "openstack-api-maximum-version": "1.7",
    });
  });

  it("the root document ignores the header", async () => {
    expect((await call("GET /", { version: "9.9" })).status).toBe(200);
  });
});

describe("1.5 versions", () => {
  let plan: GivenPlan;
  beforeAll(async () => {
    plan = await newPlan();
  });
  const END = "2040-01-01T00:00:00+00:00";
  const continuous = () => ({ audit_type: "EVENT", goal: "dummy", strategy: "dummy", name: newName() });

  it.each(["start_time", "end_time"])("row 1.1: %s is hidden below and 406 in a POST", async (name) => {
    const { uuid } = await newAudit({ [name]: END });
    for (const path of [`/v1/audits/${uuid}`, "/v1/audits/detail?sort_key=id&sort_dir=desc&limit=1"]) {
      const seen = async (version: string) => {
        const { body } = await call(`GET ${path}`, { version });
        return body.audits === undefined ? body : body.audits[0];
      };
      expect(await seen("1.0")).not.toHaveProperty(name);
      expect((await seen("1.1"))[name]).toBe("2040-01-01T00:00:00");
    }
    const refused = await call("POST /v1/audits", { body: { ...continuous(), [name]: END }, version: "1.0" });
    expect(outcome(refused)).toEqual([406, expect.stringContaining("Request not acceptable.")]);
    const nulled = await call("POST /v1/audits", { body: { ...continuous(), [name]: null }, version: "1.0" });
    expect(nulled.status).toBe(201);
    expect(nulled.body).not.toHaveProperty(name);
  });

  it("row 1.1: PATCH of the times is not gated", async () => {
    const { uuid } = await newAudit();
    expect((await patch(`/v1/audits/${uuid}`, "replace", "/end_time", END, { version: "1.0" })).status).toBe(
      200,
    );
    expect((await call(`GET /v1/audits/${uuid}`)).body.end_time).toBe("2040-01-01T00:00:00");
  });

  it("row 1.2: force shows as false below, and is taken at any version", async () => {
    const made = await call("POST /v1/audits", { body: { ...continuous(), force: true }, version: "1.0" });
    expect([made.status, made.body.force]).toEqual([201, false]);
    expect((await call(`GET /v1/audits/${made.body.uuid}`, { version: "1.1" })).body.force).toBe(false);
    expect((await call(`GET /v1/audits/${made.body.uuid}`, { version: "1.2" })).body.force).toBe(true);
    const patched = await patch(`/v1/audits/${made.body.uuid}`, "replace", "/force", false, {
      version: "1.0",
    });
    expect(patched.status).toBe(200);
    expect((await call(`GET /v1/audits/${made.body.uuid}`, { version: "1.2" })).body.force).toBe(false);
  });

  it("row 1.3: data_model is 406 below", async () => {
    const path = "GET /v1/data_model?data_model_type=compute";
    expect(outcome(await call(path, { version: "1.2" }))).toEqual([
      406,
      expect.stringContaining("Request not acceptable."),
    ]);
    expect((await call(path, { version: "1.3" })).status).toBe(200);
  });

  it.each([
    ["1.3", "data_model", "1.2"],
    ["1.4", "webhooks", "1.3"],
  ])("row %s: %s is in /v1 from there on", async (version, name, below) => {
    expect((await call("GET /v1", { version })).body).toHaveProperty(name);
    expect((await call("GET /v1", { version: below })).body).not.toHaveProperty(name);
  });

  it.each(["1.0", "1.3", null])("row 1.4: EVENT audits and webhooks work at version %s", async (version) => {
    const made = await call("POST /v1/audits", { body: continuous(), version });
    expect(made.status).toBe(201);
    const posted = await call(`POST /v1/webhooks/${made.body.uuid}`, { at: "edge", body: {}, version });
    expect(posted.status).toBe(202);
  });

  it("row 1.5: status_message is hidden below, on audits, plans and actions", async () => {
    const paths = [
      `/v1/audits/${plan.audit}`,
      `/v1/action_plans/${plan.uuid}`,
      `/v1/actions/${plan.actions[0]}`,
    ];
    for (const path of paths) {
      expect((await call(`GET ${path}`, { version: "1.4" })).body).not.toHaveProperty("status_message");
      expect((await call(`GET ${path}`, { version: "1.5" })).body).toHaveProperty("status_message", null);
    }
    for (const [collection, version] of [
      ["audits", "1.4"],
      ["action_plans", "1.4"],
      ["actions", "1.4"],
    ] as const) {
      const { body } = await call(`GET /v1/${collection}/detail?limit=2`, { version });
      for (const one of body[collection]) expect(one).not.toHaveProperty("status_message");
    }
  });

  it.each(["1.0", "1.4"])("row 1.5: PATCH of an action at %s is 400", async (version) => {
    const answer = await patch(`/v1/actions/${plan.actions[0]}`, "replace", "/state", "SKIPPED", { version });
    expect(outcome(answer)).toEqual([
      400,
      expect.stringContaining("API microversion 1.5 or higher is required."),
    ]);
  });

  it("row 1.6: extended members of the data model are removed below", async () => {
    const { body } = await call("GET /v1/data_model?data_model_type=compute", { version: "1.5" });
    expect(body.context.length).toBeGreaterThan(0);
    for (const one of body.context) {
      expect(one).not.toHaveProperty("server_pinned_az");
      expect(one).not.toHaveProperty("server_flavor_extra_specs");
    }
    const { body: full } = await call("GET /v1/data_model?data_model_type=compute", { version: "1.6" });
    const servers = full.context.filter((one: object) => "server_uuid" in one);
    expect(servers.length).toBeGreaterThan(0);
    for (const one of servers) {
      expect(one).toHaveProperty("server_pinned_az");
      expect(one).toHaveProperty("server_flavor_extra_specs");
    }
  });

  it("row 1.7: default_parameters are hidden and not taken below", async () => {
    const body = { name: newName(), goal: "dummy", strategy: "dummy", default_parameters: { para1: 4.5 } };
    expect((await call("POST /v1/audit_templates", { body, version: "1.6" })).status).toBe(406);
    const { uuid } = await newTemplate(body);
    expect((await call(`GET /v1/audit_templates/${uuid}`, { version: "1.6" })).body).not.toHaveProperty(
      "default_parameters",
    );
    expect((await call(`GET /v1/audit_templates/${uuid}`)).body.default_parameters).toEqual({ para1: 4.5 });
    for (const [op, path, value] of [
      ["replace", "/default_parameters", {}],
      ["remove", "/default_parameters", undefined],
      ["replace", "/default_parameters/para1", 1.5],
    ] as const) {
      const answer = await patch(`/v1/audit_templates/${uuid}`, op, path, value, { version: "1.6" });
      expect(answer.status).toBe(406);
    }
    const empty = { name: newName(), goal: "dummy", default_parameters: {} };
    expect((await call("POST /v1/audit_templates", { body: empty, version: "1.6" })).status).toBe(201);
  });

  it("row 1.7: stored defaults apply to audits at every version", async () => {
    const { uuid } = await newTemplate({
      goal: "dummy",
      strategy: "dummy",
      default_parameters: { para1: 4.5 },
    });
    const body = { audit_type: "EVENT", audit_template_uuid: uuid, name: newName() };
    const made = await call("POST /v1/audits", { body, version: "1.0" });
    expect([made.status, made.body.parameters.para1]).toEqual([201, 4.5]);
  });
});
