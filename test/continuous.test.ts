/** CONTINUOUS audits: roles as separate processes, two of them state, on real NATS and PostgreSQL. */

import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem } from "./harness/system.ts";

let system: System;
let api: RoleProcess;
let edge: RoleProcess;

beforeAll(async () => {
  system = await startSystem();
  ({ api, edge } = await system.startAll());
  await system.start("state");
  await system.importModel(api, syntheticCluster({ nodes: 10, instances: 100, seed: 1 }));
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(() => system?.stop());

const continuous = (over: Record<string, unknown> = {}) =>
  system.createAudit(api, { audit_type: "CONTINUOUS", interval: "1", ...over });

/** Oldest first. */
async function plansOf(audit: string): Promise<{ uuid: string; state: string }[]> {
  const { body } = await system.request(
    api,
    "GET",
    `/v1/action_plans?audit_uuid=${audit}&sort_key=created_at&sort_dir=asc`,
  );
  return body.action_plans;
}

const show = async (audit: string) => (await system.request(api, "GET", `/v1/audits/${audit}`)).body;

describe("a CONTINUOUS audit", () => {
  it("rest-api 11 row 24: makes a plan per run, the earlier ones are CANCELLED, one is RECOMMENDED", async () => {
    const audit = await continuous();
    const enough = async () => (await system.count("action_plan", audit)) >= 3;
    await until("three plans", enough);
    expect(await show(audit)).toMatchObject({ state: "ONGOING", hostname: expect.stringMatching(/./) });
    expect((await show(audit)).next_run_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    const cancelled = await system.request(api, "PATCH", `/v1/audits/${audit}`, [
      { op: "replace", path: "/state", value: "CANCELLED" },
    ]);
    expect(cancelled.status, JSON.stringify(cancelled.body)).toBe(200);
    const states = (await plansOf(audit)).map(({ state }) => state);
    expect(states.at(-1)).toBe("RECOMMENDED");
    expect(new Set(states.slice(0, -1))).toEqual(new Set(["CANCELLED"]));
    expect(await system.count("run", audit, "t.state in ('DUE', 'LIVE')")).toBe(0);
  });

  it("goes on after every state process was killed, and makes up once for what it missed", async () => {
    const audit = await continuous({ interval: "3600" });
    await system.plans(audit, 1);
    for (const role of system.roles.filter(({ role }) => role === "state")) await role.kill("SIGKILL");
    await system.rows(
      "update audit set next_run_time = clock_timestamp() - interval '5 days' where uuid = $1",
      [audit],
    );
    await system.start("state", { VIGIL_STATE_PORT: new URL(`http://${system.stateAddress}`).port });
    await system.plans(audit, 2);
    const { next_run_time: next } = await show(audit);
    expect(Date.parse(`${next}Z`)).toBeGreaterThan(Date.now() + 3_000_000);
    expect(await system.count("run", audit)).toBe(2);
  });

  it("past its end_time is SUCCEEDED without a run", async () => {
    const audit = await continuous({ end_time: "2020-01-01T00:00:00" });
    await until("the end of the audit", async () => (await show(audit)).state === "SUCCEEDED");
    expect(await system.count("run", audit)).toBe(0);
  });
});

describe("an alarm while a plan is under way", () => {
  it("gives its plan when that one has ended", async () => {
    const first = await system.createAudit(api);
    await system.trigger(edge, first, { n: 1 });
    await system.plans(first, 1);
    const [plan] = await plansOf(first);
    await system.rows("update action_plan set state = 'ONGOING' where uuid = $1", [plan!.uuid]);

    const audit = await system.createAudit(api);
    await system.trigger(edge, audit, { n: 2 });
    await until("the reason why it waits", async () =>
      String((await show(audit)).status_message).includes(plan!.uuid),
    );
    expect(await system.count("action_plan", audit)).toBe(0);
    expect((await show(audit)).state).toBe("PENDING");

    await system.rows("update action_plan set state = 'SUCCEEDED' where uuid = $1", [plan!.uuid]);
    // Nobody told: the look for leftovers, which comes with every change by a user, finds it.
    await system.createAudit(api);
    await system.plans(audit, 1);
    expect((await show(audit)).status_message).toBeNull();
  });
});
