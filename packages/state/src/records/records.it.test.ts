import type { MikroORM } from "@mikro-orm/postgresql";
import { VigilError } from "@vigil/core";
import type { Page, RecordServiceImpl } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { startTestPostgres, type TestPostgres } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../database/database.ts";
import { prepareDatabase } from "../database/migrate.ts";
import { autoCommit, firstRow, rows } from "../runs/transaction.ts";
import { ACTION_PLANS, ACTIONS } from "./action-plans.ts";
import { AUDITS } from "./audits.ts";
import { GOALS, STRATEGIES } from "./goals.ts";
import { EVENTS, RUNS } from "./ledger.ts";
import { createRecordService } from "./record-service.ts";
import type { Resource } from "./resource.ts";

/** Reading: paging, lookups, filters, forms of values. Rows are made by SQL, with repeated values and nulls. */

let server: TestPostgres;
let orm: MikroORM;
let records: RecordServiceImpl;

const never = async () => true;

beforeAll(async () => {
  server = await startTestPostgres();
  orm = await openDatabase(await server.newDatabase());
  await prepareDatabase(orm, {
    goals: ["dummy", "Big", "airflow"].map((name) => ({
      name,
      displayName: "Goal",
      efficacySpecification: [],
    })),
    strategies: [
      { name: "sleepy", displayName: "Sleepy", goalName: "dummy", parametersSpec: { type: "object" } },
      { name: "basic", displayName: "Basic", goalName: "Big", parametersSpec: {} },
    ],
  });
  await fill(orm);
  const relay = { notifyCommitted: () => undefined, whenPublished: never };
  const logger = createLogger({ role: "state", level: "silent" });
  records = createRecordService({ orm, logger, relay, wakeWorkers: () => undefined });
});

afterAll(async () => {
  await orm?.close();
  await server?.stop();
});

/** Forty of each; every fifth audit is deleted. n % k makes values repeat, nullif leaves some out. */
async function fill(target: MikroORM): Promise<void> {
  const uuid = (kind: string) => `md5('${kind}' || n)::uuid`;
  const numbers = "from generate_series(1, 40) n";
  const statements = [
    `insert into audit (uuid, name, audit_type, state, goal_id, strategy_id, parameters, "interval", scope, auto_trigger,
       force, next_run_time, start_time, hostname, status_message, updated_at, deleted_at)
     select ${uuid("audit")}, 'Audit ' || n, (array['EVENT', 'ONESHOT', 'CONTINUOUS'])[n % 3 + 1],
       (array['PENDING', 'SUCCEEDED'])[n % 2 + 1], n % 3 + 1, nullif(n % 3, 0), jsonb_build_object('p', n % 4),
       nullif(n % 4, 0)::text, jsonb_build_array(n % 3), n % 2 = 0, n % 3 = 0,
       case when n % 3 > 0 then timestamptz '2026-11-22 16:48:53.723951+00' + n % 5 * interval '1 microsecond' end,
       case when n % 4 > 0 then timestamptz '2027-01-01 09:00:00+01' end, nullif('host-' || n % 3, 'host-0'),
       nullif('message ' || n % 2, 'message 1'), case when n % 2 = 0 then now() end,
       case when n % 5 = 0 then now() end ${numbers}`,
    `insert into run (run_id, audit_id, state, cause, seed, strategy_name, explanation, started_at)
     select ${uuid("run")}, n, (array['SUCCEEDED', 'FAILED'])[n % 2 + 1], 'EVENT', 4294967295 - n % 2, nullif('s' || n % 3, 's0'),
       '{"why": 1}', case when n % 3 > 0 then now() end ${numbers}`,
    `insert into event (event_id, audit_id, fate, run_id, occurrence_key, base_hash, exact, request_id, format, body_parse,
       current, body, sender, audit_ident, stream_sequence, stream_time, received_at)
     select ${uuid("event")}, nullif(n % 10, 0), (array['DONE', 'DUPLICATE'])[n % 2 + 1], nullif(n % 4, 0), 'k', 'b', true, '',
       'aodh', 'ok', 'alarm', convert_to(repeat('x', 40000), 'UTF8'), '{"user_id": "u"}', 'i', n, now(), now() ${numbers}`,
    `insert into action_plan (uuid, audit_id, strategy_id, run_id, state, global_efficacy, hostname, status_message)
     select ${uuid("plan")}, n, nullif(n % 3, 0), n, 'RECOMMENDED', jsonb_build_array(n % 2), nullif('h' || n % 2, 'h0'),
       nullif('m' || n % 3, 'm0') ${numbers}`,
    `insert into action (uuid, action_plan_id, action_type, state, input_parameters, parents, status_message)
     select ${uuid("action")}, n % 8 + 1, (array['nop', 'sleep', 'migrate'])[n % 3 + 1], 'PENDING',
       jsonb_build_object('n', n % 5), case when n % 2 = 0 then jsonb_build_array(${uuid("action")}) else '[]' end,
       nullif('m' || n % 2, 'm0') ${numbers}`,
    `insert into efficacy_indicator (uuid, action_plan_id, name, description, unit, value)
     select ${uuid("indicator")}, 1, 'i' || n, 'd', nullif('%' || n % 2, '%0'), n / 3.0 from generate_series(1, 3) n`,
  ];
  for (const statement of statements) await rows(autoCommit(target), statement, []);
}

