/** 7: action plans and actions. */

import { beforeAll, describe, expect, it } from "vitest";
import { call, outcome, patch } from "../calls.ts";
import { contract } from "../contract.ts";
import { type GivenPlan, NOWHERE, newPlan, putInState, UUID, WITH_OFFSET } from "../given.ts";

const members = (value: object) => Object.keys(value).sort();
const LISTED = [
  ...["uuid", "audit_uuid", "strategy_uuid", "strategy_name", "state", "efficacy_indicators"],
  ...["global_efficacy", "updated_at", "links"],
];
const FULL = [...LISTED, "hostname", "status_message", "created_at", "deleted_at"];
const ACTION_LISTED = ["uuid", "action_plan_uuid", "state", "action_type", "parents", "links"];
const ACTION_FULL = [
  ...ACTION_LISTED,
  ...["input_parameters", "description", "status_message", "created_at", "updated_at", "deleted_at"],
];
const STATES = [
  ...["RECOMMENDED", "PENDING", "ONGOING", "SUCCEEDED", "FAILED", "CANCELLING", "CANCELLED", "SUPERSEDED"],
  "DELETED",
];

/** A plan that another state than RECOMMENDED was given; what came of earlier tests is undone. */
async function put(plan: GivenPlan, state: string): Promise<void> {
  await putInState("action_plan", plan.uuid, state);
  await contract().system.rows("update action_plan set launched_at = null where uuid = $1", [plan.uuid]);
  for (const action of plan.actions) await putInState("action", action, "PENDING");
}

const statesOf = async ({ uuid }: GivenPlan) => {
  const { body } = await call(`GET /v1/actions?action_plan_uuid=${uuid}`);
  return body.actions.map(({ state }: { state: string }) => state);
};

describe("7.1 action plan view", () => {
  let plan: GivenPlan;
  beforeAll(async () => {
    plan = await newPlan({ goal: "dummy", strategy: "dummy" });
  });

  it("members of list, detail and show", async () => {
    const { body } = await call(`GET /v1/action_plans/${plan.uuid}`);
    expect(members(body)).toEqual([...FULL].sort());
    for (const one of (await call("GET /v1/action_plans")).body.action_plans) {
      expect(members(one)).toEqual([...LISTED].sort());
    }
    for (const one of (await call("GET /v1/action_plans/detail")).body.action_plans) {
      expect(members(one)).toEqual([...FULL].sort());
    }
    expect(body).toMatchObject({
      uuid: expect.stringMatching(UUID),
      audit_uuid: plan.audit,
      strategy_uuid: expect.stringMatching(UUID),
      strategy_name: "dummy",
      state: "RECOMMENDED",
      status_message: null,
      created_at: expect.stringMatching(WITH_OFFSET),
      deleted_at: null,
    });
  });

  it("efficacy is lists with numbers in short and detailed views, never null", async () => {
    const { uuid } = await newPlan({
      goal: "server_consolidation",
      strategy: "node_resource_consolidation",
    });
    const { body: shown } = await call(`GET /v1/action_plans/${uuid}`);
    expect(shown.efficacy_indicators.length).toBeGreaterThan(0);
    expect(shown.global_efficacy.length).toBeGreaterThan(0);
    for (const path of ["/v1/action_plans", "/v1/action_plans/detail"]) {
      const { body } = await call(`GET ${path}`);
      for (const { efficacy_indicators: indicators, global_efficacy: global } of body.action_plans) {
        for (const one of [...indicators, ...global]) {
          expect(members(one)).toEqual(["description", "name", "unit", "value"]);
          expect(one.value).toBeTypeOf("number");
        }
      }
    }
  });

  it("404 for an unknown uuid, 400 for anything else", async () => {
    expect((await call(`GET /v1/action_plans/${NOWHERE}`)).status).toBe(404);
    expect((await call("GET /v1/action_plans/name")).status).toBe(400);
  });
});

/** What PATCH takes, as the contract lists it. */
const ALLOWED: Record<string, readonly string[]> = {
  RECOMMENDED: ["PENDING", "CANCELLED"],
  PENDING: ["CANCELLED"],
  ONGOING: ["CANCELLING"],
};

