/** Real answers against the OpenAPI document: a member that it forgets, or invents, fails here. */

import { randomUUID } from "node:crypto";
import { createModelStore } from "@vigil/bus";
import { readClusterJson } from "@vigil/collectors";
import { encodeSnapshot } from "@vigil/core";
import { MINOR_MAX } from "@vigil/http";
import { startKeystone, syntheticCluster } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Documented } from "../testing/documented.ts";
import { type Answer, call, chain, Fixture, type Served } from "../testing/fixture.ts";
import { RoleProcess } from "../testing/role-process.ts";
import { OPERATIONS } from "./operations.ts";

const SERVICE = { name: "vigil", password: "service-secret", project: "service", roles: ["service"] };

const MINORS = Array.from({ length: MINOR_MAX + 1 }, (_, minor) => minor);
const documents = MINORS.map((minor) => new Documented(minor));
/** Answers that were seen: `getGoal 200`. */
const seen = new Set<string>();

let fixture: Fixture;
let served: Served;
/** UUIDs of one row of each kind. */
let rows: { template: string; audit: string; plan: string; action: string };

beforeAll(async () => {
  fixture = await Fixture.start();
  served = await fixture.serve();
  const store = createModelStore(fixture.bus);
  const cluster = JSON.stringify(syntheticCluster({ nodes: 3, instances: 5, seed: 1 }));
  const hash = await store.put(encodeSnapshot(readClusterJson(cluster)));
  await store.setHead("compute", { hash, importedAt: new Date().toISOString() });
  await fixture.state.records.reportService({ name: "watcher-applier", host: "host-1" });
  const template = await post("audit_templates", {
    name: "all members",
    goal: "dummy",
    strategy: "dummy",
    description: "text",
    scope: [{ compute: [{ availability_zones: [{ name: "*" }] }] }],
    default_parameters: { para1: 1 },
  });
  const audit = await post("audits", { audit_type: "EVENT", audit_template_uuid: template });
  const plan = await fixture.plan(audit, chain(2));
  const listed = await send("GET", `/v1/actions?action_plan_uuid=${plan}`);
  rows = { template, audit, plan, action: listed.body.actions[1].uuid };
});

afterAll(async () => {
  await served?.stop();
  await fixture?.stop();
});

