/** A plan is computed again from what its run recorded, by the program that an operator has. */

import { createVigilClient, type VigilClient } from "@vigil/client";
import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runVigil } from "./harness/cli.ts";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem } from "./harness/system.ts";

const NOBODY = "00000000-0000-4000-8000-000000000000";

/** Options that only the worker of this test has: a plan that is computed again needs them. */
const WORKER_OPTIONS = {
  VIGIL_REQUIRED_COVERAGE: "0.5",
  VIGIL_WEIGHT_PLANNER_PARALLELIZATION: '{"nop": 2, "migrate": 3}',
};

let system: System;
let api: RoleProcess;
let edge: RoleProcess;
let client: VigilClient;

beforeAll(async () => {
  system = await startSystem();
  await system.start("state");
  [api, edge] = await Promise.all([
    system.start("api"),
    system.start("edge"),
    system.start("worker", WORKER_OPTIONS),
  ]);
  client = createVigilClient({ url: api.healthUrl, token: system.token });
  await system.importModel(api, syntheticCluster({ nodes: 10, instances: 100, seed: 1 }));
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(() => system?.stop());

const vigil = (...args: string[]) => runVigil(system, api, ...args);

async function replayed(runId: string) {
  const { status, stdout, stderr } = await vigil("replay", runId, "--json");
  expect(stderr).toBe("");
  return { status, ...(JSON.parse(stdout) as Record<string, unknown>) };
}

/** One event, one plan: the run that made it. */
async function planned(audit: string): Promise<{ runId: string; planUuid: string }> {
  const before = await system.count("action_plan", audit);
  await system.trigger(edge, audit);
  await system.plans(audit, before + 1);
  const { items } = await client.runs.list.query({
    auditUuid: audit,
    sortKey: "id",
    sortDir: "desc",
    limit: 1,
  });
  return { runId: items[0]!.runId, planUuid: items[0]!.actionPlanUuid! };
}

const balancing = { goal: "workload_balancing", strategy: "workload_balance" };

describe("vigil replay", () => {
  it("of a plan that an event made prints identical", async () => {
    const { runId, planUuid } = await planned(await system.createAudit(api, balancing));
    const { status, stdout } = await vigil("replay", runId);
    expect(stdout).toMatch(/^identical: /);
    expect(stdout).toContain(planUuid);
    expect(status).toBe(0);
    expect(await vigil("replay", planUuid)).toEqual({ status, stdout, stderr: "" });
    expect(await replayed(runId)).toMatchObject({
      status: 0,
      run: runId,
      plan: planUuid,
      identical: true,
      strategy: "workload_balance",
      actions: 1,
      firstDifference: null,
    });
  });

  it("goes by the parameters of then, when the audit and the model have changed since", async () => {
    const parameters = { para1: 4.5, para2: "of then" };
    const audit = await system.createAudit(api, { parameters });
    const { runId } = await planned(audit);
    await system.rows(
      `update audit set parameters = '{"para1": 9.9, "para2": "of now"}', scope = '[{"compute": []}]' where uuid = $1`,
      [audit],
    );
    await system.importModel(api, syntheticCluster({ nodes: 4, instances: 8, seed: 2 }));
    try {
      expect(await replayed(runId)).toMatchObject({ status: 0, identical: true });
      const { inputs } = await client.runs.get.query({ runId });
      expect(inputs).toMatchObject({ parameters, scope: [], auditType: "EVENT", goalName: "dummy" });
      const later = await planned(audit);
      expect((await client.runs.get.query({ runId: later.runId })).inputs?.parameters).toMatchObject({
        para2: "of now",
      });
    } finally {
      await system.importModel(api, syntheticCluster({ nodes: 10, instances: 100, seed: 1 }));
    }
  });

  it("goes by the operator's options of then", async () => {
    const { runId } = await planned(await system.createAudit(api));
    const { inputs } = await client.runs.get.query({ runId });
    expect(inputs?.options).toMatchObject({
      required_coverage: 0.5,
      weight_planner: { parallelization: { nop: 2, migrate: 3 }, weights: null },
    });
    // Two nops at once, and the sleep after both of them.
    const plan = await client.plans.get.query({
      uuid: (await client.runs.get.query({ runId })).actionPlanUuid!,
    });
    expect(plan.actions.map(({ parents }) => parents.length)).toEqual([0, 0, 2]);
    expect(await replayed(runId)).toMatchObject({ identical: true });
  });

  it("goes by the order of parameters, which the whole way keeps", async () => {
    // Either first the hosts in their order and then the largest, or the largest first.
    const byHost = { compute_node: ["compute-00002"], compute: "vcpu_num" };
    const bySize = { compute: "vcpu_num", compute_node: ["compute-00002"] };
    const sources = [];
    for (const priority of [byHost, bySize]) {
      const parameters = {
        priority,
        compute_nodes: [{ src_node: "compute-00001" }, { src_node: "compute-00002" }],
        parallel_total: 100,
        parallel_per_node: 100,
      };
      const audit = await system.createAudit(api, {
        goal: "hardware_maintenance",
        strategy: "zone_migration",
        parameters,
      });
      const { body } = await system.request(api, "GET", `/v1/audits/${audit}`);
      expect(Object.keys(body.parameters)).toEqual([
        ...Object.keys(parameters),
        "parallel_per_pool",
        "with_attached_volume",
      ]);
      expect(JSON.stringify(body.parameters.priority)).toBe(JSON.stringify(priority));
      const { runId, planUuid } = await planned(audit);
      expect(await replayed(runId)).toMatchObject({ identical: true });
      const { actions } = await client.plans.get.query({ uuid: planUuid });
      sources.push(actions.map(({ inputParameters }) => inputParameters.source_node));
    }
    const [hostsFirst, largestFirst] = sources;
    expect(hostsFirst!.lastIndexOf("compute-00002")).toBeLessThan(hostsFirst!.indexOf("compute-00001"));
    expect(largestFirst!.lastIndexOf("compute-00002")).toBeGreaterThan(
      largestFirst!.indexOf("compute-00001"),
    );
  });

  it("tells the first difference of a plan that was tampered with", async () => {
    const { runId, planUuid } = await planned(await system.createAudit(api, balancing));
    await system.rows(
      `update action set input_parameters = input_parameters::jsonb || '{"destination_node": "elsewhere"}'
       where action_plan_id = (select id from action_plan where uuid = $1)`,
      [planUuid],
    );
    expect(await replayed(runId)).toMatchObject({
      status: 1,
      identical: false,
      firstDifference: {
        path: "actions[0].inputParameters.destination_node",
        stored: "elsewhere",
        recomputed: expect.stringContaining("compute-"),
      },
    });
    const { stdout } = await vigil("replay", runId);
    expect(stdout).toMatch(/^different: .*\n {2}first at +actions\[0\]\.inputParameters\.destination_node\n/);
  });

  it("tells that an indicator, the explanation or the version is another", async () => {
    const { runId, planUuid } = await planned(await system.createAudit(api, balancing));
    await system.rows("update run set strategy_version = '0.0' where run_id = $1", [runId]);
    expect(await replayed(runId)).toMatchObject({ identical: true, strategyVersion: { recorded: "0.0" } });
    expect((await vigil("replay", runId)).stdout).toMatch(
      /version 0\.0; this release has version .*, which may plan/,
    );
    await system.rows(`update run set explanation = '{"summary": "because"}' where run_id = $1`, [runId]);
    expect(await replayed(runId)).toMatchObject({
      firstDifference: { path: "explanation.summary", stored: "because" },
    });
    await system.rows(
      "update efficacy_indicator set value = value + 1 where action_plan_id = (select id from action_plan where uuid = $1)",
      [planUuid],
    );
    expect(await replayed(runId)).toMatchObject({
      firstDifference: { path: expect.stringMatching(/^efficacyIndicators\[0\]/) },
    });
  });

  it("of what can't be replayed exits with 3 and says why", async () => {
    const unknown = await vigil("replay", NOBODY);
    expect(unknown).toMatchObject({ status: 3, stdout: "" });
    expect(unknown.stderr).toContain(NOBODY);

    const { runId } = await planned(await system.createAudit(api));
    await system.rows("update run set snapshot_hash = $2 where run_id = $1", [runId, "0".repeat(64)]);
    const gone = await vigil("replay", runId);
    expect(gone).toMatchObject({ status: 3, stdout: "" });
    expect(gone.stderr).toContain("it is no longer kept");

    await system.rows("update run set options = null where run_id = $1", [runId]);
    expect((await vigil("replay", runId)).stderr).toContain("did not record");

    const failing = await system.createAudit(api, {
      goal: "cluster_maintaining",
      strategy: "host_maintenance",
      parameters: { maintenance_node: "no-such-host" },
    });
    await system.trigger(edge, failing);
    await until(
      "the failed run",
      async () => (await system.count("run", failing, "t.state = 'FAILED'")) === 1,
    );
    const { items } = await client.runs.list.query({ auditUuid: failing });
    const without = await vigil("replay", items[0]!.runId);
    expect(without.status).toBe(3);
    expect(without.stderr).toMatch(/has no plan, its state is FAILED: .*no-such-host/);
  });
});

describe("vigil runs show", () => {
  it("says what a run came to and why, for people and as JSON", async () => {
    const audit = await system.createAudit(api, balancing);
    const { runId, planUuid } = await planned(audit);
    const { explanation } = await client.plans.explanation.query({ uuid: planUuid });
    expect(Object.keys(explanation)[0]).toBe("summary");
    const { stdout } = await vigil("runs", "show", runId);
    expect(stdout).toMatch(new RegExp(`plan +${planUuid}\n`));
    expect(stdout).toContain(String(explanation.summary).slice(0, 40));
    expect(JSON.parse((await vigil("runs", "show", runId, "--json")).stdout)).toMatchObject({
      runId,
      explanation,
    });
    expect((await vigil("runs", "show", NOBODY)).status).toBe(3);
    expect(JSON.parse((await vigil("runs", "show", audit, "--json")).stdout)).toMatchObject({ runId });
  });

  it("shows the newest run of an audit, which may have failed and so have no plan", async () => {
    const audit = await system.createAudit(api, { goal: "saving_energy", strategy: "saving_energy" });
    const early = await vigil("runs", "show", audit);
    expect(early.status).toBe(3);
    expect(early.stderr).toContain("has not run yet");
    await system.trigger(edge, audit);
    await until("the failed run", async () => (await system.count("run", audit, "t.state = 'FAILED'")) === 1);
    const { stdout } = await vigil("runs", "show", audit);
    expect(stdout).toMatch(/state +FAILED\n +error +ClusterStateNotDefined/);
  });
});
