/** Rows that somebody holds for long: a huge plan that is being written, a process that stands still. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { autoCommit, firstRow, inTransaction, rows } from "../database/transaction.ts";
import { event, leaseRef, openRunWorld, type RunWorld, WORKER } from "./testing/run-world.ts";

const LEASE_MS = 3_000;

let world: RunWorld;
beforeAll(async () => {
  world = await openRunWorld(LEASE_MS);
});
afterAll(() => world.close());

/** Holds the rows that a query locks until the end of the scope. */
async function hold(query: string, parameters: unknown[]): Promise<AsyncDisposable> {
  const locked = Promise.withResolvers<void>();
  const freed = Promise.withResolvers<void>();
  const transaction = inTransaction(world.orm, async (sql) => {
    await rows(sql, query, parameters);
    locked.resolve();
    await freed.promise;
  });
  await locked.promise;
  return {
    [Symbol.asyncDispose]() {
      freed.resolve();
      return transaction;
    },
  };
}

async function startRun() {
  const audit = await world.newAudit();
  const { lease } = await world.ingest(event(audit));
  return { audit, lease, ref: leaseRef(lease) };
}

async function counterOf(runId: string): Promise<number> {
  const row = await firstRow<{ n: number }>(
    autoCommit(world.orm),
    "select heartbeat::int as n from run where run_id = $1",
    [runId],
  );
  return row!.n;
}

describe("a run whose row is held", () => {
  it("holds up no heartbeat of the others, and is not called lost", async () => {
    const held = await startRun();
    const other = await startRun();
    {
      await using _ = await hold("select 1 from run where run_id = $1 for update", [held.ref.runId]);
      const before = performance.now();
      const answer = await world.runs.heartbeat({ workerId: WORKER, leases: [held.ref, other.ref] });
      expect(performance.now() - before).toBeLessThan(LEASE_MS);
      expect(answer.lostRunIds).toEqual([]);
      expect(await counterOf(other.ref.runId)).toBe(1);
    }
    for (const { lease } of [held, other]) await world.complete(lease);
  });

  it("holds up no end of another dead lease", async () => {
    const held = await startRun();
    const dead = await startRun();
    {
      await using _ = await hold("select 1 from run where run_id = $1 for update", [held.ref.runId]);
      await expect.poll(() => world.runStates(dead.audit), { timeout: 4 * LEASE_MS }).toEqual(["DUE"]);
    }
    await expect.poll(() => world.runStates(held.audit), { timeout: 4 * LEASE_MS }).toEqual(["DUE"]);
  });
});

describe("an audit whose row is held", () => {
  it("holds up no events of other audits that share its transaction", async () => {
    const held = await world.newAudit();
    const others = await Promise.all(Array.from({ length: 12 }, () => world.newAudit()));
    {
      await using _ = await hold("select 1 from audit where uuid = $1 for update", [held]);
      // In the middle: whatever the transactions at once, some share the held one's.
      const calls = [...others.slice(0, 6), held, ...others.slice(6)].map((audit) =>
        world.ingest(event(audit)),
      );
      const late = calls.splice(6, 1)[0]!;
      const expectLate = expect(late).rejects.toThrow("lock timeout");
      for (const answer of await Promise.all(calls)) await world.complete(answer.lease);
      await expectLate;
    }
    await world.complete((await world.ingest(event(held))).lease);
  });

  it("holds up no results of other audits that share its transaction", async () => {
    const held = await startRun();
    const others = await Promise.all(Array.from({ length: 12 }, startRun));
    {
      await using _ = await hold("select 1 from audit where uuid = $1 for update", [held.audit]);
      const runs = [...others.slice(0, 6), held, ...others.slice(6)];
      const calls = runs.map(({ lease }) => world.complete(lease));
      const expectLate = expect(calls.splice(6, 1)[0]).rejects.toThrow("lock timeout");
      const answers = await Promise.all(calls);
      expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(["RECORDED"]));
      await expectLate;
    }
  });
});
