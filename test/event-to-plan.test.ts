/** One alarm becomes one action plan: roles as separate processes on real NATS and PostgreSQL. */

import { readFileSync } from "node:fs";
import { type PromPage, readPrometheusText, syntheticCluster, until } from "@vigil/testkit";
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

describe("/metrics", () => {
  const pageOf = async (role: RoleProcess): Promise<PromPage> => {
    const answer = await fetch(`${role.healthUrl}/metrics`);
    expect(answer.status, role.role).toBe(200);
    return readPrometheusText(await answer.text());
  };
  /** Pages are made once a second, and what is read from servers is some seconds old. */
  const shows = (role: RoleProcess, what: string, holds: (page: PromPage) => boolean) =>
    until(`${role.role} shows ${what}`, async () => holds(await pageOf(role)));

  it("of each role shows its part of an event's way, without a token", async () => {
    const state = system.roles.find((one) => one.role === "state")!;
    const before = await Promise.all([edge, worker, state, api].map(pageOf));
    const audit = await system.createAudit(api, { strategy: "dummy" });
    await system.trigger(edge, audit);
    await system.plans(audit, 1);
    const grew = (role: RoleProcess, name: string, labels: Record<string, string> = {}) =>
      shows(role, `one more ${name}`, (page) => {
        const was = before[[edge, worker, state, api].indexOf(role)]!.sum(name, labels) ?? 0;
        return (page.sum(name, labels) ?? 0) > was;
      });

    await grew(edge, "vigil_webhooks_total", { code: "202", reason: "accepted" });
    await grew(edge, "vigil_webhook_accept_seconds_count");
    await grew(edge, "vigil_broker_ack_seconds_count", { way: "direct" });
    await grew(worker, "vigil_events_taken_total", { delivery: "first" });
    await grew(worker, "vigil_event_age_seconds_count");
    for (const stage of ["snapshot", "wait", "compute", "complete"])
      await grew(worker, "vigil_run_stage_seconds_count", { stage });
    await grew(worker, "vigil_runs_total", { strategy: "dummy", outcome: "recorded" });
    await grew(worker, "vigil_grpc_client_calls_total", { role: "worker", method: "Complete", code: "OK" });
    await grew(state, "vigil_grpc_server_calls_total", { method: "Ingest", code: "OK" });
    await grew(state, "vigil_ingested_events_total");
    await grew(state, "vigil_run_results_total", { outcome: "recorded" });
    await grew(state, "vigil_database_transaction_seconds_count", { outcome: "commit" });
    await grew(state, "vigil_changes_published_total", { kind: "action_plan", state: "recommended" });
    await grew(api, "vigil_api_requests_total", { surface: "rest", method: "POST", code: "201" });
    await grew(api, "vigil_grpc_client_calls_total", { role: "api", method: "CreateAudit", code: "OK" });

    await shows(state, "an empty backlog", (page) => page.sum("vigil_ledger_runs") === 0);
    await shows(
      state,
      "the stream",
      (page) => page.sum("vigil_stream_messages", { stream: "VIGIL_EVENTS" })! > 0,
    );
    await shows(state, "nothing pending", (page) => page.sum("vigil_events_pending") === 0);
    await shows(
      state,
      "the model's age",
      (page) => page.sum("vigil_model_age_seconds", { kind: "compute" })! > 0,
    );
    await shows(edge, "an empty spool", (page) => page.sum("vigil_spool_records") === 0);
    for (const role of [edge, worker, state, api]) {
      const page = await pageOf(role);
      expect(page.sum("vigil_build_info", { role: role.role }), role.role).toBe(1);
      expect(page.sum("process_resident_memory_bytes"), role.role).toBeGreaterThan(1e6);
      // Labels have values of small sets: nothing of this audit, its sender or a host is among them.
      const values = new Set(page.samples.flatMap(({ labels }) => Object.values(labels)));
      for (const secret of [audit, "operator", system.token, "127.0.0.1"])
        expect(values).not.toContain(secret);
    }
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
