/** 12: what each command of the client sends, as raw requests with the client's headers and version. */

import { describe, expect, it } from "vitest";
import { type Answer, type CallOptions, call } from "../calls.ts";
import { newAudit, newName, newPlan, newTemplate } from "../given.ts";

const HEADERS = { accept: "application/json", "user-agent": "python-watcherclient" };

function get(path: string): Promise<Answer> {
  return call(`GET ${path}`, { type: "application/json", version: "1.5", headers: HEADERS });
}

function send(line: string, body: unknown, version = "1.5"): Promise<Answer> {
  return call(line, { body, version, headers: HEADERS });
}

const OCTETS: CallOptions = { type: "application/octet-stream", version: "1.5", headers: HEADERS };

const uuidOf = async (path: string): Promise<string> => (await get(path)).body.uuid;

describe("12 commands", () => {
  it.each([
    ["goal", "goals", "dummy"],
    ["strategy", "strategies", "dummy"],
    ["scoringengine", "scoring_engines", "dummy_scorer"],
    ["service", "services", "watcher-applier"],
  ])("%s list and show", async (_command, collection, name) => {
    const options = "limit=2&sort_key=name&sort_dir=desc";
    for (const path of [`/v1/${collection}`, `/v1/${collection}/detail`, `/v1/${collection}/?${options}`]) {
      const answer = await get(path);
      expect([answer.status, Array.isArray(answer.body[collection])]).toEqual([200, true]);
    }
    expect((await get(`/v1/${collection}/detail?${options}`)).status).toBe(200);
    expect((await get(`/v1/${collection}/${name}`)).body.name).toBe(name);
  });

  it("strategy list --goal, strategy state", async () => {
    expect((await get("/v1/strategies/?goal=dummy")).body.strategies).toHaveLength(3);
    expect((await get("/v1/strategies/dummy/state")).body).toHaveLength(4);
  });

  it("audittemplate create, list, show, update, delete", async () => {
    const goal = await uuidOf("/v1/goals/dummy");
    const strategy = await uuidOf("/v1/strategies/dummy");
    const given = { name: newName("my at name"), goal, strategy, description: "d", scope: [] };
    const made = await send("POST /v1/audit_templates", given);
    expect(made.status).toBe(201);
    const path = `/v1/audit_templates/${encodeURIComponent(given.name)}`;
    expect(await uuidOf(path)).toBe(made.body.uuid);
    for (const filter of ["goal=dummy", "strategy=dummy"]) {
      const { body } = await get(`/v1/audit_templates/?${filter}`);
      expect(body.audit_templates.map(({ uuid }: { uuid: string }) => uuid)).toContain(made.body.uuid);
    }
    const update = [{ op: "replace", path: "/description", value: "other" }];
    expect((await send(`PATCH ${path}`, update)).body.description).toBe("other");
    const deleted = await call(`DELETE ${path}`, OCTETS);
    expect([deleted.status, deleted.text]).toEqual([204, ""]);
  });

  it("audittemplate create -p at 1.7", async () => {
    const [goal, strategy] = [await uuidOf("/v1/goals/dummy"), await uuidOf("/v1/strategies/dummy")];
    const body = { name: newName(), goal, strategy, default_parameters: { para1: 1.5 } };
    expect((await send("POST /v1/audit_templates", body, "1.7")).body.default_parameters).toEqual({
      para1: 1.5,
    });
  });

  it("audit create -a, list, show, update, delete", async () => {
    const { name } = await newTemplate({ strategy: "dummy" });
    const template = await uuidOf(`/v1/audit_templates/${name}`);
    const given = { audit_type: "EVENT", auto_trigger: false, force: false, audit_template_uuid: template };
    const made = await send("POST /v1/audits", { ...given, name: newName() });
    expect(made.status).toBe(201);
    const path = `/v1/audits/${made.body.uuid}`;
    expect((await get(path)).body.name).toBe(made.body.name);
    for (const filter of ["goal=dummy", "strategy=dummy", "limit=5&sort_key=uuid"]) {
      expect((await get(`/v1/audits/?${filter}`)).body.audits.length).toBeGreaterThan(0);
    }
    expect((await send(`PATCH ${path}`, [{ op: "add", path: "/interval", value: "2" }])).body.interval).toBe(
      "2",
    );
    expect(
      (await send(`PATCH ${path}`, [{ op: "replace", path: "/state", value: "CANCELLED" }])).status,
    ).toBe(200);
    const deleted = await call(`DELETE ${path}`, OCTETS);
    expect([deleted.status, deleted.text]).toEqual([204, ""]);
  });

  it("audit create -g -s -p with times as typed", async () => {
    const made = await send("POST /v1/audits", {
      audit_type: "CONTINUOUS",
      auto_trigger: false,
      force: true,
      interval: "3600",
      parameters: { para1: 1.5 },
      goal: "dummy",
      strategy: "dummy",
      name: newName(),
      start_time: "2041-01-01 10:00:00",
      end_time: "2041-01-01 11:00:00",
    });
    expect(made.status).toBe(201);
    expect(made.body.start_time).toMatch(/^2041-01-01T\d\d:00:00$/);
  });

  it("actionplan list, show, update, cancel, delete; action list, show, update", async () => {
    const { uuid, audit, actions } = await newPlan();
    expect((await get(`/v1/action_plans/?audit_uuid=${audit}`)).body.action_plans).toHaveLength(1);
    expect((await get(`/v1/action_plans/detail?audit_uuid=${audit}`)).body.action_plans).toHaveLength(1);
    expect((await get(`/v1/actions/?action_plan_uuid=${uuid}`)).body.actions).toHaveLength(3);
    expect((await get(`/v1/actions/detail?audit_uuid=${audit}`)).body.actions).toHaveLength(3);
    expect(await uuidOf(`/v1/actions/${actions[0]}`)).toBe(actions[0]);
    const skip = [
      { op: "replace", path: "/state", value: "SKIPPED" },
      { op: "replace", path: "/status_message", value: "why" },
    ];
    const skipped = await send(`PATCH /v1/actions/${actions[0]}`, skip);
    expect(skipped.body).toMatchObject({
      state: "SKIPPED",
      status_message: "Action skipped by user. Reason: why",
    });
    expect((await get(`/v1/action_plans/${uuid}`)).body.state).toBe("RECOMMENDED");
    const cancel = [{ op: "replace", path: "/state", value: "CANCELLED" }];
    expect((await send(`PATCH /v1/action_plans/${uuid}`, cancel)).body.state).toBe("CANCELLED");
    const deleted = await call(`DELETE /v1/action_plans/${uuid}`, OCTETS);
    expect([deleted.status, deleted.text]).toEqual([204, ""]);
  });

  it("actionplan start sends {}", async () => {
    const { uuid } = await newPlan();
    const answer = await send(`POST /v1/action_plans/${uuid}/start`, {});
    expect([answer.status, answer.body.state]).toEqual([200, "PENDING"]);
  });

  it("datamodel list", async () => {
    const { uuid } = await newAudit();
    for (const query of ["data_model_type=compute", `audit_uuid=${uuid}&data_model_type=compute`]) {
      const answer = await get(`/v1/data_model/?${query}`);
      expect([answer.status, Array.isArray(answer.body.context)]).toEqual([200, true]);
    }
  });

  it("audits know no audit_template filter, templates no name filter", async () => {
    expect((await get("/v1/audits/?audit_template=x")).status).toBe(400);
    expect((await get("/v1/audit_templates/?name=x")).status).toBe(400);
  });
});