/** Each list as a function of a page, giving ids. */
const LISTS: Record<string, { resource: Resource<never>; list: (page: Page) => Promise<Listed[]> }> = {
  goals: entry(GOALS, async (page) => (await records.listGoals({ page: full(page) })).goals),
  strategies: entry(
    STRATEGIES,
    async (page) => (await records.listStrategies({ page: full(page), goal: "" })).strategies,
  ),
  audits: entry(
    AUDITS,
    async (page) => (await records.listAudits({ page: full(page), goal: "", strategy: "" })).audits,
  ),
  action_plans: entry(
    ACTION_PLANS,
    async (page) =>
      (await records.listActionPlans({ page: full(page), auditUuid: "", strategy: "" })).actionPlans,
  ),
  actions: entry(
    ACTIONS,
    async (page) =>
      (await records.listActions({ page: full(page), actionPlanUuid: "", auditUuid: "" })).actions,
  ),
  events: entry(
    EVENTS,
    async (page) => (await records.listEvents({ page: full(page), auditUuid: "", fate: "" })).events,
  ),
  runs: entry(
    RUNS,
    async (page) => (await records.listRuns({ page: full(page), auditUuid: "", state: "" })).runs,
  ),
};

interface Listed {
  id?: unknown;
  uuid?: string;
  runId?: string;
  eventId?: string;
}

function entry(resource: unknown, list: (page: Page) => Promise<Listed[] | null | undefined>) {
  return { resource: resource as Resource<never>, list: async (page: Page) => (await list(page)) ?? [] };
}

function full(page: Page) {
  return { limit: 0, marker: "", sortKey: "", sortDir: "", showDeleted: false, ...page };
}

const ids = (listed: readonly Listed[]) => listed.map(({ id }) => String(id));
const markerOf = (kind: string, row: Listed) =>
  (kind === "events" ? row.eventId : kind === "runs" ? row.runId : row.uuid)!;

async function paged(kind: string, page: Page): Promise<string[]> {
  const found: string[] = [];
  let marker = "";
  for (;;) {
    const part = await LISTS[kind]!.list({ ...page, marker });
    if (part.length === 0) return found;
    found.push(...ids(part));
    marker = markerOf(kind, part.at(-1)!);
  }
}

async function failure(call: Promise<unknown> | undefined): Promise<VigilError> {
  const outcome = await call?.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(VigilError);
  return outcome as VigilError;
}

const KEYS: [string, string][] = Object.entries({
  goals: GOALS,
  strategies: STRATEGIES,
  audits: AUDITS,
  action_plans: ACTION_PLANS,
  actions: ACTIONS,
  events: EVENTS,
  runs: RUNS,
}).flatMap(([kind, { sortKeys }]) => Object.keys(sortKeys).map((key): [string, string] => [kind, key]));

