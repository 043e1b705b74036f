/** (b) POST to plan readable over REST, and plans per second of the whole system. */

import { syntheticCluster, until } from "@vigil/testkit";
import pg from "pg";
import type { RoleProcess } from "../test/harness/role-process.ts";
import { type System, startSystem } from "../test/harness/system.ts";
import { median, ms, percentile, perSecond, progress, type Row } from "./figures.ts";
import { closedLoop } from "./http-load.ts";

const LATENCY_AUDITS = 200;
const THROUGHPUT_AUDITS = 400;
const THROUGHPUT_ROUNDS = 6;
const SENDERS = 32;

export async function postToPlan(): Promise<Row[]> {
  const system = await startSystem({ durable: true });
  try {
    const { api, edge } = await system.startAll();
    await system.importModel(api, syntheticCluster({ nodes: 50, instances: 1_000, seed: 1 }));
    const parameters = { goal: "workload_balancing", strategy: "workload_balance" };
    const audits: string[] = [];
    for (let n = 0; n < LATENCY_AUDITS; n++) audits.push(await system.createAudit(api, parameters));
    const latencies: number[] = [];
    for (const audit of audits) {
      const begun = performance.now();
      await system.trigger(edge, audit);
      while (
        (await system.request(api, "GET", `/v1/action_plans?audit_uuid=${audit}`)).body.action_plans
          .length === 0
      );
      latencies.push(performance.now() - begun);
    }
    // The first ones warm up.
    const warm = latencies.slice(20);
    const bareMs = await bareChain(system);
    progress(`POST to plan: p50 ${ms(median(warm))}`);

    const rates = await plansPerSecond(system, api, edge);
    return [
      {
        what: "POST to plan readable over REST, 50 nodes × 1,000 instances, workload_balance",
        measured: `p50 ${ms(median(warm))}, p99 ${ms(percentile(warm, 0.99))}`,
        bare: `${ms(bareMs)} (two durable commits)`,
        ratio: `${(median(warm) / bareMs).toFixed(1)}x`,
        target: "p50 ≤ 60 ms, p99 ≤ 200 ms; aim p50 10 ms",
      },
      {
        what: `plans/s, ${THROUGHPUT_AUDITS} audits, dummy strategy, one worker, load on the same two cores`,
        measured: perSecond(median(rates)),
        bare: "-",
        ratio: "-",
        target: "≥ 200/s, aim 1,000/s",
      },
    ];
  } finally {
    await system.stop();
  }
}

/** Rounds of one event for each of many audits, from the first POST to the last plan; plans/s of each round. */
async function plansPerSecond(system: System, api: RoleProcess, edge: RoleProcess): Promise<number[]> {
  const audits: string[] = [];
  for (let n = 0; n < THROUGHPUT_AUDITS; n++) audits.push(await system.createAudit(api));
  const headers = { "x-auth-token": system.token, "content-type": "application/json" };
  const shot = (n: number) => ({ path: `/v1/webhooks/${audits[n]}`, headers, body: "{}" });
  const rates: number[] = [];
  for (let round = 1; round <= THROUGHPUT_ROUNDS; round++) {
    const begun = performance.now();
    await closedLoop(edge.healthUrl, SENDERS, audits.length, shot);
    await until("all plans", async () => {
      const [row] = await system.rows<{ n: number }>(
        "select count(*)::int as n from action_plan p join audit a on a.id = p.audit_id where a.uuid = any($1)",
        [audits],
      );
      return row!.n >= round * audits.length;
    });
    rates.push((audits.length * 1_000) / (performance.now() - begun));
    progress(`round ${round}: ${perSecond(rates.at(-1)!)} plans`);
  }
  // The first round warms up.
  return rates.slice(1);
}

/** What the path can't do without: two transactions that are flushed to disk. Median, ms. */
async function bareChain(system: System): Promise<number> {
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  await client.query("create table bare (id bigserial primary key, body text)");
  const times: number[] = [];
  for (let n = 0; n < 100; n++) {
    const begun = performance.now();
    for (let commit = 0; commit < 2; commit++) {
      await client.query("begin");
      await client.query("insert into bare (body) values ($1)", ["x".repeat(1_000)]);
      await client.query("commit");
    }
    times.push(performance.now() - begun);
  }
  await client.end();
  return median(times);
}
