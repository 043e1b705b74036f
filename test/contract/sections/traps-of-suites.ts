/** 11: what Tempest's and gabbi's suites and Aodh depend on, asked as they ask. */

import { syntheticCluster, until } from "@vigil/testkit";
import { beforeAll, describe, expect, it } from "vitest";
import { type CallOptions, call, outcome, patch } from "../calls.ts";
import { contract, NODES, SERVERS } from "../contract.ts";
import { type GivenPlan, NOWHERE, newAudit, newName, newPlan, newTemplate, tokenOf } from "../given.ts";

const members = (value: object) => Object.keys(value).sort();

describe("11 traps of Tempest", () => {
  let plan: GivenPlan;
  beforeAll(async () => {
    plan = await newPlan();
  });

  it.each([
    "audits/detail",
    "audit_templates/detail",
    "action_plans/detail",
    "actions/detail",
    "goals/dummy",
    "services",
  ])("row 4: GET /v1//%s is that without the second slash", async (path) => {
    const [answer, wanted] = [await call(`GET /v1//${path}`), await call(`GET /v1/${path}`)];
    expect([answer.status, answer.body]).toEqual([200, wanted.body]);
  });

  it("row 4: a whole life of an audit and its plan with double slashes", async () => {
    const made = await call("POST /v1//audits", {
      body: { audit_type: "ONESHOT", goal: "dummy", force: true },
    });
    expect([made.status, made.headers.location]).toEqual([
      201,
      expect.stringMatching(/[^/]\/v1\/audits\/[^/]+$/),
    ]);
    const { uuid } = made.body;
    await until(
      "the audit's end",
      async () => (await call(`GET /v1//audits/${uuid}`)).body.state === "SUCCEEDED",
    );
    const [{ uuid: found }] = (await call(`GET /v1//action_plans?audit_uuid=${uuid}`)).body.action_plans;
    expect((await patch(`/v1//action_plans/${found}`, "replace", "/state", "CANCELLED")).status).toBe(200);
    expect((await call(`DELETE /v1//action_plans/${found}`)).status).toBe(204);
    expect((await call(`DELETE /v1//audits/${uuid}`)).status).toBe(204);
    expect((await call(`GET /v1/audits/${uuid}`)).status).toBe(404);
  });

  it("row 4: start and webhooks with double slashes", async () => {
    const { uuid } = await newPlan();
    expect((await call(`POST /v1//action_plans/${uuid}/start`, { body: {} })).status).toBe(200);
    // It is not left to appliers of other tests.
    await patch(`/v1//action_plans/${uuid}`, "replace", "/state", "CANCELLED");
    const { uuid: audit } = await newAudit();
    expect((await call(`POST /v1//webhooks/${audit}`, { body: {}, at: "edge" })).status).toBe(202);
  });

  it("row 17: the goal DUMMY is the goal dummy", async () => {
    const [upper, lower] = [await call("GET /v1/goals/DUMMY"), await call("GET /v1/goals/dummy")];
    expect([upper.status, upper.body]).toEqual([200, lower.body]);
    expect(upper.body.name).toBe("dummy");
    expect((await newAudit({ goal: "DUMMY", strategy: undefined })).goal_uuid).toBe(lower.body.uuid);
  });

  it("row 19: goal show has exactly its eight members", async () => {
    for (const version of ["1.0", "1.4", "latest"]) {
      const { body } = await call("GET /v1/goals/dummy", { version });
      expect(members(body)).toEqual([
        ...["created_at", "deleted_at", "display_name", "efficacy_specification"],
        ...["links", "name", "updated_at", "uuid"],
      ]);
    }
  });

  it("row 19: scoring engine show has exactly its five members", async () => {
    for (const version of ["1.0", "1.4", "latest"]) {
      const { body } = await call("GET /v1/scoring_engines/dummy_scorer", { version });
      expect(members(body)).toEqual(["description", "links", "metainfo", "name", "uuid"]);
    }
  });

  it.each(["SUCCEEDED", "FAILED", "SUSPENDED", "PENDING"])(
    "row 21: PENDING to %s is 400 with the text",
    async (state) => {
      const { uuid } = await newAudit();
      const answer = await patch(`/v1/audits/${uuid}`, "replace", "/state", state);
      expect(outcome(answer)).toEqual([400, expect.stringContaining("State transition not allowed")]);
      expect((await call(`GET /v1/audits/${uuid}`)).body.state).toBe("PENDING");
    },
  );

  it.each(["SUCCEEDED", "ONGOING", "RECOMMENDED"])(
    "row 21: a plan's RECOMMENDED to %s is 400 with the text",
    async (state) => {
      const answer = await patch(`/v1/action_plans/${plan.uuid}`, "replace", "/state", state);
      expect(outcome(answer)).toEqual([400, expect.stringContaining("State transition not allowed")]);
      expect((await call(`GET /v1/action_plans/${plan.uuid}`)).body.state).toBe("RECOMMENDED");
    },
  );

  it.each(["PENDING", "ONGOING"])(
    "row 21: DELETE of an audit that is %s is 400 with the text",
    async (state) => {
      const { uuid } = await newAudit();
      if (state === "ONGOING") await patch(`/v1/audits/${uuid}`, "replace", "/state", state);
      const answer = await call(`DELETE /v1/audits/${uuid}`);
      expect(outcome(answer)).toEqual([400, `Couldn't delete when state is '${state}'.`]);
      expect((await call(`GET /v1/audits/${uuid}`)).body.state).toBe(state);
    },
  );

  it("row 26: 204 has no body, nor headers of one", async () => {
    const { uuid: template } = await newTemplate();
    const { uuid, audit } = await newPlan();
    for (const path of [`audit_templates/${template}`, `action_plans/${uuid}`, `audits/${audit}`]) {
      const { status, text, headers } = await call(`DELETE /v1/${path}`);
      expect([status, text]).toEqual([204, ""]);
      expect(headers["content-type"]).toBeUndefined();
      expect(headers["transfer-encoding"]).toBeUndefined();
      expect(["0", undefined]).toContain(headers["content-length"]);
    }
  });

  it("row 32 (host_maintenance): the service is disabled, then both servers migrate, named as the VMs are", async () => {
    await importCluster(3, 6);
    const [closed, backup] = ["compute-00001", "compute-00002"];
    const { body: model } = await call("GET /v1/data_model?data_model_type=compute");
    const servers = model.context.filter((one: { node_hostname: string }) => one.node_hostname === closed);
    expect(servers).toHaveLength(2);
    const found = await newPlan({
      goal: "cluster_maintaining",
      strategy: "host_maintenance",
      parameters: { maintenance_node: closed, backup_node: backup },
    });
    await importCluster(NODES, SERVERS);
    const { body } = await call(`GET /v1/actions/detail?action_plan_uuid=${found.uuid}`);
    const types = body.actions.map((one: { action_type: string }) => one.action_type);
    expect(types).toEqual(["change_nova_service_state", "migrate", "migrate"]);
    const [disabled, ...migrated] = body.actions.map(
      (one: { input_parameters: object }) => one.input_parameters,
    );
    expect(disabled).toMatchObject({ resource_name: closed, state: "disabled" });
    const named = servers.map(({ server_uuid, server_name }: Record<string, string>) =>
      expect.objectContaining({
        resource_id: server_uuid,
        resource_name: server_name,
        source_node: closed,
        destination_node: backup,
      }),
    );
    expect(migrated).toHaveLength(2);
    expect(migrated).toEqual(expect.arrayContaining(named));
  });
});

