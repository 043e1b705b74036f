/** 5: audit templates. */

import { beforeAll, describe, expect, it } from "vitest";
import { call, outcome, patch } from "../calls.ts";
import { NOWHERE, newAudit, newName, newTemplate, UUID, WITH_OFFSET } from "../given.ts";

const LISTED = [
  ...["uuid", "name", "goal_uuid", "goal_name", "strategy_uuid", "strategy_name", "scope", "links"],
];
const FULL = [...LISTED, "description", "default_parameters", "created_at", "updated_at", "deleted_at"];
const members = (value: object) => Object.keys(value).sort();
const post = (body: object) => call("POST /v1/audit_templates", { body });

describe("5.1 view", () => {
  it("members of list, detail and show", async () => {
    const made = await newTemplate();
    expect(members(made)).toEqual([...FULL].sort());
    for (const one of (await call("GET /v1/audit_templates")).body.audit_templates) {
      expect(members(one)).toEqual([...LISTED].sort());
    }
    for (const one of (await call("GET /v1/audit_templates/detail")).body.audit_templates) {
      expect(members(one)).toEqual([...FULL].sort());
    }
    expect((await call(`GET /v1/audit_templates/${made.uuid}`)).body).toEqual(made);
  });

  it("of what was not given", async () => {
    expect(await newTemplate()).toMatchObject({
      uuid: expect.stringMatching(UUID),
      goal_name: "dummy",
      strategy_uuid: null,
      strategy_name: null,
      scope: [],
      description: null,
      default_parameters: {},
      created_at: expect.stringMatching(WITH_OFFSET),
      updated_at: null,
      deleted_at: null,
    });
  });

  it("404", async () => {
    expect((await call("GET /v1/audit_templates/nope")).status).toBe(404);
  });
});

describe("5.2 POST", () => {
  it("name: missing is 400", async () => {
    expect(outcome(await post({ goal: "dummy" }))).toEqual([
      400,
      expect.stringContaining("Mandatory field missing."),
    ]);
  });

  it("name: 63 characters are taken, 64 are 400", async () => {
    const name = newName().padEnd(63, "x");
    expect((await post({ name, goal: "dummy" })).status).toBe(201);
    expect((await post({ name: `${name}x`, goal: "dummy" })).status).toBe(400);
    const signs = "𝄞".repeat(63 - 36) + newName("").slice(1);
    expect((await post({ name: signs, goal: "dummy" })).status).toBe(201);
  });

  it("name: spaces are allowed, a live one's is 409", async () => {
    const name = `my at name ${newName()}`;
    expect((await post({ name, goal: "dummy" })).status).toBe(201);
    expect(outcome(await post({ name, goal: "dummy" }))).toEqual([
      409,
      `An audit_template with UUID or name ${name} already exists`,
    ]);
  });

  it.each([5, true, {}, ["a"]])("name: %j is no text, 400", async (name) => {
    expect((await post({ name, goal: "dummy" })).status).toBe(400);
  });

  it("goal: missing is 400, unknown is 400", async () => {
    expect((await post({ name: newName() })).status).toBe(400);
    expect(outcome(await post({ name: newName(), goal: "nope" }))).toEqual([400, "Goal nope is invalid"]);
    expect(outcome(await post({ name: newName(), goal: NOWHERE }))).toEqual([
      400,
      `Goal ${NOWHERE} is invalid`,
    ]);
  });

  it("goal and strategy: by uuid or name", async () => {
    const goal = (await call("GET /v1/goals/dummy")).body.uuid;
    const strategy = (await call("GET /v1/strategies/dummy")).body.uuid;
    expect(await newTemplate({ goal, strategy })).toMatchObject({
      goal_name: "dummy",
      strategy_name: "dummy",
    });
    expect(await newTemplate({ goal: "dummy", strategy: "dummy" })).toMatchObject({
      strategy_uuid: strategy,
    });
  });

  it("strategy: unknown is 400, another goal's is 400 and names the choices", async () => {
    expect(outcome(await post({ name: newName(), goal: "dummy", strategy: "nope" }))).toEqual([
      400,
      "Strategy nope is invalid",
    ]);
    const [status, text] = outcome(await post({ name: newName(), goal: "dummy", strategy: "basic" }));
    expect(status).toBe(400);
    for (const choice of ["dummy", "dummy_with_resize", "dummy_with_scorer"]) expect(text).toContain(choice);
  });

  it("description: text, empty as the dashboard sends it, at most 255", async () => {
    expect((await newTemplate({ description: "" })).description).toBe("");
    expect((await newTemplate({ description: "x".repeat(255) })).description).toHaveLength(255);
    expect((await post({ name: newName(), goal: "dummy", description: "x".repeat(256) })).status).toBe(400);
    expect((await post({ name: newName(), goal: "dummy", description: 5 })).status).toBe(400);
  });

  it("default_parameters: need a strategy", async () => {
    const answer = await post({ name: newName(), goal: "dummy", default_parameters: { para1: 1 } });
    expect(outcome(answer)).toEqual([400, "default_parameters requires a strategy to be specified"]);
  });

  it("default_parameters: are validated, and stored as given", async () => {
    const given = { goal: "dummy", strategy: "dummy" };
    const made = await newTemplate({ ...given, default_parameters: { para1: 3.5 } });
    expect(made.default_parameters).toEqual({ para1: 3.5 });
    for (const wrong of [{ para1: "text" }, { para1: 1e9 }, { nonsense: 1 }]) {
      const answer = await post({ name: newName(), ...given, default_parameters: wrong });
      expect(outcome(answer)).toEqual([
        400,
        expect.stringMatching(/^Invalid default_parameters for strategy: /),
      ]);
    }
    expect((await post({ name: newName(), ...given, default_parameters: [1] })).status).toBe(400);
  });
});

