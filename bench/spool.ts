/** What senders wait for while the broker is stopped, and what a journal costs. */

import { randomUUID } from "node:crypto";
import { until } from "@vigil/testkit";
import type { RoleProcess } from "../test/harness/role-process.ts";
import { type System, startSystem } from "../test/harness/system.ts";
import { median, ms, percent, percentile, perSecond, progress, type Row } from "./figures.ts";
import { closedLoop, openLoop, type Shot } from "./http-load.ts";

const RATE = 200;
const SECONDS = 5;
const CONNECTIONS = 64;
const REQUESTS = 4_000;
const ROUNDS = 3;
/** One sender and one audit far above what honest ones do: the limits are not what is measured. */
const NO_LIMITS = { VIGIL_WEBHOOK_SOURCE_PER_SECOND_MAX: "0", VIGIL_WEBHOOK_AUDIT_PER_SECOND_MAX: "0" };

export async function spool(): Promise<Row[]> {
  const system = await startSystem({ durable: true });
  try {
    await system.start("state");
    const api = await system.start("api");
    const audit = await system.createAudit(api);
    await api.kill("SIGTERM");
    // So that the ledger has what a journal waits for.
    await system.start("worker");
    const never = await system.start("edge", NO_LIMITS);
    const always = await system.start("edge", { ...NO_LIMITS, VIGIL_EDGE_JOURNAL: "always" });
    const shot = (): Shot => ({
      path: `/v1/webhooks/${audit}`,
      headers: { "content-type": "application/json", "x-auth-token": system.token },
      body: JSON.stringify({ id: randomUUID(), text: "x".repeat(900) }),
    });
    const journal = await journalCost(never, always, shot);
    const away = await brokerAway(system, never, shot);
    return [...away, ...journal];
  } finally {
    await system.stop();
  }
}

async function journalCost(never: RoleProcess, always: RoleProcess, shot: () => Shot): Promise<Row[]> {
  const rates = { never: [] as number[], always: [] as number[] };
  const slow = { never: [] as number[], always: [] as number[] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, edge] of [
      ["never", never],
      ["always", always],
    ] as const) {
      const full = await closedLoop(edge.healthUrl, CONNECTIONS, REQUESTS, shot);
      const calm = await openLoop(edge.healthUrl, RATE, RATE * 3, shot);
      if (full.refused + calm.refused > 0) throw new Error(`${full.refused + calm.refused} were refused`);
      progress(
        `round ${round}, journal ${name}: ${perSecond(full.perSecond)}, p99 ${ms(percentile(calm.latenciesMs, 0.99))}`,
      );
      // The first round warms both up.
      if (round === 0) continue;
      rates[name].push(full.perSecond);
      slow[name].push(percentile(calm.latenciesMs, 0.99));
    }
  }
  return [
    {
      what: "webhooks/s with edgeJournal always",
      measured: perSecond(median(rates.always)),
      bare: `${perSecond(median(rates.never))} with never`,
      ratio: percent(median(rates.always) / median(rates.never)),
      target: "-",
    },
    {
      what: `p99 at ${perSecond(RATE)} with edgeJournal always`,
      measured: ms(median(slow.always)),
      bare: `${ms(median(slow.never))} with never`,
      ratio: `${(median(slow.always) / median(slow.never)).toFixed(1)}x`,
      target: "p99 ≤ 50 ms",
    },
  ];
}

async function brokerAway(system: System, edge: RoleProcess, shot: () => Shot): Promise<Row[]> {
  const there = await openLoop(edge.healthUrl, RATE, RATE * SECONDS, shot);
  // The stop itself is within what is measured.
  const load = openLoop(edge.healthUrl, RATE, RATE * SECONDS, shot);
  await system.stopNats();
  const away = await load;
  if (away.refused > 0) throw new Error(`${away.refused} requests were refused while the broker was away`);
  const full = await closedLoop(edge.healthUrl, CONNECTIONS, REQUESTS, shot);
  if (!(await readyText(edge)).includes("wait for NATS")) throw new Error("nothing was spooled");
  const begun = performance.now();
  await system.startNatsAgain();
  await until("the drain", async () => !(await readyText(edge)).includes("wait for NATS"), 120_000);
  const drainedMs = performance.now() - begun;
  const waited = away.latenciesMs.length + full.latenciesMs.length;
  const p99 = (latencies: readonly number[]) => ms(percentile(latencies, 0.99));
  return [
    {
      what: `202 while the broker is stopped, at ${perSecond(RATE)}`,
      measured: `p50 ${ms(median(away.latenciesMs))}, p99 ${p99(away.latenciesMs)}`,
      bare: `p50 ${ms(median(there.latenciesMs))}, p99 ${p99(there.latenciesMs)} with a broker`,
      ratio: "-",
      target: "p99 < 50 ms",
    },
    {
      what: `webhooks/s while the broker is stopped, ${CONNECTIONS} senders`,
      measured: `${perSecond(full.perSecond)}, p99 ${p99(full.latenciesMs)}`,
      bare: "-",
      ratio: "-",
      target: "-",
    },
    {
      what: `${waited.toLocaleString("en")} spooled events, from the broker's start to the last publication`,
      measured: `${(drainedMs / 1_000).toFixed(2)} s`,
      bare: "-",
      ratio: "-",
      target: "-",
    },
  ];
}

async function readyText(edge: RoleProcess): Promise<string> {
  return (await fetch(`${edge.healthUrl}/readyz`)).text();
}
