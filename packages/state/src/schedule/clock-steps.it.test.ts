/** The database's clock steps by an hour, forth and back: libfaketime, on the server's process alone. */

import { type SteppingPostgres, startSteppingPostgres, until } from "@vigil/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { autoCommit, inTransaction, rows } from "../database/transaction.ts";
import { event, openRunWorld, type RunWorld, WORKER } from "../runs/testing/run-world.ts";
import { forgetLaterTimes } from "./later-clock.ts";
import { scheduleAudits } from "./schedule-audits.ts";

const LEASE_MS = 1_000;
const HOUR_S = 3_600;

let clock: SteppingPostgres | undefined;
let world: RunWorld;

beforeAll(async () => {
  try {
    clock = await startSteppingPostgres();
  } catch (thrown) {
    process.stderr.write(`clock steps are not tested: no libfaketime: ${(thrown as Error).message}\n`);
    return;
  }
  world = await openRunWorld(LEASE_MS, "coalesce", clock.server);
});

afterAll(async () => {
  await world?.close();
  await clock?.stop();
});

const steps = (title: string, test: (clock: SteppingPostgres) => Promise<void>) =>
  it(title, async ({ skip }) => {
    if (clock === undefined) return skip("there is no libfaketime");
    clock.setOffset(0);
    await test(clock);
  });

const query = <Row>(text: string, parameters: unknown[] = []) =>
  rows<Row>(autoCommit(world.orm), text, parameters);
const look = () => inTransaction(world.orm, (sql) => scheduleAudits(sql, 256, "coalesce"));
const claim = async () => (await world.runs.claim({ workerId: WORKER, maxRuns: 64, claimId: "" })).leases!;

steps("the server's clock really steps", async ({ setOffset }) => {
  for (const offset of [HOUR_S, -HOUR_S]) {
    setOffset(offset);
    const [now] = await query<{ s: number }>("select extract(epoch from clock_timestamp())::float8 as s");
    expect(Math.abs(now!.s - Date.now() / 1_000 - offset)).toBeLessThan(30);
  }
});

steps("due runs are given away, whenever they were made", async ({ setOffset }) => {
  for (const [made, claimed] of [
    [0, HOUR_S],
    [0, -HOUR_S],
    [HOUR_S, 0],
    [HOUR_S, -HOUR_S],
  ] as const) {
    setOffset(made);
    const audit = await world.newAudit();
    await world.ingest(event(audit), false);
    setOffset(claimed);
    const leases = await claim();
    expect(leases.map(({ auditUuid }) => auditUuid)).toEqual([audit]);
    await world.complete(leases[0]);
    expect(await world.fates(audit)).toEqual({ DONE: 1 });
  }
});

steps("a lease that is kept alive is not lost", async ({ setOffset }) => {
  const { lease } = await world.ingest(event(await world.newAudit()));
  const kept = { runId: lease!.runId!, token: String(lease!.token) };
  const endMs = performance.now() + 2 * LEASE_MS;
  let beats = 0;
  await until("the lease time is over twice", async () => {
    setOffset([0, HOUR_S, -HOUR_S][beats++ % 3]!);
    await world.runs.heartbeat({ workerId: WORKER, leases: [kept] });
    return performance.now() > endMs;
  });
  expect((await world.complete(lease)).outcome).toMatch(/RECORDED/);
});

steps("CONTINUOUS audits go on", async ({ setOffset }) => {
  for (const interval of ["60", "* * * * *"]) {
    setOffset(HOUR_S);
    const audit = await world.addAudit({ audit_type: "CONTINUOUS", interval, state: "ONGOING" });
    await query("update audit set next_run_time = clock_timestamp() where uuid = $1", [audit]);
    await look();
    await world.complete((await claim()).find(({ auditUuid }) => auditUuid === audit));
    expect(await forgetLaterTimes(autoCommit(world.orm)), "its clock is right so far").toBe(0);
    setOffset(0);
    expect(await forgetLaterTimes(autoCommit(world.orm))).toBe(1);
    expect(await forgetLaterTimes(autoCommit(world.orm))).toBe(0);
    await look();
    const [row] = await query<{ open: number; wait_s: number | null }>(
      `select (select count(*)::int from run where audit_id = audit.id and state = 'DUE') as open,
         extract(epoch from next_run_time - clock_timestamp())::float8 as wait_s from audit where uuid = $1`,
      [audit],
    );
    if (interval === "60") expect(row).toEqual({ open: 1, wait_s: null });
    else expect(row!.wait_s).toBeLessThanOrEqual(60);
  }
});
