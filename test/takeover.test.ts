/** Workers die, are absent, or share the work: each event ends in exactly one plan. */

import { syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { lockAuditRow } from "./harness/barrier.ts";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem, TEST_LEASE_MS } from "./harness/system.ts";

let system: System;
let api: RoleProcess;
let edge: RoleProcess;

beforeAll(async () => {
  system = await startSystem();
  await system.start("state");
  [api, edge] = await Promise.all([system.start("api"), system.start("edge")]);
  await system.importModel(api, syntheticCluster({ nodes: 2, instances: 10, seed: 1 }));
});

afterEach(async (context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
  await Promise.all(system.roles.filter((role) => role.role === "worker").map((worker) => worker.kill()));
});

afterAll(() => system?.stop());

describe("workers", () => {
  it("an event posted while no worker lives is served when one starts", async () => {
    const audit = await system.createAudit(api);
    await system.trigger(edge, audit);
    await system.start("worker");
    await system.plans(audit, 1);
  });

  it("kill -9 in mid-run ends in exactly one plan, by another worker", async () => {
    const audit = await system.createAudit(api);
    const first = await system.start("worker");
    const begun = await stopInMidRun(first, audit);
    const second = await system.start("worker");
    await first.kill("SIGKILL");
    const killed = performance.now();
    await system.plans(audit, 1);
    expect(performance.now() - killed).toBeLessThan(TEST_LEASE_MS + 10_000);

    const [run] = await system.rows<{ attempts: number; is_suspect: boolean; worker_id: string }>(
      "select attempts, is_suspect, worker_id from run where run_id = $1",
      [begun.run_id],
    );
    // It may have been another run of the worker that killed it.
    expect(run).toMatchObject({ attempts: 1, is_suspect: true });
    expect(run!.worker_id).not.toBe(begun.worker_id);
    expect(second.isRunning()).toBe(true);
  });

  it("one that was only paused beyond its lease makes no second plan when it wakes", async () => {
    const audit = await system.createAudit(api);
    const zombie = await system.start("worker");
    await stopInMidRun(zombie, audit);
    await system.start("worker");
    await system.plans(audit, 1);
    await zombie.kill("SIGCONT");
    await system.trigger(edge, audit);
    await system.plans(audit, 2);
    expect(await system.count("run", audit)).toBe(2);
  });

  it("one killed between complete and the next message makes no second run", async () => {
    const audit = await system.createAudit(api);
    const worker = await system.start("worker");
    await system.trigger(edge, audit);
    await until("the plan", async () => (await system.count("action_plan", audit)) === 1, 10_000);
    await worker.kill("SIGKILL");
    await system.start("worker");
    // A later event has passed the same path, so a redelivery of the first one has had its chance.
    await system.trigger(edge, audit);
    await system.plans(audit, 2);
    expect(await system.count("run", audit)).toBe(2);
  });

  it("two share the events of 200 audits and each audit gets its plan", async () => {
    await Promise.all([system.start("worker"), system.start("worker")]);
    const audits = await inBatches(200, 20, () => system.createAudit(api));
    await inBatches(200, 20, (n) => system.trigger(edge, audits[n]!));
    await until(
      "200 audits with one plan each",
      async () => {
        const [row] = await system.rows<{ done: number }>(
          `select count(*)::int as done from audit a where uuid = any($1)
           and (select count(*) from action_plan p where p.audit_id = a.id) = 1`,
          [audits],
        );
        return row!.done === 200;
      },
      60_000,
    );
    const shares = await system.rows<{ worker_id: string; n: number }>(
      `select worker_id, count(*)::int as n from run r join audit a on a.id = r.audit_id
       where a.uuid = any($1) group by worker_id`,
      [audits],
    );
    expect(shares.reduce((sum, share) => sum + share.n, 0)).toBe(200);
    expect(shares).toHaveLength(2);
  });
});

/**
 * Lets the worker get its lease and stops it before it can do anything with it: state waits at the
 * audit's lock while the worker is paused, then the lease is committed for a worker that stands still.
 */
async function stopInMidRun(
  worker: RoleProcess,
  audit: string,
): Promise<{ run_id: string; worker_id: string }> {
  const barrier = await lockAuditRow(system, audit);
  await system.trigger(edge, audit);
  await barrier.waiters(1);
  await worker.kill("SIGSTOP");
  await barrier.open();
  return until("a live run of the stopped worker", async () => {
    const [run] = await system.rows<{ run_id: string; worker_id: string }>(
      `select r.run_id, r.worker_id from run r join audit a on a.id = r.audit_id
       where a.uuid = $1 and r.state = 'LIVE'`,
      [audit],
    );
    return run;
  });
}

async function inBatches<T>(n: number, size: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let start = 0; start < n; start += size) {
    const batch = Array.from({ length: Math.min(size, n - start) }, (_, i) => make(start + i));
    all.push(...(await Promise.all(batch)));
  }
  return all;
}