const AGGREGATES = [{ id: 1 }, { id: "*" }, { name: "fast" }];
const VALID: readonly (readonly [string, unknown])[] = [
  ["nothing", []],
  ["compute, empty", [{ compute: [] }]],
  ["host_aggregates", [{ compute: [{ host_aggregates: AGGREGATES }] }]],
  ["availability_zones", [{ compute: [{ availability_zones: [{ name: "az1" }] }] }]],
  [
    "exclude",
    [
      {
        compute: [
          {
            exclude: [
              { instances: [{ uuid: "no uuid form" }] },
              { compute_nodes: [{ name: "node1" }] },
              { host_aggregates: AGGREGATES },
              { instance_metadata: [{ any: "thing" }, { x: 1 }] },
              { projects: [{ uuid: "p" }] },
            ],
          },
        ],
      },
    ],
  ],
  [
    "storage",
    [
      {
        compute: [],
        storage: [
          { availability_zones: [{ name: "az" }] },
          { volume_types: [{ name: "ssd" }] },
          {
            exclude: [
              { storage_pools: [{ name: "p" }] },
              { volumes: [{ uuid: "v" }] },
              { projects: [{ uuid: "p" }] },
              { further: "tolerated" },
            ],
          },
        ],
      },
    ],
  ],
  ["storage only (fix)", [{ storage: [{ availability_zones: [{ name: "az" }] }] }]],
];
const INVALID: readonly (readonly [string, unknown])[] = [
  ["an empty object (fix)", [{}]],
  ["another member beside compute", [{ compute: [], network: [] }]],
  ["compute that is no array", [{ compute: {} }]],
  ["an unknown member of compute", [{ compute: [{ nodes: [] }] }]],
  ["an aggregate's id as text", [{ compute: [{ host_aggregates: [{ id: "1" }] }] }]],
  ["an aggregate with id and name", [{ compute: [{ host_aggregates: [{ id: 1, name: "x" }] }] }]],
  ["an aggregate's other member", [{ compute: [{ host_aggregates: [{ zone: "x" }] }] }]],
  ["a zone without a name", [{ compute: [{ availability_zones: [{ id: 1 }] }] }]],
  ["an unknown member of exclude", [{ compute: [{ exclude: [{ volumes: [] }] }] }]],
  ["instances by name", [{ compute: [{ exclude: [{ instances: [{ name: "x" }] }] }] }]],
  ["a member of storage", [{ storage: [{ pools: [] }] }]],
  ["an object", { compute: [] }],
  ["text", "compute"],
  ["an array of texts", ["compute"]],
];

describe("5.3 scope", () => {
  it.each(VALID)("valid: %s", async (_what, scope) => {
    expect((await newTemplate({ scope })).scope).toEqual(scope);
  });

  it("a compute scope without its wrapping is wrapped", async () => {
    const scope = [{ availability_zones: [{ name: "az1" }] }, { host_aggregates: [{ name: "a" }] }];
    expect((await newTemplate({ scope })).scope).toEqual([{ compute: scope }]);
  });

  it.each(INVALID)("invalid: %s is 400", async (_what, scope) => {
    expect((await post({ name: newName(), goal: "dummy", scope })).status).toBe(400);
  });

  it("aggregates included and excluded together are 400", async () => {
    const scope = [
      { compute: [{ host_aggregates: [{ id: 1 }] }, { exclude: [{ host_aggregates: [{ id: 2 }] }] }] },
    ];
    expect(outcome(await post({ name: newName(), goal: "dummy", scope }))).toEqual([
      400,
      expect.stringContaining("host_aggregates can't be included and excluded together"),
    ]);
  });
});

