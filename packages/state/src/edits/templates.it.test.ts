import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { GOALS, type JsonValue, STRATEGIES, VigilError } from "@vigil/core";
import type { AuditTemplate, CreateAuditTemplateRequest, RecordServiceImpl } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { startTestPostgres, type TestPostgres } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../database/database.ts";
import { guarded } from "../database/guard.ts";
import { prepareDatabase } from "../database/migrate.ts";
import { autoCommit, rows } from "../database/transaction.ts";
import { createRecordService } from "../records/record-service.ts";
import { templateEdits } from "./templates.ts";

/** Edits of audit templates on PostgreSQL with core's own catalogue. */

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
  records = createRecordService({ orm, logger, relay, wakeWorkers: () => undefined });
  edits = guarded(templateEdits({ orm, logger }), () => undefined);
});

afterAll(async () => {
  await orm?.close();
  await server?.stop();
});

let made = 0;
async function create(over: CreateAuditTemplateRequest = {}): Promise<AuditTemplate> {
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

interface Operation {
  op: string;
  path: string;
  value?: JsonValue;
}
const replace = (path: string, value: JsonValue): Operation => ({ op: "replace", path, value });
const remove = (path: string): Operation => ({ op: "remove", path });

async function patch(
  { uuid }: AuditTemplate,
  operations: Operation[],
  { editId = randomUUID() as string, ident = uuid! } = {},
): Promise<AuditTemplate> {
  const patchJson = JSON.stringify(operations);
  const { auditTemplate } = await edits.patchAuditTemplate({ editId, ident, patchJson });
  return auditTemplate!;
}

const remover = (ident: string, editId = randomUUID() as string) =>
  edits.deleteAuditTemplate({ editId, ident });
const get = async (ident: string, showDeleted = false) =>
  (await records.getAuditTemplate({ ident, showDeleted })).auditTemplate!;

async function failure(call: Promise<unknown>): Promise<VigilError> {
  const outcome = await call.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(VigilError);
  return outcome as VigilError;
}

const idOf = async (table: string, name: string) =>
  (
    await rows<{ id: string }>(autoCommit(orm), `select id::text as id from ${table} where name = $1`, [name])
  )[0]!.id;

describe("CreateAuditTemplate (rest-api 5.2)", () => {
  test("stores what is given and answers it as it was stored", async () => {
    const template = await create({
      name: "my at name ü",
      goal: "DUMMY",
      strategy: "Dummy",
      description: "",
      scopeJson: '[{"availability_zones": [{"name": "AZ1"}]}]',
      defaultParametersJson: '{"para2": "x"}',
    });
    expect(template).toMatchObject({
      name: "my at name ü",
      description: "",
      goalName: "dummy",
      strategyName: "dummy",
      scopeJson: '[{"compute":[{"availability_zones":[{"name":"AZ1"}]}]}]',
      // The strategy's own defaults are not stored with it.
      defaultParametersJson: '{"para2":"x"}',
      createdAt: expect.stringMatching(/^\d{4}-.*\+00:00$/),
    });
    expect(template).not.toHaveProperty("updatedAt");
    expect(template).not.toHaveProperty("deletedAt");
    expect(await get("MY AT NAME ü")).toEqual(template);
    expect(await get(template.uuid!)).toEqual(template);
    expect(await get(String(template.id))).toEqual(template);
  });

  test("what is left out has its default; goal and strategy are taken by UUID and id as well", async () => {
    const plain = await create();
    expect(plain).toMatchObject({ goalName: "dummy", scopeJson: "[]", defaultParametersJson: "{}" });
    expect(plain).not.toHaveProperty("description");
    expect(plain).not.toHaveProperty("strategyName");
    const byId = await create({ goal: plain.goalUuid!, strategy: await idOf("strategy", "dummy") });
    expect(byId).toMatchObject({ goalName: "dummy", strategyName: "dummy" });
  });

  test.each<[CreateAuditTemplateRequest, string]>([
    [{ goal: "nope" }, "Goal nope is invalid"],
    [{ strategy: "nope" }, "Strategy nope is invalid"],
    [
      { strategy: "basic" },
      "'basic' strategy does not relate to the 'dummy' goal. Possible choices: dummy, dummy_with_resize, dummy_with_scorer",
    ],
    [{ defaultParametersJson: '{"a": 1}' }, "default_parameters requires a strategy to be specified"],
    [
      { strategy: "dummy", defaultParametersJson: '{"a": 1}' },
      "Invalid default_parameters for strategy: Audit parameter a are not allowed",
    ],
    [
      { strategy: "dummy", defaultParametersJson: '{"para1": "x"}' },
      'Invalid default_parameters for strategy: para1: "x" must be number',
    ],
    [{ name: "" }, "attribute name"],
    [{ name: "x".repeat(64) }, "attribute name"],
    [{ description: "x".repeat(256) }, "attribute description"],
    [{ scopeJson: "[{}]" }, "Invalid scope: "],
    [{ scopeJson: '[{"compute": [{"zones": []}]}]' }, "must not have the member zones"],
    [{ scopeJson: "[" }, "member scopeJson can't be taken: not JSON"],
    [{ defaultParametersJson: '{"a": "\\u0000"}' }, "U+0000"],
    [{ defaultParametersJson: "[]" }, "attribute default_parameters"],
    [{ uuid: "x" }, "member uuid"],
  ])("refuses %j", async (over, text) => {
    const error = await failure(create(over));
    expect(error.kind).toBe("invalid-input");
    expect(error.message).toContain(text);
  });

  test("a name of 63 characters is taken whole, storage alone is a scope", async () => {
    const name = "ü😀".repeat(31);
    const scopeJson = '[{"storage":[{"volume_types":[{"name":"t"}]}]}]';
    expect(await create({ name, scopeJson })).toMatchObject({ name, scopeJson });
  });

  test("of many with one name at once one gets it and the others a conflict; a deleted name is free", async () => {
    const calls = await Promise.allSettled(Array.from({ length: 10 }, () => create({ name: "taken" })));
    const refused = calls.filter((call) => call.status === "rejected");
    expect(refused).toHaveLength(9);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({
        kind: "conflict",
        message: "An audit_template with UUID or name taken already exists",
      });
    }
    await remover("taken");
    expect((await create({ name: "taken" })).name).toBe("taken");
  });

  test("a repeated call is answered with the first row, however many come at once", async () => {
    const uuid = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({ uuid, name: "crowd" })));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await create({ uuid, name: "crowd" })).toEqual(answers[0]);
  });
});

