/**
 * The room for the stream used up, and the disks of broker, database and spool full, while everything runs under load.
 * Disks are filled only where a small one can be mounted; the limits of stream and spool anywhere.
 */

import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@vigil/testkit";
import { connect } from "nats";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RoleProcess } from "../harness/role-process.ts";
import { mountSmallDisk, SmallDisk } from "../harness/small-disk.ts";
import type { System } from "../harness/system.ts";
import { plansOfRunsWithTwo, startLoad } from "./load.ts";
import { showLogsOfFailures, startOutageSystem } from "./outage-system.ts";

/** A fresh cluster of PostgreSQL has 40 MiB, and 16 MiB for each of some segments of its log. */
const DATABASE_DISK_MIB = 160;
const BROKER_DISK_MIB = 32;
const SPOOL_DISK_MIB = 2;
/** The same where there is no small disk. */
const SPOOL_BYTES_MAX = 2 * 1024 * 1024;
/** Some tens of alarms with it fill the spool. */
const BODY = { note: "x".repeat(32 * 1024) };
/** Of a record that needs a new place on the database's disk soon. */
const BIG_BYTES = 20_000;

const disks = {
  database: mountSmallDisk(DATABASE_DISK_MIB),
  broker: mountSmallDisk(BROKER_DISK_MIB),
  spool: mountSmallDisk(SPOOL_DISK_MIB),
};
const isShared = Boolean(process.env.TEST_DATABASE_URL);
for (const [name, disk] of Object.entries(disks)) {
  if (typeof disk === "string") process.stderr.write(`full disk of the ${name}, not tested: ${disk}\n`);
}
if (isShared)
  process.stderr.write("full disk of the database, not tested: TEST_DATABASE_URL names a server\n");

const spoolDir = mkdtempSync(join(tmpdir(), "vigil-test-spool-"));
let system: System;
let state: RoleProcess;
let worker: RoleProcess;
let api: RoleProcess;
let edge: RoleProcess;
let audit: string;

beforeAll(async () => {
  const folders = { natsDir: folderOn(disks.broker), databaseDir: folderOn(disks.database) };
  ({ system, state, worker, api, edge, audit } = await startOutageSystem(
    { durable: true, ...folders },
    startRoles,
  ));
});

async function startRoles(made: System) {
  const state = await made.start("state");
  // Not beside the broker, whose disk is going to be full.
  const edgeSpool = { VIGIL_EDGE_SPOOL_DIR: join(spoolDir, "edge") };
  const [worker, api, edge] = await Promise.all([
    made.start("worker"),
    made.start("api"),
    made.start("edge", edgeSpool),
  ]);
  return { state, worker, api, edge };
}
showLogsOfFailures(() => system);
afterAll(async () => {
  await system?.stop();
  for (const disk of Object.values(disks)) if (disk instanceof SmallDisk) disk.unmount();
  rmSync(spoolDir, { recursive: true, force: true });
});

it("the stream's room used up: alarms go to the spool, and on to the ledger when there is room again", async () => {
  const nats = await connect(system.natsOptions);
  const manager = await nats.jetstreamManager();
  const { config } = await manager.streams.info("VIGIL_EVENTS");
  await manager.streams.update("VIGIL_EVENTS", { ...config, max_bytes: 1 });
  const load = startLoad(system, edge, audit);
  await load.more(20);
  expect(edge.log.join("\n")).toContain("the broker does not take events, they go to the spool");
  await manager.streams.update("VIGIL_EVENTS", config);
  await nats.close();
  await load.more(10);
  await load.stop();
  expect([...load.statuses]).toEqual([202]);
  await allIsWell(load.accepted);
});

it.skipIf(!(disks.broker instanceof SmallDisk))(
  "the broker's disk full: alarms go to the spool, and on to the ledger when there is room and it was restarted",
  async () => {
    const disk = disks.broker as SmallDisk;
    const load = startLoad(system, edge, audit);
    await load.more(10);
    disk.fill();
    await load.more(50);
    disk.free();
    // A server of release 2.9 turns JetStream off for good when it finds no room on its disk.
    await system.killNats();
    await system.startNatsAgain();
    await load.more(10);
    await load.stop();
    expect([...load.statuses]).toEqual([202]);
    await allIsWell(load.accepted);
  },
);

it.skipIf(!(disks.database instanceof SmallDisk) || isShared)(
  "the database's disk full: calls fail for now, alarms wait in the stream, all goes on when there is room again",
  async () => {
    const disk = disks.database as SmallDisk;
    const load = startLoad(system, edge, audit);
    await load.more(10);
    disk.fill();
    const refused = await until("a call that fails", async () => {
      const body = {
        audit_type: "EVENT",
        goal: "dummy",
        strategy: "dummy",
        parameters: { para1: 3, para2: randomBytes(BIG_BYTES).toString("hex") },
      };
      const answer = await system.request(api, "POST", "/v1/audits", body);
      return answer.status >= 500 ? answer : undefined;
    });
    expect(refused.status).toBe(503);
    await load.more(50);
    disk.free();
    await load.more(10);
    await load.stop();
    expect([...load.statuses]).toEqual([202]);
    await allIsWell(load.accepted);
  },
);

it("the spool full while the broker is away: 503 with advice, and nothing acknowledged is lost", async () => {
  const limit: Record<string, string> =
    disks.spool instanceof SmallDisk ? {} : { VIGIL_EDGE_SPOOL_BYTES_MAX: `${SPOOL_BYTES_MAX}` };
  const small = await system.start("edge", {
    VIGIL_EDGE_SPOOL_DIR: folderOn(disks.spool) ?? join(spoolDir, "small"),
    ...limit,
  });
  await system.killNats();
  const accepted: string[] = [];
  const post = () => system.request(small, "POST", `/v1/webhooks/${audit}`, BODY);
  const refused = await until("an alarm refused", async () => {
    const answer = await post();
    if (answer.status !== 202) return answer;
    accepted.push(answer.headers.get("vigil-event-id")!);
  });
  expect(refused.status).toBe(503);
  expect(JSON.stringify(refused.body)).toMatch(/spool/);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(accepted.length).toBeGreaterThan(0);
  await system.startNatsAgain();
  const load = startLoad(system, small, audit);
  await load.more(10);
  await load.stop();
  await small.ready();
  await allIsWell([...accepted, ...load.accepted]);
});

/** A folder on the disk; undefined: the system's own choice. */
function folderOn(disk: SmallDisk | string): string | undefined {
  if (!(disk instanceof SmallDisk)) return undefined;
  mkdirSync(disk.dir, { mode: 0o711 });
  return disk.dir;
}

/** Every alarm done, no plan twice, every process at work: a new audit gets its plan. */
async function allIsWell(accepted: readonly string[]): Promise<void> {
  await until(
    `${accepted.length} events done`,
    async () => {
      const [row] = await system.rows<{ n: number }>(
        "select count(*)::int as n from event where event_id = any($1::uuid[]) and fate = 'DONE'",
        [accepted],
      );
      return row!.n === accepted.length;
    },
    30_000,
  );
  expect(await plansOfRunsWithTwo(system)).toBe(0);
  for (const role of [state, worker, api, edge]) await role.ready();
  const other = await until("a new audit", () => system.createAudit(api).catch(() => undefined));
  await until("an alarm taken", () => system.trigger(edge, other).catch(() => undefined));
  await system.plans(other, 1);
}
