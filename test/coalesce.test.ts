/** Events during a run: exactly one follow-up, also when the event meets the very end of the run. */

import { randomUUID } from "node:crypto";
import type { Lease__Output } from "@vigil/proto";
import { ledgerEvent, syntheticCluster, until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { lockAuditRow } from "./harness/barrier.ts";
import { plan } from "./harness/messages.ts";
import type { RoleProcess } from "./harness/role-process.ts";
import { type System, startSystem } from "./harness/system.ts";

let system: System;
let api: RoleProcess;
let edge: RoleProcess;

beforeAll(async () => {
  system = await startSystem();
  ({ api, edge } = await system.startAll());
  await system.importModel(api, syntheticCluster({ nodes: 2, instances: 10, seed: 1 }));
});

afterEach((context) => {
  if (context.task.result?.state === "fail") process.stderr.write(`${system.logs()}\n`);
});

afterAll(() => system?.stop());

/** Takes a run of the audit as a worker would, and keeps it live as long as the test wants. */
async function holdRun(audit: string): Promise<{ lease: Lease__Output; complete: () => Promise<string> }> {
  const workerId = `test-host:${process.pid}:${randomUUID()}`;
  const { lease } = await system.state.runs.ingest({ workerId, canRun: true, event: ledgerEvent(audit) });
  if (!lease) throw new Error("the ingest gave no lease");
  const beat = setInterval(() => {
    system.state.runs.heartbeat({ workerId, leases: [lease] }).catch(() => undefined);
  }, lease.heartbeatMs);
  const complete = async () => {
    const answer = await system.state.runs.complete({
      workerId,
      runId: lease.runId,
      token: lease.token,
      plan: plan(),
    });
    clearInterval(beat);
    return answer.outcome;
  };
  return { lease, complete };
}

describe("events while a run is live", () => {
  it("20 of them give exactly one follow-up run that answers them all", async () => {
    const audit = await system.createAudit(api);
    const held = await holdRun(audit);
    for (let n = 0; n < 20; n++) await system.trigger(edge, audit);
    await until(
      "20 waiting events",
      async () => (await system.count("event", audit, "t.fate = 'WAITING'")) === 20,
    );
    expect(await system.count("run", audit)).toBe(1);

    expect(await held.complete()).toBe("RECORDED");
    await system.plans(audit, 2);
    expect(await system.count("run", audit)).toBe(2);
    const [row] = await system.rows<{ runs: number }>(
      `select count(distinct e.run_id)::int as runs from event e join audit a on a.id = e.audit_id
       where a.uuid = $1 and e.fate = 'DONE' and e.run_id <> (select id from run where run_id = $2)`,
      [audit, held.lease.runId],
    );
    expect(row!.runs).toBe(1);
  });

  it.each(["complete first", "event first"])(
    "one that meets the end of the run gets its follow-up: %s",
    async (order) => {
      const audit = await system.createAudit(api);
      const held = await holdRun(audit);
      const barrier = await lockAuditRow(system, audit);
      const complete = () => held.complete();
      const post = () => system.trigger(edge, audit);
      const first = order === "complete first" ? complete() : post();
      await barrier.waiters(1);
      const second = order === "complete first" ? post() : complete();
      await barrier.waiters(2);
      await barrier.open();
      await Promise.all([first, second]);
      await system.plans(audit, 2);
      expect(await system.count("event", audit, "t.fate = 'DONE'")).toBe(2);
    },
  );

  it("complete twice with one token writes one plan and answers the same", async () => {
    const audit = await system.createAudit(api);
    const workerId = "test-host:1:x";
    const { lease } = await system.state.runs.ingest({ workerId, canRun: true, event: ledgerEvent(audit) });
    const request = { workerId, runId: lease!.runId, token: lease!.token, plan: plan() };
    const first = await system.state.runs.complete(request);
    const second = await system.state.runs.complete(request);
    expect(second).toEqual(first);
    expect(await system.count("action_plan", audit)).toBe(1);
    const stale = { ...request, token: String(BigInt(lease!.token) + 1n) };
    await expect(system.state.runs.complete(stale)).rejects.toMatchObject({ kind: "illegal-state" });
  });

  it("the same message again starts nothing", async () => {
    const audit = await system.createAudit(api);
    const message = ledgerEvent(audit);
    const workerId = "test-host:1:y";
    const first = await system.state.runs.ingest({ workerId, canRun: true, event: message });
    expect(first.outcome).toBe("STARTED");
    // The first answer may have been lost: the same worker is told its lease again, another is not.
    const again = await system.state.runs.ingest({ workerId, canRun: true, event: message });
    expect(again.lease?.token).toBe(first.lease!.token);
    const other = await system.state.runs.ingest({ workerId: "other:1:z", canRun: true, event: message });
    expect(other).toMatchObject({ outcome: "WAITING", lease: null });
    await system.state.runs.complete({
      workerId,
      runId: first.lease!.runId,
      token: first.lease!.token,
      plan: plan(),
    });
    const late = await system.state.runs.ingest({ workerId, canRun: true, event: message });
    expect(late.lease).toBeNull();
    expect(await system.count("run", audit)).toBe(1);
  });
});
