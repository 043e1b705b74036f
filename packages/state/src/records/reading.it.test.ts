import type { MikroORM } from "@mikro-orm/postgresql";
import { VigilError } from "@vigil/core";
import type { Page, RecordServiceImpl } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { startTestPostgres, type TestPostgres } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../database/database.ts";
import { autoCommit, firstRow, rows } from "../database/transaction.ts";
import { createRecordService } from "./record-service.ts";
import { makeSampleRows } from "./sample-rows.ts";

/** Reading: lookups, filters, forms of values, services. */

let server: TestPostgres;
let orm: MikroORM;
let records: RecordServiceImpl;

beforeAll(async () => {
  server = await startTestPostgres();
  orm = await openDatabase(await server.newDatabase());
  await makeSampleRows(orm);
  const relay = { notifyCommitted: () => undefined, whenPublished: async () => true };
  const logger = createLogger({ role: "state", level: "silent" });
  records = createRecordService({ orm, logger, relay, wakeWorkers: () => undefined });
});

afterAll(async () => {
  await orm?.close();
  await server?.stop();
});

function full(page: Page) {
  return { limit: 0, marker: "", sortKey: "", sortDir: "", showDeleted: false, ...page };
}

const ids = (listed: readonly { id?: unknown }[]) => listed.map(({ id }) => String(id));

async function failure(call: Promise<unknown> | undefined): Promise<VigilError> {
  const outcome = await call?.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(VigilError);
  return outcome as VigilError;
}

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
    const [plan] = (
      await records.listActionPlans({ page: full({ limit: 1 }), auditUuid: "", strategy: "", state: "" })
    ).actionPlans!;
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
    ids((await records.listAudits({ page: null, goal, strategy, state: "" })).audits!);

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
    const plans = (
      await records.listActionPlans({ page: null, auditUuid: audit.uuid!, strategy: "", state: "" })
    ).actionPlans!;
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
  const read = () =>
    rows<{ id: string; last_seen_up: string }>(
      autoCommit(orm),
      "select * from service where host = 'node-1'",
      [],
    );
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
