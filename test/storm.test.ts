/** Floods of alarms: each is answered 202 and served, with one run per audit at a time, and no audit delays another. */

import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { closedLoop } from "../bench/http-load.ts";
import type { RoleProcess } from "./harness/role-process.ts";
import { alarmBody, fatesOf, peakMemoryMiB, sampleRuns, senders } from "./harness/storm.ts";
import { type System, startSystem } from "./harness/system.ts";

const AUDITS = 20;
const ALARMS = 2_000;
const ALARMS_OF_ONE = 1_000;
const CONNECTIONS = 32;
/** Several times what each role takes idle; a queue without bounds would go beyond within one storm. */
const MEMORY_MAX_MIB = 500;
/** Runs of some 100 ms, many times what it takes to bring an event to the ledger. */
const SLOW = { goal: "server_consolidation", strategy: "node_resource_consolidation" };

let system: System;
let roles: { state: RoleProcess; worker: RoleProcess; api: RoleProcess; edge: RoleProcess };

beforeAll(async () => {
  system = await startSystem();
  roles = await system.startAll();
  await system.importModel(roles.api, syntheticCluster({ nodes: 100, instances: 2_000, seed: 1 }));
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(() => system?.stop());

const settled = (audits: string[], occurrences: number) =>
  until(
    `${occurrences} events that are done`,
    async () => (await fatesOf(system, audits)).DONE === occurrences,
    60_000,
  );

async function newAudits(count: number, over: Record<string, unknown> = {}): Promise<string[]> {
  const audits: string[] = [];
  for (let n = 0; n < count; n++) audits.push(await system.createAudit(roles.api, over));
  return audits;
}

describe("a storm", () => {
  it("over many audits is taken whole, each alarm once, with one run of an audit at a time", async () => {
    const audits = await newAudits(AUDITS);
    const from = senders(system, 8);
    // Each tenth comes twice, as from two alarm evaluators.
    const bodies = Array.from({ length: ALARMS }, () => alarmBody());
    for (let n = 10; n < ALARMS; n += 10) bodies[n] = bodies[n - 1]!;
    const path = (n: number) => `/v1/webhooks/${audits[Math.floor(n / 2) % AUDITS]}`;
    const sampling = sampleRuns(system);
    const { refused, latenciesMs } = await closedLoop(roles.edge.healthUrl, CONNECTIONS, ALARMS, (n) => ({
      path: path(n % 10 === 0 && n > 0 ? n - 1 : n),
      headers: from[n % from.length]!,
      body: bodies[n]!,
    }));
    expect({ refused, answered: latenciesMs.length }).toEqual({ refused: 0, answered: ALARMS });
    const occurrences = new Set(bodies).size;
    await settled(audits, occurrences);
    const { samples, ...most } = await sampling.stop();
    expect(samples).toBeGreaterThan(10);
    expect(most).toEqual({ due: 1, live: 1, active: 1 });
    const { DONE, DUPLICATE = 0, ...others } = await fatesOf(system, audits);
    expect(others).toEqual({});
    expect(DONE! + DUPLICATE).toBeLessThanOrEqual(ALARMS);
    const [row] = await system.rows<{ runs: number; plans: number }>(
      `select count(*)::int as runs, (select count(*)::int from action_plan) as plans from run`,
    );
    expect(row!.plans).toBe(row!.runs);
    expect(row!.runs).toBeLessThan(occurrences);
    for (const role of Object.values(roles)) expect(peakMemoryMiB(role)).toBeLessThan(MEMORY_MAX_MIB);
  });

  it("on one audit delays the plans of another by less than one of its runs", async () => {
    const [flooded] = await newAudits(1, SLOW);
    const others = await newAudits(5, SLOW);
    // All of it lies in the stream before a worker comes, and the alarms of the others behind it.
    await roles.worker.kill("SIGTERM");
    const from = senders(system, 8);
    const shot = (n: number) => ({
      path: `/v1/webhooks/${flooded}`,
      headers: from[n % from.length]!,
      body: alarmBody(),
    });
    const { refused } = await closedLoop(roles.edge.healthUrl, CONNECTIONS, ALARMS_OF_ONE, shot);
    expect(refused).toBe(0);
    await system.trigger(roles.edge, others[0]!);
    roles.worker = await system.start("worker", { VIGIL_WORKER_THREADS: "1" });
    for (const [n, other] of others.entries()) {
      if (n > 0) await system.trigger(roles.edge, other);
      await until("its plan", async () => (await system.count("action_plan", other)) === 1);
    }
    await settled([flooded!], ALARMS_OF_ONE);
    const between = await system.rows<{ started: number }>(
      `select (select count(*)::int from run f join audit a on a.id = f.audit_id
         where a.uuid = $1 and f.started_at > e.arrived_at and f.started_at < r.started_at) as started
       from event e join run r on r.id = e.run_id join audit a on a.id = e.audit_id where a.uuid = any($2)`,
      [flooded, others],
    );
    expect(between).toHaveLength(others.length);
    for (const { started } of between) expect(started).toBeLessThanOrEqual(1);
  });
});
