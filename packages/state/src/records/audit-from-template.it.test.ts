import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { GOALS, STRATEGIES, VigilError } from "@vigil/core";
import type { Audit, AuditTemplate, CreateAuditRequest, RecordServiceImpl } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { startTestPostgres, type TestPostgres } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../database/database.ts";
import { guarded } from "../database/guard.ts";
import { prepareDatabase } from "../database/migrate.ts";
import { autoCommit, rows } from "../database/transaction.ts";
import { templateEdits } from "../edits/templates.ts";
import { createRecordService } from "./record-service.ts";

/** CreateAudit with audit_template_uuid (rest-api 6.3 rules 3, 4, 10 to 14, and 6.4). */

let server: TestPostgres;
let orm: MikroORM;
let records: RecordServiceImpl;
let edits: ReturnType<typeof templateEdits>;

beforeAll(async () => {
  server = await startTestPostgres();
  orm = await openDatabase(await server.newDatabase());
  await prepareDatabase(orm, { goals: GOALS, strategies: STRATEGIES });
  const logger = createLogger({ role: "state", level: "silent" });
  const relay = { notifyCommitted: () => undefined, whenPublished: async () => true };
  const service = createRecordService({ orm, logger, relay, wakeWorkers: () => undefined });
  records = guarded(service, () => undefined);
  edits = templateEdits({ orm, logger });
});

afterAll(async () => {
  await orm?.close();
  await server?.stop();
});

let made = 0;
async function template(over: Record<string, string> = {}): Promise<AuditTemplate> {
  made += 1;
  const { auditTemplate } = await edits.createAuditTemplate({
    uuid: randomUUID(),
    name: `template ${made}`,
    goal: "dummy",
    strategy: "",
    scopeJson: "",
    defaultParametersJson: "",
    ...over,
  });
  return auditTemplate!;
}

async function create(auditTemplateUuid: string, over: CreateAuditRequest = {}): Promise<Audit> {
  const { audit } = await records.createAudit({
    uuid: randomUUID(),
    name: "",
    auditType: "EVENT",
    goal: "",
    strategy: "",
    parametersJson: "",
    scopeJson: "",
    autoTrigger: false,
    force: false,
    triggerStates: [],
    auditTemplateUuid,
    ...over,
  } as Parameters<RecordServiceImpl["createAudit"]>[0]);
  return audit!;
}

