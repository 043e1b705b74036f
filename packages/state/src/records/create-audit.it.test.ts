import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { GOALS, STRATEGIES, VigilError } from "@vigil/core";
import type { Audit, CreateAuditRequest, RecordServiceImpl } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { startTestPostgres, type TestPostgres } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../database/database.ts";
import { guarded } from "../database/guard.ts";
import { prepareDatabase } from "../database/migrate.ts";
import { autoCommit, rows } from "../database/transaction.ts";
import { createRecordService } from "./record-service.ts";

/** CreateAudit on PostgreSQL with core's own catalogue. The outbox has no relay here: rows stay to be looked at. */

let server: TestPostgres;
let orm: MikroORM;
let records: RecordServiceImpl;
let told: string[] = [];

beforeAll(async () => {
  server = await startTestPostgres();
  orm = await openDatabase(await server.newDatabase());
  await prepareDatabase(orm, { goals: GOALS, strategies: STRATEGIES });
  const service = createRecordService({
    orm,
    logger: createLogger({ role: "state", level: "silent" }),
    relay: {
      notifyCommitted: () => told.push("committed"),
      whenPublished: async (ids) => {
        told.push(`wait for ${ids.length}`);
        return true;
      },
    },
    wakeWorkers: () => told.push("wake"),
  });
  records = guarded(service, () => undefined);
});

afterAll(async () => {
  await orm?.close();
  await server?.stop();
});

async function create(over: CreateAuditRequest = {}): Promise<Audit> {
  told = [];
  const { audit } = await records.createAudit({
    uuid: randomUUID(),
    name: "",
    auditType: "EVENT",
    goal: "dummy",
    strategy: "",
    parametersJson: "",
    scopeJson: "",
    autoTrigger: false,
    force: false,
    triggerStates: [],
    auditTemplateUuid: "",
    ...over,
  } as Parameters<RecordServiceImpl["createAudit"]>[0]);
  return audit!;
}

async function failure(call: Promise<unknown>): Promise<VigilError> {
  const outcome = await call.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(VigilError);
  return outcome as VigilError;
}

const count = async (table: string, uuid: string, column = "uuid") =>
  (await rows(autoCommit(orm), `select 1 from ${table} where ${column} = $1`, [uuid])).length;

