/** Procedures that change what users may change, and those that read the catalogue, on the real state service. */

import { randomUUID } from "node:crypto";
import { TRPCError } from "@trpc/server";
import { VigilError } from "@vigil/core";
import { ANONYMOUS, createPolicy, DEFAULT_POLICY_RULES } from "@vigil/http";
import { createLogger } from "@vigil/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chain, Fixture } from "../testing/fixture.ts";
import type { Services } from "./context.ts";
import { createCaller } from "./router.ts";
import { createServices } from "./services.ts";

let fixture: Fixture;
let services: Services;
const lines: string[] = [];

beforeAll(async () => {
  fixture = await Fixture.start();
  const policy = createPolicy(DEFAULT_POLICY_RULES);
  services = createServices({
    state: fixture.state,
    bus: fixture.bus,
    policy,
    eventMode: "coalesce",
    logger: createLogger({ role: "api", level: "info", destination: { write: (line) => lines.push(line) } }),
  });
});

afterAll(async () => {
  services?.publisher.close();
  await fixture?.stop();
});

function as(...roles: string[]) {
  return createCaller({ services, identity: { ...ANONYMOUS, roles }, remoteAddress: "10.0.0.1" });
}

const admin = () => as("admin");

async function refusal(call: Promise<unknown>): Promise<{ code: string; kind: string; message: string }> {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof TRPCError)) throw new Error(`not refused, or by something else: ${thrown}`);
  const kind = thrown.cause instanceof VigilError ? thrown.cause.kind : "";
  return { code: thrown.code, kind, message: thrown.message };
}

const newAudit = (over = {}) =>
  admin().audits.create({ auditType: "EVENT", goal: "dummy", strategy: "dummy", ...over });

/** Takes every plan that is waiting, as an applier would. */
const claimAll = () => fixture.state.plans.claimPlans({ applierId: "host:1:x", maxPlans: 10 });

/** Of an audit that other plans under way do not stop. */
const newPlan = async () => fixture.plan((await newAudit({ force: true })).uuid, chain(2));

test("what changes something, or was refused to, is in the log; reads are not", async () => {
  lines.length = 0;
  const { uuid } = await newAudit();
  await admin().audits.get({ audit: uuid });
  await refusal(admin().audits.delete({ audit: uuid }));
  const logged = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "change asked");
  expect(logged).toMatchObject([
    { level: "info", procedure: "audits.create", ok: true },
    {
      procedure: "audits.delete",
      ok: false,
      reason: expect.stringContaining("Couldn't delete when state is"),
    },
  ]);
});

describe("audits", () => {
  test("update changes what is named and nothing else", async () => {
    const before = await newAudit({ interval: "60", startTime: "2027-01-01T10:00:00+02:00", force: true });
    const changes = {
      name: `renamed ${randomUUID()}`,
      interval: "*/5 * * * *",
      parameters: { para1: 7, para2: "seven" },
      autoTrigger: true,
      endTime: "2028-01-01T00:00:00Z",
    };
    const after = await admin().audits.update({ audit: before.uuid, changes });
    expect(after).toMatchObject({
      ...changes,
      endTime: "2028-01-01T00:00:00.000000+00:00",
      startTime: before.startTime,
      force: true,
    });
    expect(Number(after.version)).toBeGreaterThan(Number(before.version));
    const cleared = await admin().audits.update({
      audit: after.name,
      changes: { interval: null, startTime: null },
    });
    expect(cleared).toMatchObject({ interval: null, startTime: null, name: changes.name });
  });

  test("update keeps the rules of the REST API", async () => {
    const { uuid: audit } = await newAudit();
    expect(await refusal(admin().audits.update({ audit, changes: { interval: "0" } }))).toMatchObject({
      code: "BAD_REQUEST",
      message: expect.stringContaining("Expected an interval or cron syntax"),
    });
    expect(
      await refusal(admin().audits.update({ audit, changes: { parameters: { nonsense: 1 } } })),
    ).toMatchObject({ kind: "invalid-input" });
    expect(await refusal(admin().audits.update({ audit, changes: { name: "\0" } }))).toMatchObject({
      kind: "invalid-input",
      message: expect.stringContaining("U+0000"),
    });
    expect(await refusal(admin().audits.update({ audit, changes: {} }))).toMatchObject({
      code: "BAD_REQUEST",
    });
    expect(await refusal(admin().audits.update({ audit: "nobody", changes: { force: true } }))).toMatchObject(
      { code: "NOT_FOUND" },
    );
  });

  test("an edit that is repeated with its id is made once", async () => {
    const { uuid: audit } = await newAudit();
    const edit = { audit, editId: randomUUID(), changes: { force: true } };
    const first = await admin().audits.update(edit);
    expect(await admin().audits.update(edit)).toEqual(first);
  });

  test("cancel, then delete", async () => {
    const { uuid: audit } = await newAudit();
    expect(await refusal(admin().audits.delete({ audit }))).toMatchObject({
      code: "PRECONDITION_FAILED",
      kind: "illegal-state",
      message: "Couldn't delete when state is 'PENDING'.",
    });
    expect((await admin().audits.cancel({ audit })).state).toBe("CANCELLED");
    await admin().audits.delete({ audit });
    expect(await refusal(admin().audits.get({ audit }))).toMatchObject({ code: "NOT_FOUND" });
    expect((await admin().audits.get({ audit, showDeleted: true })).state).toBe("DELETED");
  });

  test("create from a template", async () => {
    const template = await admin().templates.create({
      name: `for audits ${randomUUID()}`,
      goal: "dummy",
      strategy: "dummy",
      defaultParameters: { para1: 5 },
    });
    const audit = await newAudit({
      goal: undefined,
      strategy: undefined,
      auditTemplateUuid: template.uuid,
      parameters: { para2: "own" },
    });
    expect(audit).toMatchObject({ strategyName: "dummy", parameters: { para1: 5, para2: "own" } });
  });
});

