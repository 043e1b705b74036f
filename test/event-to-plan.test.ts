/** One alarm becomes one action plan: roles as separate processes on real NATS and PostgreSQL. */

import { readFileSync } from "node:fs";
import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem } from "./harness/system.ts";

const recorded = JSON.parse(
  readFileSync(new URL("data/aodh/recorded-requests.json", import.meta.url), "utf8"),
) as {
  requests: { body: Record<string, unknown> }[];
};

let system: System;
let api: RoleProcess;
let edge: RoleProcess;
let worker: RoleProcess;

beforeAll(async () => {
  system = await startSystem();
  ({ api, edge, worker } = await system.startAll());
  await system.importModel(api, syntheticCluster({ nodes: 10, instances: 100, seed: 1 }));
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(() => system?.stop());

describe("a webhook", () => {
  it("gives one plan, readable over REST with its actions in order", async () => {
    const audit = await system.createAudit(api);
    await system.trigger(edge, audit, recorded.requests[0]!.body);
    await system.plans(audit, 1);

    const plans = await system.request(api, "GET", `/v1/action_plans?audit_uuid=${audit}`);
    expect(plans.body.action_plans).toHaveLength(1);
    expect(plans.body.action_plans[0]).toMatchObject({
      audit_uuid: audit,
      strategy_name: "dummy",
      state: "RECOMMENDED",
    });
    const actions = await system.request(
      api,
      "GET",
      `/v1/actions/detail?action_plan_uuid=${plans.body.action_plans[0].uuid}`,
    );
    expect(actions.body.actions.map((action: { action_type: string }) => action.action_type)).toEqual([
      "nop",
      "nop",
      "sleep",
    ]);
    const show = await system.request(api, "GET", `/v1/audits/${audit}`);
    expect(show.body.state).toBe("SUCCEEDED");
    expect(show.body.hostname).not.toBeNull();
  });

  it("is told by the ledger with its sender, its body and its fate", async () => {
    const audit = await system.createAudit(api);
    await system.trigger(edge, audit, recorded.requests[1]!.body);
    await system.plans(audit, 1);
    const input = encodeURIComponent(JSON.stringify({ auditUuid: audit }));
    const { status, body } = await system.request(api, "GET", `/trpc/events.list?input=${input}`);
    expect(status, JSON.stringify(body)).toBe(200);
    const [event] = body.result.data.items;
    expect(event).toMatchObject({ fate: "DONE", format: "aodh", current: "alarm" });
    expect(event.sender.userId).toMatch(/./);
    expect(event.sender.remoteAddress).toContain("127.0.0.1");
    expect(JSON.parse(event.body.text)).toEqual(recorded.requests[1]!.body);
  });

  it("posted again for the same occurrence gives no second plan", async () => {
    const audit = await system.createAudit(api);
    const body = recorded.requests[0]!.body;
    const first = await system.trigger(edge, audit, body);
    await system.plans(audit, 1);
    const second = await system.trigger(edge, audit, body);
    expect(second.headers.get("vigil-duplicate")).toBe("true");
    expect(second.headers.get("vigil-event-id")).toBe(first.headers.get("vigil-event-id"));
    // The next event of this audit has passed the whole path, so the repetition has had its chance.
    await system.trigger(edge, audit, {});
    await system.plans(audit, 2);
    expect(await system.count("run", audit)).toBe(2);
  });

  it("gives 20 plans for 20 bodies of {}, each sent after the plan before", async () => {
    const audit = await system.createAudit(api);
    for (let n = 1; n <= 20; n++) {
      await system.trigger(edge, audit);
      await system.plans(audit, n);
    }
    expect(await system.count("run", audit, "t.state = 'SUCCEEDED'")).toBe(20);
  });

  it("right after the 201 of its audit is accepted at another edge", async () => {
    const other = await system.start("edge");
    for (let n = 0; n < 20; n++) {
      const audit = await system.createAudit(api);
      await system.trigger(other, audit);
    }
    await other.kill("SIGTERM");
  });

  it("named by the audit's name works as by its uuid", async () => {
    const audit = await system.createAudit(api, { name: "by name: ümläut and spaces" });
    await system.trigger(edge, encodeURIComponent("by name: ümläut and spaces"));
    await system.plans(audit, 1);
  });
});

describe("a strategy on the imported model", () => {
  it("workload_balance plans one live migration", async () => {
    const audit = await system.createAudit(api, { goal: "workload_balancing", strategy: "workload_balance" });
    await system.trigger(edge, audit);
    await system.plans(audit, 1);
    const { body } = await system.request(api, "GET", `/v1/action_plans?audit_uuid=${audit}`);
    const actions = await system.request(
      api,
      "GET",
      `/v1/actions/detail?action_plan_uuid=${body.action_plans[0].uuid}`,
    );
    expect(actions.body.actions).toHaveLength(1);
    expect(actions.body.actions[0]).toMatchObject({
      action_type: "migrate",
      input_parameters: { migration_type: "live", source_node: "compute-00001" },
    });
  });

  it("that fails leaves the audit armed, says why, and the next alarm runs it again", async () => {
    const audit = await system.createAudit(api, {
      goal: "cluster_maintaining",
      strategy: "host_maintenance",
      parameters: { maintenance_node: "no-such-host" },
    });
    for (const n of [1, 2]) {
      await system.trigger(edge, audit);
      await until(
        "the failed run",
        async () => (await system.count("run", audit, "t.state = 'FAILED'")) === n,
      );
      const { body } = await system.request(api, "GET", `/v1/audits/${audit}`);
      expect(body.state).toBe("PENDING");
      expect(body.status_message).toContain("no-such-host");
    }
    expect(await system.count("action_plan", audit)).toBe(0);
    expect(await system.count("dead_letter", audit)).toBe(2);
  });
});

describe("a ONESHOT audit", () => {
  it("runs at once and ends SUCCEEDED", async () => {
    const audit = await system.createAudit(api, { audit_type: "ONESHOT" });
    await system.plans(audit, 1);
    const { body } = await system.request(api, "GET", `/v1/audits/${audit}`);
    expect(body.state).toBe("SUCCEEDED");
  });
});

describe("stopping", () => {
  it("takes seconds for each idle role after SIGTERM", async () => {
    await until("an idle system", async () => {
      const [row] = await system.rows<{ n: number }>(
        "select count(*)::int as n from run where state in ('DUE','LIVE')",
      );
      return row!.n === 0;
    });
    for (const role of [edge, worker, api, system.roles.find((one) => one.role === "state")!]) {
      const begun = performance.now();
      role.child.kill("SIGTERM");
      const end = await role.exited;
      expect(end, role.role).toEqual({ code: 0, signal: null });
      expect(performance.now() - begun, role.role).toBeLessThan(5_000);
    }
  });
});