describe("5.4 PATCH", () => {
  let uuid: string;
  let path: string;
  beforeAll(async () => {
    ({ uuid } = await newTemplate({ strategy: "dummy" }));
    path = `/v1/audit_templates/${uuid}`;
  });

  it.each([
    ["/name", () => newName("renamed"), "name"],
    ["/description", () => "described", "description"],
    ["/scope", () => [{ compute: [{ availability_zones: [{ name: "z" }] }] }], "scope"],
    ["/goal", () => "dummy", "goal_name"],
    ["/strategy", () => "dummy_with_scorer", "strategy_name"],
    ["/strategy", () => "dummy", "strategy_name"],
    ["/default_parameters", () => ({ para1: 1.5 }), "default_parameters"],
    ["/default_parameters", () => ({}), "default_parameters"],
  ])("%s is patchable", async (member, make, shown) => {
    const value = make();
    const answer = await patch(path, "replace", member, value);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body[shown]).toEqual(value);
    expect(answer.body.updated_at).toMatch(WITH_OFFSET);
    expect((await call(`GET ${path}`)).body).toEqual(answer.body);
  });

  it("goal and strategy by uuid", async () => {
    const goal = (await call("GET /v1/goals/unclassified")).body;
    const strategy = (await call("GET /v1/strategies/actuator")).body;
    const { uuid: other } = await newTemplate();
    const body = [
      { op: "replace", path: "/goal", value: goal.uuid },
      { op: "add", path: "/strategy", value: strategy.uuid },
    ];
    const answer = await call(`PATCH /v1/audit_templates/${other}`, { body });
    expect(answer.body).toMatchObject({ goal_name: "unclassified", strategy_name: "actuator" });
  });

  it("row 1: remove /goal is 400, remove /strategy clears it", async () => {
    const { uuid: other } = await newTemplate({ strategy: "dummy" });
    expect(outcome(await patch(`/v1/audit_templates/${other}`, "remove", "/goal"))).toEqual([
      400,
      "Cannot remove 'goal' attribute from an audit template",
    ]);
    const { status, body } = await patch(`/v1/audit_templates/${other}`, "remove", "/strategy");
    expect([status, body.strategy_uuid, body.strategy_name]).toEqual([200, null, null]);
  });

  it("row 2: unknown goal or strategy is 400, another goal's strategy is not rechecked", async () => {
    const { uuid: other } = await newTemplate();
    const at = `/v1/audit_templates/${other}`;
    expect((await patch(at, "replace", "/goal", "nope")).status).toBe(400);
    expect((await patch(at, "replace", "/strategy", "nope")).status).toBe(400);
    const answer = await patch(at, "add", "/strategy", "basic");
    expect([answer.status, answer.body.goal_name, answer.body.strategy_name]).toEqual([
      200,
      "dummy",
      "basic",
    ]);
  });

  it("row 3: goal or strategy of one with default_parameters is 409 unless they come along", async () => {
    const { uuid: other } = await newTemplate({ strategy: "dummy", default_parameters: { para1: 1.5 } });
    const at = `/v1/audit_templates/${other}`;
    const text =
      "Updating goal or strategy on a template that has default_parameters requires providing updated default_parameters in the same request";
    for (const [op, member, value] of [
      ["replace", "/strategy", "dummy_with_scorer"],
      ["remove", "/strategy", undefined],
      ["replace", "/goal", "unclassified"],
    ] as const) {
      expect(outcome(await patch(at, op, member, value))).toEqual([409, expect.stringContaining(text)]);
    }
    const both = [
      { op: "replace", path: "/strategy", value: "dummy_with_scorer" },
      { op: "replace", path: "/default_parameters", value: {} },
    ];
    expect((await call(`PATCH ${at}`, { body: both })).status).toBe(200);
  });

  it("row 4: a wrong scope is 400, a taken name 409, no name 400 (fix)", async () => {
    const { name } = await newTemplate();
    expect((await patch(path, "replace", "/scope", [{}])).status).toBe(400);
    expect((await patch(path, "replace", "/scope", [{ compute: [{ nodes: [] }] }])).status).toBe(400);
    expect((await patch(path, "replace", "/name", name)).status).toBe(409);
    expect((await patch(path, "remove", "/name")).status).toBe(400);
    expect((await patch(path, "replace", "/name", "x".repeat(64))).status).toBe(400);
    expect((await patch(path, "replace", "/description", "x".repeat(256))).status).toBe(400);
  });

  it("404, and 400 without an id", async () => {
    expect((await patch("/v1/audit_templates/nope", "replace", "/name", "x")).status).toBe(404);
    expect((await patch("/v1/audit_templates", "replace", "/name", "x")).status).toBe(400);
  });
});

describe("5.5 DELETE", () => {
  it("is 204, then 404; audits made from it stay", async () => {
    const { uuid } = await newTemplate({ strategy: "dummy" });
    const audit = await newAudit({ goal: undefined, strategy: undefined, audit_template_uuid: uuid });
    expect((await call(`DELETE /v1/audit_templates/${uuid}`)).status).toBe(204);
    expect((await call(`DELETE /v1/audit_templates/${uuid}`)).status).toBe(404);
    expect((await call(`GET /v1/audit_templates/${uuid}`)).status).toBe(404);
    expect((await call(`GET /v1/audits/${audit.uuid}`)).body).toEqual(audit);
    const body = { audit_type: "EVENT", audit_template_uuid: uuid };
    expect((await call("POST /v1/audits", { body })).status).toBe(400);
  });

  it("by name", async () => {
    const { name } = await newTemplate();
    expect((await call(`DELETE /v1/audit_templates/${name}`)).status).toBe(204);
  });
});