describe("paging", () => {
  test.each(KEYS)(
    "%s by %s: pages put together are the whole list, in order, both ways",
    async (kind, sortKey) => {
      const { resource, list } = LISTS[kind]!;
      const { expression } = resource.sortKeys[sortKey]!;
      const { alias } = resource;
      const expected = await rows<{ id: string }>(
        autoCommit(orm),
        `select ${alias}.id::text as id from ${resource.tables} where ${resource.softDelete ? `${alias}.deleted_at is null` : "true"}
       order by (${expression}) is null desc, ${expression}, ${alias}.id`,
        [],
      );
      const ascending = ids(await list({ sortKey }));
      expect(ascending).toEqual(expected.map(({ id }) => id));
      expect(ids(await list({ sortKey, sortDir: "desc" }))).toEqual(ascending.toReversed());
      for (const limit of [1, 7]) {
        if (limit === 1 && ascending.length > 10 && sortKey !== "id") continue;
        expect(await paged(kind, { sortKey, limit })).toEqual(ascending);
        expect(await paged(kind, { sortKey, limit, sortDir: "desc" })).toEqual(ascending.toReversed());
      }
    },
  );

  test("the sort keys are those of the API, nothing more", () => {
    const common = ["id", "uuid", "created_at", "updated_at", "deleted_at"];
    const keysOf = (resource: { sortKeys: object }) =>
      Object.keys(resource.sortKeys)
        .filter((key) => !common.includes(key))
        .sort();
    expect(keysOf(GOALS)).toEqual(["display_name", "efficacy_specification", "name"]);
    expect(keysOf(STRATEGIES)).toEqual([
      "display_name",
      "goal_id",
      "goal_name",
      "goal_uuid",
      "name",
      "parameters_spec",
    ]);
    expect(keysOf(AUDITS)).toEqual(
      "audit_type auto_trigger end_time force goal_id goal_name goal_uuid hostname interval name next_run_time parameters scope start_time state status_message strategy_id strategy_name strategy_uuid".split(
        " ",
      ),
    );
    expect(keysOf(ACTION_PLANS)).toEqual(
      "audit_id audit_uuid global_efficacy hostname state status_message strategy_id strategy_name strategy_uuid".split(
        " ",
      ),
    );
    expect(keysOf(ACTIONS)).toEqual(
      "action_plan_id action_plan_uuid action_type input_parameters parents state status_message".split(" "),
    );
  });

  test("a deleted row still marks its place; deleted rows are shown only when asked for", async () => {
    const list = LISTS.audits!.list;
    const all = await list({ showDeleted: true });
    expect(all).toHaveLength(40);
    expect(await list({})).toHaveLength(32);
    const deleted = all.find((audit) => String(audit.id) === "5")!;
    expect(ids(await list({ marker: deleted.uuid!, limit: 2 }))).toEqual(["6", "7"]);
  });

  test("what can't be asked for is refused in Watcher's words", async () => {
    const list = LISTS.audits!.list;
    expect(await failure(list({ sortKey: "goal" }))).toMatchObject({
      kind: "invalid-input",
      message: "Invalid sort key: goal",
    });
    expect(await failure(list({ sortKey: "toString" }))).toMatchObject({ kind: "invalid-input" });
    expect(await failure(list({ sortDir: "up" }))).toMatchObject({
      kind: "invalid-input",
      message: "Invalid sort direction: up. Acceptable values are 'asc' or 'desc'",
    });
    const unknown = "00000000-0000-4000-8000-000000000000";
    for (const marker of [unknown, "no-uuid", unknown.toUpperCase()]) {
      expect(await failure(list({ marker }))).toMatchObject({
        kind: "not-found",
        message: `Audit ${marker} could not be found`,
      });
    }
  });
});