async function failure(call: Promise<unknown>): Promise<VigilError> {
  const outcome = await call.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(VigilError);
  return outcome as VigilError;
}

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}`;

describe("rules 3 and 4: a goal or a template", () => {
  test("neither and both are refused", async () => {
    const { uuid } = await template();
    expect(await failure(create(""))).toMatchObject({
      kind: "invalid-input",
      message: "A valid goal or audit_template_id must be provided",
    });
    expect(await failure(create(uuid!, { goal: "dummy" }))).toMatchObject({
      kind: "invalid-input",
      message: "Either audit_template_uuid or goal should be provided.",
    });
  });
});

describe("rule 10: what is taken from the template", () => {
  test("goal, strategy, scope and default parameters", async () => {
    const { uuid } = await template({
      strategy: "dummy",
      scopeJson: '[{"availability_zones": [{"name": "AZ1"}]}]',
      defaultParametersJson: '{"para1": 5}',
    });
    const audit = await create(uuid!, { name: "from template" });
    expect(audit).toMatchObject({
      goalName: "dummy",
      strategyName: "dummy",
      scopeJson: '[{"compute":[{"availability_zones":[{"name":"AZ1"}]}]}]',
      state: "PENDING",
    });
    // Defaults of the strategy are filled in under both.
    expect(JSON.parse(audit.parametersJson!)).toEqual({ para1: 5, para2: "hello" });
  });

  test("given parameters win over the template's, a given strategy over its strategy", async () => {
    const { uuid } = await template({ strategy: "dummy", defaultParametersJson: '{"para1": 5}' });
    const both = await create(uuid!, { parametersJson: '{"para1": 6, "para2": "x"}' });
    expect(JSON.parse(both.parametersJson!)).toEqual({ para1: 6, para2: "x" });
    const plain = await template({ strategy: "dummy" });
    expect((await create(plain.uuid!, { strategy: "dummy_with_scorer" })).strategyName).toBe(
      "dummy_with_scorer",
    );
    // Also one of another goal.
    expect((await create(plain.uuid!, { strategy: "basic" })).strategyName).toBe("basic");
    // Defaults that were made for another strategy are not dropped quietly.
    expect((await failure(create(uuid!, { strategy: "basic" }))).message).toBe(
      "Audit parameter para1 are not allowed",
    );
  });

  test.each([randomUUID(), "INVALID", "template 1"])("%s names no template", async (ident) => {
    await template();
    expect(await failure(create(ident))).toMatchObject({
      kind: "invalid-input",
      message: "The audit template UUID or name specified is invalid",
    });
  });

  test("a deleted template is none, its audits stay", async () => {
    const { uuid } = await template();
    const audit = await create(uuid!);
    await edits.deleteAuditTemplate({ editId: randomUUID(), ident: uuid! });
    expect((await failure(create(uuid!))).message).toBe(
      "The audit template UUID or name specified is invalid",
    );
    expect((await records.getAudit({ ident: audit.uuid!, showDeleted: false })).audit).toEqual(audit);
  });

  test("a later change of the template does not reach its audits", async () => {
    const { uuid } = await template({ strategy: "dummy" });
    const audit = await create(uuid!);
    const patchJson = '[{"op": "replace", "path": "/goal", "value": "unclassified"}]';
    await edits.patchAuditTemplate({ editId: randomUUID(), ident: uuid!, patchJson });
    expect((await records.getAudit({ ident: audit.uuid!, showDeleted: false })).audit).toEqual(audit);
  });
});

describe("rule 11: the name", () => {
  test("the given one, else strategy, else template, with the time, cut to 63 characters", async () => {
    const { uuid } = await template({ name: "my at name" });
    expect((await create(uuid!, { name: "given" })).name).toBe("given");
    expect((await create(uuid!)).name).toMatch(new RegExp(`^my at name-${TIME}$`));
    expect((await create(uuid!, { strategy: "dummy" })).name).toMatch(new RegExp(`^dummy-${TIME}$`));
    const long = await template({ name: "x".repeat(63) });
    expect((await create(long.uuid!, { auditType: "ONESHOT" })).name).toBe("x".repeat(63));
    // The same name again: another one is made up, whole with its time.
    expect((await create(long.uuid!, { auditType: "ONESHOT" })).name).toMatch(
      new RegExp(`^${"x".repeat(36)}-${TIME}$`),
    );
  });
});

describe("rules 12 to 14", () => {
  test("an unknown strategy is not found, before parameters are looked at", async () => {
    const { uuid } = await template();
    expect(await failure(create(uuid!, { strategy: "nope", parametersJson: '{"a": 1}' }))).toMatchObject({
      kind: "not-found",
      message: "Strategy nope could not be found",
    });
  });

  test("goal and strategy of the template that vanished meanwhile are not found", async () => {
    const { uuid } = await template({ strategy: "dummy_with_resize" });
    const set = (value: string) =>
      rows(autoCommit(orm), `update strategy set deleted_at = ${value} where name = 'dummy_with_resize'`, []);
    await set("now()");
    expect(await failure(create(uuid!))).toMatchObject({ kind: "not-found" });
    await set("null");
    expect((await create(uuid!)).strategyName).toBe("dummy_with_resize");
  });

  test("parameters without a strategy are refused, null means only the template's", async () => {
    const plain = await template();
    expect((await failure(create(plain.uuid!, { parametersJson: '{"a": 1}' }))).message).toBe(
      "Specify parameters but no predefined strategy for audit, or no parameter spec in predefined strategy",
    );
    const { uuid } = await template({ strategy: "dummy", defaultParametersJson: '{"para1": 5}' });
    const nothing = await create(uuid!, { parametersJson: "null" });
    expect(JSON.parse(nothing.parametersJson!)).toEqual({ para1: 5, para2: "hello" });
    const bare = await template({ strategy: "dummy" });
    expect((await create(bare.uuid!, { parametersJson: "null" })).parametersJson).toBe("{}");
    for (const parametersJson of ["[]", '"x"', "5"]) {
      expect((await failure(create(uuid!, { parametersJson }))).message).toBe(
        "Invalid parameters for strategy: an object is wanted",
      );
    }
  });

  test("a name that is taken is a conflict", async () => {
    const { uuid } = await template();
    await create(uuid!, { name: "taken" });
    expect(await failure(create(uuid!, { name: "taken" }))).toMatchObject({
      kind: "conflict",
      message: "An audit with UUID or name taken already exists",
    });
  });
});
