import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, Fixture, type Served } from "../testing/fixture.ts";

let fixture: Fixture;
let served: Served;

beforeAll(async () => {
  fixture = await Fixture.start();
  served = await fixture.serve();
});

afterAll(async () => {
  await served?.stop();
  await fixture?.stop();
});

const get = (path: string, headers = {}) => call(`${served.url}${path}`, "GET", undefined, headers);

describe("rest-api 3 goals", () => {
  test("trap 19: a single goal has exactly eight members", async () => {
    const answer = await get("/v1/goals/dummy");
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).sort()).toEqual([
      "created_at",
      "deleted_at",
      "display_name",
      "efficacy_specification",
      "links",
      "name",
      "updated_at",
      "uuid",
    ]);
    expect(answer.body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/);
    expect(answer.body.deleted_at).toBeNull();
  });

  test("trap 17: DUMMY is found as well as dummy", async () => {
    const lower = (await get("/v1/goals/dummy")).body;
    for (const name of ["DUMMY", "Dummy", lower.uuid]) {
      expect((await get(`/v1/goals/${name}`)).body).toEqual(lower);
    }
  });

  test("all ten ship, in creation order", async () => {
    const { goals } = (await get("/v1/goals")).body;
    expect(goals.map((goal: { name: string }) => goal.name)).toEqual([
      "airflow_optimization",
      "cluster_maintaining",
      "dummy",
      "hardware_maintenance",
      "noisy_neighbor",
      "saving_energy",
      "server_consolidation",
      "thermal_optimization",
      "unclassified",
      "workload_balancing",
    ]);
    for (const goal of goals) expect(Array.isArray(goal.efficacy_specification)).toBe(true);
    expect(goals[0]).not.toHaveProperty("created_at");
    expect((await get("/v1/goals/detail")).body.goals[0]).toHaveProperty("created_at");
  });

  test("paging by UUID", async () => {
    const first = (await get("/v1/goals/detail?limit=6&sort_key=name&sort_dir=desc")).body;
    expect(first.next).toContain("/v1/goals/detail?sort_key=name&sort_dir=desc&limit=6&marker=");
    const second = (await call(first.next)).body;
    expect(second.goals).toHaveLength(4);
    expect(second.goals.at(-1).name).toBe("airflow_optimization");
  });

  test.each([
    "id",
    "uuid",
    "name",
    "display_name",
    "efficacy_specification",
    "created_at",
    "updated_at",
    "deleted_at",
  ])("sort key %s", async (key) => {
    expect((await get(`/v1/goals?sort_key=${key}`)).status).toBe(200);
  });

  test("unknown goal, unknown marker", async () => {
    const goal = await get("/v1/goals/nope");
    expect(goal.status).toBe(404);
    expect(goal.fault).toBe("Goal nope could not be found");
    expect((await get("/v1/goals?marker=nope")).status).toBe(404);
  });

  test("without rights: 404 for unknown goals, 403 for known ones", async () => {
    expect((await get("/v1/goals/nope", { "x-roles": "member" })).status).toBe(404);
    const known = await get("/v1/goals/dummy", { "x-roles": "member" });
    expect(known.status).toBe(403);
    expect(known.fault).toBe("Policy doesn't allow goal:get to be performed.");
  });

  test("X-Show-Deleted is taken", async () => {
    expect((await get("/v1/goals", { "x-show-deleted": "true" })).body.goals).toHaveLength(10);
  });
});

describe("rest-api 4 strategies", () => {
  test("each belongs to its goal", async () => {
    const { strategies } = (await get("/v1/strategies")).body;
    const pairs = Object.fromEntries(
      strategies.map((s: { name: string; goal_name: string }) => [s.name, s.goal_name]),
    );
    expect(pairs).toMatchObject({
      dummy: "dummy",
      host_maintenance: "cluster_maintaining",
      workload_balance: "workload_balancing",
    });
    expect(Object.keys(pairs)).toEqual(Object.keys(pairs).sort());
  });

  test("a single one has parameters_spec and no times", async () => {
    const { body } = await get("/v1/strategies/dummy");
    expect(Object.keys(body).sort()).toEqual([
      "display_name",
      "goal_name",
      "goal_uuid",
      "links",
      "name",
      "parameters_spec",
      "uuid",
    ]);
    expect(body.parameters_spec.properties).toHaveProperty("para1");
  });

  test("trap 34: filtered by the goal's UUID, with /detail", async () => {
    const goal = (await get("/v1/goals/dummy")).body;
    for (const filter of [goal.uuid, "dummy", "DUMMY"]) {
      const { strategies } = (await get(`/v1/strategies/detail?goal=${filter}`)).body;
      expect(strategies.map((s: { name: string }) => s.name)).toEqual([
        "dummy",
        "dummy_with_resize",
        "dummy_with_scorer",
      ]);
      expect(strategies[0]).toHaveProperty("parameters_spec");
    }
    expect((await get("/v1/strategies?goal=nope")).body).toEqual({ strategies: [] });
  });

  test.each(["id", "uuid", "name", "display_name", "goal_id", "parameters_spec", "goal_uuid", "goal_name"])(
    "sort key %s",
    async (key) => {
      expect((await get(`/v1/strategies?sort_key=${key}`)).status).toBe(200);
    },
  );

  test("unknown strategy", async () => {
    expect((await get("/v1/strategies/nope")).fault).toBe("Strategy nope could not be found");
  });
});