describe("lookups", () => {
  const getGoal = (ident: string, showDeleted = false) => records.getGoal({ ident, showDeleted });
  const getAudit = (ident: string, showDeleted = false) => records.getAudit({ ident, showDeleted });

  test("by integer id, UUID and name in any case", async () => {
    const { goal } = await getGoal("DUMMY");
    expect(goal).toMatchObject({ name: "dummy", displayName: "Goal", efficacySpecificationJson: "[]" });
    expect((await getGoal(String(goal?.id))).goal).toEqual(goal);
    expect((await getGoal(goal!.uuid!)).goal).toEqual(goal);
    expect(await failure(getGoal(goal!.uuid!.toUpperCase()))).toMatchObject({ kind: "not-found" });
    expect(await failure(getGoal("nope"))).toMatchObject({
      kind: "not-found",
      message: "Goal nope could not be found",
    });
  });

  test("the exact case goes before any case, and numbers are only ids", async () => {
    const insert = (name: string) =>
      firstRow<{ uuid: string }>(
        autoCommit(orm),
        `insert into audit (uuid, name, audit_type, state, goal_id, deleted_at)
         values (gen_random_uuid(), $1, 'EVENT', 'PENDING', 1, now()) returning uuid`,
        [name],
      );
    await insert("twin");
    const upper = await insert("TWIN");
    const number = await insert("31");
    expect((await getAudit("TWIN", true)).audit?.uuid).toBe(upper?.uuid);
    expect((await getAudit("twiN", true)).audit?.name).toBe("twin");
    expect((await getAudit("31", true)).audit?.name).toBe("Audit 31");
    expect((await getAudit(number!.uuid, true)).audit?.name).toBe("31");
    expect(await failure(getAudit("twin"))).toMatchObject({ kind: "not-found" });
  });

  test("an audit comes whole: neighbours, JSON as text, microseconds, absent members left out", async () => {
    const { audit } = await getAudit("audit 1");
    expect(audit).toMatchObject({
      id: "1",
      name: "Audit 1",
      auditType: "ONESHOT",
      goalName: "airflow",
      strategyName: "basic",
      interval: "1",
      parametersJson: '{"p": 1}',
      scopeJson: "[1]",
      autoTrigger: false,
      nextRunTime: "2026-11-22T16:48:53.723952+00:00",
      startTime: "2027-01-01T08:00:00.000000+00:00",
      triggerStates: ["*"],
      version: "1",
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/),
    });
    expect(audit).not.toHaveProperty("endTime");
    expect(audit).not.toHaveProperty("updatedAt");
    const { audit: bare } = await getAudit("Audit 3");
    expect(bare).not.toHaveProperty("strategyUuid");
    expect(bare).not.toHaveProperty("nextRunTime");
  });

  test("plans and actions are found by UUID only", async () => {
    const [plan] = (await records.listActionPlans({ page: full({ limit: 1 }), auditUuid: "", strategy: "" }))
      .actionPlans!;
    expect(plan).toMatchObject({
      strategyName: "basic",
      globalEfficacyJson: "[1]",
      efficacyIndicators: [
        { name: "i1", description: "d", unit: "%1", value: 1 / 3 },
        { name: "i2", description: "d", value: 2 / 3 },
        { name: "i3", description: "d", unit: "%1", value: 1 },
      ],
    });
    expect((await records.getActionPlan({ uuid: plan!.uuid!, showDeleted: false })).actionPlan).toEqual(plan);
    expect(await failure(records.getActionPlan({ uuid: "1", showDeleted: false }))).toMatchObject({
      kind: "not-found",
      message: "ActionPlan 1 could not be found",
    });
    const [action] = (
      await records.listActions({ page: full({ limit: 1 }), actionPlanUuid: "", auditUuid: "" })
    ).actions!;
    expect((await records.getAction({ uuid: action!.uuid!, showDeleted: false })).action).toEqual(action);
    expect(await failure(records.getAction({ uuid: "x", showDeleted: true }))).toMatchObject({
      kind: "not-found",
    });
  });

  test("a run has its explanation, one of a list has not", async () => {
    const [listed] = (await records.listRuns({ page: full({ limit: 1 }), auditUuid: "", state: "" })).runs!;
    const { run } = await records.getRun({ runId: listed!.runId! });
    expect(run).toEqual({ ...listed, explanationJson: '{"why": 1}' });
    expect(run).toMatchObject({
      seed: 4_294_967_294,
      eventCount: 10,
      token: "0",
      actionPlanUuid: expect.any(String),
    });
  });
});

