/** CONTINUOUS audits, launched plans and expiry on PostgreSQL. */

import type { EventMode } from "@vigil/core";
import { createLogger } from "@vigil/service";
import { until } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { autoCommit, inTransaction, rows } from "../database/transaction.ts";
import { event, openRunWorld, type RunWorld, WORKER } from "../runs/testing/run-world.ts";
import { supersedeExpired } from "./expiry.ts";
import { scheduleAudits } from "./schedule-audits.ts";
import { createScheduler } from "./scheduler.ts";

const LEASE_MS = 60_000;
const HOUR_MS = 3_600_000;

let world: RunWorld;
let mode: EventMode;

const open = (eventMode: EventMode) => async () => {
  mode = eventMode;
  world = await openRunWorld(LEASE_MS, eventMode);
};

const query = <Row>(text: string, parameters: unknown[] = []) =>
  rows<Row>(autoCommit(world.orm), text, parameters);
const look = () => inTransaction(world.orm, (sql) => scheduleAudits(sql, 256, mode));
const continuous = (columns: Record<string, unknown> = {}) =>
  world.addAudit({ audit_type: "CONTINUOUS", interval: "3600", ...columns });
const inMs = (ms: number) => new Date(Date.now() + ms);

interface AuditRow {
  state: string;
  next_run_time: Date | null;
  status_message: string | null;
  hostname: string | null;
  consecutive_failures: number;
}

async function auditRow(uuid: string): Promise<AuditRow> {
  const [row] = await query<AuditRow>(
    "select state, next_run_time, status_message, hostname, consecutive_failures from audit where uuid = $1",
    [uuid],
  );
  return row!;
}

/** Milliseconds until the next run. */
async function untilNextRun(uuid: string): Promise<number> {
  const { next_run_time: next } = await auditRow(uuid);
  return new Date(next!).getTime() - Date.now();
}

async function claim(uuid: string) {
  const { leases } = await world.runs.claim({ workerId: WORKER, maxRuns: 64, claimId: "" });
  return leases!.find(({ auditUuid }) => auditUuid === uuid);
}

const due = (uuid: string, at = inMs(-5)) =>
  query("update audit set next_run_time = $2 where uuid = $1", [uuid, at]);

async function fail(uuid: string): Promise<void> {
  await due(uuid);
  await look();
  const lease = await claim(uuid);
  await world.runs.complete({
    workerId: WORKER,
    runId: lease!.runId!,
    token: String(lease!.token),
    plan: null,
    failure: {
      kind: "not-found",
      message: "no such host",
      retryable: false,
      endedThread: false,
      modelMissing: false,
    },
  });
}

const plansOf = (uuid: string) =>
  query<{ state: string; launched: boolean; uuid: string }>(
    `select state, launched_at is not null as launched, uuid from action_plan
     where audit_id = (select id from audit where uuid = $1) order by id`,
    [uuid],
  );

