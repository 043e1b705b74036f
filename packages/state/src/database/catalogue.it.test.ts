import { startTestPostgres, type TestPostgres } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Catalogue } from "./catalogue.ts";
import { openDatabase } from "./database.ts";
import { prepareDatabase } from "./migrate.ts";
import { autoCommit, rows } from "./transaction.ts";

/** What a start makes of goals, strategies, scoring engines, and of audits and plans of strategies that changed. */

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres();
});
afterAll(() => server.stop());

async function open() {
  const orm = await openDatabase(await server.newDatabase());
  const query = <Row>(text: string) => rows<Row>(autoCommit(orm), text, []);
  const start = (catalogue: Catalogue) => prepareDatabase(orm, catalogue);
  return { query, start, [Symbol.asyncDispose]: () => orm.close() };
}

type Database = Awaited<ReturnType<typeof open>>;

const SPEC = { type: "object", properties: { n: { type: "integer", default: 1, description: "A number." } } };
const strategy = (name: string, parametersSpec: object = SPEC) => ({
  name,
  displayName: name,
  goalName: "dummy",
  parametersSpec,
});
const goal = (name: string) => ({ name, displayName: name, efficacySpecification: [] });
const engine = (name: string, description = "d") => ({ name, description, metainfo: "" });

const FIRST: Catalogue = {
  goals: [goal("dummy"), goal("balance")],
  strategies: [strategy("steady"), strategy("gone"), strategy("altered")],
  scoringEngines: [engine("b_scorer"), engine("a_scorer")],
};
/** `gone` vanished, `altered` takes other parameters. */
const SECOND: Catalogue = {
  goals: [goal("dummy"), goal("airflow")],
  strategies: [
    strategy("steady"),
    strategy("altered", { ...SPEC, additionalProperties: false }),
    strategy("new"),
  ],
  scoringEngines: [engine("a_scorer", "other"), engine("c_scorer")],
};

const TABLES = [
  "goal",
  "strategy",
  "scoring_engine",
  "catalogue",
  "audit",
  "action_plan",
  "action",
  "run",
  "event",
];

async function everything({ query }: Database): Promise<unknown[]> {
  const tables = [...TABLES, "outbox"].map((table) => query(`select * from ${table} order by id`));
  return Promise.all(tables);
}

describe("goals, strategies and scoring engines", () => {
  test("scoring engines come in name order and follow the release", async () => {
    await using database = await open();
    const engines = () =>
      database.query(
        "select id::text as id, name, description, metainfo, deleted_at is not null as deleted from scoring_engine order by scoring_engine.id",
      );
    await database.start(FIRST);
    expect(await engines()).toEqual([
      { id: "1", name: "a_scorer", description: "d", metainfo: "", deleted: false },
      { id: "2", name: "b_scorer", description: "d", metainfo: "", deleted: false },
    ]);
    await database.start(SECOND);
    expect(await engines()).toEqual([
      { id: "1", name: "a_scorer", description: "other", metainfo: "", deleted: false },
      { id: "2", name: "b_scorer", description: "d", metainfo: "", deleted: true },
      { id: "3", name: "c_scorer", description: "d", metainfo: "", deleted: false },
    ]);
  });

  test("what vanished is deleted softly, and is itself again when it comes back", async () => {
    await using database = await open();
    const live = (table: string) =>
      database.query<{ row: string }>(
        `select id || ' ' || name as row from ${table} where deleted_at is null order by id`,
      );
    const names = async (table: string) => (await live(table)).map(({ row }) => row);
    await database.start(FIRST);
    expect(await names("goal")).toEqual(["1 balance", "2 dummy"]);
    expect(await names("strategy")).toEqual(["1 altered", "2 gone", "3 steady"]);
    await database.start(SECOND);
    expect(await names("goal")).toEqual(["2 dummy", "3 airflow"]);
    expect(await names("strategy")).toEqual(["1 altered", "3 steady", "4 new"]);
    await database.start({ ...FIRST, goals: [...FIRST.goals, goal("airflow")] });
    expect(await names("goal")).toEqual(["1 balance", "2 dummy", "3 airflow"]);
    expect(await names("strategy")).toEqual(["1 altered", "2 gone", "3 steady"]);
  });

  test("a repeated start changes nothing", async () => {
    await using database = await open();
    await database.start(FIRST);
    await makeLives(database);
    await database.start(SECOND);
    const after = await everything(database);
    expect(await database.start(SECOND)).toEqual({ isOlder: false, retired: [], audits: 0, plans: 0 });
    expect(await everything(database)).toEqual(after);
  });

  test("an older release that starts beside a newer one changes nothing, nor does the newer one after it", async () => {
    await using database = await open();
    await database.start(FIRST);
    await database.start(SECOND);
    await makeLives(database);
    const after = await everything(database);
    for (const [catalogue, isOlder] of [
      [FIRST, true],
      [SECOND, false],
      [FIRST, true],
    ] as const) {
      expect(await database.start(catalogue)).toEqual({ isOlder, retired: [], audits: 0, plans: 0 });
      expect(await everything(database)).toEqual(after);
    }
  });

  test("processes of one release that start together cancel once", async () => {
    await using database = await open();
    await database.start(FIRST);
    await makeLives(database);
    const starts = await Promise.all(Array.from({ length: 4 }, () => database.start(SECOND)));
    expect(starts.filter(({ retired }) => retired.length > 0)).toHaveLength(1);
  });
});

