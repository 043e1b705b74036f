/** 11: what clients and their tests rely on; the rows that want a plan run, and those of the dashboard. Runs an applier. */

import { until } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RoleProcess } from "../../harness/role-process.ts";
import { call, outcome, patch } from "../calls.ts";
import { contract } from "../contract.ts";
import { type GivenPlan, NOWHERE, newAudit, newName, newPlan, newTemplate, UNAUTHORIZED } from "../given.ts";

const COLLECTIONS = [
  ...["goals", "strategies", "audit_templates", "audits"],
  ...["action_plans", "actions", "scoring_engines", "services"],
];

/** Actions of strategy actuator: nops that do as they are told. */
const nops = (...flags: object[]) => ({
  goal: "unclassified",
  strategy: "actuator",
  parameters: {
    actions: flags.map((more, index) => ({
      action_type: "nop",
      input_parameters: { message: `nop ${index}`, ...more },
    })),
  },
});

async function ended(plan: GivenPlan): Promise<string> {
  return until("the plan's end", async () => {
    const { state } = (await call(`GET /v1/action_plans/${plan.uuid}`)).body;
    return ["SUCCEEDED", "FAILED", "CANCELLED"].includes(state) && state;
  });
}

describe("11 traps", () => {
  let applier: RoleProcess;
  beforeAll(async () => {
    applier = await contract().system.start("applier");
    await Promise.all([newPlan(), newTemplate()]);
  });
  afterAll(() => applier.kill("SIGKILL"));

  it.each(COLLECTIONS)("row 3: lists of %s with the slash before the question mark", async (collection) => {
    const answer = await call(`GET /v1/${collection}/?limit=1&sort_key=id&sort_dir=asc`);
    expect([answer.status, answer.body[collection].length]).toEqual([200, 1]);
  });

  it("row 9: members that clients read unguarded", async () => {
    const { uuid } = await newAudit({ strategy: undefined });
    expect((await call(`GET /v1/audits/${uuid}`, { version: "1.0" })).body).toHaveProperty(
      "strategy_name",
      null,
    );
    await newPlan();
    for (const detail of ["", "/detail"]) {
      for (const plan of (await call(`GET /v1/action_plans${detail}`, { version: "1.0" })).body
        .action_plans) {
        expect(Array.isArray(plan.efficacy_indicators) && Array.isArray(plan.global_efficacy)).toBe(true);
      }
    }
  });

  it("row 12: actionplan cancel reads the plan, then patches CANCELLED", async () => {
    const { uuid } = await newPlan();
    expect((await call(`GET /v1/action_plans/${uuid}`)).body.state).toBe("RECOMMENDED");
    const answer = await patch(`/v1/action_plans/${uuid}`, "replace", "/state", "CANCELLED");
    expect([answer.status, answer.body.state]).toEqual([200, "CANCELLED"]);
  });

  it("row 14: interval=2 is added to a finished ONESHOT audit", async () => {
    const { audit } = await newPlan();
    expect(
      (await patch(`/v1/audits/${audit}`, "add", "/interval", "2", { version: "1.5" })).body.interval,
    ).toBe("2");
  });

  it("row 16: neither service's name contains the other", async () => {
    const { body } = await call("GET /v1/services");
    const names: string[] = [...new Set<string>(body.services.map((one: { name: string }) => one.name))];
    expect(names).toEqual(expect.arrayContaining(["watcher-applier", "watcher-decision-engine"]));
    for (const name of names) {
      expect(names.filter((other) => other !== name && other.includes(name))).toEqual([]);
    }
  });

  it("row 18: nulls in POST bodies; wrong states and templates are 400", async () => {
    const body = { audit_type: "ONESHOT", goal: "dummy", strategy: null, interval: null, parameters: null };
    expect((await call("POST /v1/audits", { body })).status).toBe(201);
    const event = { audit_type: "EVENT", goal: "dummy" };
    expect((await call("POST /v1/audits", { body: { ...event, state: "INVALID" } })).status).toBe(400);
    const template = { audit_type: "EVENT", audit_template_uuid: "INVALID" };
    expect((await call("POST /v1/audits", { body: template })).status).toBe(400);
  });

  it.each([
    ["EVENT", {}, []],
    ["ONESHOT", {}, ["state", "hostname", "next_run_time"]],
    ["CONTINUOUS", { interval: "7200" }, ["state", "hostname", "next_run_time"]],
  ])("row 20: show of %s equals create", async (type, more, changing: string[]) => {
    // Forced: a plan that is under way would be told of in status_message.
    const made = await newAudit({ audit_type: type, force: true, ...more });
    const shown = (await call(`GET /v1/audits/${made.uuid}`)).body;
    const still = ({ created_at: _c, updated_at: _u, deleted_at: _d, ...rest }: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(rest).filter(([name]) => !changing.includes(name)));
    expect(still(shown)).toEqual(still(made));
    await patch(`/v1/audits/${made.uuid}`, "replace", "/state", "CANCELLED");
  });

  it("row 22: dummy gives 2 nops and 1 sleep; audit and plan are done in 30 s", async () => {
    const plan = await newPlan();
    const { body } = await call(`GET /v1/actions?action_plan_uuid=${plan.uuid}`);
    expect(body.actions.map((one: { action_type: string }) => one.action_type)).toEqual([
      "nop",
      "nop",
      "sleep",
    ]);
    expect((await call(`POST /v1/action_plans/${plan.uuid}/start`, { body: {} })).status).toBe(200);
    expect(await ended(plan)).toBe("SUCCEEDED");
    const deleted = await call(`DELETE /v1/action_plans/${plan.uuid}`);
    expect([deleted.status, deleted.text]).toEqual([204, ""]);
    expect((await call(`DELETE /v1/audits/${plan.audit}`)).status).toBe(204);
  });

  it("row 23: limit=3 gives 3 items and next with the last uuid", async () => {
    const { body } = await call("GET /v1/actions?limit=3");
    expect(body.actions).toHaveLength(3);
    expect(body.next).toContain(body.actions[2].uuid);
  });

  it("row 25: members of a context that is not empty; storage is 404", async () => {
    const { body } = await call("GET /v1/data_model/?data_model_type=compute", { version: "1.3" });
    expect(body.context.length).toBeGreaterThan(0);
    for (const name of ["hostname", "uuid", "vcpus", "memory", "state", "vcpu_ratio", "vcpu_reserved"]) {
      expect(body.context[0]).toHaveProperty(`node_${name}`);
    }
    expect((await call("GET /v1/data_model/?data_model_type=storage")).status).toBe(404);
  });

  it("row 28: plan and actions are there once the audit is SUCCEEDED", async () => {
    const { uuid } = await newAudit({ audit_type: "ONESHOT", force: true });
    await until("the end", async () => (await call(`GET /v1/audits/${uuid}`)).body.state === "SUCCEEDED");
    expect((await call(`GET /v1/action_plans?audit_uuid=${uuid}`)).body.action_plans).toHaveLength(1);
    expect((await call(`GET /v1/actions?audit_uuid=${uuid}`)).body.actions).toHaveLength(3);
  });

  it("row 29: actions come in plan order; in the failing case SUCCEEDED, then FAILED", async () => {
    const plan = await newPlan(nops({}, { fail_execute: true }));
    await call(`POST /v1/action_plans/${plan.uuid}/start`, { body: {} });
    expect(await ended(plan)).toBe("FAILED");
    const { body } = await call(`GET /v1/actions?action_plan_uuid=${plan.uuid}`);
    expect(body.actions.map((one: { state: string }) => one.state)).toEqual(["SUCCEEDED", "FAILED"]);
  });

  it("row 32 (actuator): fail_execute in a nop's free parameters is taken, kept and heeded", async () => {
    const plan = await newPlan(nops({ fail_execute: true }));
    const shown = async () => (await call(`GET /v1/actions/${plan.actions[0]}`)).body;
    expect((await shown()).input_parameters).toMatchObject({ fail_execute: true });
    await call(`POST /v1/action_plans/${plan.uuid}/start`, { body: {} });
    expect(await ended(plan)).toBe("FAILED");
    expect((await shown()).state).toBe("FAILED");
  });

  it("7.4: with a skipped action the message is exact", async () => {
    const plan = await newPlan(nops({}, {}));
    expect((await patch(`/v1/actions/${plan.actions[0]}`, "replace", "/state", "SKIPPED")).status).toBe(200);
    await call(`POST /v1/action_plans/${plan.uuid}/start`, { body: {} });
    expect(await ended(plan)).toBe("SUCCEEDED");
    const { body } = await call(`GET /v1/action_plans/${plan.uuid}`);
    expect(body.status_message).toBe("One or more actions were skipped.");
  });

  it("row 31: after DELETE of a plan its actions are gone; plan and audit are 404", async () => {
    const { uuid, audit } = await newPlan();
    expect((await call(`DELETE /v1/action_plans/${uuid}`)).status).toBe(204);
    expect((await call(`DELETE /v1/audits/${audit}`)).status).toBe(204);
    expect((await call(`GET /v1/actions?action_plan_uuid=${uuid}`)).body.actions).toEqual([]);
    for (const path of [`/v1/action_plans/${uuid}`, `/v1/audits/${audit}`]) {
      expect((await call(`GET ${path}`)).status).toBe(404);
    }
  });

  it("row 33: GET / has versions[0].max_version; a duplicate audit name is 409", async () => {
    expect((await call("GET /")).body.versions[0].max_version).toBe("1.7");
    const { name } = await newAudit();
    const answer = await call("POST /v1/audits", { body: { audit_type: "EVENT", goal: "dummy", name } });
    expect(outcome(answer)).toEqual([409, expect.stringContaining("already exists")]);
  });

  it("row 34: as the dashboard creates", async () => {
    const body = { name: newName(), goal: "dummy", strategy: null, description: "", scope: [] };
    const made = await call("POST /v1/audit_templates", { body, version: "1.0" });
    expect(made.status).toBe(201);
    const audit = {
      audit_template_uuid: made.body.uuid,
      audit_type: "ONESHOT",
      name: newName(),
      auto_trigger: false,
    };
    expect((await call("POST /v1/audits", { body: audit, version: "1.1" })).status).toBe(201);
    const { uuid } = (await call("GET /v1/goals/dummy")).body;
    expect((await call(`GET /v1/strategies/detail?goal=${uuid}`)).body.strategies).toHaveLength(3);
  });

  it("row 35: parameters_spec has properties, input_parameters is an object", async () => {
    const { body } = await call("GET /v1/strategies/dummy");
    expect(body.parameters_spec).toHaveProperty("properties.para1");
    const { actions } = await newPlan();
    expect((await call(`GET /v1/actions/${actions[0]}`)).body.input_parameters).toBeTypeOf("object");
  });

  it("row 37: 401 is in Keystone's form and precedes everything", async () => {
    for (const line of ["GET /v1/nothing", "PUT /v1/audits", `GET /v1/action_plans/${NOWHERE}?x=1`]) {
      const answer = await call(line, { token: null, version: "9.9" });
      expect([answer.status, answer.body]).toEqual([401, UNAUTHORIZED]);
      expect(answer.headers["www-authenticate"]).toMatch(/^Keystone uri="http/);
    }
  });

  it("row 6: a client follows next to the end, adding the path to its endpoint", async () => {
    await newTemplate();
    await newTemplate();
    const wanted = (await call("GET /v1/audit_templates")).body.audit_templates.length;
    let [path, seen] = ["/v1/audit_templates/?limit=2", 0];
    while (path !== "") {
      const { body } = await call(`GET ${path}`);
      seen += body.audit_templates.length;
      path = body.next === undefined ? "" : body.next.replace(/^https?:\/\/[^/]*/, "");
      expect(path === "" || path.startsWith("/v1/audit_templates?")).toBe(true);
    }
    expect(seen).toBe(wanted);
  });
});
