/** State stands still beyond every lease, and dies in the middle of publishing what it committed. */

import { until } from "@vigil/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RoleProcess } from "../harness/role-process.ts";
import { type System, TEST_LEASE_MS } from "../harness/system.ts";
import { plansOfRunsWithTwo, settled, startLoad } from "./load.ts";
import { showLogsOfFailures, startOutageSystem } from "./outage-system.ts";

let system: System;
let state: RoleProcess;
let edge: RoleProcess;
let audit: string;

beforeAll(async () => {
  ({ system, state, edge, audit } = await startOutageSystem());
});
showLogsOfFailures(() => system);
afterAll(() => system?.stop());

it("the only state process paused beyond the lease: leases that could not be renewed are not lost for it", async () => {
  const load = startLoad(system, edge, audit);
  await load.more(10);
  await state.kill("SIGSTOP");
  const stoppedAt = performance.now();
  await load.more(10);
  await until("the pause", () => performance.now() - stoppedAt > 2 * TEST_LEASE_MS);
  await state.kill("SIGCONT");
  await load.more(10);
  await load.stop();
  expect([...load.statuses]).toEqual([202]);
  await settled(system, load.accepted);
  expect(await plansOfRunsWithTwo(system)).toBe(0);
});

it("state killed while it publishes what it committed: the next one publishes the rest", async () => {
  const port = system.stateAddress.split(":")[1]!;
  const load = startLoad(system, edge, audit);
  for (let round = 0; round < 2; round++) {
    await until("rows in the outbox", async () => {
      const [row] = await system.rows<{ n: number }>("select count(*)::int as n from outbox");
      return row!.n > 0;
    });
    await state.kill("SIGKILL");
    state = await system.start("state", { VIGIL_STATE_PORT: port });
  }
  await load.stop();
  expect([...load.statuses]).toEqual([202]);
  await settled(system, load.accepted);
  await until("an empty outbox", async () => {
    const [row] = await system.rows<{ n: number }>("select count(*)::int as n from outbox");
    return row!.n === 0;
  });
  expect(await plansOfRunsWithTwo(system)).toBe(0);
});