const AUDIT_STATES = ["PENDING", "ONGOING", "SUCCEEDED", "FAILED", "CANCELLED", "SUSPENDED"];
const PLAN_STATES = [
  "RECOMMENDED",
  "PENDING",
  "ONGOING",
  "SUCCEEDED",
  "FAILED",
  "CANCELLING",
  "CANCELLED",
  "SUPERSEDED",
];

/** Audits of each type in each state for each strategy; a plan in each state and an open run for some of them. */
async function makeLives({ query }: Database): Promise<void> {
  const list = (values: readonly string[]) => values.map((value) => `('${value}')`).join(",");
  await query(`insert into audit (uuid, name, audit_type, state, goal_id, strategy_id)
    select gen_random_uuid(), s.name || ' ' || t.type || ' ' || x.state, t.type, x.state, s.goal_id, s.id
    from strategy s, (values ('ONESHOT'), ('CONTINUOUS'), ('EVENT')) t(type), (values ${list(AUDIT_STATES)}) x(state)
    order by s.id, t.type, x.state`);
  await query(`insert into run (run_id, audit_id, state, cause, seed)
    select gen_random_uuid(), id, 'SUCCEEDED', audit_type, n from audit, generate_series(1, 8) n
    where name like '% ONESHOT SUCCEEDED' order by id, n`);
  await query(`insert into action_plan (uuid, audit_id, strategy_id, run_id, state)
    select gen_random_uuid(), a.id, a.strategy_id, r.id, (array[${PLAN_STATES.map((state) => `'${state}'`).join(",")}])[r.seed]
    from run r join audit a on a.id = r.audit_id order by r.id`);
  await query(`insert into action (uuid, action_plan_id, action_type, state)
    select gen_random_uuid(), id, 'nop', case when state = 'SUCCEEDED' then 'SUCCEEDED' else 'PENDING' end from action_plan
    order by id`);
  await query(`insert into run (run_id, audit_id, state, cause, seed)
    select gen_random_uuid(), id, case state when 'ONGOING' then 'LIVE' else 'DUE' end, audit_type, 1 from audit
    where state in ('PENDING', 'ONGOING') order by id`);
  await query(`insert into event (event_id, audit_id, fate, run_id, occurrence_key, base_hash, exact, request_id, format,
      body_parse, current, body, sender, audit_ident, stream_sequence, stream_time, received_at)
    select gen_random_uuid(), r.audit_id, case r.state when 'LIVE' then 'LEASED' else 'WAITING' end,
      case r.state when 'LIVE' then r.id end, 'k', 'b', true, '', 'aodh', 'ok', 'alarm', '', '{}', 'i', r.id, now(), now()
    from run r where r.state in ('DUE', 'LIVE') and r.cause = 'EVENT' order by r.id`);
}