describe("a CONTINUOUS audit", () => {
  beforeAll(open("coalesce"));
  afterAll(() => world.close());

  it("with an interval runs at once, then that long after each run's end", async () => {
    const audit = await continuous();
    expect(await look()).toEqual({ looked: 1, due: true });
    expect(await look()).toEqual({ looked: 0, due: false });
    const lease = await claim(audit);
    expect(lease).toMatchObject({ auditType: "CONTINUOUS" });
    expect(await look(), "a live run is left alone").toEqual({ looked: 0, due: false });
    await world.complete(lease);
    expect(await auditRow(audit)).toMatchObject({ state: "ONGOING", hostname: "host-a" });
    const waitMs = await untilNextRun(audit);
    expect(waitMs).toBeGreaterThan(HOUR_MS - 5_000);
    expect(waitMs).toBeLessThanOrEqual(HOUR_MS + 1_000);
    expect(await look()).toEqual({ looked: 0, due: false });
  });

  it("with a cron expression first waits for its time", async () => {
    const audit = await continuous({ interval: "0 * * * *" });
    expect(await look()).toEqual({ looked: 1, due: false });
    expect((await auditRow(audit)).state).toBe("PENDING");
    const next = new Date((await auditRow(audit)).next_run_time!);
    expect([next.getUTCMinutes(), next.getUTCSeconds(), next.getTime() > Date.now()]).toEqual([0, 0, true]);
    await due(audit);
    expect(await look()).toMatchObject({ due: true });
    await world.complete(await claim(audit));
    expect(new Date((await auditRow(audit)).next_run_time!)).toEqual(next);
  });

  it("makes up once for all the runs that were missed", async () => {
    const audit = await continuous({ state: "ONGOING", next_run_time: inMs(-240 * HOUR_MS) });
    await look();
    await world.complete(await claim(audit));
    await look();
    expect(await world.runStates(audit)).toEqual(["SUCCEEDED"]);
  });

  it("gets one run however many schedulers look at once", async () => {
    const audits = await Promise.all(Array.from({ length: 40 }, () => continuous()));
    for (let round = 0; round < 3; round++) await Promise.all(Array.from({ length: 8 }, look));
    const runs = await query<{ n: number }>(
      "select count(*)::int as n from run where audit_id in (select id from audit where uuid = any($1::uuid[])) group by audit_id",
      [audits],
    );
    expect(runs).toEqual(audits.map(() => ({ n: 1 })));
    await query("update audit set state = 'CANCELLED' where uuid = any($1::uuid[])", [audits]);
    await claim("");
  });

  it("waits for its window, and is SUCCEEDED after it", async () => {
    const early = await continuous({ start_time: inMs(HOUR_MS) });
    const late = await continuous({ end_time: inMs(-1) });
    const during = await continuous({ state: "ONGOING", end_time: inMs(-1), next_run_time: inMs(HOUR_MS) });
    expect(await look()).toEqual({ looked: 3, due: false });
    expect(Math.abs((await untilNextRun(early)) - HOUR_MS)).toBeLessThan(5_000);
    for (const audit of [late, during]) {
      expect(await auditRow(audit)).toMatchObject({ state: "SUCCEEDED", next_run_time: null });
      expect((await auditRow(audit)).hostname).toMatch(/./);
    }
  });

  it("whose window ends before its due run starts has that run no more", async () => {
    const claimed = await continuous({ end_time: inMs(HOUR_MS) });
    const blocked = await continuous({ end_time: inMs(HOUR_MS) });
    await look();
    await query("update audit set end_time = $2 where uuid = any($1::uuid[])", [
      [claimed, blocked],
      inMs(-1),
    ]);
    await query(
      "update run set blocked_by = 0 where audit_id = (select id from audit where uuid = $1) and state = 'DUE'",
      [blocked],
    );
    expect(await claim(claimed)).toBeUndefined();
    await look();
    for (const audit of [claimed, blocked]) {
      expect(await world.runStates(audit)).toEqual(["DISCARDED"]);
      expect((await auditRow(audit)).state).toBe("SUCCEEDED");
    }
  });

  it("without an interval that can be read is FAILED and says so", async () => {
    const audit = await continuous({ interval: null });
    await look();
    expect(await auditRow(audit)).toMatchObject({
      state: "FAILED",
      status_message: "Expected an interval or cron syntax but received none",
    });
  });

  it("is FAILED after three failures in a row, which a success interrupts", async () => {
    const audit = await continuous();
    await fail(audit);
    await fail(audit);
    expect(await auditRow(audit)).toMatchObject({
      state: "ONGOING",
      status_message: "no such host",
      consecutive_failures: 2,
    });
    expect(await untilNextRun(audit)).toBeGreaterThan(HOUR_MS - 5_000);
    await due(audit);
    await look();
    await world.complete(await claim(audit));
    expect(await auditRow(audit)).toMatchObject({ status_message: null, consecutive_failures: 0 });
    for (let n = 0; n < 3; n++) await fail(audit);
    expect(await auditRow(audit)).toMatchObject({
      state: "FAILED",
      status_message: "3 runs in a row failed. The last: no such host",
      consecutive_failures: 3,
    });
    await due(audit);
    expect(await look()).toEqual({ looked: 0, due: false });
  });

  it("has one RECOMMENDED plan, whose forerunners are CANCELLED and told", async () => {
    const audit = await continuous();
    const other = await world.newAudit();
    await world.complete((await world.ingest(event(other))).lease);
    for (const actions of [3, 3, 0]) {
      await due(audit);
      await look();
      await world.complete(await claim(audit), actions);
    }
    expect((await plansOf(audit)).map(({ state }) => state)).toEqual(["CANCELLED", "CANCELLED", "SUCCEEDED"]);
    expect((await plansOf(other)).map(({ state }) => state)).toEqual(["RECOMMENDED"]);
    const [first] = await plansOf(audit);
    const actions = await query<{ state: string }>(
      "select state from action where action_plan_id = (select id from action_plan where uuid = $1)",
      [first!.uuid],
    );
    expect(actions.map(({ state }) => state)).toEqual(["PENDING", "PENDING", "PENDING"]);
    const told = await query<{ version: string; state: string }>(
      `select version::text as version, data ->> 'state' as state from outbox where uuid = $1 order by id`,
      [first!.uuid],
    );
    expect(told).toEqual([
      { version: "1", state: "RECOMMENDED" },
      { version: "2", state: "CANCELLED" },
    ]);
  });
});

