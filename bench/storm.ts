/** (e) A storm of alarms: 202s, memory, the rate at which events reach the ledger, and what another audit notices. */

import { randomUUID } from "node:crypto";
import { ledgerEvent, syntheticCluster, until } from "@vigil/testkit";
import { alarmBody, fatesOf, peakMemoryMiB, sampleRuns, senders } from "../test/harness/storm.ts";
import { type System, startSystem } from "../test/harness/system.ts";
import { cpuSeconds, median, ms, percentile, perSecond, progress, type Row } from "./figures.ts";
import { openLoop } from "./http-load.ts";

const AUDITS = 100;
const ALARMS = 10_000;
const PER_SECOND = 1_000;
const SENDERS = 20;
/** Before the storm, to audits of their own: Node.js compiles what runs often, a first second is not what is asked. */
const WARM_UP_ALARMS = 1_000;
const WARM_UP_AUDITS = 10;
/** Events of one ingest bench, and of one call, as a worker's consumer hands them out. */
const INGESTS = 4_000;
const PER_CALL = 64;
const FLOOD_PER_SECOND = 500;
const PROBES = 40;
const SETTLED_DEADLINE_MS = 300_000;
const SLOW = { goal: "server_consolidation", strategy: "node_resource_consolidation" };

const RUNS_AND_PLANS =
  "select count(*)::int as runs, (select count(*)::int from action_plan) as plans from run";

type Roles = Awaited<ReturnType<System["startAll"]>>;

export async function storm(): Promise<Row[]> {
  const system = await startSystem({ durable: true });
  try {
    const roles = await system.startAll();
    await system.importModel(roles.api, syntheticCluster({ nodes: 50, instances: 1_000, seed: 1 }));
    const many = await manyAudits(system, roles);
    const other = await anotherAudit(system, roles);
    // Without a worker: its claims would take the runs that the events make due.
    await roles.worker.kill("SIGTERM");
    return [...many, other, ...(await ingestRates(system, roles))];
  } finally {
    await system.stop();
  }
}

const cpuOf = (roles: Roles): [string, number][] =>
  Object.entries(roles).map(([name, role]) => [name, cpuSeconds(role.pid)]);

async function newAudits(system: System, { api }: Roles, count: number, over = {}): Promise<string[]> {
  const audits: string[] = [];
  for (let n = 0; n < count; n++) audits.push(await system.createAudit(api, over));
  return audits;
}

async function manyAudits(system: System, roles: Roles): Promise<Row[]> {
  const audits = await newAudits(system, roles, AUDITS);
  const from = senders(system, SENDERS);
  const bodies = Array.from({ length: ALARMS }, alarmBody);
  await warmUp(system, roles, from);
  const [before] = await system.rows<{ runs: number; plans: number }>(RUNS_AND_PLANS);
  const sampling = sampleRuns(system);
  const usedBefore = cpuOf(roles);
  const begun = performance.now();
  const { latenciesMs, refused } = await openLoop(roles.edge.healthUrl, PER_SECOND, ALARMS, (n) => ({
    path: `/v1/webhooks/${audits[n % AUDITS]}`,
    headers: from[n % SENDERS]!,
    body: bodies[n]!,
  }));
  const answeredMs = performance.now() - begun;
  await until(
    "all events done",
    async () => (await fatesOf(system, audits)).DONE === ALARMS,
    SETTLED_DEADLINE_MS,
  );
  const doneMs = performance.now() - begun;
  const most = await sampling.stop();
  const [after] = await system.rows<{ runs: number; plans: number }>(RUNS_AND_PLANS);
  const row = { runs: after!.runs - before!.runs, plans: after!.plans - before!.plans };
  const memory = Object.entries(roles).map(([name, role]) => `${name} ${peakMemoryMiB(role).toFixed(0)}`);
  const used = cpuOf(roles).map(
    ([name, seconds], n) => `${name} ${(seconds - usedBefore[n]![1]).toFixed(1)}`,
  );
  progress(`202s after ${ms(answeredMs)}, all done after ${ms(doneMs)}; ${row.runs} runs`);
  return [
    {
      what: `storm of ${ALARMS} alarms, roles warm, at ${perSecond(PER_SECOND)} over ${AUDITS} audits: answers`,
      measured: `${ALARMS - refused} × 202, p50 ${ms(median(latenciesMs))}, p99 ${ms(percentile(latenciesMs, 0.99))}`,
      bare: "-",
      ratio: "-",
      target: "all 202, p99 < 100 ms",
    },
    {
      what: `the same: plans of ${row.runs} runs, at most ${most.live} live and ${most.due} due of one audit (${most.samples} looks)`,
      measured: `${row.plans} plans; last event done ${((doneMs - answeredMs) / 1_000).toFixed(1)} s after the last 202`,
      bare: "-",
      ratio: "-",
      target: "one live, one due",
    },
    {
      what: "the same: most memory of each role, MiB; CPU, s",
      measured: `${memory.join(", ")}; ${used.join(", ")}`,
      bare: "-",
      ratio: "-",
      target: "bounded",
    },
  ];
}