describe("a strategy that vanished or takes other parameters", () => {
  const CHANGED = ["altered", "gone"];
  const statesOf = async ({ query }: Database, select: string, name: string) =>
    (
      await query<{ state: string; n: number }>(
        `select x.state, count(*)::int as n from (${select}) x where x.name = '${name}' group by 1 order by 1`,
      )
    ).map(({ state, n }) => `${n} ${state}`);

  async function retired() {
    const database = await open();
    await database.start(FIRST);
    await makeLives(database);
    return { database, result: await database.start(SECOND) };
  }

  test("its audits that may still run are CANCELLED and say why; those of others stay", async () => {
    const { database, result } = await retired();
    await using _database = database;
    expect(result).toMatchObject({
      retired: [
        { name: "altered", reason: "strategy altered takes other parameters than before" },
        { name: "gone", reason: "strategy gone is no longer offered" },
      ],
      audits: 20,
      plans: 6,
    });
    const changed = await database.query<{ name: string; status_message: string; version: string }>(
      "select name, status_message, version::text as version from audit where version > 1 order by id",
    );
    const expected = CHANGED.flatMap((name) => [
      ...["CONTINUOUS ONGOING", "CONTINUOUS PENDING", "CONTINUOUS SUSPENDED"].map(
        (rest) => `${name} ${rest}`,
      ),
      ...["EVENT ONGOING", "EVENT PENDING", "EVENT SUCCEEDED", "EVENT SUSPENDED"].map(
        (rest) => `${name} ${rest}`,
      ),
      ...["ONESHOT ONGOING", "ONESHOT PENDING", "ONESHOT SUSPENDED"].map((rest) => `${name} ${rest}`),
    ]);
    expect(changed.map(({ name }) => name)).toEqual(expected);
    expect(new Set(changed.map(({ status_message }) => status_message))).toEqual(
      new Set(result.retired.map(({ reason }) => reason)),
    );
    const told = await database.query<{ index_entry: object; data: object }>(
      "select data, index_entry from outbox where kind = 'audit' order by id",
    );
    expect(told).toHaveLength(20);
    for (const { data, index_entry } of told) {
      expect(data).toMatchObject({ state: "CANCELLED" });
      expect(index_entry).toMatchObject({ state: "CANCELLED", version: "2", deleted: false });
    }
  });

  test("its plans that are not finished end, those under way through their applier", async () => {
    const { database } = await retired();
    await using _database = database;
    const plans = "select s.name, p.state from action_plan p join strategy s on s.id = p.strategy_id";
    const actions = `select s.name, x.state from action x join action_plan p on p.id = x.action_plan_id
      join strategy s on s.id = p.strategy_id`;
    for (const name of CHANGED) {
      expect(await statesOf(database, plans, name)).toEqual([
        "3 CANCELLED",
        "2 CANCELLING",
        "1 FAILED",
        "1 SUCCEEDED",
        "1 SUPERSEDED",
      ]);
      // Those of the two plans that nobody had begun.
      expect(await statesOf(database, actions, name)).toEqual(["2 CANCELLED", "5 PENDING", "1 SUCCEEDED"]);
    }
    expect(await statesOf(database, plans, "steady")).toHaveLength(PLAN_STATES.length);
    expect(await database.query("select 1 from outbox where kind = 'action_plan'")).toHaveLength(6);
  });

  test("its open runs are DISCARDED with their events", async () => {
    const { database } = await retired();
    await using _database = database;
    const runs =
      "select s.name, r.state from run r join audit a on a.id = r.audit_id join strategy s on s.id = a.strategy_id";
    const events = `select s.name, e.fate as state from event e join audit a on a.id = e.audit_id
      join strategy s on s.id = a.strategy_id`;
    for (const name of CHANGED) {
      expect(await statesOf(database, runs, name)).toEqual(["6 DISCARDED", "8 SUCCEEDED"]);
      expect(await statesOf(database, events, name)).toEqual(["2 DISCARDED"]);
    }
    expect(await statesOf(database, runs, "steady")).toEqual(["3 DUE", "3 LIVE", "8 SUCCEEDED"]);
    expect(await statesOf(database, events, "steady")).toEqual(["1 LEASED", "1 WAITING"]);
  });

  test("other words for the same parameters cancel nothing, and are shown", async () => {
    await using database = await open();
    await database.start(FIRST);
    await makeLives(database);
    const described = {
      properties: { n: { description: "Some number.", default: 1, type: "integer" } },
      type: "object",
    };
    const strategies = FIRST.strategies.map(({ name }) => strategy(name, described));
    expect(await database.start({ ...FIRST, strategies })).toMatchObject({
      retired: [],
      audits: 0,
      plans: 0,
    });
    expect(await database.query("select 1 from outbox")).toEqual([]);
    const [row] = await database.query<{ parameters_spec: object }>("select parameters_spec from strategy");
    expect(row?.parameters_spec).toEqual(described);
  });
});
