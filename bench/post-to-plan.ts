/** (b) POST to plan readable over REST, and plans per second of the whole system. */

import { syntheticCluster } from "@vigil/testkit";
import pg from "pg";
import { type System, startSystem } from "../test/harness/system.ts";
import { until } from "../test/harness/until.ts";
import { median, ms, percentile, perSecond, progress, type Row } from "./figures.ts";

const LATENCY_AUDITS = 200;
const THROUGHPUT_AUDITS = 400;
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

    const dummies: string[] = [];
    for (let n = 0; n < THROUGHPUT_AUDITS; n++) dummies.push(await system.createAudit(api));
    const begun = performance.now();
    let next = 0;
    const sender = async () => {
      while (next < dummies.length) await system.trigger(edge, dummies[next++]!);
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
    await until("all plans", async () => {
      const [row] = await system.rows<{ n: number }>(
        "select count(distinct audit_id)::int as n from action_plan where audit_id in (select id from audit where uuid = any($1))",
        [dummies],
      );
      return row!.n === dummies.length;
    });
    const seconds = (performance.now() - begun) / 1_000;
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
        measured: perSecond(THROUGHPUT_AUDITS / seconds),
        bare: "-",
        ratio: "-",
        target: "≥ 200/s, aim 1,000/s",
      },
    ];
  } finally {
    await system.stop();
  }
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