describe("filters", () => {
  const listAudits = async (goal: string, strategy = "") =>
    ids((await records.listAudits({ page: null, goal, strategy })).audits!);

  test("goal and strategy by UUID or name; what names nothing gives an empty list", async () => {
    const goal = (await records.getGoal({ ident: "dummy", showDeleted: false })).goal!;
    const byName = await listAudits("Dummy");
    expect(byName.length).toBeGreaterThan(5);
    expect(await listAudits(goal.uuid!)).toEqual(byName);
    expect(await listAudits("nope")).toEqual([]);
    expect(await listAudits(String(goal.id))).toEqual([]);
    expect(await listAudits("dummy", "nope")).toEqual([]);
    expect((await listAudits("", "sleepy")).length).toBeGreaterThan(5);
    expect((await records.listStrategies({ page: null, goal: "BIG" })).strategies).toMatchObject([
      { name: "basic" },
    ]);
  });

  test("plans and actions of one audit, actions of one plan, never both", async () => {
    const audit = (await records.getAudit({ ident: "1", showDeleted: false })).audit!;
    const plans = (await records.listActionPlans({ page: null, auditUuid: audit.uuid!, strategy: "" }))
      .actionPlans!;
    expect(plans).toHaveLength(1);
    const ofPlan = await records.listActions({ page: null, actionPlanUuid: plans[0]!.uuid!, auditUuid: "" });
    const ofAudit = await records.listActions({ page: null, actionPlanUuid: "", auditUuid: audit.uuid! });
    expect(ofPlan.actions).toHaveLength(5);
    expect(ofAudit).toEqual(ofPlan);
    expect((await records.listActions({ page: null, actionPlanUuid: "", auditUuid: "x" })).actions).toEqual(
      [],
    );
    expect(
      await failure(
        records.listActions({ page: null, actionPlanUuid: plans[0]!.uuid!, auditUuid: audit.uuid! }),
      ),
    ).toMatchObject({
      kind: "invalid-input",
      message: "Filtering actions on both audit and action-plan is prohibited",
    });
  });

  test("events by fate and runs by state; bodies share the room of the page", async () => {
    const { events } = await records.listEvents({ page: null, auditUuid: "", fate: "DONE" });
    expect(events).toHaveLength(20);
    expect(events![0]!.body).toHaveLength(33_554);
    const one = await records.listEvents({ page: full({ limit: 1 }), auditUuid: "", fate: "" });
    expect(one.events![0]!.body).toHaveLength(40_000);
    expect(one.events![0]).toMatchObject({ senderJson: '{"user_id": "u"}', runId: expect.any(String) });
    expect((await records.listRuns({ page: null, auditUuid: "", state: "FAILED" })).runs).toHaveLength(20);
    expect(await failure(records.listRuns({ page: null, auditUuid: "", state: "failed" }))).toMatchObject({
      kind: "invalid-input",
    });
  });
});

test("a service that reports itself twice has one row, whose time moves on", async () => {
  const report = () => records.reportService({ name: "watcher-decision-engine", host: "node-1" });
  const read = () => rows<{ id: string; last_seen_up: string }>(autoCommit(orm), "select * from service", []);
  await report();
  const [first] = await read();
  await report();
  const [second, ...others] = await read();
  expect(others).toEqual([]);
  expect(second!.id).toBe(first!.id);
  expect(second!.last_seen_up > first!.last_seen_up).toBe(true);
  expect(await failure(records.reportService({ name: "", host: "h" }))).toMatchObject({
    kind: "invalid-input",
  });
});
