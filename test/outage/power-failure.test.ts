/**
 * The host of NATS loses power: the event stream comes back without its newest messages, its consumer with what it
 * remembers of them. New events get their sequences, and the broker counts them as handled.
 */

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@vigil/testkit";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RoleProcess } from "../harness/role-process.ts";
import type { System } from "../harness/system.ts";
import { plansOfRunsWithTwo, settled, startLoad } from "./load.ts";
import { showLogsOfFailures, startOutageSystem } from "./outage-system.ts";

let system: System;
let state: RoleProcess;
let edge: RoleProcess;
let audit: string;
/** Holds the copy of what was on the disk. */
let onDisk: string;

beforeAll(async () => {
  onDisk = mkdtempSync(join(tmpdir(), "vigil-test-on-disk-"));
  ({ system, state, edge, audit } = await startOutageSystem());
});
showLogsOfFailures(() => system);
afterAll(async () => {
  await system?.stop();
  rmSync(onDisk, { recursive: true, force: true });
});

it("new events at the sequences of lost ones are handled, and state says what happened", async () => {
  const { lost, accepted } = await afterPowerFailure(async () => 0);
  expect(accepted.length).toBeLessThan(lost);
  await plannedAll(accepted);
  await until("state to tell", () => timesTold() === 1);
});

it("also when the stream is longer again before state can look", async () => {
  const { lost, accepted } = await afterPowerFailure(async (lost) => {
    await state.kill("SIGSTOP");
    return lost;
  });
  expect(accepted.length).toBeGreaterThan(lost);
  await state.kill("SIGCONT");
  await plannedAll(accepted);
  await until("state to tell again", () => timesTold() === 2);
  expect(await plansOfRunsWithTwo(system)).toBe(0);
});

/**
 * @param before called before the broker starts again, with the number of messages it has lost
 * @returns that number, and alarms that were acknowledged since: 10, and as many more as `before` says
 */
async function afterPowerFailure(
  before: (lost: number) => Promise<number>,
): Promise<{ lost: number; accepted: readonly string[] }> {
  await handle(10);
  await system.stopNats();
  cpSync(system.messageFiles("VIGIL_EVENTS"), onDisk, { recursive: true });
  await system.startNatsAgain();
  const lost = await handle(30);
  // Stopped, so that the consumer's file has all: what a kill finds on the disk is a matter of luck.
  await system.stopNats();
  rmSync(system.messageFiles("VIGIL_EVENTS"), { recursive: true });
  cpSync(onDisk, system.messageFiles("VIGIL_EVENTS"), { recursive: true });
  rmSync(onDisk, { recursive: true });
  const more = await before(lost);
  await system.startNatsAgain();
  const load = startLoad(system, edge, audit);
  await load.more(10 + more);
  await load.stop();
  expect([...load.statuses]).toEqual([202]);
  return { lost, accepted: load.accepted };
}

/** Posts so many or a few more, and waits for their fates. Returns how many. */
async function handle(alarms: number): Promise<number> {
  const load = startLoad(system, edge, audit);
  await load.more(alarms);
  await load.stop();
  await settled(system, load.accepted);
  return load.accepted.length;
}

/** Each has its fate, which is a run that succeeded with a plan. */
async function plannedAll(accepted: readonly string[]): Promise<void> {
  await settled(system, accepted);
  const [row] = await system.rows<{ n: number }>(
    `select count(*)::int as n from event where event_id = any($1::uuid[]) and fate = 'DONE'
       and exists (select from action_plan where action_plan.run_id = event.run_id)`,
    [accepted],
  );
  expect(row!.n).toBe(accepted.length);
}

function timesTold(): number {
  return state.log.join("\n").split("THE EVENT STREAM CAME BACK SHORTER").length - 1;
}