/** Puts another cloud in the place of the model. */
async function importCluster(nodes: number, instances: number): Promise<void> {
  const content = JSON.stringify(syntheticCluster({ nodes, instances, seed: 1 }));
  const answer = await call("POST /trpc/model.import", { body: { content } });
  expect(answer.status, answer.text).toBe(200);
}

describe("11 traps of gabbi", () => {
  /** As its suites ask: no token, an identity in headers, and a version on some requests only. */
  const gabbi = (line: string, options: CallOptions = {}) => {
    const headers = { "x-roles": "admin", ...options.headers };
    return call(line, { at: "open", token: null, version: null, ...options, headers });
  };

  it("row 27: without authentication an audit becomes a plan, with lower-case headers", async () => {
    const made = await gabbi("POST /v1/audits", {
      body: { audit_type: "ONESHOT", goal: "dummy", force: true },
    });
    expect([made.status, made.headers["openstack-api-version"]]).toEqual([201, "infra-optim 1.0"]);
    const { uuid } = made.body;
    await until(
      "the audit's end",
      async () => (await gabbi(`GET /v1/audits/${uuid}`)).body.state === "SUCCEEDED",
    );
    const { action_plans: plans } = (await gabbi(`GET /v1/action_plans?audit_uuid=${uuid}`)).body;
    expect(plans).toHaveLength(1);
    const { actions } = (await gabbi(`GET /v1/actions?action_plan_uuid=${plans[0].uuid}`)).body;
    const path = `/v1/actions/${actions[0].uuid}`;
    const skip = { body: [{ op: "replace", path: "/state", value: "SKIPPED" }] };
    // The same change needs a version: this request has one, that before it has none.
    expect((await gabbi(`PATCH ${path}`, skip)).status).toBe(400);
    const versioned = await gabbi(`PATCH ${path}`, { ...skip, version: "1.5" });
    expect([versioned.status, versioned.body.state]).toEqual([200, "SKIPPED"]);
    expect((await gabbi(`GET ${path}`)).body).not.toHaveProperty("status_message");
  });

  it("row 27: headers in any case are the same", async () => {
    for (const [roles, version] of [
      ["x-roles", "openstack-api-version"],
      ["X-Roles", "OpenStack-API-Version"],
      ["X-ROLES", "OPENSTACK-API-VERSION"],
    ] as const) {
      const headers = { [roles]: "admin", [version]: "infra-optim 1.4" };
      const answer = await call("GET /v1/goals", { at: "open", token: null, version: null, headers });
      expect([answer.status, answer.headers["openstack-api-version"]]).toEqual([200, "infra-optim 1.4"]);
    }
    expect((await gabbi("GET /v1/goals", { headers: { "x-roles": "" } })).status).toBe(403);
  });

  it.each(["1.0", "1.4", null])("row 30: PATCH of an action at %s is 400 with the text", async (version) => {
    const { actions } = await newPlan();
    const answer = await patch(`/v1/actions/${actions[0]}`, "replace", "/state", "SKIPPED", { version });
    expect(outcome(answer)).toEqual([
      400,
      expect.stringContaining("API microversion 1.5 or higher is required."),
    ]);
    expect((await call(`GET /v1/actions/${actions[0]}`)).body.state).toBe("PENDING");
  });

  it.each(["add", "replace", "remove"])("row 30: %s of /status_message of a plan is 400", async (op) => {
    const { uuid } = await newPlan();
    const value = op === "remove" ? undefined : "text";
    const answer = await patch(`/v1/action_plans/${uuid}`, op, "/status_message", value, { version: "1.5" });
    expect(outcome(answer)).toEqual([
      400,
      expect.stringContaining("'/status_message' is an internal attribute and can not be updated"),
    ]);
    expect((await call(`GET /v1/action_plans/${uuid}`)).body.status_message).toBeNull();
  });
});

