/**
 * `make memory`: memory over an hour's worth of events: edge to plan through one system as fast as it goes, with coalescing. Each
 * process is looked at when the system has come to rest: resident memory as the kernel counts it, and the JavaScript heap
 * after a collection, which is what is really kept.
 */

import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { findFreePort } from "@vigil/embedded";
import { syntheticCluster, until } from "@vigil/testkit";
import type { Role, RoleProcess } from "../test/harness/role-process.ts";
import { type System, startSystem } from "../test/harness/system.ts";
import { machine, perSecond, progress, writeSection } from "./figures.ts";
import { closedLoop } from "./http-load.ts";
import { askInspector } from "./inspector.ts";

/** An hour's worth: 55 alarms a second. Events between two looks are a twentieth; the first look is after as many. */
const EVENTS = 200_000;
const STEPS = 20;
/** Columns of the table, in steps after the warm-up. */
const SHOWN_STEPS = [0, 5, 10, 15, 20];
const AUDITS = 20;
const SENDERS = 32;
const MIB = 1_024 * 1_024;
const REST_MS_MAX = 600_000;
const REST_POLL_MS = 500;

interface Sample {
  events: number;
  /** By process and kind: "worker, resident", MiB. */
  mib: ReadonlyMap<string, number>;
}

/** @returns a table in Markdown */
async function memory(eventsMax: number): Promise<string> {
  const step = eventsMax / STEPS;
  const system = await startSystem({ durable: true });
  try {
    const inspectors = new Map<string, { process: RoleProcess; port: number }>();
    const start = async (role: Role, env: Record<string, string> = {}) => {
      const port = await findFreePort();
      const process = await system.start(role, { NODE_OPTIONS: `--inspect=127.0.0.1:${port}`, ...env });
      inspectors.set(role, { process, port });
      return process;
    };
    await start("state");
    const api = await start("api");
    await start("worker");
    await start("applier");
    const limits = { VIGIL_WEBHOOK_SOURCE_PER_SECOND_MAX: "0", VIGIL_WEBHOOK_AUDIT_PER_SECOND_MAX: "0" };
    const edge = await start("edge", limits);
    await system.importModel(api, syntheticCluster({ nodes: 20, instances: 200, seed: 1 }));
    const audits = await Promise.all(Array.from({ length: AUDITS }, () => system.createAudit(api)));

    const headers = { "x-auth-token": system.token, "content-type": "application/json" };
    const shot = (n: number) => ({
      path: `/v1/webhooks/${audits[n % AUDITS]}`,
      headers: { ...headers, "idempotency-key": randomUUID() },
      body: `{"reason":"${"x".repeat(500)}"}`,
    });
    const samples: Sample[] = [];
    const begun = performance.now();
    for (let events = 0; events <= eventsMax; events += step) {
      const { refused, perSecond: rate } = await closedLoop(edge.healthUrl, SENDERS, step, shot);
      if (refused > 0) throw new Error(`${refused} webhooks were refused`);
      await atRest(system, events + step);
      samples.push({ events, mib: await look(system, inspectors) });
      progress(`${events} events: ${perSecond(rate)}, ${shown(samples.at(-1)!.mib)}`);
    }
    const seconds = (performance.now() - begun) / 1_000;
    const [done] = await system.rows<{ plans: number; fates: string }>(
      `select (select count(*)::int from action_plan) as plans,
         (select string_agg(distinct fate, ', ') from event) as fates`,
    );
    const all = eventsMax + step;
    const text = `${all.toLocaleString("en")} events over ${AUDITS} audits in ${Math.round(seconds)} s (${perSecond(all / seconds)} with the looks), fates: ${done!.fates}, ${done!.plans.toLocaleString("en")} plans.`;
    return `${text}\n\n${table(samples)}`;
  } finally {
    await system.stop();
  }
}

async function atRest(system: System, events: number): Promise<void> {
  await until(
    "rest",
    async () => {
      // Counting is work for PostgreSQL, which grows.
      await sleep(REST_POLL_MS);
      const [row] = await system.rows<{ known: number; open: number }>(
        `select count(*)::int as known, (select count(*)::int from event where fate in ('WAITING', 'LEASED'))
           + (select count(*)::int from run where state in ('DUE', 'LIVE')) as open from event`,
      );
      return row!.known === events && row!.open === 0;
    },
    REST_MS_MAX,
  );
}

async function look(
  system: System,
  roles: ReadonlyMap<string, { process: RoleProcess; port: number }>,
): Promise<Map<string, number>> {
  const mib = new Map<string, number>();
  for (const [role, { process, port }] of roles) {
    const heapBytes = await askInspector(port, [
      { method: "HeapProfiler.collectGarbage" },
      { method: "Runtime.evaluate", params: { expression: "process.memoryUsage().heapUsed" } },
    ]);
    mib.set(`${role}, heap`, heapBytes / MIB);
    mib.set(`${role}, resident`, residentMib(process.pid));
  }
  mib.set("nats-server, resident", residentMib(system.natsPid));
  const [backend] = await system.rows<{ pid: number }>("select pg_backend_pid() as pid");
  mib.set("PostgreSQL, its share", shareOfTreeMib(parentOf(backend!.pid)));
  return mib;
}

function statusField(pid: number, field: string): number {
  return Number(
    new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1],
  );
}

const residentMib = (pid: number) => statusField(pid, "VmRSS") / 1_024;
const parentOf = (pid: number) => statusField(pid, "PPid");

/** Proportional share of a process and its children: what they have in common, PostgreSQL's buffers, counts once. */
function shareOfTreeMib(pid: number): number {
  const kib = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        if (name !== String(pid) && parentOf(Number(name)) !== pid) return 0;
        return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/smaps_rollup`, "utf8"))?.[1]);
      } catch {
        // Ended meanwhile.
        return 0;
      }
    });
  return kib.reduce((sum, value) => sum + value, 0) / 1_024;
}

function table(samples: readonly Sample[]): string {
  const names = [...samples[0]!.mib.keys()];
  const columns = SHOWN_STEPS.map((step) => samples[step]!);
  const rows = names.map((name) => {
    const cells = columns.map(({ mib }) => mib.get(name)!.toFixed(1));
    return `| ${name} | ${cells.join(" | ")} | ${slopePer100k(samples, name).toFixed(1)} |`;
  });
  const heads = columns.map(({ events }) => (events === 0 ? "warm" : `after ${events.toLocaleString("en")}`));
  return [
    `| MiB | ${heads.join(" | ")} | slope per 100,000 events |`,
    `|---|${columns.map(() => "---|").join("")}---|`,
    ...rows,
  ].join("\n");
}

/** Least squares over all samples. */
function slopePer100k(samples: readonly Sample[], name: string): number {
  const points = samples.map(({ events, mib }) => ({ x: events / 100_000, y: mib.get(name)! }));
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  return mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
}

function shown(mib: ReadonlyMap<string, number>): string {
  return [...mib].map(([name, value]) => `${name} ${value.toFixed(0)}`).join("; ");
}

const given = process.argv.find((argument) => argument.startsWith("--events="));
const measured = await memory(given === undefined ? EVENTS : Number(given.split("=")[1]));
const text = `Machine: ${machine()}\n\n${measured}`;
process.stdout.write(`${text}\n`);
if (process.argv.includes("--write")) writeSection("memory", text);
