/** Broker and database away at the same time, and lost together, under load. */

import { until } from "@vigil/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RoleProcess } from "../harness/role-process.ts";
import type { System } from "../harness/system.ts";
import { backup } from "./backup.ts";
import { missing, plansOfRunsWithTwo, settled, startLoad } from "./load.ts";
import { showLogsOfFailures, startOutageSystem } from "./outage-system.ts";

let system: System;
let state: RoleProcess;
let worker: RoleProcess;
let edge: RoleProcess;
let audit: string;

beforeAll(async () => {
  ({ system, state, worker, edge, audit } = await startOutageSystem({ durable: true }));
  await until("the copy of the model", () => state.log.join("").includes("is kept in the database as well"));
});
showLogsOfFailures(() => system);
afterAll(() => system?.stop());

async function killedAndStarted(...inOrder: (() => Promise<void>)[]): Promise<void> {
  const load = startLoad(system, edge, audit);
  await load.more(10);
  await Promise.all([system.database.kill(), system.killNats()]);
  await load.more(20);
  for (const startAgain of inOrder) {
    await startAgain();
    await load.more(10);
  }
  await load.stop();
  expect([...load.statuses]).toEqual([202]);
  await settled(system, load.accepted);
  expect(await plansOfRunsWithTwo(system)).toBe(0);
}

it("both killed, the broker started first: nothing is lost or doubled", async () => {
  await killedAndStarted(
    () => system.startNatsAgain(),
    () => system.database.startAgain(),
  );
});

it("both killed, the database started first: nothing is lost or doubled", async () => {
  await killedAndStarted(
    () => system.database.startAgain(),
    () => system.startNatsAgain(),
  );
});

it("both lost together: a backup, the spool, and what the ledger had not confirmed to a journal come back", async () => {
  const journaling = await system.start("edge", { VIGIL_EDGE_JOURNAL: "always" });
  const before = startLoad(system, edge, audit);
  await before.more(10);
  await before.stop();
  await settled(system, before.accepted);
  const restore = await backup(system);

  // In the lost stream and in the journal, and not in the ledger.
  await worker.kill("SIGKILL");
  const journaled = startLoad(system, journaling, audit);
  await journaled.more(20);
  await journaled.stop();
  await system.killNats();
  const spooled = startLoad(system, edge, audit);
  await spooled.more(20);
  await restore();
  await system.startNatsAgain({ loseData: true });
  worker = await system.start("worker");
  await spooled.more(10);
  await spooled.stop();
  // Its next publication shows the edge that the stream is another; without one it would wait for half a minute.
  const later = startLoad(system, journaling, audit);
  await later.more(5);
  await later.stop();
  const loads = [before, journaled, spooled, later];
  for (const { statuses } of loads) expect([...statuses]).toEqual([202]);

  const all = loads.flatMap(({ accepted }) => accepted);
  await settled(system, all);
  expect(await missing(system, all)).toEqual([]);
  expect(await plansOfRunsWithTwo(system)).toBe(0);
  expect(state.log.join("\n")).toContain("THE BROKER LOST STREAMS");
});
