/** Strategies that kill their worker, or never end: they come to a dead letter, and nobody else to harm. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem } from "./harness/system.ts";

const WORKER = fileURLToPath(new URL("./harness/poison/worker.ts", import.meta.url));
const ATTEMPTS_MAX = 2;
/** No lease is to be lost for want of a processor. */
const LEASE_MS = 4_000;
/** Of anything that is waited for; a minute of a machine that does much else. */
const DEADLINE_MS = 60_000;
/** Between alarms of the audit that must not notice anything. */
const STEADY_MS = 300;

let system: System;
let api: RoleProcess;
let edge: RoleProcess;
const workers: ChildProcess[] = [];
const log: string[] = [];
const folder = mkdtempSync(join(tmpdir(), "vigil-poison-"));

beforeAll(async () => {
  system = await startSystem();
  await system.start("state", {
    VIGIL_RUN_ATTEMPTS_MAX: String(ATTEMPTS_MAX),
    VIGIL_LEASE_MS: String(LEASE_MS),
  });
  [api, edge] = await Promise.all([system.start("api"), system.start("edge")]);
  await system.importModel(api, syntheticCluster({ nodes: 2, instances: 10, seed: 1 }));
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${log.join("")}\n`);
});

afterAll(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await system?.stop();
  rmSync(folder, { recursive: true });
});

function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, [WORKER], {
    env: { PATH: process.env.PATH ?? "", ...system.environment() },
    stdio: ["ignore", "ignore", "pipe"],
  });
  workers.push(worker);
  worker.stderr.setEncoding("utf8").on("data", (text: string) => log.push(text));
  return worker;
}

const auditThatDoes = (para2: string) => system.createAudit(api, { parameters: { para1: 1, para2 } });

async function runOf(audit: string) {
  const [run] = await system.rows<{
    state: string;
    attempts: number;
    is_suspect: boolean;
    worker_id: string;
    error: string | null;
  }>(
    `select r.state, attempts, is_suspect, worker_id, error from run r join audit a on a.id = r.audit_id
     where a.uuid = $1 order by r.id desc limit 1`,
    [audit],
  );
  return run;
}

async function deadLetterOf(audit: string): Promise<string> {
  await until(
    `the dead letter of ${audit}`,
    async () => (await runOf(audit))?.state === "DEAD_LETTER",
    60_000,
  );
  const [letter] = await system.rows<{ reason: string }>(
    "select reason from dead_letter d join audit a on a.id = d.audit_id where a.uuid = $1",
    [audit],
  );
  return letter!.reason;
}

/** Children of a process on Linux. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`).length > 0;
  } catch {
    return false;
  }
}

/** Alarms of one audit, one after the other, until stopped; the longest that one took from its 202 to its fate, ms. */
function steadyAlarms(audit: string, before: number) {
  let isStopped = false;
  let worstMs = 0;
  let posted = before;
  async function one(): Promise<void> {
    await system.trigger(edge, audit);
    posted++;
    const sentMs = performance.now();
    const isDone = async () => (await system.count("event", audit, "fate = 'DONE'")) === posted;
    await until(`alarm ${posted} to be done`, isDone, DEADLINE_MS);
    worstMs = Math.max(worstMs, performance.now() - sentMs);
  }
  async function all(): Promise<void> {
    while (!isStopped) {
      await one();
      await new Promise((resolve) => setTimeout(resolve, STEADY_MS));
    }
  }
  const ended = all();
  return {
    stop: async () => {
      isStopped = true;
      await ended;
      return { worstMs, posted };
    },
  };
}

it("a run that kills its worker is found out and given up; those beside it are not blamed, others go on", async () => {
  const fuse = join(folder, "fuse");
  // The innocent ones may not end before the worker does, however busy the machine is.
  const death = join(folder, "death");
  const innocents = [await auditThatDoes(`wait ${death}`), await auditThatDoes(`wait ${death}`)];
  const culprit = await auditThatDoes(`kill ${fuse}`);
  const endless = await auditThatDoes("spin");
  const steady = await system.createAudit(api);

  const first = startWorker();
  // Its threads have started by then: that takes seconds on a busy machine.
  await system.trigger(edge, steady);
  await system.plans(steady, 1, DEADLINE_MS);
  const together = [innocents[0]!, culprit, innocents[1]!];
  for (const audit of together) await system.trigger(edge, audit);
  const areLive = async () => (await Promise.all(together.map(runOf))).every((run) => run?.state === "LIVE");
  await until("runs side by side", areLive, DEADLINE_MS);
  writeFileSync(fuse, "");
  await until("the death of the first worker", () => first.signalCode === "SIGKILL", DEADLINE_MS);
  writeFileSync(death, "");

  const second = startWorker();
  await system.trigger(edge, endless);
  const alarms = steadyAlarms(steady, 1);
  for (const audit of innocents) {
    await system.plans(audit, 1, DEADLINE_MS);
    expect(await runOf(audit)).toMatchObject({ state: "SUCCEEDED", attempts: 1, is_suspect: true });
  }
  expect(await deadLetterOf(culprit)).toMatch(
    /^in each of 2 attempts: the process that computed this run alone was ended by SIGKILL/,
  );
  const { worstMs, posted } = await alarms.stop();
  report(`${posted} plans of another audit meanwhile, the slowest in ${Math.round(worstMs)} ms`);
  expect(posted).toBeGreaterThan(3);
  await system.plans(steady, posted);
  expect(second.signalCode).toBeNull();
  expect(await runOf(endless)).toMatchObject({ state: "LIVE", is_suspect: false });
  second.kill("SIGKILL");

  // It was beside nobody who died: still, it has to show alone that it is harmless, and goes on as endlessly.
  const third = startWorker();
  const orphan = await lone(third);
  third.kill("SIGKILL");
  await until("the end of the dead worker's process", () => !isAlive(orphan), DEADLINE_MS);
  const fourth = startWorker();
  const child = await lone(fourth);
  const cancelledMs = performance.now();
  const patch = [{ op: "replace", path: "/state", value: "CANCELLED" }];
  expect((await system.request(api, "PATCH", `/v1/audits/${endless}`, patch)).status).toBe(200);
  await until("the end of the cancelled run's process", () => !isAlive(child), DEADLINE_MS);
  report(`the process of a cancelled run was gone ${Math.round(performance.now() - cancelledMs)} ms later`);
});

/** The process that computes a suspect of this worker. */
async function lone(worker: ChildProcess): Promise<number> {
  await until("a process of its own", () => childrenOf(worker.pid!).length > 0, DEADLINE_MS);
  return childrenOf(worker.pid!)[0]!;
}

function report(what: string): void {
  process.stderr.write(`poison: ${what}\n`);
}
