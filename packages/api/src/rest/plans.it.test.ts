import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, chain, Fixture, type Served } from "../testing/fixture.ts";

const UNKNOWN = "4b2a5e6c-0d3f-4c11-9c55-3f0d5b7a9e21";

let fixture: Fixture;
let served: Served;
let audit: string;
let plan: string;
let otherPlan: string;

beforeAll(async () => {
  fixture = await Fixture.start();
  served = await fixture.serve();
  audit = await newAudit();
  plan = await fixture.plan(audit, chain(5));
  otherPlan = await fixture.plan(await newAudit(), chain(1));
});

afterAll(async () => {
  await served?.stop();
  await fixture?.stop();
});

const get = (path: string, minor = 7, headers = {}) =>
  call(`${served.url}${path}`, "GET", undefined, {
    "openstack-api-version": `infra-optim 1.${minor}`,
    ...headers,
  });

async function newAudit(): Promise<string> {
  const body = { audit_type: "EVENT", goal: "dummy", strategy: "dummy" };
  return (await call(`${served.url}/v1/audits`, "POST", body)).body.uuid;
}

describe("rest-api 7.1 action plans", () => {
  test("one plan, as show has it", async () => {
    const { status, body } = await get(`/v1/action_plans/${plan}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      uuid: plan,
      audit_uuid: audit,
      strategy_name: "dummy",
      state: "RECOMMENDED",
      efficacy_indicators: [{ name: "released", description: "Released nodes", unit: "%", value: 12.5 }],
      global_efficacy: [{ name: "global", description: "All", unit: null, value: 3 }],
      hostname: null,
      status_message: null,
      deleted_at: null,
      links: [
        { href: `${served.url}/v1/action_plans/${plan}`, rel: "self" },
        { href: `${served.url}/action_plans/${plan}`, rel: "bookmark" },
      ],
    });
    const strategy = (await get("/v1/strategies/dummy")).body;
    expect(body.strategy_uuid).toBe(strategy.uuid);
  });

  test("1.5: no status_message below it", async () => {
    expect((await get(`/v1/action_plans/${plan}`, 4)).body).not.toHaveProperty("status_message");
  });

  test("trap 9: both efficacy members are lists in every list", async () => {
    for (const path of ["/v1/action_plans", "/v1/action_plans/detail"]) {
      const [first] = (await get(path)).body.action_plans;
      expect(first.efficacy_indicators).toHaveLength(1);
      expect(first.global_efficacy).toHaveLength(1);
    }
    const [short] = (await get("/v1/action_plans")).body.action_plans;
    expect(short).toHaveProperty("updated_at");
    expect(short).not.toHaveProperty("created_at");
  });

  test("trap 28: one plan for the audit, committed before the audit's state", async () => {
    const { action_plans } = (await get(`/v1/action_plans?audit_uuid=${audit}`)).body;
    expect(action_plans.map((p: { uuid: string }) => p.uuid)).toEqual([plan]);
    expect((await get(`/v1/audits/${audit}`)).body.state).toBe("SUCCEEDED");
  });

  test("filters: strategy by name and UUID; what names nothing gives an empty list", async () => {
    const strategy = (await get("/v1/strategies/dummy")).body;
    for (const filter of ["dummy", "DUMMY", strategy.uuid]) {
      expect((await get(`/v1/action_plans?strategy=${filter}`)).body.action_plans).toHaveLength(2);
    }
    expect((await get("/v1/action_plans?strategy=nope")).body).toEqual({ action_plans: [] });
    expect((await get(`/v1/action_plans?audit_uuid=${UNKNOWN}`)).body).toEqual({ action_plans: [] });
  });

  test.each([
    "id,uuid,audit_id,strategy_id,state,global_efficacy,hostname,status_message",
    "audit_uuid,strategy_uuid,strategy_name,created_at,updated_at,deleted_at",
  ])("sort keys %s", async (keys) => {
    for (const key of keys.split(","))
      expect((await get(`/v1/action_plans?sort_key=${key}`)).status).toBe(200);
  });

  test("next repeats the filter", async () => {
    const { next } = (await get(`/v1/action_plans/detail?audit_uuid=${audit}&limit=1`)).body;
    expect(next).toBe(
      `${served.url}/v1/action_plans/detail?sort_key=id&sort_dir=asc&limit=1&marker=${plan}&audit_uuid=${audit}`,
    );
  });

  test("unknown is 404; 403 only for known ones", async () => {
    const unknown = await get(`/v1/action_plans/${UNKNOWN}`);
    expect(unknown.status).toBe(404);
    expect(unknown.fault).toBe(`ActionPlan ${UNKNOWN} could not be found`);
    expect((await get(`/v1/action_plans/${UNKNOWN}`, 7, { "x-roles": "member" })).status).toBe(404);
    expect((await get(`/v1/action_plans/${plan}`, 7, { "x-roles": "member" })).status).toBe(403);
  });
});

describe("rest-api 7.5 actions", () => {
  test("trap 29: actions come in plan order, with parents", async () => {
    const { actions } = (await get(`/v1/actions/detail?action_plan_uuid=${plan}`)).body;
    expect(actions.map((a: { input_parameters: object }) => a.input_parameters)).toEqual(
      chain(5).map((action) => JSON.parse(action.inputParametersJson ?? "")),
    );
    const uuids = actions.map((a: { uuid: string }) => a.uuid);
    expect(actions.map((a: { parents: string[] }) => a.parents)).toEqual([
      [],
      ...uuids.slice(0, 4).map((uuid: string) => [uuid]),
    ]);
  });

  test("one action, as show has it", async () => {
    const [{ uuid }] = (await get(`/v1/actions?action_plan_uuid=${otherPlan}`)).body.actions;
    expect((await get(`/v1/actions/${uuid}`)).body).toMatchObject({
      uuid,
      action_plan_uuid: otherPlan,
      action_type: "nop",
      state: "PENDING",
      parents: [],
      input_parameters: { message: "step 0" },
      description: "Logging a NOP message",
      status_message: null,
      updated_at: null,
      deleted_at: null,
    });
    expect((await get(`/v1/actions/${uuid}`, 4)).body).not.toHaveProperty("status_message");
  });

  test("the short list has no parameters", async () => {
    const [short] = (await get("/v1/actions")).body.actions;
    expect(Object.keys(short).sort()).toEqual([
      "action_plan_uuid",
      "action_type",
      "links",
      "parents",
      "state",
      "uuid",
    ]);
  });

  test("filters by plan and by audit", async () => {
    expect((await get(`/v1/actions?audit_uuid=${audit}`)).body.actions).toHaveLength(5);
    expect((await get(`/v1/actions?action_plan_uuid=${otherPlan}`)).body.actions).toHaveLength(1);
    expect((await get(`/v1/actions?action_plan_uuid=${UNKNOWN}`)).body).toEqual({ actions: [] });
    expect((await get(`/v1/actions?audit_uuid=${UNKNOWN}`)).body).toEqual({ actions: [] });
  });

  test("pages of 2 over 5 actions", async () => {
    const seen: string[] = [];
    let next: string | undefined = `${served.url}/v1/actions?action_plan_uuid=${plan}&limit=2`;
    let pages = 0;
    while (next !== undefined) {
      const page: { actions: { uuid: string }[]; next?: string } = (await call(next)).body;
      seen.push(...page.actions.map((action) => action.uuid));
      next = page.next;
      pages += 1;
    }
    expect(pages).toBe(3);
    expect(new Set(seen).size).toBe(5);
  });

  test.each([
    "id,uuid,action_plan_id,action_type,input_parameters,state,parents,status_message,action_plan_uuid",
  ])("sort keys %s", async (keys) => {
    for (const key of keys.split(",")) expect((await get(`/v1/actions?sort_key=${key}`)).status).toBe(200);
  });

  test("unknown is 404", async () => {
    const answer = await get(`/v1/actions/${UNKNOWN}`);
    expect(answer.status).toBe(404);
    expect(answer.fault).toBe(`Action ${UNKNOWN} could not be found`);
  });
});
