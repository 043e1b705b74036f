/** 3, 4, 8.1 and 8.2: goals, strategies, scoring engines, services. */

import { describe, expect, it } from "vitest";
import { call, outcome } from "../calls.ts";
import { contract } from "../contract.ts";
import { UUID, WITH_OFFSET, WITHOUT_OFFSET } from "../given.ts";

const members = (value: object) => Object.keys(value).sort();
const GOAL = ["uuid", "name", "display_name", "efficacy_specification", "links"];
const STRATEGY = ["uuid", "name", "display_name", "goal_uuid", "goal_name", "links"];
const ENGINE = ["uuid", "name", "description", "links"];
const SERVICE = ["id", "name", "host", "status", "links"];
const TIMES = ["created_at", "updated_at", "deleted_at"];

const VIEWS = [
  ["goals", "dummy", GOAL, TIMES],
  ["strategies", "dummy", STRATEGY, ["parameters_spec"]],
  ["scoring_engines", "dummy_scorer", ENGINE, ["metainfo"]],
  ["services", "watcher-applier", SERVICE, ["last_seen_up", ...TIMES]],
] as const;

describe("3, 4, 8.1, 8.2 views", () => {
  it.each(VIEWS)("%s: members of list, detail and show", async (collection, one, listed, more) => {
    const full = [...listed, ...more].sort();
    for (const item of (await call(`GET /v1/${collection}`)).body[collection]) {
      expect(members(item)).toEqual([...listed].sort());
    }
    for (const item of (await call(`GET /v1/${collection}/detail`)).body[collection]) {
      expect(members(item)).toEqual(full);
    }
    expect(members((await call(`GET /v1/${collection}/${one}`)).body)).toEqual(full);
  });
});

describe("3 goals", () => {
  it("show has exactly eight members, of their types", async () => {
    const { body } = await call("GET /v1/goals/dummy");
    expect(members(body)).toHaveLength(8);
    expect(body).toMatchObject({
      uuid: expect.stringMatching(UUID),
      name: "dummy",
      display_name: expect.stringMatching(/./),
      efficacy_specification: expect.any(Array),
      created_at: expect.stringMatching(WITH_OFFSET),
      deleted_at: null,
    });
  });

  it("efficacy_specification is a list of name, description, unit and schema as text", async () => {
    const { body } = await call("GET /v1/goals");
    const all = body.goals.flatMap(
      (goal: { efficacy_specification: object[] }) => goal.efficacy_specification,
    );
    expect(all.length).toBeGreaterThan(0);
    for (const one of all) {
      expect(members(one)).toEqual(["description", "name", "schema", "unit"]);
      expect(JSON.parse(one.schema)).toBeTypeOf("object");
      expect(one.unit === null || typeof one.unit === "string").toBe(true);
    }
  });

  it("404", async () => {
    expect(outcome(await call("GET /v1/goals/x"))).toEqual([404, "Goal x could not be found"]);
  });

  it("those that ship", async () => {
    const { body } = await call("GET /v1/goals?sort_key=name");
    expect(body.goals.map(({ name }: { name: string }) => name)).toEqual([
      ...["airflow_optimization", "cluster_maintaining", "dummy", "hardware_maintenance", "noisy_neighbor"],
      ...[
        "saving_energy",
        "server_consolidation",
        "thermal_optimization",
        "unclassified",
        "workload_balancing",
      ],
    ]);
  });
});

/** Strategy and goal, as the contract has them. */
const SHIPPED = {
  actuator: "unclassified",
  basic: "server_consolidation",
  node_resource_consolidation: "server_consolidation",
  vm_workload_consolidation: "server_consolidation",
  dummy: "dummy",
  dummy_with_resize: "dummy",
  dummy_with_scorer: "dummy",
  host_maintenance: "cluster_maintaining",
  noisy_neighbor: "noisy_neighbor",
  outlet_temperature: "thermal_optimization",
  saving_energy: "saving_energy",
  storage_capacity_balance: "workload_balancing",
  workload_balance: "workload_balancing",
  workload_stabilization: "workload_balancing",
  uniform_airflow: "airflow_optimization",
  zone_migration: "hardware_maintenance",
};
type Strategy = { name: string; goal_name: string; goal_uuid: string; parameters_spec: unknown };

