/** The database fails at each command of each call about runs, and each call is repeated. */

import { randomUUID } from "node:crypto";
import { createLogger } from "@vigil/service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { autoCommit, inTransaction, rows } from "../database/transaction.ts";
import { type Scenario, sweepFaults } from "../testing/fault-sweep.ts";
import { FaultyDatabase } from "../testing/faulty-database.ts";
import { expire } from "./complete.ts";
import { createRunService, type RunService } from "./run-service.ts";
import { event, leaseRef, openRunWorld, plan, type RunWorld, WORKER } from "./testing/run-world.ts";

/** No lease ends by itself. */
const LEASE_MS = 600_000;
const MAX_ATTEMPTS = 2;

let world: RunWorld;
let faulty: FaultyDatabase;
/** On the database that fails. */
let runs: RunService;

beforeAll(async () => {
  world = await openRunWorld(LEASE_MS);
  faulty = new FaultyDatabase(world.orm);
  runs = createRunService({
    orm: faulty.orm,
    logger: createLogger({ role: "state", level: "silent" }),
    options: { leaseMs: LEASE_MS, eventMode: "coalesce", maxAttempts: MAX_ATTEMPTS },
    notifyCommitted: () => undefined,
    wakeWorkers: () => undefined,
    wakeAppliers: () => undefined,
  });
});

afterAll(() => world.close());

/** At begin, at commit, and somewhere between. */
async function sweep(scenario: Scenario): Promise<void> {
  const failed = await sweepFaults({ orm: world.orm, faulty }, scenario);
  expect(failed.length).toBeGreaterThan(3);
  expect(failed[0]).toMatch(/^begin/);
  expect(failed.at(-1)).toBe("commit");
}

function ingesting(audit: string, count: number, canRun: boolean): () => Promise<unknown> {
  const [first, ...more] = Array.from({ length: count }, () => event(audit));
  return () => runs.ingest({ workerId: WORKER, canRun, event: first!, more });
}

const claiming = () => {
  const claimId = randomUUID();
  return () => runs.claim({ workerId: WORKER, maxRuns: 4, claimId });
};

async function leased(audit?: string) {
  const { lease } = await world.ingest(event(audit ?? (await world.newAudit())));
  return lease!;
}

describe("ingest", () => {
  it("of several events that start a run", () =>
    sweep(async () => ingesting(await world.newAudit(), 3, true)));

  it("of events that make a run due", () => sweep(async () => ingesting(await world.newAudit(), 2, false)));

  it("of events that start a due run with those that wait", () =>
    sweep(async () => {
      const audit = await world.newAudit();
      await world.ingest(event(audit), false);
      return ingesting(audit, 2, true);
    }));

  it("of events that meet a live run", () =>
    sweep(async () => {
      const audit = await world.newAudit();
      await leased(audit);
      return ingesting(audit, 2, true);
    }));

  it("of a duplicate, one that is filtered, and one for nobody", () =>
    sweep(async () => {
      const audit = await world.newAudit("PENDING", '["alarm"]');
      const before = event(audit, { current: "ok" });
      await world.ingest(before);
      const more = [event(audit, { current: "ok" })];
      const again = event(audit, { baseHash: before.baseHash });
      const lost = event("", { auditIdent: "nobody" });
      return async () => [
        await runs.ingest({ workerId: WORKER, canRun: true, event: again, more }),
        await runs.ingest({ workerId: WORKER, canRun: true, event: lost, more: [] }),
      ];
    }));
});

describe("claim", () => {
  it("of several due runs", () =>
    sweep(async () => {
      for (let n = 0; n < 2; n++) await world.ingest(event(await world.newAudit()), false);
      return claiming();
    }));

  it("of a run that has to wait for an action plan", () =>
    sweep(async () => {
      await world.complete(await leased());
      await rows(autoCommit(world.orm), "update action_plan set state = 'ONGOING'", []);
      await world.ingest(event(await world.newAudit()), false);
      return claiming();
    }));
});

describe("complete", () => {
  const planned = (lease: { runId?: string; token?: unknown }) => () =>
    runs.complete({ workerId: WORKER, ...leaseRef(lease), plan: plan(), failure: null, result: "plan" });
  const failing = (lease: { runId?: string; token?: unknown }, retryable: boolean) => {
    const failure = {
      kind: "internal",
      message: "no such host",
      retryable,
      endedThread: false,
      modelMissing: false,
    };
    return () =>
      runs.complete({ workerId: WORKER, ...leaseRef(lease), plan: null, failure, result: "failure" });
  };

  it("with a plan", () => sweep(async () => planned(await leased())));

  it("with a plan, and events that wait for the follow-up", () =>
    sweep(async () => {
      const audit = await world.newAudit();
      const lease = await leased(audit);
      await world.ingest(event(audit));
      return planned(lease);
    }));

  it("with a plan of a CONTINUOUS audit", () =>
    sweep(async () => {
      const audit = await world.addAudit({ audit_type: "CONTINUOUS", interval: "60" });
      await rows(
        autoCommit(world.orm),
        `insert into run (run_id, audit_id, state, cause, attempts, token, seed, due_at)
         select gen_random_uuid(), id, 'DUE', 'CONTINUOUS', 0, 0, 7, clock_timestamp() from audit where uuid = $1`,
        [audit],
      );
      const { leases } = await world.runs.claim({ workerId: WORKER, maxRuns: 1, claimId: "" });
      return planned(leases![0]!);
    }));

  it("with a failure that may pass, and with one that does not", async () => {
    await sweep(async () => failing(await leased(), true));
    await sweep(async () => failing(await leased(), false));
  });
});

describe("leases", () => {
  it("that are handed back", () =>
    sweep(async () => {
      const leases = [leaseRef(await leased()), leaseRef(await leased())];
      return () => runs.release({ workerId: WORKER, leases });
    }));

  it("that are lost", () =>
    sweep(async () => {
      const { runId, token } = await leased();
      const sample = { id: runId!, token: BigInt(String(token)), heartbeat: 0n };
      const life = {
        eventMode: "coalesce" as const,
        maxAttempts: MAX_ATTEMPTS,
        maxLostLeases: 20,
        continuousMaxFailures: 3,
      };
      return () => inTransaction(faulty.orm, async (sql) => void (await expire(sql, [sample], life)));
    }));
});

describe("the sweep itself", () => {
  it("finds a call that does not know its repetition", async () => {
    const scenario = async () => {
      const audit = await world.newAudit();
      return () => runs.ingest({ workerId: WORKER, canRun: true, event: event(audit), more: [] });
    };
    await expect(sweepFaults({ orm: world.orm, faulty }, scenario)).rejects.toThrow("done twice");
  });

  it("finds a call that writes in two parts", async () => {
    const write = (text: string) => inTransaction(faulty.orm, (sql) => rows(sql, text, []));
    const scenario = async () => {
      await leased();
      return async () => {
        await write("update run set state = 'DUE'");
        await write("update event set fate = 'WAITING', run_id = null");
      };
    };
    await expect(sweepFaults({ orm: world.orm, faulty }, scenario)).rejects.toThrow(
      "refused at command 4: begin",
    );
  });
});
