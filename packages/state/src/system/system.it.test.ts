/** One look at the system, with a broker that is away: what can be told is told. */

import { randomUUID } from "node:crypto";
import { type Bus, connectBus } from "@vigil/bus";
import type { SystemServiceImpl } from "@vigil/proto";
import { createLogger } from "@vigil/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { autoCommit, rows } from "../database/transaction.ts";
import { failure } from "../edits/testing/edit-world.ts";
import { openRunWorld, type RunWorld } from "../runs/testing/run-world.ts";
import { createSystemService } from "./system-service.ts";

const logger = createLogger({ role: "state", level: "silent" });
let world: RunWorld;
let bus: Bus;
let system: SystemServiceImpl;

beforeAll(async () => {
  world = await openRunWorld(10_000);
  bus = await connectBus({ servers: "127.0.0.1:1", name: "system test", logger, firstConnectWaitMs: 0 });
  system = createSystemService({ orm: world.orm, bus, version: "0.1.0", pool: 24 });
});
afterAll(async () => {
  await bus?.close();
  await world?.close();
});

const report = (over: object = {}) => ({
  role: "worker",
  instance: randomUUID(),
  host: "w1",
  version: "0.1.0",
  startedAt: "2026-01-01T00:00:00.000Z",
  clockAheadMs: "0",
  factsJson: '{"cores":2}',
  isLast: false,
  ...over,
});

beforeEach(() => rows(autoCommit(world.orm), "delete from process", []));

test("says how the database is set, and why there is no broker", async () => {
  const look = await system.getSystem({});
  expect(look).toMatchObject({ version: "0.1.0", deadLettersOpen: "0", oldestEventMs: 0, runs: {} });
  expect(look.database?.version).toMatch(/^\d+/);
  expect(Number(look.database?.settings?.max_connections)).toBeGreaterThan(0);
  expect(look.database?.settings?.fsync).toMatch(/^(on|off)$/);
  expect(look.database?.connections).toBeGreaterThan(0);
  expect(look.broker).toBeUndefined();
  expect(look.brokerProblem).toMatch(/no connection to NATS/);
});

test("a process is listed from its first word to its last", async () => {
  const own = report({ clockAheadMs: "-60000" });
  const { clockMs } = await system.reportProcess(own);
  expect(Math.abs(Number(clockMs) - Date.now())).toBeLessThan(60_000);
  await system.reportProcess({ ...own, version: "0.2.0" });
  const [listed, ...others] = (await system.getSystem({})).processes!;
  expect(others).toEqual([]);
  expect(listed).toMatchObject({
    role: "worker",
    host: "w1",
    version: "0.2.0",
    factsJson: '{"cores": 2}',
    clockAheadMs: "-60000",
  });
  await system.reportProcess({ ...own, isLast: true });
  expect((await system.getSystem({})).processes).toEqual([]);
});

test("one that ended without a word is forgotten after a day", async () => {
  await system.reportProcess(report());
  await rows(autoCommit(world.orm), "update process set seen_at = seen_at - interval '25 hours'", []);
  expect((await system.getSystem({})).processes).toEqual([]);
  await system.reportProcess(report());
  expect(await rows(autoCommit(world.orm), "select 1 from process", [])).toHaveLength(1);
});

test.each([
  ["role", { role: "" }],
  ["host", { host: "x\0" }],
  ["version", { version: "v".repeat(256) }],
  ["instance", { instance: "w1" }],
  ["started_at", { startedAt: "soon" }],
  ["facts_json", { factsJson: "[1]" }],
  ["facts_json", { factsJson: '{"a":"\\u0000"}' }],
])("a report with a bad %s is refused", async (member, over) => {
  const error = await failure(system.reportProcess(report(over)));
  expect(error).toMatchObject({ kind: "invalid-input", message: expect.stringContaining(member) });
});
