/** Started plans are executed: by one applier at a time, to their end, whatever becomes of the appliers. */

import { createVigilClient } from "@vigil/client";
import { readPrometheusText, syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { holdAborts } from "./harness/barrier.ts";
import { type Collector, startCollector } from "./harness/collector.ts";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem, TEST_LEASE_MS } from "./harness/system.ts";

let system: System;
let collector: Collector;
let api: RoleProcess;

beforeAll(async () => {
  [system, collector] = await Promise.all([startSystem(), startCollector()]);
  await system.start("state");
  [api] = await Promise.all([system.start("api"), system.start("worker", collector.environment)]);
  await system.importModel(api, syntheticCluster({ nodes: 2, instances: 4, seed: 1 }));
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

async function killAppliers(): Promise<void> {
  await Promise.all(system.roles.filter(({ role }) => role === "applier").map((applier) => applier.kill()));
}

afterAll(async () => {
  await system?.stop();
  await collector?.stop();
});

interface Given {
  action_type: string;
  resource_id?: string;
  input_parameters: Record<string, unknown>;
}

const nop = (flags: Record<string, boolean> = {}): Given => ({
  action_type: "nop",
  input_parameters: { message: `nop ${JSON.stringify(flags)}`, ...flags },
});
const sleep = (duration: number): Given => ({ action_type: "sleep", input_parameters: { duration } });

interface Plan {
  uuid: string;
  audit: string;
}

/** A plan of these actions, one after the other by their types' weights: nops first, then sleeps. */
async function plan(actions: Given[], audit: Record<string, unknown> = {}): Promise<Plan> {
  const uuid = await system.createAudit(api, {
    audit_type: "ONESHOT",
    goal: "unclassified",
    strategy: "actuator",
    parameters: { actions },
    ...audit,
  });
  return until("the plan", async () => {
    const { body } = await system.request(api, "GET", `/v1/action_plans?audit_uuid=${uuid}`);
    const [found] = body.action_plans;
    return found && { uuid: found.uuid, audit: uuid };
  });
}

async function show({ uuid }: Plan) {
  return (await system.request(api, "GET", `/v1/action_plans/${uuid}`)).body;
}

/** In plan order. */
async function actionsOf({ uuid }: Plan) {
  const path = `/v1/actions/detail?action_plan_uuid=${uuid}&sort_key=id`;
  const { body } = await system.request(api, "GET", path);
  return body.actions as {
    uuid: string;
    state: string;
    action_type: string;
    status_message: string | null;
  }[];
}

async function start({ uuid }: Plan): Promise<void> {
  const answer = await system.request(api, "POST", `/v1/action_plans/${uuid}/start`);
  expect([answer.status, answer.body.state]).toEqual([200, "PENDING"]);
}

async function state(of: Plan, wanted: string): Promise<Record<string, unknown>> {
  return until(`plan ${of.uuid} ${wanted}`, async () => {
    const seen = await show(of);
    return seen.state === wanted && seen;
  });
}

function replaceState(path: string, value: string, more: object[] = []) {
  return system.request(api, "PATCH", path, [{ op: "replace", path: "/state", value }, ...more]);
}

describe("a started plan", () => {
  afterAll(killAppliers);

  it("waits in PENDING until an applier starts", async () => {
    const made = await plan([nop()]);
    await start(made);
    expect((await show(made)).state).toBe("PENDING");
    // It serves the tests below as well.
    await system.start("applier", collector.environment);
    await state(made, "SUCCEEDED");

    const ofPlan = (name: string) =>
      collector.spans.find((span) => span.name === name && span.attributes["vigil.plan.uuid"] === made.uuid);
    const executed = await until("the plan's spans", () => ofPlan("run") && ofPlan("execute plan"));
    // In the trace of the run that made it.
    const { traceId, spanId } = ofPlan("run")!;
    expect(executed).toMatchObject({ traceId, parentSpanId: spanId });
    const [action] = collector.spans.filter((span) => span.name === "action nop");
    expect(action).toMatchObject({ traceId, parentSpanId: executed.spanId });
    expect(action!.attributes["vigil.action.state"]).toBe("SUCCEEDED");
  });

  it("is executed in order and ends SUCCEEDED, by an applier that is in the list of services", async () => {
    const made = await plan([nop(), sleep(1)]);
    await start(made);
    const ended = await state(made, "SUCCEEDED");
    expect(ended).toMatchObject({ status_message: null, hostname: expect.stringMatching(/./) });
    expect((await actionsOf(made)).map((action) => [action.action_type, action.state])).toEqual([
      ["nop", "SUCCEEDED"],
      ["sleep", "SUCCEEDED"],
    ]);
    const { body } = await system.request(api, "GET", "/v1/services");
    expect(body.services).toContainEqual(
      expect.objectContaining({ name: "watcher-applier", host: ended.hostname, status: "ACTIVE" }),
    );
    const applier = system.roles.find(({ role }) => role === "applier")!;
    await until("the applier's counts of both plans", async () => {
      const page = readPrometheusText(await (await fetch(`${applier.healthUrl}/metrics`)).text());
      const nops = page.sum("vigil_actions_total", { type: "nop", outcome: "succeeded" });
      return nops === 2 && page.sum("vigil_plans_executed_total", { outcome: "succeeded" }) === 2;
    });
  });

  it("with actions that fail is FAILED; each says why, and the others have run", async () => {
    const flags = ["fail_pre_condition", "fail_execute", "fail_post_condition", "skip_pre_condition"];
    const made = await plan([...flags.map((flag) => nop({ [flag]: true })), nop()]);
    await start(made);
    expect(await state(made, "FAILED")).toMatchObject({
      status_message: "One or more actions were skipped.",
    });
    const seen = await actionsOf(made);
    expect(seen.map((action) => [action.state, action.status_message])).toEqual([
      ["FAILED", "Action failed in pre_condition: Failed in pre_condition"],
      ["FAILED", null],
      ["FAILED", "Action failed in post_condition: Failed in post_condition"],
      ["SKIPPED", "Action was skipped automatically: Skipped in pre_condition"],
      ["SUCCEEDED", null],
    ]);
  });

  it("leaves out what a user has skipped", async () => {
    const made = await plan([nop(), sleep(3_600)]);
    const [, long] = await actionsOf(made);
    const reason = { op: "replace", path: "/status_message", value: "no time" };
    expect((await replaceState(`/v1/actions/${long!.uuid}`, "SKIPPED", [reason])).status).toBe(200);
    await start(made);
    expect(await state(made, "SUCCEEDED")).toMatchObject({
      status_message: "One or more actions were skipped.",
    });
    expect(await actionsOf(made)).toMatchObject([
      { state: "SUCCEEDED" },
      { state: "SKIPPED", status_message: "Action skipped by user. Reason: no time" },
    ]);
  });

  it("that needs Nova fails before any action, and says so", async () => {
    const migrate = {
      action_type: "migrate",
      resource_id: "11111111-1111-4111-8111-111111111111",
      input_parameters: { migration_type: "live", source_node: "a", destination_node: "b" },
    };
    const made = await plan([nop(), migrate]);
    await start(made);
    expect(await state(made, "FAILED")).toMatchObject({
      status_message: expect.stringMatching(/^This plan needs Nova \(migrate\) and no cloud is configured/),
    });
    expect((await actionsOf(made)).map((action) => action.state)).toEqual(["PENDING", "PENDING"]);
  });

  it("of an audit with auto_trigger starts by itself", async () => {
    await state(await plan([nop()], { auto_trigger: true }), "SUCCEEDED");
  });

  it("is cancelled at once: what runs is aborted, what waits is not begun", async () => {
    const made = await plan([nop(), sleep(3_600), sleep(3_601)]);
    await start(made);
    await until("the sleep", async () => (await actionsOf(made))[1]!.state === "ONGOING");
    const answer = await replaceState(`/v1/action_plans/${made.uuid}`, "CANCELLING");
    expect([answer.status, answer.body.state]).toEqual([200, "CANCELLING"]);
    await state(made, "CANCELLED");
    expect((await actionsOf(made)).map((action) => action.state)).toEqual([
      "SUCCEEDED",
      "CANCELLED",
      "CANCELLED",
    ]);
  });

  it("that is cancelled shows its action CANCELLING while that is aborted, and tells those who follow", async () => {
    const made = await plan([nop(), sleep(3_600)]);
    const [, long] = await actionsOf(made);
    const told: string[] = [];
    const follower = createVigilClient({ url: api.healthUrl, token: system.token }).changes.subscribe(
      { kinds: ["action"], auditUuid: made.audit },
      {
        onData({ data }) {
          if (data.kind === "position") told.push(data.kind);
          else if (data.kind === "action" && data.uuid === long!.uuid) told.push(data.state);
        },
      },
    );
    const aborts = await holdAborts(system);
    try {
      await until("the position", () => told.length === 1);
      await start(made);
      await whileSleeping(made);
      expect((await replaceState(`/v1/action_plans/${made.uuid}`, "CANCELLING")).status).toBe(200);
      await until("the abort", async () => {
        const { body } = await system.request(api, "GET", `/v1/actions/${long!.uuid}`);
        return body.state === "CANCELLING";
      });
      expect((await show(made)).state).toBe("CANCELLING");
    } finally {
      await aborts.open();
    }
    await state(made, "CANCELLED");
    expect((await actionsOf(made)).map((action) => action.state)).toEqual(["SUCCEEDED", "CANCELLED"]);
    await until("the news of its end", () => told.includes("CANCELLED"));
    follower.unsubscribe();
    expect(told).toEqual(["position", "ONGOING", "CANCELLING", "CANCELLED"]);
  });
});

/** How many leases the plan had; REST does not show it. */
async function leasesOf({ uuid }: Plan): Promise<number> {
  const sql = "select token::int as token from action_plan where uuid = $1";
  return (await system.rows<{ token: number }>(sql, [uuid]))[0]!.token;
}

async function whileSleeping(made: Plan, index = 1): Promise<void> {
  await until("the sleep", async () => (await actionsOf(made))[index]!.state === "ONGOING");
}

describe("an applier that", () => {
  afterEach(killAppliers);

  it("is killed is followed by another one, which repeats nothing that has ended", async () => {
    const first = await system.start("applier");
    const made = await plan([nop({ fail_execute: true }), sleep(2), sleep(1)]);
    await start(made);
    await whileSleeping(made);
    const before = await actionsOf(made);
    await first.kill("SIGKILL");
    const second = await system.start("applier");
    const ready = performance.now();
    await state(made, "FAILED");
    // The lease time, the sleeps anew, and what a busy machine takes for the rest.
    expect(performance.now() - ready).toBeLessThan(TEST_LEASE_MS + 15_000);
    expect(second.isRunning()).toBe(true);
    const after = await actionsOf(made);
    expect(after.map((action) => action.state)).toEqual(["FAILED", "SUCCEEDED", "SUCCEEDED"]);
    expect(after[0]).toEqual(before[0]);
    expect(await leasesOf(made)).toBe(2);
  });

  it("only stood still beyond its lease changes nothing when it wakes", async () => {
    const zombie = await system.start("applier");
    const made = await plan([nop(), sleep(4)]);
    await start(made);
    await whileSleeping(made);
    await zombie.kill("SIGSTOP");
    await system.start("applier");
    await until("the take-over", async () => (await leasesOf(made)) === 2);
    await zombie.kill("SIGCONT");
    await state(made, "SUCCEEDED");
    expect(await leasesOf(made)).toBe(2);
    await until("that it sees", () => zombie.log.some((line) => line.includes('"what":"lost"')));
  });

  it("is stopped ends in time and hands its plan back, to be gone on with at once", async () => {
    const first = await system.start("applier");
    const made = await plan([nop(), sleep(20)]);
    await start(made);
    await whileSleeping(made);
    const askedAt = performance.now();
    await first.kill("SIGTERM");
    expect(performance.now() - askedAt).toBeLessThan(12_000);
    expect(await first.exited).toEqual({ code: 0, signal: null });
    expect(first.log.some((line) => line.includes("plan handed back"))).toBe(true);
    expect((await show(made)).state).toBe("ONGOING");
    await system.start("applier");
    await until("the next lease", async () => (await leasesOf(made)) === 2);
    expect((await replaceState(`/v1/action_plans/${made.uuid}`, "CANCELLING")).status).toBe(200);
    await state(made, "CANCELLED");
  });

  it("dies while it cancels is followed by one that ends the cancel", async () => {
    const first = await system.start("applier");
    const made = await plan([nop(), sleep(3_600)]);
    await start(made);
    await whileSleeping(made);
    await first.kill("SIGKILL");
    expect((await replaceState(`/v1/action_plans/${made.uuid}`, "CANCELLING")).status).toBe(200);
    await system.start("applier");
    await state(made, "CANCELLED");
    expect((await actionsOf(made)).map((action) => action.state)).toEqual(["SUCCEEDED", "CANCELLED"]);
  });

  it("is one of two shares the plans with the other, each plan with one of them", async () => {
    await Promise.all([system.start("applier"), system.start("applier")]);
    const plans = await Promise.all(Array.from({ length: 6 }, () => plan([nop(), sleep(1)])));
    await Promise.all(plans.map(start));
    for (const made of plans) {
      await state(made, "SUCCEEDED");
      expect(await leasesOf(made)).toBe(1);
    }
  });
});