describe("7.2 PATCH of an action plan", () => {
  let plan: GivenPlan;
  let path: string;
  beforeAll(async () => {
    plan = await newPlan();
    path = `/v1/action_plans/${plan.uuid}`;
    return () => put(plan, "SUCCEEDED");
  });

  const matrix = STATES.filter((state) => state !== "DELETED").flatMap((from) =>
    STATES.map((to) => [from, to] as const),
  );

  it.each(matrix)("%s to %s", async (from, to) => {
    for (const op of ["replace", "add"]) {
      await put(plan, from);
      const answer = await patch(path, op, "/state", to);
      if (ALLOWED[from]?.includes(to)) {
        expect([answer.status, answer.body.state]).toEqual([200, to]);
        const cancelled = to === "CANCELLED";
        expect(await statesOf(plan)).toEqual(plan.actions.map(() => (cancelled ? "CANCELLED" : "PENDING")));
      } else {
        const text = `State transition not allowed: (${from} -> ${to})`;
        expect(outcome(answer)).toEqual([400, expect.stringContaining(text)]);
      }
    }
  });

  it("a patch that does not touch the state is 400", async () => {
    await put(plan, "RECOMMENDED");
    const text = "State transition not allowed: (RECOMMENDED -> RECOMMENDED)";
    expect(outcome(await call(`PATCH ${path}`, { body: [] }))).toEqual([400, expect.stringContaining(text)]);
    expect(outcome(await patch(path, "replace", "/global_efficacy", []))).toEqual([400, expect.any(String)]);
  });

  it.each(["NONE", "pending", ""])("the unknown state word %j is 400", async (word) => {
    await put(plan, "RECOMMENDED");
    expect(outcome(await patch(path, "replace", "/state", word))).toEqual([
      400,
      expect.stringContaining(`Invalid state: ${word}`),
    ]);
  });

  it.each(["/status_message", "/uuid", "/id", "/links", "/created_at", "/updated_at", "/deleted_at"])(
    "%s is internal",
    async (member) => {
      for (const version of ["1.0", "1.7"]) {
        expect(outcome(await patch(path, "replace", member, "x", { version }))).toEqual([
          400,
          expect.stringContaining(`'${member}' is an internal attribute and can not be updated`),
        ]);
      }
    },
  );

  it("an unknown plan is 404, no uuid 400, none 400", async () => {
    const status = async (at: string) => (await patch(at, "replace", "/state", "PENDING")).status;
    expect(await status(`/v1/action_plans/${NOWHERE}`)).toBe(404);
    expect(await status("/v1/action_plans/name")).toBe(400);
    expect(await status("/v1/action_plans")).toBe(400);
  });
});

describe("7.3 start", () => {
  let plan: GivenPlan;
  let line: string;
  beforeAll(async () => {
    plan = await newPlan();
    line = `POST /v1/action_plans/${plan.uuid}/start`;
    return () => put(plan, "SUCCEEDED");
  });

  it.each([
    ["absent", {}],
    ["absent with a content type", { type: "application/json" }],
    ["empty", { raw: "" }],
    ["{}", { body: {} }],
    ["a non-empty object (fix)", { body: { any: 1 } }],
  ])("the body may be %s", async (_what, options) => {
    await put(plan, "RECOMMENDED");
    const answer = await call(line, options);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toMatchObject({ uuid: plan.uuid, state: "PENDING" });
    expect(members(answer.body)).toEqual([...FULL].sort());
  });

  it.each(STATES.filter((state) => state !== "RECOMMENDED" && state !== "DELETED"))(
    "from %s is 400",
    async (state) => {
      await put(plan, state);
      expect(outcome(await call(line, { body: {} }))).toEqual([
        400,
        `Couldn't start when state is '${state}'.`,
      ]);
    },
  );

  it("no uuid is 400, unknown 404, no id 400", async () => {
    expect((await call("POST /v1/action_plans/name/start", { body: {} })).status).toBe(400);
    expect((await call(`POST /v1/action_plans/${NOWHERE}/start`, { body: {} })).status).toBe(404);
    expect((await call("POST /v1/action_plans/start", { body: {} })).status).toBe(400);
  });
});