describe("4 strategies", () => {
  it("those that ship, each of its goal, ids in name order", async () => {
    const { body } = await call("GET /v1/strategies");
    const seen = body.strategies.map(({ name, goal_name }: Strategy) => [name, goal_name]);
    expect(Object.fromEntries(seen)).toEqual(SHIPPED);
    const names = seen.map(([name]: string[]) => name);
    expect(names).toEqual([...names].sort());
  });

  it("parameters_spec is an object everywhere", async () => {
    const { body } = await call("GET /v1/strategies/detail");
    for (const { parameters_spec: spec } of body.strategies as Strategy[]) {
      expect(spec !== null && typeof spec === "object" && !Array.isArray(spec)).toBe(true);
    }
  });

  it("404", async () => {
    expect(outcome(await call("GET /v1/strategies/x"))).toEqual([404, "Strategy x could not be found"]);
  });

  const AVAILABLE = /^(not )?available$/;

  it.each(Object.keys(SHIPPED))("state of %s: four rows in order", async (name) => {
    const { status, body } = await call(`GET /v1/strategies/${name}/state`);
    expect(status).toBe(200);
    expect(body).toHaveLength(4);
    for (const row of body) expect(members(row)).toEqual(["comment", "mandatory", "state", "type"]);
    const [datasource, metrics, cdm, named] = body;
    const presented = datasource.state !== "Datasource is not presented for this strategy";
    if (presented) expect(datasource.state).toMatch(/^\S+: (not )?available$/);
    expect(datasource).toMatchObject({ type: "Datasource", mandatory: true, comment: "" });
    expect(metrics).toMatchObject({
      type: "Metrics",
      mandatory: false,
      comment: "",
      state: expect.any(Array),
    });
    if (!presented) expect(metrics.state).toEqual([]);
    for (const metric of metrics.state) {
      expect(Object.values(metric)).toEqual([expect.stringMatching(AVAILABLE)]);
    }
    expect(cdm).toEqual({
      type: "CDM",
      mandatory: true,
      comment: "",
      state: [
        { compute_model: expect.stringMatching(AVAILABLE) },
        { storage_model: expect.stringMatching(AVAILABLE) },
        { baremetal_model: expect.stringMatching(AVAILABLE) },
      ],
    });
    expect(named).toEqual({ type: "Name", state: name, mandatory: "", comment: "" });
  });

  it("state of an unknown one is 404, of none 400", async () => {
    expect((await call("GET /v1/strategies/nope/state")).status).toBe(404);
    expect(outcome(await call("GET /v1/strategies/state"))).toEqual([400, 'Missing argument: "strategy"']);
  });
});

describe("8.1 scoring engines", () => {
  it("those that ship", async () => {
    const { body } = await call("GET /v1/scoring_engines?sort_key=name");
    expect(body.scoring_engines.map(({ name }: { name: string }) => name)).toEqual([
      ...["dummy_avg_scorer", "dummy_max_scorer", "dummy_min_scorer", "dummy_scorer"],
    ]);
  });

  it("metainfo is text or null", async () => {
    const { body } = await call("GET /v1/scoring_engines/detail");
    for (const { metainfo } of body.scoring_engines) {
      expect(metainfo === null || typeof metainfo === "string").toBe(true);
    }
  });

  it("404", async () => {
    expect(outcome(await call("GET /v1/scoring_engines/x"))).toEqual([
      404,
      "ScoringEngine x could not be found",
    ]);
  });
});

describe("8.2 services", () => {
  it.each(["watcher-decision-engine", "watcher-applier"])("%s is there and has been seen", async (name) => {
    const { status, body } = await call(`GET /v1/services/${name}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: expect.any(Number),
      name,
      host: expect.stringMatching(/./),
      status: "ACTIVE",
      last_seen_up: expect.stringMatching(WITHOUT_OFFSET),
    });
  });

  const insert = async (name: string, host: string, ageS: number) => {
    const [row] = await contract().system.rows<{ id: string }>(
      `insert into service (name, host, last_seen_up)
       values ($1, $2, clock_timestamp() - make_interval(secs => $3)) returning id`,
      [name, host, ageS],
    );
    return Number(row!.id);
  };
  const remove = (name: string) => contract().system.rows("delete from service where name = $1", [name]);

  it("status turns FAILED when service_down_time, 90 s, is over", async () => {
    await insert("contract-service", "young", 80);
    const old = await insert("contract-service", "old", 100);
    expect((await call("GET /v1/services/contract-service")).body).toMatchObject({
      host: "young",
      status: "ACTIVE",
    });
    expect((await call(`GET /v1/services/${old}`)).body.status).toBe("FAILED");
    await remove("contract-service");
  });

  it("one name on several hosts is the lowest id (fix)", async () => {
    const first = await insert("contract-twice", "b", 0);
    await insert("contract-twice", "a", 0);
    expect((await call("GET /v1/services/contract-twice")).body.id).toBe(first);
    await remove("contract-twice");
  });

  it("404", async () => {
    expect(outcome(await call("GET /v1/services/x"))).toEqual([404, "The service x cannot be found."]);
    expect(outcome(await call("GET /v1/services/99999"))).toEqual([
      404,
      "The service 99999 cannot be found.",
    ]);
  });
});
