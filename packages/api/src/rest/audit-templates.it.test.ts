import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fixture, type Served } from "../testing/fixture.ts";
import { ResourceCalls } from "../testing/resource-calls.ts";

let fixture: Fixture;
let served: Served;
let api: ResourceCalls;

beforeAll(async () => {
  fixture = await Fixture.start();
  served = await fixture.serve();
  api = new ResourceCalls(fixture, served);
});

afterAll(async () => {
  await served?.stop();
  await fixture?.stop();
});

let count = 0;
const newName = () => `at ${++count}`;

const post = (members: object, minor = 7) =>
  api.send("POST", "/v1/audit_templates", { name: newName(), goal: "dummy", ...members }, minor);

async function created(members: object = {}): Promise<string> {
  return `/v1/audit_templates/${(await post(members)).body.uuid}`;
}

describe("rest-api 5.1 and 5.2 POST /v1/audit_templates", () => {
  test("201, Location, and the show view as the body", async () => {
    const answer = await post({ name: "my at name 1", strategy: "dummy", description: "d" });
    expect(answer.status).toBe(201);
    const { uuid } = answer.body;
    expect(answer.headers.get("location")).toBe(`${served.url}/v1/audit_templates/${uuid}`);
    expect(answer.body).toMatchObject({
      name: "my at name 1",
      goal_name: "dummy",
      strategy_name: "dummy",
      description: "d",
      scope: [],
      default_parameters: {},
      updated_at: null,
      deleted_at: null,
      links: [
        { href: `${served.url}/v1/audit_templates/${uuid}`, rel: "self" },
        { href: `${served.url}/audit_templates/${uuid}`, rel: "bookmark" },
      ],
    });
    for (const ident of [uuid, "my%20at%20name%201", "MY%20AT%20NAME%201"]) {
      expect((await api.get(`/v1/audit_templates/${ident}`)).body).toEqual(answer.body);
    }
  });

  test("trap 34: as the dashboard sends it, at 1.0", async () => {
    const answer = await post({ strategy: null, description: "", scope: [] }, 0);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ strategy_uuid: null, strategy_name: null, description: "" });
    expect(answer.body).not.toHaveProperty("default_parameters");
  });

  test.each([
    ["unknown goal", { goal: "nope" }, 400, /^Goal nope is invalid$/],
    ["unknown strategy", { strategy: "nope" }, 400, /^Strategy nope is invalid$/],
    ["strategy of another goal", { strategy: "basic" }, 400, /dummy, dummy_with_resize, dummy_with_scorer/],
    ["too long a name", { name: "n".repeat(64) }, 400, /63/],
    ["too long a description", { description: "d".repeat(256) }, 400, /255/],
    [
      "default_parameters without a strategy",
      { default_parameters: { para1: 1 } },
      400,
      /^default_parameters requires a strategy to be specified$/,
    ],
    [
      "default_parameters that the strategy refuses",
      { strategy: "dummy", default_parameters: { para1: "x" } },
      400,
      /^Invalid default_parameters for strategy: /,
    ],
  ])("%s", async (_case, members, status, text) => {
    const answer = await post(members);
    expect(answer.status).toBe(status);
    expect(answer.fault).toMatch(text);
  });

  test("a name that a live one has is 409", async () => {
    expect((await post({ name: "twice" })).status).toBe(201);
    const answer = await post({ name: "twice" });
    expect(answer.status).toBe(409);
    expect(answer.fault).toBe("An audit_template with UUID or name twice already exists");
  });

  test("goal and strategy by UUID; parameters are stored without the strategy's defaults", async () => {
    const goal = (await api.get("/v1/goals/dummy")).body.uuid;
    const strategy = (await api.get("/v1/strategies/dummy")).body.uuid;
    const answer = await post({ goal, strategy, default_parameters: { para1: 4 } });
    expect(answer.body).toMatchObject({ goal_uuid: goal, strategy_uuid: strategy });
    expect(answer.body.default_parameters).toEqual({ para1: 4 });
  });
});