describe("templates", () => {
  test("create, get, list, update, delete", async () => {
    const name = `template ${randomUUID()}`;
    const scope = [{ compute: [{ availability_zones: [{ name: "z1" }] }] }];
    const made = await admin().templates.create({ name, goal: "dummy", description: "first", scope });
    expect(made).toMatchObject({
      name,
      goalName: "dummy",
      strategyName: null,
      description: "first",
      scope,
      defaultParameters: {},
      updatedAt: null,
    });
    for (const template of [made.uuid, made.id, name.toUpperCase()]) {
      expect(await admin().templates.get({ template })).toEqual(made);
    }
    const changes = { strategy: "dummy", description: null, defaultParameters: { para1: 2 }, scope: [] };
    const changed = await admin().templates.update({ template: made.uuid, changes });
    const { strategy: strategyName, ...others } = changes;
    expect(changed).toMatchObject({ ...others, strategyName });
    const listed = await admin().templates.list({
      strategy: "dummy",
      sortKey: "id",
      sortDir: "desc",
      limit: 1,
    });
    expect(listed).toEqual({ items: [changed], nextMarker: made.uuid });
    await admin().templates.delete({ template: made.uuid });
    expect(await refusal(admin().templates.get({ template: name }))).toMatchObject({ code: "NOT_FOUND" });
  });

  test("a repeated create is the same template; another one of its name is refused", async () => {
    const template = { uuid: randomUUID(), name: `twice ${randomUUID()}`, goal: "dummy" };
    const first = await admin().templates.create(template);
    expect(await admin().templates.create(template)).toEqual(first);
    const { uuid: _, ...other } = template;
    expect(await refusal(admin().templates.create(other))).toMatchObject({ code: "CONFLICT" });
  });
});

describe("plans and actions", () => {
  test("an action is skipped, with its reason, before the plan is started", async () => {
    const planUuid = await newPlan();
    const { actions } = await admin().plans.get({ uuid: planUuid });
    const [first, second] = actions.map(({ uuid }) => uuid) as [string, string];
    const skipped = await admin().actions.skip({ uuid: first, reason: "known to fail" });
    expect(skipped).toMatchObject({
      planUuid,
      state: "SKIPPED",
      statusMessage: "Action skipped by user. Reason: known to fail",
    });
    expect(await admin().actions.get({ uuid: first })).toEqual(skipped);
    expect((await admin().actions.skip({ uuid: second })).statusMessage).toBe("Action skipped by user.");
    expect((await admin().plans.start({ uuid: planUuid })).state).toBe("PENDING");
    expect(await refusal(admin().plans.start({ uuid: planUuid }))).toMatchObject({
      code: "PRECONDITION_FAILED",
      message: "Couldn't start when state is 'PENDING'.",
    });
  });

  test("a plan that was not begun is cancelled at once, and may be deleted", async () => {
    const uuid = await newPlan();
    expect((await admin().plans.cancel({ uuid })).state).toBe("CANCELLED");
    const { actions } = await admin().plans.get({ uuid });
    expect(actions.map(({ state }) => state)).toEqual(["CANCELLED", "CANCELLED"]);
    expect(await refusal(admin().plans.cancel({ uuid }))).toMatchObject({
      code: "PRECONDITION_FAILED",
      message: expect.stringContaining("State transition not allowed"),
    });
    await admin().plans.delete({ uuid });
    expect(await refusal(admin().plans.get({ uuid }))).toMatchObject({ code: "NOT_FOUND" });
  });

  test("a plan that runs is cancelling", async () => {
    const uuid = await newPlan();
    await admin().plans.start({ uuid });
    await claimAll();
    expect((await admin().plans.cancel({ uuid })).state).toBe("CANCELLING");
    expect(await refusal(admin().plans.cancel({ uuid }))).toMatchObject({ kind: "illegal-state" });
  });

  test("so is one that an applier takes while it is asked for", async () => {
    const uuid = await newPlan();
    await admin().plans.start({ uuid });
    const { records } = fixture.state;
    const getActionPlan: typeof records.getActionPlan = async (request) => {
      const seen = await records.getActionPlan(request);
      await claimAll();
      return seen;
    };
    const raced = { ...services, records: { ...records, getActionPlan } };
    const identity = { ...ANONYMOUS, roles: ["admin"] };
    const caller = createCaller({ services: raced, identity, remoteAddress: "" });
    expect((await caller.plans.cancel({ uuid })).state).toBe("CANCELLING");
  });

  test("what is not there", async () => {
    const uuid = randomUUID();
    const refusals = await Promise.all(
      [
        admin().plans.start({ uuid }),
        admin().plans.cancel({ uuid }),
        admin().plans.delete({ uuid }),
        admin().actions.get({ uuid }),
        admin().actions.skip({ uuid }),
      ].map(refusal),
    );
    expect(refusals.map(({ code }) => code)).toEqual(Array(5).fill("NOT_FOUND"));
  });
});

