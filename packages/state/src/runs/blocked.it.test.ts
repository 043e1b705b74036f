/** The ongoing-plan rule on PostgreSQL: what a plan under way does to runs, and what its end does. */

import type { EventMode } from "@vigil/core";
import { until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { autoCommit, inTransaction, rows } from "../database/transaction.ts";
import { unblockLeftovers, unblockRuns } from "./blocked.ts";
import { event, openRunWorld, type RunWorld, WORKER } from "./testing/run-world.ts";

const LEASE_MS = 60_000;
const ZONE_A = '[{"compute": [{"availability_zones": [{"name": "a"}]}]}]';
const ZONE_B = '[{"compute": [{"availability_zones": [{"name": "b"}]}]}]';

let world: RunWorld;

const query = <Row>(text: string, parameters: unknown[] = []) =>
  rows<Row>(autoCommit(world.orm), text, parameters);

const open = (eventMode: EventMode) => async () => {
  world = await openRunWorld(LEASE_MS, eventMode);
};

interface Plan {
  id: string;
  uuid: string;
}

/** Of an audit with that scope, as an applier makes it. */
async function planUnderWay(scope = "[]"): Promise<Plan> {
  const audit = await world.addAudit({ scope, force: true });
  const { lease } = await world.ingest(event(audit));
  const { actionPlanUuid } = await world.complete(lease);
  const [plan] = await query<Plan>(
    "update action_plan set state = 'ONGOING' where uuid = $1 returning id::text as id, uuid",
    [actionPlanUuid],
  );
  return plan!;
}

/** As the plan service does it, which has tests of its own. */
const endPlan = ({ id }: Plan) =>
  inTransaction(world.orm, async (sql) => {
    await rows(sql, "update action_plan set state = 'SUCCEEDED' where id = $1", [id]);
    return unblockRuns(sql, [id]);
  });

async function auditRow(uuid: string) {
  const [row] = await query<{ state: string; status_message: string | null; hostname: string | null }>(
    "select state, status_message, hostname from audit where uuid = $1",
    [uuid],
  );
  return row!;
}

/** A ONESHOT audit with its run. */
async function dueOneshot(): Promise<string> {
  const audit = await world.addAudit({ audit_type: "ONESHOT" });
  await query(
    `insert into run (run_id, audit_id, state, cause, seed)
     values (gen_random_uuid(), (select id from audit where uuid = $1), 'DUE', 'ONESHOT', 1)`,
    [audit],
  );
  return audit;
}

async function claim() {
  const { leases } = await world.runs.claim({ workerId: WORKER, maxRuns: 64, claimId: "" });
  return leases!;
}

const runOf = (audit: string) =>
  query<{ state: string; blocked_by: string | null }>(
    "select state, blocked_by::text as blocked_by from run where audit_id = (select id from audit where uuid = $1)",
    [audit],
  );

afterEach(async () => {
  await query("update action_plan set state = 'SUCCEEDED' where state in ('ONGOING', 'CANCELLING')");
});

describe("while a plan is under way", () => {
  beforeAll(open("coalesce"));
  afterAll(() => world.close());

  it("events wait, coalesce, and run when it ends; the audit says why", async () => {
    const plan = await planUnderWay();
    const audit = await world.newAudit();
    expect(await world.ingest(event(audit))).toMatchObject({ outcome: "WAITING", lease: null });
    expect(await claim()).toEqual([]);
    expect(await runOf(audit)).toEqual([{ state: "DUE", blocked_by: plan.id }]);
    expect(await auditRow(audit)).toEqual({
      state: "PENDING",
      status_message: `The next run waits for the end of action plan ${plan.uuid}, which is ONGOING.`,
      hostname: null,
    });
    expect(await world.ingest(event(audit))).toMatchObject({ outcome: "WAITING", lease: null });
    expect(await claim()).toEqual([]);

    expect(await endPlan(plan)).toBe(true);
    const [lease] = await claim();
    expect(lease!.eventIds).toHaveLength(2);
    expect(await auditRow(audit)).toMatchObject({ state: "ONGOING", status_message: null });
    await world.complete(lease);
    expect(await world.fates(audit)).toEqual({ DONE: 2 });
  });

  it("which a user cancels, it blocks until it has ended", async () => {
    const plan = await planUnderWay();
    await query("update action_plan set state = 'CANCELLING' where id = $1", [plan.id]);
    const audit = await world.newAudit();
    await world.ingest(event(audit));
    expect(await claim()).toEqual([]);
    await endPlan(plan);
    await world.complete((await claim())[0]);
  });

  it("a run that failed before waits with its attempts, and its old token is answered as before", async () => {
    const audit = await world.newAudit();
    const { lease } = await world.ingest(event(audit));
    const failed = {
      workerId: WORKER,
      runId: lease!.runId!,
      token: String(lease!.token),
      plan: null,
      failure: { kind: "internal", message: "x", retryable: true, endedThread: false, modelMissing: false },
    };
    expect((await world.runs.complete(failed)).outcome).toBe("RETRY_LATER");
    const plan = await planUnderWay();
    await query("update run set due_at = clock_timestamp() where run_id = $1", [lease!.runId]);
    expect(await claim()).toEqual([]);
    expect((await world.runs.complete(failed)).outcome).toBe("RETRY_LATER");
    await endPlan(plan);
    const [again] = await claim();
    expect(again!.attempt).toBe(2);
    await world.complete(again);
  });

  it("audits with a disjoint scope, or force, run", async () => {
    const plan = await planUnderWay(ZONE_A);
    const other = await world.addAudit({ scope: ZONE_B });
    await world.ingest(event(other));
    const [lease] = await claim();
    expect(lease!.auditUuid).toBe(other);
    await world.complete(lease);

    const same = await world.addAudit({ scope: ZONE_A });
    await world.ingest(event(same));
    expect(await claim()).toEqual([]);
    const forced = await world.addAudit({ scope: ZONE_A, force: true });
    const { outcome, lease: atOnce } = await world.ingest(event(forced));
    expect(outcome).toBe("STARTED");
    await world.complete(atOnce);
    await endPlan(plan);
    await world.complete((await claim())[0]);
  });

  it("a ONESHOT audit is CANCELLED", async () => {
    const plan = await planUnderWay();
    const audit = await dueOneshot();
    expect(await claim()).toEqual([]);
    expect(await auditRow(audit)).toMatchObject({
      state: "CANCELLED",
      status_message: expect.stringContaining(`because of action plan ${plan.uuid}`),
    });
    expect(await world.runStates(audit)).toEqual(["DISCARDED"]);
  });

  it("a run never waits for a plan that ends at the same moment", async () => {
    for (let round = 0; round < 20; round++) {
      const plan = await planUnderWay();
      const audit = await world.newAudit();
      await world.ingest(event(audit));
      const [leases] = await Promise.all([claim(), endPlan(plan)]);
      const [lease] = leases.length > 0 ? leases : await claim();
      expect(lease?.auditUuid, `round ${round}`).toBe(audit);
      await world.complete(lease);
    }
  });

  it("two plans block one after the other", async () => {
    const [first, second] = [await planUnderWay(), await planUnderWay()];
    const audit = await world.newAudit();
    await world.ingest(event(audit));
    await claim();
    expect(await endPlan(second)).toBe(false);
    const third = await planUnderWay();
    expect(await endPlan(first)).toBe(true);
    expect(await claim()).toEqual([]);
    expect(await runOf(audit)).toEqual([{ state: "DUE", blocked_by: third.id }]);
    await endPlan(third);
    await world.complete((await claim())[0]);
  });

  it("runs that have to wait don't use up a claim: one behind them that may start is found by it", async () => {
    const plan = await planUnderWay(ZONE_A);
    for (let n = 0; n < 5; n++) await world.ingest(event(await world.newAudit()));
    const free = await world.addAudit({ scope: ZONE_B });
    await world.ingest(event(free));
    const { leases } = await world.runs.claim({ workerId: WORKER, maxRuns: 1, claimId: "" });
    expect(leases!.map(({ auditUuid }) => auditUuid)).toEqual([free]);
    await world.complete(leases![0]);
    await endPlan(plan);
    for (const lease of await claim()) await world.complete(lease);
  });

  it("what the audit says of its waiting run goes with the run, and no other message does", async () => {
    const plan = await planUnderWay();
    const [ended, other] = [await world.newAudit(), await world.newAudit()];
    for (const audit of [ended, other]) await world.ingest(event(audit));
    await claim();
    expect((await auditRow(ended)).status_message).toContain(plan.uuid);
    await query("update audit set status_message = 'x' where uuid = $1", [other]);
    await query("update audit set state = 'CANCELLED' where uuid = any($1::uuid[])", [[ended, other]]);
    await endPlan(plan);
    await claim();
    expect(await auditRow(ended)).toMatchObject({ state: "CANCELLED", status_message: null });
    expect(await auditRow(other)).toMatchObject({ state: "CANCELLED", status_message: "x" });
  });

  it("each time that a run is told of anew it has a greater version", async () => {
    const [first, second] = [await planUnderWay(), await planUnderWay()];
    const audit = await world.newAudit();
    await world.ingest(event(audit));
    await claim();
    await endPlan(first);
    await claim();
    await query("update audit set state = 'CANCELLED' where uuid = $1", [audit]);
    await endPlan(second);
    await claim();
    expect(await world.runStates(audit)).toEqual(["DISCARDED"]);
    const told = await query<{ version: string; state: string }>(
      `select version::text as version, data ->> 'state' as state from outbox
       where kind = 'run' and data ->> 'audit_uuid' = $1 order by id`,
      [audit],
    );
    expect(told.map(({ state }) => state)).toEqual(["DUE", "DUE", "DISCARDED"]);
    const versions = told.map(({ version }) => Number(version));
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
  });

  it("that somebody ended by hand, or for an audit that is now forced, its runs are found", async () => {
    const plan = await planUnderWay();
    const [ended, forced] = [await world.newAudit(), await world.newAudit()];
    await world.ingest(event(ended));
    await world.ingest(event(forced));
    await claim();
    expect(await unblockLeftovers(autoCommit(world.orm))).toBe(false);
    await query("update audit set force = true where uuid = $1", [forced]);
    expect(await unblockLeftovers(autoCommit(world.orm))).toBe(true);
    expect((await claim()).map(({ auditUuid }) => auditUuid)).toEqual([forced]);
    await query("update action_plan set state = 'FAILED' where id = $1", [plan.id]);
    expect(await unblockLeftovers(autoCommit(world.orm))).toBe(true);
    expect((await claim()).map(({ auditUuid }) => auditUuid)).toEqual([ended]);
  });
});

describe("in strict mode, while any plan is under way", () => {
  beforeAll(open("strict"));
  afterAll(() => world.close());

  it("the run of an EVENT audit is lost, its state stays, and the next alarm runs it", async () => {
    const plan = await planUnderWay(ZONE_A);
    const audit = await world.addAudit({ scope: ZONE_B });
    await world.ingest(event(audit));
    expect(await claim()).toEqual([]);
    expect(await world.fates(audit)).toEqual({ DISCARDED: 1 });
    expect(await auditRow(audit)).toEqual({
      state: "PENDING",
      status_message: `A run was dropped because of action plan ${plan.uuid}, which is ONGOING.`,
      hostname: null,
    });
    expect(await endPlan(plan)).toBe(false);
    const { lease } = await world.ingest(event(audit));
    await world.complete(lease);
    expect(await auditRow(audit)).toMatchObject({ state: "SUCCEEDED", status_message: null });
  });

  it("a ONESHOT audit is CANCELLED by one that is ONGOING", async () => {
    const plan = await planUnderWay(ZONE_A);
    const audit = await dueOneshot();
    expect(await claim()).toEqual([]);
    expect(await auditRow(audit)).toMatchObject({
      state: "CANCELLED",
      status_message: expect.stringContaining(`because of action plan ${plan.uuid}, which is ONGOING`),
    });
  });

  it("one that a user cancels stops no run: Watcher asks for ONGOING plans alone", async () => {
    const plan = await planUnderWay();
    await query("update action_plan set state = 'CANCELLING' where id = $1", [plan.id]);
    const [oneshot, alarmed] = [await dueOneshot(), await world.newAudit()];
    await world.ingest(event(alarmed));
    const leases = await claim();
    expect(leases.map(({ auditUuid }) => auditUuid).toSorted()).toEqual([oneshot, alarmed].toSorted());
    for (const lease of leases) await world.complete(lease);
    for (const audit of [oneshot, alarmed]) {
      expect(await auditRow(audit)).toMatchObject({ state: "SUCCEEDED", status_message: null });
    }
  });

  it("one that a user cancels while a worker looks at it stops no run either", async () => {
    const plan = await planUnderWay();
    const audit = await world.newAudit();
    await world.ingest(event(audit));
    const claiming = await inTransaction(world.orm, async (sql) => {
      await rows(sql, "update action_plan set state = 'CANCELLING' where id = $1", [plan.id]);
      const leases = claim();
      await until("the claim that waits for the plan's row", async () => {
        const text =
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        return (await query(text)).length > 0;
      });
      return { leases };
    });
    const [lease] = await claiming.leases;
    await world.complete(lease);
    expect(await world.fates(audit)).toEqual({ DONE: 1 });
  });
});