describe("7.4 DELETE of an action plan", () => {
  it.each(["RECOMMENDED", "SUCCEEDED", "FAILED", "SUPERSEDED", "CANCELLED"])(
    "from %s is 204",
    async (state) => {
      const plan = await newPlan();
      await put(plan, state);
      const answer = await call(`DELETE /v1/action_plans/${plan.uuid}`);
      expect([answer.status, answer.text]).toEqual([204, ""]);
      expect((await call(`GET /v1/action_plans/${plan.uuid}`)).status).toBe(404);
      expect((await call(`GET /v1/actions?action_plan_uuid=${plan.uuid}`)).body.actions).toEqual([]);
      expect((await call(`GET /v1/actions/${plan.actions[0]}`)).status).toBe(404);
      expect((await call(`DELETE /v1/action_plans/${plan.uuid}`)).status).toBe(404);
    },
  );

  it("of the others is 400", async () => {
    const plan = await newPlan();
    for (const state of ["PENDING", "ONGOING", "CANCELLING"]) {
      await put(plan, state);
      expect(outcome(await call(`DELETE /v1/action_plans/${plan.uuid}`))).toEqual([
        400,
        `Couldn't delete when state is '${state}'.`,
      ]);
    }
    await put(plan, "SUCCEEDED");
  });

  it("no uuid is 400, unknown 404, none 400", async () => {
    expect((await call("DELETE /v1/action_plans/name")).status).toBe(400);
    expect((await call(`DELETE /v1/action_plans/${NOWHERE}`)).status).toBe(404);
    expect((await call("DELETE /v1/action_plans")).status).toBe(400);
  });
});

describe("7.5 action view", () => {
  let plan: GivenPlan;
  beforeAll(async () => {
    plan = await newPlan();
  });

  it("members of list, detail and show", async () => {
    const { body } = await call(`GET /v1/actions/${plan.actions[0]}`);
    expect(members(body)).toEqual([...ACTION_FULL].sort());
    for (const one of (await call("GET /v1/actions")).body.actions) {
      expect(members(one)).toEqual([...ACTION_LISTED].sort());
    }
    for (const one of (await call("GET /v1/actions/detail")).body.actions) {
      expect(members(one)).toEqual([...ACTION_FULL].sort());
      expect(one.description).toBeTypeOf("string");
      expect(one.input_parameters).toBeTypeOf("object");
    }
    expect(body).toMatchObject({
      action_plan_uuid: plan.uuid,
      state: "PENDING",
      action_type: "nop",
      status_message: null,
      created_at: expect.stringMatching(WITH_OFFSET),
      deleted_at: null,
    });
  });

  it("parents are uuids of actions of the plan", async () => {
    const { body } = await call(`GET /v1/actions?action_plan_uuid=${plan.uuid}`);
    const parents = body.actions.flatMap((action: { parents: string[] }) => action.parents);
    expect(parents.length).toBeGreaterThan(0);
    for (const parent of parents) expect(plan.actions).toContain(parent);
  });

  it("404 for an unknown uuid, 400 for anything else", async () => {
    expect((await call(`GET /v1/actions/${NOWHERE}`)).status).toBe(404);
    expect((await call("GET /v1/actions/1")).status).toBe(400);
  });
});

