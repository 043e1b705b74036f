/** The disk of an edge is lost with its spool. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RoleProcess } from "../harness/role-process.ts";
import type { System } from "../harness/system.ts";
import { missing, plansOfRunsWithTwo, settled, startLoad } from "./load.ts";
import { showLogsOfFailures, startOutageSystem } from "./outage-system.ts";

let disk: string;
let system: System;
let worker: RoleProcess;
let edge: RoleProcess;
let audit: string;

beforeAll(async () => {
  disk = mkdtempSync(join(tmpdir(), "vigil-test-edge-disk-"));
  ({ system, worker, edge, audit } = await startOutageSystem({}, async (made) => {
    const state = await made.start("state");
    const [worker, api, edge] = await Promise.all([
      made.start("worker"),
      made.start("api"),
      made.start("edge", spoolOn(disk)),
    ]);
    return { state, worker, api, edge };
  }));
});
showLogsOfFailures(() => system);
afterAll(async () => {
  await system?.stop();
  rmSync(disk, { recursive: true, force: true });
});

const spoolOn = (folder: string) => ({ VIGIL_EDGE_SPOOL_DIR: join(folder, "spool") });

it("what was published goes on, what lay in the spool is lost and nothing else, the edge starts and serves", async () => {
  // So that what was published is only in the stream.
  await worker.kill("SIGKILL");
  const published = await take(20);
  await system.killNats();
  const spooled = await take(20);
  await edge.kill("SIGKILL");
  rmSync(disk, { recursive: true });
  await system.startNatsAgain();

  edge = await system.start("edge", spoolOn(disk));
  const later = await take(10);
  await system.start("worker");
  await settled(system, [...published, ...later]);
  expect(new Set(await missing(system, spooled))).toEqual(new Set(spooled));
  expect(await plansOfRunsWithTwo(system)).toBe(0);

  // It has a spool again.
  await system.killNats();
  const again = await take(10);
  await system.startNatsAgain();
  await settled(system, again);
});

/** Posts so many alarms or a few more, all of them taken. Returns their ids. */
async function take(alarms: number): Promise<readonly string[]> {
  const load = startLoad(system, edge, audit);
  await load.more(alarms);
  await load.stop();
  expect([...load.statuses]).toEqual([202]);
  return load.accepted;
}
