import { randomUUID } from "node:crypto";
import { startTestPostgres, type TestPostgres } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Catalogue } from "./catalogue.ts";
import { openDatabase } from "./database.ts";
import { prepareDatabase } from "./migrate.ts";
import { autoCommit, rows } from "./transaction.ts";

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());

const unit = null;
const indicator = { name: "moves", description: "Moves.", unit, schema: '{"type": "integer"}' };
const CATALOGUE: Catalogue = {
  goals: [
    { name: "server", displayName: "Server", efficacySpecification: [indicator] },
    { name: "dummy", displayName: "Dummy", efficacySpecification: [] },
    { name: "airflow", displayName: "Airflow", efficacySpecification: [] },
  ],
  strategies: [
    { name: "sleepy", displayName: "Sleepy", goalName: "dummy", parametersSpec: { type: "object" } },
    { name: "basic", displayName: "Basic", goalName: "server", parametersSpec: {} },
  ],
};

async function open(url: string) {
  const orm = await openDatabase(url);
  const query = <Row>(text: string) => rows<Row>(autoCommit(orm), text, []);
  return { orm, query, [Symbol.asyncDispose]: () => orm.close() };
}

describe("the schema", () => {
  test("migrations make what the entities say, and a second run changes nothing", async () => {
    await using database = await open(await server.newDatabase());
    await prepareDatabase(database.orm, CATALOGUE);
    expect(await database.orm.schema.getUpdateSchemaSQL()).toBe("");
    await prepareDatabase(database.orm, CATALOGUE);
    expect(await database.query("select name from mikro_orm_migrations")).toEqual([
      { name: "0001_init" },
      { name: "0002_replay" },
      { name: "0003_lives" },
      { name: "0004_guarantees" },
      { name: "0005_outages" },
      { name: "0006_traces" },
      { name: "0007_processes" },
      { name: "0008_plan_claims" },
      { name: "0009_deleted_actions" },
      { name: "0010_plan_efficacy" },
    ]);
  });

  test("several processes that start at once wait for each other", async () => {
    const url = await server.newDatabase();
    const databases = await Promise.all(Array.from({ length: 4 }, () => open(url)));
    try {
      await Promise.all(databases.map(({ orm }) => prepareDatabase(orm, CATALOGUE)));
      expect(await databases[0]!.query("select name from mikro_orm_migrations")).toHaveLength(10);
      expect(await databases[0]!.query("select id from goal")).toHaveLength(3);
    } finally {
      await Promise.all(databases.map(({ orm }) => orm.close()));
    }
  });

  test("an audit has at most one run that is due or live", async () => {
    await using database = await open(await server.newDatabase());
    await prepareDatabase(database.orm, CATALOGUE);
    await database.query(
      `insert into audit (uuid, name, audit_type, state, goal_id) values ('${randomUUID()}', 'a', 'EVENT', 'PENDING', 1)`,
    );
    const run = (state: string) =>
      database.query(
        `insert into run (run_id, audit_id, state, cause, seed) values ('${randomUUID()}', 1, '${state}', 'EVENT', 7)`,
      );
    await run("DUE");
    await run("SUCCEEDED");
    await expect(run("LIVE")).rejects.toThrow("run_one_open_unique");
    await expect(run("ASLEEP")).rejects.toThrow("run_state_check");
  });
});

describe("the catalogue", () => {
  test("ids come in name order, changes are taken over, nothing else is touched", async () => {
    await using database = await open(await server.newDatabase());
    await prepareDatabase(database.orm, CATALOGUE);
    const goals = () =>
      database.query(
        "select id::text, name, display_name, efficacy_specification, updated_at from goal order by id",
      );
    const first = await goals();
    expect(first).toMatchObject([
      { id: "1", name: "airflow" },
      { id: "2", name: "dummy" },
      { id: "3", name: "server", efficacy_specification: [indicator] },
    ]);
    expect(await database.query("select id::text, name, goal_id::text from strategy order by id")).toEqual([
      { id: "1", name: "basic", goal_id: "3" },
      { id: "2", name: "sleepy", goal_id: "2" },
    ]);

    await prepareDatabase(database.orm, CATALOGUE);
    expect(await goals()).toEqual(first);

    const next = {
      goals: [
        ...CATALOGUE.goals.filter(({ name }) => name !== "dummy"),
        { name: "dummy", displayName: "Test goal", efficacySpecification: [] },
        { name: "balance", displayName: "Balance", efficacySpecification: [] },
      ],
      strategies: CATALOGUE.strategies,
    };
    await prepareDatabase(database.orm, next);
    expect(await goals()).toMatchObject([
      { id: "1", updated_at: null },
      { id: "2", name: "dummy", display_name: "Test goal", updated_at: expect.any(String) },
      { id: "3", updated_at: null },
      { id: "4", name: "balance" },
    ]);
  });
});