describe("PatchAuditTemplate (rest-api 5.4)", () => {
  test("changes every member that may be changed, and updated_at", async () => {
    const template = await create({
      strategy: "dummy",
      description: "old",
      defaultParametersJson: '{"para1": 2}',
    });
    const patched = await patch(template, [
      replace("/name", "patched name"),
      replace("/description", "new"),
      replace("/goal", "SERVER_CONSOLIDATION"),
      replace("/strategy", await idOf("strategy", "basic")),
      replace("/scope", [{ availability_zones: [{ name: "a" }] }]),
      replace("/default_parameters", { period: 60 }),
    ]);
    expect(patched).toMatchObject({
      uuid: template.uuid,
      name: "patched name",
      description: "new",
      goalName: "server_consolidation",
      strategyName: "basic",
      scopeJson: '[{"compute":[{"availability_zones":[{"name":"a"}]}]}]',
      defaultParametersJson: '{"period":60}',
      updatedAt: expect.any(String),
    });
    expect(await get("Patched Name")).toEqual(patched);
    const bare = await patch(patched, [
      remove("/strategy"),
      remove("/description"),
      remove("/scope"),
      remove("/default_parameters"),
    ]);
    expect(bare).toMatchObject({ scopeJson: "[]", defaultParametersJson: "{}" });
    for (const member of ["strategyUuid", "strategyName", "description"])
      expect(bare).not.toHaveProperty(member);
  });

  test("no operations change nothing", async () => {
    const template = await create();
    expect(await patch(template, [])).toEqual(template);
  });

  test("whether the strategy serves the goal is not looked at again, as in Watcher", async () => {
    const template = await create({ strategy: "dummy" });
    const patched = await patch(template, [replace("/goal", "server_consolidation")]);
    expect(patched).toMatchObject({ goalName: "server_consolidation", strategyName: "dummy" });
  });

  test.each<[string, Operation[], string]>([
    ["goal removed", [remove("/goal")], "Cannot remove 'goal' attribute from an audit template"],
    ["name removed", [remove("/name")], "Cannot remove 'name' attribute from an audit template"],
    ["unknown goal", [replace("/goal", "nope")], "Goal nope is invalid"],
    ["unknown strategy", [replace("/strategy", "nope")], "Strategy nope is invalid"],
    ["empty strategy", [replace("/strategy", "")], "Strategy  is invalid"],
    ["scope", [replace("/scope", [{ zones: [] }])], "Invalid scope: "],
    [
      "defaults without strategy",
      [replace("/default_parameters", { a: 1 })],
      "default_parameters requires a strategy",
    ],
    ["internal", [replace("/uuid", randomUUID())], "'/uuid' is an internal attribute"],
    ["unknown member", [{ op: "add", path: "/foo", value: 1 }], "Adding a new attribute (/foo)"],
    ["unknown op", [{ op: "move", path: "/name" }], "Value should be one of: add, remove, replace"],
    ["character", [replace("/name", "a\0")], "U+0000"],
  ])("refuses %s and changes nothing", async (_case, operations, text) => {
    const template = await create();
    const error = await failure(patch(template, [replace("/description", "lost"), ...operations]));
    expect(error.kind).toBe("invalid-input");
    expect(error.message).toContain(text);
    expect(await get(template.uuid!)).toEqual(template);
  });

  test("default parameters have to fit the strategy as the patch leaves it", async () => {
    const template = await create({ strategy: "dummy", defaultParametersJson: '{"para1": 2}' });
    for (const operation of [replace("/goal", "dummy"), replace("/strategy", "dummy"), remove("/strategy")]) {
      expect(await failure(patch(template, [operation]))).toMatchObject({
        kind: "conflict",
        message:
          "Updating goal or strategy on a template that has default_parameters requires providing updated default_parameters in the same request",
      });
    }
    const wrong = [replace("/strategy", "basic"), replace("/default_parameters", { para1: 2 })];
    expect((await failure(patch(template, wrong))).message).toBe(
      "Invalid default_parameters for strategy: Audit parameter para1 are not allowed",
    );
    const patched = await patch(template, [
      replace("/default_parameters/para1", 5),
      replace("/name", "five"),
    ]);
    expect(patched.defaultParametersJson).toBe('{"para1":5}');
  });

  test("a rename onto a live name is a conflict, onto a deleted one or its own it is not", async () => {
    const [one, other] = [await create({ name: "one" }), await create({ name: "other" })];
    expect(await failure(patch(one, [replace("/name", "other")]))).toMatchObject({
      kind: "conflict",
      message: "An audit_template with UUID or name other already exists",
    });
    expect((await patch(one, [replace("/name", "one")])).name).toBe("one");
    await remover(other.uuid!);
    expect((await patch(one, [replace("/name", "other")])).name).toBe("other");
  });

  test("a template does not grow without end by patches that are small", async () => {
    const template = await create();
    const scope = [
      {
        compute: [
          { exclude: [{ projects: Array.from({ length: 20_000 }, () => ({ uuid: "0".repeat(36) })) }] },
        ],
      },
    ];
    await patch(template, [replace("/scope", scope)]);
    const more: Operation = { op: "add", path: "/scope/-", value: scope[0] as JsonValue };
    expect((await failure(patch(template, [more]))).message).toMatch(
      /^The member scope would have \d+ characters/,
    );
  });

  test("patches at once all count: none is lost", async () => {
    const template = await create({ strategy: "actuator", goal: "unclassified" });
    await patch(template, [replace("/default_parameters", { actions: [] })]);
    const action = (at: number) => ({ action_type: "nop", input_parameters: { message: `${at}` } });
    await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        patch(template, [{ op: "add", path: "/default_parameters/actions/-", value: action(at) }]),
      ),
    );
    const { actions } = JSON.parse((await get(template.uuid!)).defaultParametersJson!);
    expect(actions).toHaveLength(20);
  });

  test("the same edit that comes again is done once and answered alike, also by its old name", async () => {
    const template = await create({ name: "before" });
    const editId = randomUUID();
    const call = () => patch(template, [replace("/name", "after")], { editId, ident: "before" });
    const answers = await Promise.all(Array.from({ length: 6 }, call));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await call()).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ uuid: template.uuid, name: "after" });
    // Another template that has the old name by now is not touched by it.
    const heir = await create({ name: "before" });
    expect(await call()).toEqual(answers[0]);
    expect(await get(heir.uuid!)).toEqual(heir);
  });

  test("unknown templates are not found, wrong ids are refused", async () => {
    const template = await create();
    const nobody = randomUUID();
    expect(await failure(patch(template, [], { ident: nobody }))).toMatchObject({
      kind: "not-found",
      message: `AuditTemplate ${nobody} could not be found`,
    });
    expect((await failure(patch(template, [], { editId: "x" }))).message).toContain("member editId");
  });
});