async function warmUp(system: System, roles: Roles, from: Record<string, string>[]): Promise<void> {
  const audits = await newAudits(system, roles, WARM_UP_AUDITS);
  await openLoop(roles.edge.healthUrl, PER_SECOND / 2, WARM_UP_ALARMS, (n) => ({
    path: `/v1/webhooks/${audits[n % WARM_UP_AUDITS]}`,
    headers: from[n % SENDERS]!,
    body: alarmBody(),
  }));
  await until(
    "the first events done",
    async () => (await fatesOf(system, audits)).DONE === WARM_UP_ALARMS,
    SETTLED_DEADLINE_MS,
  );
}

/** From a POST to the plan of audits that are left alone, before a flood of one audit and during it. */
async function anotherAudit(system: System, roles: Roles): Promise<Row> {
  const [flooded, ...others] = await newAudits(system, roles, 1 + 2 * PROBES, SLOW);
  const alone = await probe(system, roles, others.slice(0, PROBES));
  const from = senders(system, SENDERS);
  const flood = { running: true };
  const flooding = (async () => {
    while (flood.running) {
      await openLoop(roles.edge.healthUrl, FLOOD_PER_SECOND, FLOOD_PER_SECOND, (n) => ({
        path: `/v1/webhooks/${flooded}`,
        headers: from[n % SENDERS]!,
        body: alarmBody(),
      }));
    }
  })();
  const during = await probe(system, roles, others.slice(PROBES));
  flood.running = false;
  await flooding;
  const [run] = await system.rows<{ p50: number }>(
    `select (percentile_cont(0.5) within group (order by extract(epoch from finished_at - started_at)) * 1000)::float8 as p50
     from run where finished_at is not null and audit_id = (select id from audit where uuid = $1)`,
    [flooded],
  );
  return {
    what: `POST to plan of another audit while one audit gets ${perSecond(FLOOD_PER_SECOND)} (its runs take ${ms(run!.p50)})`,
    measured: `p50 ${ms(median(during))}, p99 ${ms(percentile(during, 0.99))}`,
    bare: `p50 ${ms(median(alone))}, p99 ${ms(percentile(alone, 0.99))} without the flood`,
    ratio: `${ms(median(during) - median(alone))} later`,
    target: "later by less than one run",
  };
}

async function probe(system: System, { edge }: Roles, audits: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const audit of audits) {
    const begun = performance.now();
    await system.trigger(edge, audit);
    while ((await system.count("action_plan", audit)) === 0) await new Promise(setImmediate);
    times.push(performance.now() - begun);
  }
  return times;
}

/** Events per second into the ledger, as a worker brings them: each audit's one call after another. */
async function ingestRates(system: System, roles: Roles): Promise<Row[]> {
  const rate = async (audits: readonly string[], perCall: number): Promise<number> => {
    const begun = performance.now();
    await Promise.all(audits.map((audit) => bring(system, audit, INGESTS / audits.length, perCall)));
    return (INGESTS * 1_000) / (performance.now() - begun);
  };
  const rowOf = async (count: number): Promise<Row> => {
    await rate(await newAudits(system, roles, count), PER_CALL);
    const single = await rate(await newAudits(system, roles, count), 1);
    const together = await rate(await newAudits(system, roles, count), PER_CALL);
    return {
      what: `events/s into the ledger, ${count === 1 ? "one audit" : `${count} audits`}, up to ${PER_CALL} of one audit in a call`,
      measured: perSecond(together),
      bare: `${perSecond(single)} one by one`,
      ratio: `${(together / single).toFixed(1)}x`,
      target: "-",
    };
  };
  return [await rowOf(1), await rowOf(AUDITS)];
}

async function bring(system: System, audit: string, count: number, perCall: number): Promise<void> {
  const workerId = `bench:1:${randomUUID()}`;
  for (let sent = 0; sent < count; sent += perCall) {
    const events = Array.from({ length: Math.min(perCall, count - sent) }, () => ledgerEvent(audit));
    const [event, ...more] = events;
    await system.state.runs.ingest({ workerId, canRun: false, event, more });
  }
}