describe("auto_trigger", () => {
  beforeAll(open("coalesce"));
  afterAll(() => world.close());

  it("gives a plan with actions to appliers, its state as it was, and never an empty one", async () => {
    const audit = await world.addAudit({ auto_trigger: true });
    await world.complete((await world.ingest(event(audit))).lease);
    expect(world.applierWakes()).toBe(1);
    await world.complete((await world.ingest(event(audit))).lease, 0);
    expect(world.applierWakes()).toBe(1);
    expect(await plansOf(audit)).toMatchObject([
      { state: "RECOMMENDED", launched: true },
      { state: "SUCCEEDED", launched: false },
    ]);
  });

  it("off leaves plans to users", async () => {
    const audit = await world.newAudit();
    await world.complete((await world.ingest(event(audit))).lease);
    expect(await plansOf(audit)).toMatchObject([{ state: "RECOMMENDED", launched: false }]);
  });
});

describe("expiry", () => {
  beforeAll(open("coalesce"));
  afterAll(() => world.close());

  it("supersedes what nobody started in time, in batches, and tells it", async () => {
    const [old, launched, young] = [await world.newAudit(), await world.newAudit(), await world.newAudit()];
    for (const audit of [old, old, old, launched, young]) {
      await world.complete((await world.ingest(event(audit))).lease);
    }
    await query(
      `update action_plan set created_at = clock_timestamp() - interval '25 hours'
       where audit_id in (select id from audit where uuid = any($1::uuid[]))`,
      [[old, launched]],
    );
    await query(
      "update action_plan set launched_at = clock_timestamp() where audit_id = (select id from audit where uuid = $1)",
      [launched],
    );
    const sql = autoCommit(world.orm);
    expect(await supersedeExpired(sql, 24, 2)).toBe(2);
    expect(await supersedeExpired(sql, 24, 2)).toBe(1);
    expect(await supersedeExpired(sql, 24, 2)).toBe(0);
    expect((await plansOf(old)).map(({ state }) => state)).toEqual(Array(3).fill("SUPERSEDED"));
    expect((await plansOf(launched)).map(({ state }) => state)).toEqual(["RECOMMENDED"]);
    expect((await plansOf(young)).map(({ state }) => state)).toEqual(["RECOMMENDED"]);
    const told = await query<{ run_id: string | null; actions: number }>(
      `select data ->> 'run_id' as run_id, (data -> 'actions')::int as actions from outbox
       where data ->> 'state' = 'SUPERSEDED'`,
    );
    expect(told).toEqual(Array(3).fill({ run_id: expect.any(String), actions: 3 }));
  });
});

describe("two schedulers", () => {
  beforeAll(open("coalesce"));
  afterAll(() => world.close());

  const start = () => {
    const scheduler = createScheduler({
      orm: world.orm,
      logger: createLogger({ role: "state", level: "silent" }),
      options: { eventMode: "coalesce" },
      notifyCommitted: () => undefined,
      wakeWorkers: () => undefined,
    });
    scheduler.start();
    return scheduler;
  };

  it("run an audit each second, one run at a time, and go on after both were started anew", async () => {
    const audit = await continuous({ interval: "1" });
    const runOnce = async () => {
      const lease = await until("a due run", () => claim(audit), 10_000);
      await world.complete(lease);
    };
    const first = [start(), start()];
    for (let n = 0; n < 2; n++) await runOnce();
    await Promise.all(first.map((scheduler) => scheduler.stop()));
    const second = [start(), start()];
    await runOnce();
    await Promise.all(second.map((scheduler) => scheduler.stop()));
    const told = await query(
      "select data from outbox where kind = 'action_plan' and data ->> 'state' = 'CANCELLED'",
    );
    expect(told).toHaveLength(2);
    for (const row of told) expect(row).toMatchObject({ data: { run_id: expect.any(String), actions: 3 } });
    const states = await world.runStates(audit);
    expect(states.slice(0, 3)).toEqual(Array(3).fill("SUCCEEDED"));
    expect((await plansOf(audit)).map(({ state }) => state)).toEqual([
      "CANCELLED",
      "CANCELLED",
      "RECOMMENDED",
    ]);
  });

  it("look at once at an audit that was created", async () => {
    const scheduler = start();
    const audit = await continuous();
    scheduler.lookSoon();
    await until("a run", async () => (await world.runStates(audit)).length > 0, 900);
    await scheduler.stop();
  });
});

describe("in strict mode", () => {
  beforeAll(open("strict"));
  afterAll(() => world.close());

  it("one failure ends a CONTINUOUS audit", async () => {
    const audit = await continuous();
    await fail(audit);
    expect(await auditRow(audit)).toMatchObject({ state: "FAILED", status_message: "no such host" });
  });

  it("a plan under way costs it one run", async () => {
    const other = await world.newAudit();
    await world.complete((await world.ingest(event(other))).lease);
    await query("update action_plan set state = 'ONGOING'");
    const audit = await continuous();
    await look();
    expect(await claim(audit)).toBeUndefined();
    expect(await world.runStates(audit)).toEqual(["DISCARDED"]);
    expect(await auditRow(audit)).toMatchObject({ state: "PENDING" });
    expect(await untilNextRun(audit)).toBeGreaterThan(HOUR_MS - 5_000);
  });
});