describe("DeleteAuditTemplate (rest-api 5.5)", () => {
  test("hides the row, frees the name, and is done once", async () => {
    const template = await create({ name: "goes" });
    expect(await remover("GOES")).toEqual({});
    expect((await failure(get(template.uuid!))).kind).toBe("not-found");
    expect(await get(template.uuid!, true)).toMatchObject({ deletedAt: expect.any(String) });
    expect(await failure(remover(template.uuid!))).toMatchObject({
      kind: "not-found",
      message: `AuditTemplate ${template.uuid} could not be found`,
    });
    expect((await failure(patch(template, [replace("/name", "x")]))).kind).toBe("not-found");
  });

  test("the same edit that comes again spares a new template of that name", async () => {
    await create({ name: "phoenix" });
    const editId = randomUUID();
    await Promise.all(Array.from({ length: 5 }, () => remover("phoenix", editId)));
    const heir = await create({ name: "phoenix" });
    await remover("phoenix", editId);
    expect(await get("phoenix")).toEqual(heir);
  });

  test("audits made from it stay as they are", async () => {
    const template = await create({ name: "parent" });
    const { audit } = await records.createAudit({
      uuid: randomUUID(),
      name: "child",
      auditType: "EVENT",
      goal: "",
      strategy: "",
      parametersJson: "",
      scopeJson: "",
      autoTrigger: false,
      force: false,
      triggerStates: [],
      auditTemplateUuid: template.uuid!,
    });
    await remover(template.uuid!);
    expect((await records.getAudit({ ident: "child", showDeleted: false })).audit).toEqual(audit);
  });
});