describe("7.6 PATCH of an action", () => {
  let plan: GivenPlan;
  let uuid: string;
  let path: string;
  const SKIPPED_BY_USER = "Action skipped by user.";
  beforeAll(async () => {
    plan = await newPlan();
    uuid = plan.actions[0]!;
    path = `/v1/actions/${uuid}`;
    return () => put(plan, "SUCCEEDED");
  });

  const reset = async (state = "PENDING", message: string | null = null) => {
    await put(plan, "RECOMMENDED");
    await contract().system.rows("update action set state = $2, status_message = $3 where uuid = $1", [
      ...[uuid, state, message],
    ]);
  };
  const ops = (...operations: [string, unknown][]) =>
    call(`PATCH ${path}`, { body: operations.map(([at, value]) => ({ op: "replace", path: at, value })) });

  it.each(["1.0", "1.1", "1.4", null])("row 1: at %s is 400", async (version) => {
    const answer = await patch(path, "replace", "/state", "SKIPPED", { version });
    expect(outcome(answer)).toEqual([
      400,
      expect.stringContaining("API microversion 1.5 or higher is required."),
    ]);
  });

  it.each([
    "/action_type",
    "/input_parameters",
    "/parents",
    "/action_plan_uuid",
    "/input_parameters/message",
  ])("row 2: %s is not allowed", async (member) => {
    expect(outcome(await patch(path, "replace", member, "x"))).toEqual([
      400,
      expect.stringContaining(`'${member}' is not an allowed attribute and can not be updated`),
    ]);
  });

  it.each(["/state", "/status_message"])("row 2: remove of %s is 400", async (member) => {
    expect(outcome(await patch(path, "remove", member))).toEqual([
      400,
      expect.stringContaining(`'${member}' is a mandatory attribute and can not be removed`),
    ]);
  });

  it("row 2: an unknown state word is 400", async () => {
    expect(outcome(await ops(["/state", "NONE"]))).toEqual([
      400,
      expect.stringContaining("Invalid state: NONE"),
    ]);
  });

  const ACTION_STATES = [
    "PENDING",
    "ONGOING",
    "SUCCEEDED",
    "FAILED",
    "CANCELLED",
    "CANCELLING",
    "SKIPPED",
    "DELETED",
  ];
  const changes = ACTION_STATES.filter((state) => state !== "DELETED").flatMap((from) =>
    ACTION_STATES.filter((to) => to !== from).map((to) => [from, to] as const),
  );

  it.each(changes)("row 3: %s to %s", async (from, to) => {
    await reset(from);
    const answer = await ops(["/state", to]);
    if (from === "PENDING" && to === "SKIPPED") {
      expect([answer.status, answer.body.state]).toEqual([200, "SKIPPED"]);
    } else {
      const text = `State transition not allowed: (${from} -> ${to})`;
      expect(outcome(answer)).toEqual([409, expect.stringContaining(text)]);
    }
  });

  it.each(STATES.filter((state) => !["RECOMMENDED", "PENDING", "DELETED"].includes(state)))(
    "row 4: while the plan is %s is 409",
    async (state) => {
      await reset();
      await putInState("action_plan", plan.uuid, state);
      const text = `State update not allowed for actionplan state: ${state}`;
      expect(outcome(await ops(["/state", "SKIPPED"]))).toEqual([409, expect.stringContaining(text)]);
    },
  );

  it("row 4: while the plan is PENDING it is allowed", async () => {
    await reset();
    await putInState("action_plan", plan.uuid, "PENDING");
    expect((await ops(["/state", "SKIPPED"])).status).toBe(200);
  });

  it("row 5: a message without SKIPPED is 409", async () => {
    await reset();
    expect(outcome(await ops(["/status_message", "why"]))).toEqual([
      409,
      expect.stringContaining("status_message update only allowed when action state is SKIPPED"),
    ]);
  });

  it("row 6: the stored message, exactly", async () => {
    await reset();
    expect((await ops(["/state", "SKIPPED"])).body.status_message).toBe(SKIPPED_BY_USER);
    await reset();
    const both = await ops(["/state", "SKIPPED"], ["/status_message", "no time"]);
    expect(both.body).toMatchObject({
      state: "SKIPPED",
      status_message: `${SKIPPED_BY_USER} Reason: no time`,
    });
    const later = await ops(["/status_message", "other"]);
    expect(later.body).toMatchObject({
      state: "SKIPPED",
      status_message: `${SKIPPED_BY_USER} Reason: other`,
    });
    expect((await call(`GET ${path}`)).body.status_message).toBe(`${SKIPPED_BY_USER} Reason: other`);
  });

  it("row 6: an unchanged message is left alone (fix)", async () => {
    await reset();
    const empty = await call(`PATCH ${path}`, { body: [] });
    expect([empty.status, empty.body.status_message]).toEqual([200, null]);
    await reset("SKIPPED", `${SKIPPED_BY_USER} Reason: first`);
    const again = await call(`PATCH ${path}`, { body: [] });
    expect([again.status, again.body.status_message]).toEqual([200, `${SKIPPED_BY_USER} Reason: first`]);
  });

  it("404, and 400 for what is no uuid", async () => {
    expect((await patch(`/v1/actions/${NOWHERE}`, "replace", "/state", "SKIPPED")).status).toBe(404);
    expect((await patch("/v1/actions/1", "replace", "/state", "SKIPPED")).status).toBe(400);
  });
});