describe("rest-api 5.3 scope", () => {
  test("a scope whose first key is neither compute nor storage is a compute scope", async () => {
    const inner = [{ availability_zones: [{ name: "nova" }] }];
    expect((await post({ scope: inner })).body.scope).toEqual([{ compute: inner }]);
  });

  test("a storage-only scope is taken", async () => {
    const scope = [{ storage: [{ volume_types: [{ name: "ssd" }] }] }];
    const answer = await post({ scope });
    expect(answer.status).toBe(201);
    expect(answer.body.scope).toEqual(scope);
  });

  test.each([
    ["[{}]", [{}]],
    ["a member that does not exist", [{ compute: [{ zones: [] }] }]],
    ["a host aggregate of two forms", [{ compute: [{ host_aggregates: [{ id: 1, name: "a" }] }] }]],
  ])("%s is 400", async (_case, scope) => {
    expect((await post({ scope })).status).toBe(400);
  });

  test("host aggregates included and excluded together are 400", async () => {
    const aggregates = { host_aggregates: [{ id: 1 }] };
    const answer = await post({ scope: [{ compute: [aggregates, { exclude: [aggregates] }] }] });
    expect(answer.status).toBe(400);
    expect(answer.fault).toContain("host_aggregates can't be included and excluded together");
  });
});

describe("rest-api 1.8 lists of audit templates", () => {
  test("filters, paging and both views", async () => {
    for (let n = 0; n < 3; n++) await post({ goal: "server_consolidation", strategy: "basic" });
    const filtered = "goal=server_consolidation";
    for (const query of [filtered, "strategy=basic", "strategy=BASIC"]) {
      expect((await api.get(`/v1/audit_templates?${query}`)).body.audit_templates).toHaveLength(3);
    }
    const page = (await api.get(`/v1/audit_templates/detail?${filtered}&limit=2`)).body;
    expect(page.audit_templates[0]).toHaveProperty("default_parameters");
    expect(page.next).toBe(
      `${served.url}/v1/audit_templates/detail?sort_key=id&sort_dir=asc&limit=2&marker=${page.audit_templates[1].uuid}&goal=server_consolidation`,
    );
    const [short] = (await api.get(`/v1/audit_templates?${filtered}`)).body.audit_templates;
    expect(short).not.toHaveProperty("description");
    expect((await api.get("/v1/audit_templates?goal=nope")).body).toEqual({ audit_templates: [] });
  });

  test.each([
    "id,uuid,name,description,scope,default_parameters,goal_id,strategy_id,goal_uuid,goal_name",
    "strategy_uuid,strategy_name,created_at,updated_at,deleted_at",
  ])("sort keys %s", async (keys) => {
    for (const key of keys.split(",")) {
      expect((await api.get(`/v1/audit_templates?sort_key=${key}`)).status).toBe(200);
    }
    expect((await api.get("/v1/audit_templates?sort_key=goal")).status).toBe(400);
  });
});

describe("rest-api 5.4 PATCH /v1/audit_templates/{template}", () => {
  test.each([
    ["/name", "a new name", { name: "a new name" }],
    ["/description", "other", { description: "other" }],
    ["/scope", [{ compute: [] }], { scope: [{ compute: [] }] }],
    ["/goal", "unclassified", { goal_name: "unclassified", strategy_name: "dummy" }],
    ["/strategy", "dummy_with_scorer", { strategy_name: "dummy_with_scorer" }],
    ["/default_parameters", { para1: 2 }, { default_parameters: { para1: 2 } }],
  ])("%s", async (path, value, members) => {
    const template = await created({ strategy: "dummy" });
    const answer = await api.patch(template, "replace", path, value);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject(members);
    expect(answer.body.updated_at).not.toBeNull();
    expect((await api.get(template)).body).toEqual(answer.body);
  });

  test("remove /strategy clears it", async () => {
    const answer = await api.patch(await created({ strategy: "dummy" }), "remove", "/strategy");
    expect(answer.body).toMatchObject({ strategy_uuid: null, strategy_name: null });
  });

  test("[] changes nothing", async () => {
    const template = await created();
    const answer = await api.send("PATCH", template, []);
    expect(answer.status).toBe(200);
    expect(answer.body.updated_at).toBeNull();
  });

  test.each([
    ["remove", "/goal", undefined, "Cannot remove 'goal' attribute from an audit template"],
    ["remove", "/name", undefined, "name"],
    ["replace", "/goal", "nope", "Goal nope is invalid"],
    ["replace", "/strategy", "nope", "Strategy nope is invalid"],
    ["replace", "/scope", [{}], ""],
    ["replace", "/uuid", "x", "'/uuid' is an internal attribute and can not be updated"],
    ["add", "/colour", "red", "Adding a new attribute (/colour) to the root of  the resource is not allowed"],
    ["replace", "/colour", "red", "Couldn't apply patch"],
  ])("%s %s %j is 400", async (op, path, value, text) => {
    const template = await created();
    const before = (await api.get(template)).body;
    const answer = await api.patch(template, op, path, value);
    expect(answer.status).toBe(400);
    expect(answer.fault).toContain(text);
    expect((await api.get(template)).body).toEqual(before);
  });

  test("a rename onto an existing name is 409", async () => {
    const { name } = (await post({})).body;
    const answer = await api.patch(await created(), "replace", "/name", name);
    expect(answer.status).toBe(409);
    expect(answer.fault).toBe(`An audit_template with UUID or name ${name} already exists`);
  });

  test("goal or strategy without the default_parameters it has is 409", async () => {
    const template = await created({ strategy: "dummy", default_parameters: { para1: 1 } });
    const answer = await api.patch(template, "remove", "/strategy");
    expect(answer.status).toBe(409);
    expect(answer.fault).toBe(
      "Updating goal or strategy on a template that has default_parameters requires providing updated default_parameters in the same request",
    );
  });

  test("1.7: any operation on default_parameters below it is 406", async () => {
    const template = await created({ strategy: "dummy", default_parameters: { para1: 1 } });
    for (const [op, path, value] of [
      ["replace", "/default_parameters", {}],
      ["replace", "/default_parameters/para1", 3],
      ["remove", "/default_parameters", undefined],
    ] as const) {
      const answer = await api.patch(template, op, path, value, 6);
      expect(answer.status).toBe(406);
      expect(answer.fault).toBe("Request not acceptable.");
    }
    expect((await api.get(template)).body.default_parameters).toEqual({ para1: 1 });
  });
});

