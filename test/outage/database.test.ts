/** PostgreSQL stands still, dies, loses its connections, or is restored from a backup, under load. */

import { until } from "@vigil/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RoleProcess } from "../harness/role-process.ts";
import type { System } from "../harness/system.ts";
import { backup } from "./backup.ts";
import { plansOfRunsWithTwo, settled, startLoad } from "./load.ts";
import { showLogsOfFailures, startOutageSystem } from "./outage-system.ts";

/** Longer than a lease, so that leases are given to others when it is over. */
const PAUSE_MS = 3_000;

let system: System;
let state: RoleProcess;
let api: RoleProcess;
let edge: RoleProcess;
let audit: string;

beforeAll(async () => {
  ({ system, state, api, edge, audit } = await startOutageSystem({ durable: true }));
});
showLogsOfFailures(() => system);
afterAll(() => system?.stop());

it("restored from a backup beside a newer stream: what was acknowledged since is in the ledger again, once", async () => {
  const before = startLoad(system, edge, audit);
  await before.more(10);
  await before.stop();
  await settled(system, before.accepted);
  const restore = await backup(system);

  const after = startLoad(system, edge, audit);
  await after.more(30);
  await after.stop();
  await settled(system, after.accepted);
  const late = await system.createAudit(api);
  await restore();

  await until("state to notice", () => state.log.join("\n").includes("OLDER THAN THE EVENT STREAM"));
  await settled(system, [...before.accepted, ...after.accepted]);
  expect(await plansOfRunsWithTwo(system)).toBe(0);
  // Of an audit that the database does not know any more edges hear as well.
  await until("404 for it", async () => {
    return (await system.request(edge, "POST", `/v1/webhooks/${late}`, {})).status === 404;
  });
  const load = startLoad(system, edge, audit);
  await load.more(5);
  await load.stop();
  await settled(system, load.accepted);
});

it("standing still beyond the lease time, then going on: nothing is lost or doubled", async () => {
  const load = startLoad(system, edge, audit);
  await load.more(10);
  system.database.signal("SIGSTOP");
  const stoppedAt = performance.now();
  await until("the pause", () => performance.now() - stoppedAt > PAUSE_MS);
  system.database.signal("SIGCONT");
  await load.more(10);
  await load.stop();
  expect([...load.statuses]).toEqual([202]);
  await settled(system, load.accepted);
  expect(await plansOfRunsWithTwo(system)).toBe(0);
});

it("killed and started again: alarms are taken meanwhile, nothing is lost or doubled", async () => {
  const load = startLoad(system, edge, audit);
  await load.more(10);
  await system.database.kill();
  await load.more(20);
  await system.database.startAgain();
  await load.more(10);
  await load.stop();
  expect([...load.statuses]).toEqual([202]);
  await settled(system, load.accepted);
  expect(await plansOfRunsWithTwo(system)).toBe(0);
});
