import type { MikroORM } from "@mikro-orm/postgresql";
import { VigilError } from "@vigil/core";
import type { RecordServiceImpl } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { startTestPostgres, type TestPostgres } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../database/database.ts";
import { autoCommit, rows } from "../database/transaction.ts";
import { createRecordService } from "./record-service.ts";
import { makeSampleRows } from "./sample-rows.ts";

/** Reading audit templates, scoring engines and services: lookups, filters, forms of values. */

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

async function failure(call: Promise<unknown>): Promise<VigilError> {
  const outcome = await call.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(VigilError);
  return outcome as VigilError;
}

describe("audit templates", () => {
  const get = async (ident: string, showDeleted = false) =>
    (await records.getAuditTemplate({ ident, showDeleted })).auditTemplate!;

  test("by integer id, UUID and name in any case; members as they are", async () => {
    const template = await get("TEMPLATE 1");
    expect(template).toMatchObject({
      id: "1",
      name: "Template 1",
      description: "d1",
      goalName: "airflow",
      strategyName: "basic",
      scopeJson: "[1]",
      defaultParametersJson: '{"p" : 1}',
      createdAt: expect.stringMatching(/\+00:00$/),
    });
    expect(await get("1")).toEqual(template);
    expect(await get(template.uuid!)).toEqual(template);
    const bare = await get("3");
    for (const member of ["description", "strategyUuid", "strategyName", "updatedAt", "deletedAt"]) {
      expect(bare).not.toHaveProperty(member);
    }
  });

  test("what is unknown or deleted is not found", async () => {
    for (const ident of ["nope", "5", "Template 5", "999", ""]) {
      expect(await failure(get(ident))).toMatchObject({
        kind: "not-found",
        message: `AuditTemplate ${ident} could not be found`,
      });
    }
    expect(await get("5", true)).toMatchObject({ name: "Template 5", deletedAt: expect.any(String) });
  });

  test("filters by goal and strategy, UUID or name; one that names nothing gives an empty list", async () => {
    const list = async (goal: string, strategy = "") =>
      (await records.listAuditTemplates({ page: null, goal, strategy })).auditTemplates!;
    const all = await list("");
    expect(all).toHaveLength(32);
    const dummies = await list("DUMMY");
    expect(dummies).toEqual(all.filter(({ goalName }) => goalName === "dummy"));
    expect(dummies.length).toBeGreaterThan(5);
    expect(await list(dummies[0]!.goalUuid!)).toEqual(dummies);
    expect(await list("", "sleepy")).toEqual(all.filter(({ strategyName }) => strategyName === "sleepy"));
    expect(await list("dummy", "basic")).toEqual(
      dummies.filter(({ strategyName }) => strategyName === "basic"),
    );
    for (const [goal, strategy] of [
      ["nope", ""],
      ["", "nope"],
      ["2", ""],
    ] as const) {
      expect(await list(goal, strategy)).toEqual([]);
    }
  });
});

describe("scoring engines (rest-api 8.1)", () => {
  const get = async (ident: string, showDeleted = false) =>
    (await records.getScoringEngine({ ident, showDeleted })).scoringEngine!;

  test("by integer id, UUID and name in any case; metainfo may be absent", async () => {
    const engine = await get("ENGINE 1");
    expect(engine).toMatchObject({ id: "1", name: "Engine 1", description: "d1", metainfo: "m1" });
    expect(await get("1")).toEqual(engine);
    expect(await get(engine.uuid!)).toEqual(engine);
    expect(await get("2")).not.toHaveProperty("metainfo");
    expect(await failure(get("5"))).toMatchObject({
      kind: "not-found",
      message: "ScoringEngine 5 could not be found",
    });
    expect((await get("5", true)).name).toBe("Engine 5");
  });
});

describe("services (rest-api 8.2)", () => {
  const get = async (ident: string, showDeleted = false) =>
    (await records.getService({ ident, showDeleted })).service!;
  const insert = async (name: string, lastSeenUp: string, deletedAt = "null") => {
    const text = `insert into service (name, host, last_seen_up, deleted_at)
      values ($1, gen_random_uuid()::text, ${lastSeenUp}, ${deletedAt}) returning id::text as id`;
    return (await rows<{ id: string }>(autoCommit(orm), text, [name]))[0]!.id;
  };

  test("by integer id or name; of several hosts with one name the lowest id", async () => {
    const service = await get("Service 1");
    expect(service).toMatchObject({ id: "1", name: "Service 1", host: "host-1" });
    expect({ ...(await get("5")), id: "" }).toMatchObject({ id: "", name: "Service 1", host: "host-5" });
    await records.reportService({ name: "watcher-applier", host: "b" });
    await records.reportService({ name: "watcher-applier", host: "a" });
    await records.reportService({ name: "watcher-decision-engine", host: "a" });
    expect(await get("watcher-applier")).toMatchObject({ host: "b", status: "ACTIVE" });
    expect(await get("watcher-decision-engine")).toMatchObject({
      status: "ACTIVE",
      lastSeenUp: expect.stringMatching(/\+00:00$/),
    });
  });

  test("what is unknown or deleted is not found", async () => {
    await insert("gone", "now()", "now()");
    for (const ident of ["nope", "99999", "-1", "gone", "", "a\0b", "00000000-0000-4000-8000-000000000000"]) {
      expect(await failure(get(ident))).toMatchObject({
        kind: "not-found",
        message: `The service ${ident} cannot be found.`,
      });
    }
    expect((await get("gone", true)).name).toBe("gone");
  });

  test("a name that looks like a UUID is a name", async () => {
    const name = "00000000-0000-4000-8000-00000000000a";
    await insert(name, "now()");
    expect((await get(name)).name).toBe(name);
  });

  test("ACTIVE while the last sign of life is at most 90 s old, or that far ahead; else FAILED", async () => {
    const cases = { fresh: "60", late: "85", silent: "95", ahead: "-85", wrong: "-100" };
    for (const [name, seconds] of Object.entries(cases)) {
      await insert(name, `clock_timestamp() - interval '${seconds} s'`);
    }
    const statuses = Object.fromEntries(
      await Promise.all(Object.keys(cases).map(async (name) => [name, (await get(name)).status])),
    );
    expect(statuses).toEqual({
      fresh: "ACTIVE",
      late: "ACTIVE",
      silent: "FAILED",
      ahead: "ACTIVE",
      wrong: "FAILED",
    });
    const { services } = await records.listServices({ page: null });
    expect(services!.find(({ name }) => name === "silent")?.status).toBe("FAILED");
  });
});