describe("rest-api 5.5 DELETE /v1/audit_templates/{template}", () => {
  test("204 with nothing in it, then 404; the name is free, audits made from it stay", async () => {
    const template = await created({ name: "short life" });
    const body = { audit_type: "EVENT", audit_template_uuid: template.split("/").at(-1) };
    const audit = (await api.send("POST", "/v1/audits", body)).body.uuid;

    const answer = await api.send("DELETE", template);
    expect(answer.status).toBe(204);
    expect(answer.body).toBeUndefined();
    expect(answer.headers.get("content-type")).toBeNull();
    expect(answer.headers.get("content-length")).toBe("0");
    expect((await api.send("DELETE", template)).status).toBe(404);
    expect((await api.get(template)).status).toBe(404);
    expect((await post({ name: "short life" })).status).toBe(201);
    expect((await api.get(`/v1/audits/${audit}`)).status).toBe(200);
  });

  test("X-Show-Deleted shows it to readers, not to those who would change it", async () => {
    const template = await created();
    await api.send("DELETE", template);
    const show = { "x-show-deleted": "true" };
    const shown = await api.get(template, 7, show);
    expect(shown.status).toBe(200);
    expect(shown.body.deleted_at).not.toBeNull();
    expect((await api.send("PATCH", template, [], 7, show)).status).toBe(404);
    expect((await api.send("DELETE", template, undefined, 7, show)).status).toBe(404);
  });
});

describe("rest-api 1.7 order of checks", () => {
  test.each(["GET", "PATCH", "DELETE"])("%s: 404 for unknown ones, 403 for known ones", async (method) => {
    const member = { "x-roles": "member" };
    const body = method === "PATCH" ? [] : undefined;
    const template = await created();
    const unknown = await api.send(method, "/v1/audit_templates/nope", body, 7, member);
    expect(unknown.status).toBe(404);
    expect(unknown.fault).toBe("AuditTemplate nope could not be found");
    const rule = { GET: "get", PATCH: "update", DELETE: "delete" }[method];
    const known = await api.send(method, template, body, 7, member);
    expect(known.status).toBe(403);
    expect(known.fault).toBe(`Policy doesn't allow audit_template:${rule} to be performed.`);
  });
});

describe("rest-api 6.3 row 10: audits from a template", () => {
  test("strategy, scope and goal are taken; given parameters win over its own, at every version", async () => {
    const scope = [{ compute: [{ availability_zones: [{ name: "nova" }] }] }];
    const { uuid } = (
      await post({ strategy: "dummy", scope, default_parameters: { para1: 9, para2: "template" } })
    ).body;
    const body = { audit_type: "EVENT", audit_template_uuid: uuid, parameters: { para2: "given" } };
    const audit = (await api.send("POST", "/v1/audits", body, 0)).body;
    expect(audit).toMatchObject({
      goal_name: "dummy",
      strategy_name: "dummy",
      scope,
      parameters: { para1: 9, para2: "given" },
    });
  });

  test("with a goal as well: 400, row 4", async () => {
    const { uuid } = (await post({})).body;
    const body = { audit_type: "EVENT", audit_template_uuid: uuid, goal: "dummy" };
    const answer = await api.send("POST", "/v1/audits", body);
    expect(answer.status).toBe(400);
    expect(answer.fault).toBe("Either audit_template_uuid or goal should be provided.");
  });
});
