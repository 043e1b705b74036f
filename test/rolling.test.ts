/** A release is rolled out: every process is restarted in turn, under load, and no sender notices. */

import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { check } from "./chaos/checker.ts";
import { Load } from "./chaos/load.ts";
import { randomOf } from "./chaos/random.ts";
import { type Balancer, startBalancer } from "./harness/balancer.ts";
import { findFixedPort } from "./harness/fixed-port.ts";
import type { Role, RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem } from "./harness/system.ts";

/** Long enough for the balancer's two looks, 100 ms apart, on a busy machine. */
const DRAIN_DELAY_MS = 1_000;
const PER_SECOND = 25;
/** Under load, beside other tests. */
const READY_MS_MAX = 90_000;
const REST_MS_MAX = 60_000;

let system: System;
let balancer: Balancer;
const roles: { role: Role; env: Record<string, string>; process: RoleProcess }[] = [];

const start = async (role: Role, env: Record<string, string>) =>
  (await system.spawn(role, env)).ready(READY_MS_MAX);

async function addRole(role: Role, env: Record<string, string>): Promise<void> {
  roles.push({ role, env, process: await start(role, env) });
}

beforeAll(async () => {
  system = await startSystem();
  const ports = {
    state: [await findFixedPort(), await findFixedPort()],
    edge: [await findFixedPort(), await findFixedPort()],
  };
  const VIGIL_STATE_ADDRESS = ports.state.map((port) => `127.0.0.1:${port}`).join(",");
  const toState = { VIGIL_STATE_ADDRESS };
  balancer = await startBalancer(ports.edge.map((port) => `http://127.0.0.1:${port}`));
  // One after the other, as a busy machine takes its time for each.
  for (const port of ports.state) await addRole("state", { VIGIL_STATE_PORT: String(port) });
  for (const port of ports.edge)
    await addRole("edge", { VIGIL_HTTP_PORT: String(port), VIGIL_DRAIN_DELAY_MS: String(DRAIN_DELAY_MS) });
  for (const role of ["worker", "worker", "applier", "api"] as const) await addRole(role, toState);
}, 300_000);

afterAll(async () => {
  await balancer?.close();
  await system?.stop();
});

const processOf = (role: Role) => roles.find((one) => one.role === role)!.process;

it("a rolling restart under load fails no webhook, loses and doubles nothing", async () => {
  const api = processOf("api");
  await system.importModel(api, syntheticCluster({ nodes: 20, instances: 200, seed: 1 }));
  const balance = { goal: "workload_balancing", strategy: "workload_balance" };
  const targets = await Promise.all(
    [{}, {}, {}, balance, balance].map(async (audit) => ({
      audit: await system.createAudit(api, audit),
      weight: 1,
    })),
  );
  const load = new Load({ edges: [balancer.url], targets, token: system.token, random: randomOf(1) });
  await until("both edges behind the balancer", () => balancer.healthy().length === 2, READY_MS_MAX);
  load.start(PER_SECOND);
  const drains: string[] = [];
  for (const one of roles) {
    const seen = load.latenciesMs.length;
    await until("load", () => load.latenciesMs.length > seen + PER_SECOND / 4, READY_MS_MAX);
    const begun = performance.now();
    one.process.child.kill("SIGTERM");
    expect(await one.process.exited, one.process.log.join("\n")).toEqual({ code: 0, signal: null });
    drains.push(`${one.role} ${Math.round(performance.now() - begun)} ms`);
    one.process = await start(one.role, one.env);
    await until("both edges behind the balancer", () => balancer.healthy().length === 2, READY_MS_MAX);
  }
  await load.stop();
  process.stderr.write(`SIGTERM to exit: ${drains.join(", ")}; ${load.latenciesMs.length} webhooks\n`);
  expect(balancer.refused()).toBe(0);
  expect([...load.answers.keys()]).toEqual(["202"]);

  await until(
    "no run under way",
    async () => {
      const [open] = await system.rows<{ n: number }>(
        `select (select count(*)::int from run where state in ('DUE', 'LIVE'))
         + (select count(*)::int from event where fate in ('WAITING', 'LEASED')) as n`,
      );
      const ids = load.occurrences.flatMap(({ eventIds }) => [...eventIds]);
      const [known] = await system.rows<{ n: number }>(
        "select count(*)::int as n from event where event_id = any($1::uuid[])",
        [ids],
      );
      return open!.n === 0 && known!.n === new Set(ids).size;
    },
    REST_MS_MAX,
  );
  const { counts, contradictions } = await check(system.sql, load.occurrences, []);
  expect(contradictions).toEqual([]);
  expect(counts).toMatchObject({ acknowledged: load.occurrences.length, completed: load.occurrences.length });
  // A run that a stopping worker does not finish is handed back: nobody waits for its lease, no attempt is lost.
  expect(counts.attempts).toBe(counts.runs);
}, 300_000);