describe("11 traps of Aodh", () => {
  /** As its notifier posts. */
  const notify = (audit: string, token: string, alarm: string) =>
    call(`POST /v1/webhooks/${audit}`, {
      at: "edge",
      version: null,
      token,
      headers: { "x-openstack-request-id": `req-${NOWHERE}` },
      body: {
        ...{ alarm_name: alarm, alarm_id: newName(alarm), severity: "low", previous: "ok", current: "alarm" },
        ...{
          reason: "Transition to alarm",
          reason_data: { type: "event", event: { message_id: newName(alarm) } },
        },
      },
    });

  it.each(["admin", "administrator", "service"])(
    "row 36: of role %s, without a version, it is 2xx and becomes a plan",
    async (role) => {
      const { uuid } = await newAudit({ force: true });
      const { status } = await notify(uuid, tokenOf(role), role);
      expect([status >= 200, status < 300]).toEqual([true, true]);
      await contract().system.plans(uuid, 1);
      expect(await contract().system.count("event", uuid, "t.format = 'aodh' and t.fate = 'DONE'")).toBe(1);
    },
  );

  it.each(["member", "reader", "manager"])(
    "row 36: of role %s alone it is 403 and becomes nothing",
    async (role) => {
      const { uuid } = await newAudit({ force: true });
      expect(outcome(await notify(uuid, tokenOf(role), role))).toEqual([
        403,
        "Policy doesn't allow webhook:trigger to be performed.",
      ]);
      // A later one that is taken shows that what came before it is in the ledger by now.
      expect((await notify(uuid, tokenOf("service"), "later")).status).toBe(202);
      await contract().system.plans(uuid, 1);
      expect(await contract().system.count("event", uuid)).toBe(1);
    },
  );
});