describe("the catalogue", () => {
  test("goals and strategies", async () => {
    const goals = await admin().goals.list({ sortKey: "name" });
    expect(goals.items).toHaveLength(10);
    const goal = await admin().goals.get({ goal: "SERVER_CONSOLIDATION" });
    expect(goals.items).toContainEqual(goal);
    expect(goal.efficacySpecification.length).toBeGreaterThan(0);
    const { items } = await admin().strategies.list({ goal: goal.name });
    expect(items.map(({ name }) => name)).toContain("basic");
    const basic = await admin().strategies.get({ strategy: "basic" });
    expect(basic.parametersSpec).toHaveProperty("properties");
  });

  test("what strategies need, before there is a model", async () => {
    expect(await admin().strategies.state({ strategy: "workload_balance" })).toMatchObject({
      name: "workload_balance",
      metricSource: false,
      metrics: expect.arrayContaining([{ name: "instance_cpu_usage", available: false }]),
      models: [
        { name: "compute", needed: true, available: false },
        { name: "storage", needed: false, available: false },
        { name: "baremetal", needed: false, available: false },
      ],
    });
    expect((await admin().strategies.state({ strategy: "dummy" })).metricSource).toBeNull();
  });

  test("scoring engines and services", async () => {
    const engines = await admin().scoringEngines.list({});
    expect(engines.items.map(({ name }) => name)).toContain("dummy_scorer");
    await fixture.state.records.reportService({ name: "watcher-applier", host: "host-9" });
    const { items } = await admin().services.list({});
    expect(items).toContainEqual(
      expect.objectContaining({ name: "watcher-applier", host: "host-9", status: "ACTIVE" }),
    );
  });
});

test("every procedure asks its rule, before it looks at anything", async () => {
  const audit = "x";
  const uuid = randomUUID();
  const member = as("member");
  const calls: [string, Promise<unknown>][] = [
    ["audit:update", member.audits.update({ audit, changes: { force: true } })],
    ["audit:update", member.audits.cancel({ audit })],
    ["audit:delete", member.audits.delete({ audit })],
    ["audit_template:create", member.templates.create({ name: "x", goal: "x" })],
    ["audit_template:get", member.templates.get({ template: "x" })],
    ["audit_template:get_all", member.templates.list({})],
    ["audit_template:update", member.templates.update({ template: "x", changes: { name: "y" } })],
    ["audit_template:delete", member.templates.delete({ template: "x" })],
    ["action_plan:start", member.plans.start({ uuid })],
    ["action_plan:update", member.plans.cancel({ uuid })],
    ["action_plan:delete", member.plans.delete({ uuid })],
    ["action:get", member.actions.get({ uuid })],
    ["action:update", member.actions.skip({ uuid })],
    ["scoring_engine:get_all", member.scoringEngines.list({})],
    ["service:get_all", member.services.list({})],
    ["goal:get", member.goals.get({ goal: "x" })],
    ["goal:get_all", member.goals.list({})],
    ["strategy:get", member.strategies.get({ strategy: "x" })],
    ["strategy:get_all", member.strategies.list({})],
    ["strategy:state", member.strategies.state({ strategy: "x" })],
  ];
  const refusals = await Promise.all(calls.map(([, call]) => refusal(call)));
  const wanted = calls.map(([rule]) => ({
    code: "FORBIDDEN",
    kind: "forbidden",
    message: `Policy doesn't allow ${rule} to be performed.`,
  }));
  expect(refusals).toEqual(wanted);
});