describe("CreateAudit", () => {
  test("stores the row, announces it and answers it as it was stored", async () => {
    const audit = await create({
      name: "night watch",
      goal: "DUMMY",
      strategy: "Dummy",
      scopeJson: '[{"compute": []}]',
      autoTrigger: true,
      triggerStates: ["alarm"],
      endTime: "2027-01-01T10:00:00.5+02:00",
    });
    expect(audit).toMatchObject({
      name: "night watch",
      auditType: "EVENT",
      state: "PENDING",
      goalName: "dummy",
      strategyName: "dummy",
      scopeJson: '[{"compute":[]}]',
      autoTrigger: true,
      force: false,
      triggerStates: ["alarm"],
      endTime: "2027-01-01T08:00:00.500000+00:00",
      version: "1",
    });
    // The strategy's defaults were filled in.
    expect(Object.keys(JSON.parse(audit.parametersJson!)).length).toBeGreaterThan(0);
    expect(told).toEqual(["committed", "wait for 1"]);
    const [row] = await rows<object>(autoCommit(orm), "select * from outbox where uuid = $1", [audit.uuid]);
    expect(row).toMatchObject({
      kind: "audit",
      data: { name: "night watch", state: "PENDING" },
      index_entry: {
        uuid: audit.uuid,
        id: audit.id,
        name: "night watch",
        type: "EVENT",
        state: "PENDING",
        version: "1",
        deleted: false,
      },
    });
    expect((await records.getAudit({ ident: "Night Watch", showDeleted: false })).audit).toEqual(audit);
  });

  test("a ONESHOT audit has its due run at once, and workers are woken", async () => {
    const audit = await create({ auditType: "ONESHOT" });
    const runs = await rows<{ state: string; cause: string; seed: string }>(
      autoCommit(orm),
      "select state, cause, seed::text from run where audit_id = $1::bigint",
      [audit.id],
    );
    expect(runs).toMatchObject([{ state: "DUE", cause: "ONESHOT" }]);
    expect(Number(runs[0]!.seed)).toBeLessThan(2 ** 32);
    expect(audit.state).toBe("PENDING");
    expect(told).toEqual(["committed", "wake", "wait for 1"]);
  });

  test("a name is made from strategy or goal and the time, and cut to 63 characters", async () => {
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}`;
    expect((await create({ goal: "server_consolidation" })).name).toMatch(
      new RegExp(`^server_consolidation-${time}$`),
    );
    expect((await create({ strategy: "dummy" })).name).toMatch(new RegExp(`^dummy-${time}$`));
    expect((await create({ name: "ü😀".repeat(40) })).name).toBe(`${"ü😀".repeat(31)}ü`);
  });

  test("unknown goals and strategies are not found, wrong parameters are refused in Watcher's words", async () => {
    expect(await failure(create({ goal: "nope" }))).toMatchObject({
      kind: "not-found",
      message: "Goal nope could not be found",
    });
    expect(await failure(create({ strategy: "nope" }))).toMatchObject({
      kind: "not-found",
      message: "Strategy nope could not be found",
    });
    expect(await failure(create({ parametersJson: '{"a": 1}' }))).toMatchObject({
      kind: "invalid-input",
      message:
        "Specify parameters but no predefined strategy for audit, or no parameter spec in predefined strategy",
    });
    expect(await failure(create({ strategy: "dummy", parametersJson: '{"a": 1}' }))).toMatchObject({
      kind: "invalid-input",
      message: "Audit parameter a are not allowed",
    });
    expect((await create({ strategy: "dummy", parametersJson: "null" })).parametersJson).toBe("{}");
  });

  test("goal and strategy are taken by UUID and by id as well", async () => {
    const { goal } = await records.getGoal({ ident: "dummy", showDeleted: false });
    const { strategy } = await records.getStrategy({ ident: "dummy", showDeleted: false });
    const audit = await create({ goal: goal!.uuid!, strategy: String(strategy!.id) });
    expect(audit).toMatchObject({ goalName: "dummy", strategyName: "dummy" });
  });

  test("a repeated call is answered with the first row", async () => {
    const uuid = randomUUID();
    const first = await create({ uuid, name: "again", auditType: "ONESHOT" });
    const second = await create({ uuid, name: "again", auditType: "ONESHOT" });
    expect(second).toEqual(first);
    expect(told).not.toContain("wake");
    expect(await count("run", String(first.id), "audit_id")).toBe(1);
    expect(await count("outbox", uuid)).toBe(1);
  });

  test("many calls with one UUID at once make one audit", async () => {
    const uuid = randomUUID();
    const audits = await Promise.all(Array.from({ length: 12 }, () => create({ uuid, name: "crowd" })));
    expect(new Set(audits.map(({ id }) => id)).size).toBe(1);
    expect(await count("outbox", uuid)).toBe(1);
  });

  test("of many calls with one name at once, one gets it and the others 409; a deleted name is free", async () => {
    const calls = await Promise.allSettled(Array.from({ length: 12 }, () => create({ name: "taken" })));
    const refused = calls.filter((call) => call.status === "rejected");
    expect(refused).toHaveLength(11);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({
        kind: "conflict",
        message: "An audit with UUID or name taken already exists",
      });
    }
    expect(await count("audit", "taken", "name")).toBe(1);
    await rows(autoCommit(orm), "update audit set deleted_at = now() where name = 'taken'", []);
    expect((await create({ name: "taken" })).name).toBe("taken");
  });

  test("a text that jsonb can't hold is the sender's fault", async () => {
    const scopeJson = '[{"compute": [{"exclude": [{"projects": [{"uuid": "\\ud800"}]}]}]}]';
    const error = await failure(create({ scopeJson }));
    expect(error).toMatchObject({ kind: "invalid-input" });
  });
});