/** Every request goes through here, and every answer is checked. */
async function send(
  method: string,
  path: string,
  body?: unknown,
  { minor = MINOR_MAX, headers = {} }: { minor?: number; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const version = { "openstack-api-version": `infra-optim 1.${minor}` };
  const answer = await call(`${served.url}${path}`, method, body, { ...version, ...headers });
  const seenAnswer = { method, url: path, status: answer.status, body: answer.body };
  const { operation, errors } = (documents[minor] as Documented).check(seenAnswer);
  expect(errors, `${method} ${path} at 1.${minor}: ${JSON.stringify(answer.body)}`).toEqual([]);
  seen.add(`${operation?.id} ${answer.status}`);
  return answer;
}

async function post(collection: string, body: object): Promise<string> {
  const answer = await send("POST", `/v1/${collection}`, body);
  expect(answer.status).toBe(201);
  expect(answer.headers.get("location")).toBe(`${served.url}/v1/${collection}/${answer.body.uuid}`);
  return answer.body.uuid;
}

const replace = (path: string, value: unknown) => [{ op: "replace", path, value }];

describe.each(MINORS)("at microversion 1.%i", (minor) => {
  test("discovery", async () => {
    for (const path of ["/", "/v1", "/openapi.json"]) {
      expect((await send("GET", path, undefined, { minor })).status).toBe(200);
    }
  });

  test.each([
    ["goals", () => "dummy"],
    ["strategies", () => "basic"],
    ["audit_templates", () => rows.template],
    ["audits", () => rows.audit],
    ["action_plans", () => rows.plan],
    ["actions", () => rows.action],
    ["scoring_engines", () => "dummy_scorer"],
    ["services", () => "watcher-applier"],
  ])("%s", async (collection, ident) => {
    for (const path of ["", "/detail"]) {
      const answer = await send("GET", `/v1/${collection}${path}?limit=1`, undefined, { minor });
      expect(answer.body[collection]).toHaveLength(1);
      expect(answer.body).toHaveProperty("next");
      expect((await send("GET", `/v1/${collection}${path}`, undefined, { minor })).body).not.toHaveProperty(
        "next",
      );
    }
    expect((await send("GET", `/v1/${collection}/${ident()}`, undefined, { minor })).status).toBe(200);
    const absent = collection === "services" ? "nobody" : randomUUID();
    expect((await send("GET", `/v1/${collection}/${absent}`, undefined, { minor })).status).toBe(404);
  });

  test("data model and states of strategies", async () => {
    const model = await send("GET", "/v1/data_model", undefined, { minor });
    expect(model.status).toBe(minor < 3 ? 406 : 200);
    for (const name of ["dummy", "workload_balance", "storage_capacity_balance"]) {
      await send("GET", `/v1/strategies/${name}/state`, undefined, { minor });
    }
  });

  test("creating, changing and deleting", async () => {
    const template = { name: `template ${minor}`, goal: "dummy" };
    const made = await send("POST", "/v1/audit_templates", template, { minor });
    expect(made.status).toBe(201);
    const path = `/v1/audit_templates/${made.body.uuid}`;
    expect((await send("PATCH", path, replace("/description", "x"), { minor })).status).toBe(200);
    expect((await send("DELETE", path, undefined, { minor })).status).toBe(204);
    const shown = await send("GET", path, undefined, { minor, headers: { "x-show-deleted": "1" } });
    expect(shown.body.deleted_at).not.toBeNull();
    const audit = { audit_type: "CONTINUOUS", goal: "dummy", interval: "3600", name: `audit ${minor}` };
    expect((await send("POST", "/v1/audits", audit, { minor })).status).toBe(201);
  });
});

test("audits of all types, with every member set", async () => {
  for (const audit_type of ["CONTINUOUS", "EVENT"]) {
    const times = { start_time: "2027-01-01T08:00:00.25+00:00", end_time: "2028-01-01T08:00:00Z" };
    const members = {
      goal: "dummy",
      strategy: "dummy",
      interval: "*/5 * * * *",
      force: true,
      auto_trigger: true,
    };
    const uuid = await post("audits", { audit_type, ...members, ...times, parameters: { para1: 1 } });
    await send("GET", `/v1/audits/${uuid}`);
    for (const state of ["CANCELLED"]) await send("PATCH", `/v1/audits/${uuid}`, replace("/state", state));
    expect((await send("DELETE", `/v1/audits/${uuid}`)).status).toBe(204);
  }
  await post("audits", { audit_type: "ONESHOT", goal: "dummy" });
});

test("plans and actions through their edits", async () => {
  const audit = await post("audits", { audit_type: "EVENT", goal: "dummy" });
  const plan = await fixture.plan(audit, chain(2));
  const [first] = (await send("GET", `/v1/actions?action_plan_uuid=${plan}`)).body.actions;
  const skip = [...replace("/state", "SKIPPED"), ...replace("/status_message", "not today")];
  expect((await send("PATCH", `/v1/actions/${first.uuid}`, skip)).status).toBe(200);
  expect((await send("POST", `/v1/action_plans/${plan}/start`, {})).body.state).toBe("PENDING");
  expect((await send("POST", `/v1/action_plans/${plan}/start`)).status).toBe(400);
  const cancel = replace("/state", "CANCELLED");
  expect((await send("PATCH", `/v1/action_plans/${plan}`, cancel)).status).toBe(200);
  expect((await send("DELETE", `/v1/action_plans/${plan}`)).status).toBe(204);
  const deleted = { headers: { "x-show-deleted": "yes" } };
  await send("GET", `/v1/action_plans/detail?audit_uuid=${audit}`, undefined, deleted);
  await send("GET", `/v1/actions/detail?audit_uuid=${audit}`, undefined, deleted);
});

describe("refusals", () => {
  test("values, types and states", async () => {
    await send("GET", "/v1/goals?limit=0");
    await send("GET", "/v1/audits?sort_key=nonsense");
    await send("POST", "/v1/audits", { audit_type: "INVALID" });
    await send("POST", "/v1/audits", { audit_type: "EVENT", goal: "nope" });
    await send("POST", "/v1/audit_templates", { name: "x", goal: "nope" });
    await send("POST", "/v1/audit_templates", { name: "all members", goal: "dummy" });
    await send("PATCH", `/v1/audits/${rows.audit}`, replace("/uuid", "x"));
    await send("PATCH", `/v1/actions/${rows.action}`, replace("/state", "SUCCEEDED"));
    await send("PATCH", `/v1/actions/${rows.action}`, [], { minor: 4 });
    await send("DELETE", `/v1/audits/${rows.audit}?x=1`);
    await send("GET", "/v1/action_plans/nonsense");
    await send("GET", "/v1/data_model?data_model_type=storage");
  });

  test("media types, sizes, paths, versions, rights", async () => {
    await send("POST", "/v1/audits", {}, { headers: { "content-type": "text/plain" } });
    await send("POST", "/v1/audits", { name: "x".repeat(1024 * 1024) });
    await send("GET", `/v1/goals?sort_key=${"x".repeat(9_000)}`);
    await send("GET", "/v1/goals", undefined, { headers: { accept: "application/xml" } });
    await send("GET", "/v1/goals", undefined, { headers: { "openstack-api-version": "infra-optim 1.99" } });
    for (const { method, path, rule } of OPERATIONS) {
      if (rule === undefined || rule === "webhook:trigger") continue;
      const ident = path.startsWith("/v1/action") ? randomUUID() : "dummy";
      const body = method === "get" || method === "delete" ? undefined : [];
      const url = path.replaceAll(/\{\w+\}/g, ident);
      await send(method.toUpperCase(), url, body, { headers: { "x-roles": "member" } });
    }
  });

  test("no token", async () => {
    const keystone = await startKeystone({ users: [SERVICE] });
    const guarded = await RoleProcess.start("api", {
      ...fixture.env,
      OS_AUTH_URL: keystone.url,
      OS_USERNAME: SERVICE.name,
      OS_PASSWORD: SERVICE.password,
      OS_PROJECT_NAME: SERVICE.project,
    });
    try {
      for (const { method, path, public: isPublic } of OPERATIONS) {
        const url = path.replaceAll(/\{\w+\}/g, "x");
        const { status, body } = await call(`${guarded.url}${url}`, method.toUpperCase());
        expect(status).toBe(isPublic ? 200 : 401);
        expect(documents[0]?.check({ method, url, status, body }).errors).toEqual([]);
      }
    } finally {
      await guarded.stop();
      await keystone.stop();
    }
  });
});

// Those of webhooks are the edge's: test/webhook-answers.test.ts.
test("every documented success was seen", () => {
  const wanted = OPERATIONS.filter(({ tag }) => tag !== "webhooks").map(
    ({ id, answer }) => `${id} ${answer.status}`,
  );
  expect(wanted.filter((one) => !seen.has(one))).toEqual([]);
});
