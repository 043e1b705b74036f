import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ask, type Bus, connectBus, ensureTopology, readLedgerSign, writeLedgerCount } from "@vigil/bus";
import { VigilError } from "@vigil/core";
import { findFreePort, type RunningServer, startNats, startPostgres } from "@vigil/embedded";
import { connectState, type StateClient } from "@vigil/proto";
import { createLogger, Metrics } from "@vigil/service";
import { readPrometheusText } from "@vigil/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type StateRole, startState } from "./server.ts";

/** The role as a whole, over gRPC, with servers that come and go. */

const logger = createLogger({ role: "state", level: "silent" });
const metrics = new Metrics();
let nats: RunningServer;
let bus: Bus;
let postgresPort: number;
let postgres: RunningServer | undefined;
let state: StateRole;
let client: StateClient;

const databaseUrl = () => `postgresql://vigil@127.0.0.1:${postgresPort}/postgres`;

beforeAll(async () => {
  nats = await startNats({ keepData: false });
  bus = await connectBus({ servers: nats.url, name: "state test", logger });
  await ensureTopology(bus);
  postgresPort = await findFreePort();
  state = await startState({
    databaseUrl: databaseUrl(),
    host: "127.0.0.1",
    port: 0,
    bus,
    logger,
    metrics,
    eventMode: "coalesce",
  });
  client = connectState({ address: `127.0.0.1:${state.port}` });
});

afterAll(async () => {
  client?.close();
  await state?.stop();
  await bus?.close();
  await postgres?.stop();
  await nats?.stop();
});

const notReady = () => state.readiness().filter(({ ready }) => !ready);
const isReady = () => expect.poll(notReady, { timeout: 15_000 }).toEqual([]);

async function failure(call: Promise<unknown>): Promise<VigilError> {
  const outcome = await call.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(VigilError);
  return outcome as VigilError;
}

function newAudit(name: string) {
  return client.records.createAudit({ uuid: randomUUID(), name, auditType: "EVENT", goal: "dummy" });
}

describe("the state role", () => {
  test("without PostgreSQL it listens, says what is missing, and answers unavailable", async () => {
    await expect
      .poll(notReady)
      .toMatchObject([
        { name: "postgresql", detail: expect.stringContaining("ECONNREFUSED") },
        { name: "outbox" },
      ]);
    const error = await failure(client.records.listGoals({}));
    expect(error).toMatchObject({ kind: "unavailable", message: expect.stringContaining("not ready") });
    const page = readPrometheusText(await metrics.text());
    expect(page.sum("vigil_metrics_source_up", { source: "database" })).toBe(0);
    expect(page.sum("vigil_metrics_source_up", { source: "broker" })).toBe(1);
    expect(page.sum("vigil_ledger_runs")).toBeUndefined();
    expect(
      page.sum("vigil_grpc_server_calls_total", { method: "ListGoals", code: "UNAVAILABLE" }),
    ).toBeGreaterThan(0);
  });

  test("when PostgreSQL comes it migrates and serves", async () => {
    postgres = await startPostgres({ keepData: false, port: postgresPort });
    await isReady();
    const { goals } = await client.records.listGoals({});
    expect(goals.map(({ name }) => name)).toEqual(goals.map(({ name }) => name).toSorted());
    expect(goals).toHaveLength(10);
    const { audit } = await newAudit("first");
    expect(audit).toMatchObject({
      name: "first",
      state: "PENDING",
      createdAt: expect.stringContaining("+00:00"),
    });
    expect(await failure(newAudit("first"))).toMatchObject({
      kind: "conflict",
      message: "An audit with UUID or name first already exists",
    });
    expect((await client.runs.claim({ workerId: "host:1:x", maxRuns: 1 })).leases).toEqual([]);
    const page = readPrometheusText(await metrics.text());
    expect(page.sum("vigil_ledger_runs")).toBe(0);
    expect(page.sum("vigil_dead_letters_open")).toBe(0);
    expect(page.sum("vigil_database_connections")).toBeGreaterThan(0);
    expect(page.sum("vigil_database_transaction_seconds_count", { outcome: "commit" })).toBeGreaterThan(0);
    expect((await client.plans.claimPlans({ applierId: "host:1:x", maxPlans: 1 })).plans).toEqual([]);
  });

  test("when PostgreSQL goes, calls are unavailable; when it is back, all is well again", async () => {
    const owner = () => readLedgerSign(bus).then(({ database }) => database);
    await expect.poll(owner, { timeout: 15_000 }).toBeDefined();
    const takeBrokerFrom = await owner();
    await postgres?.stop();
    expect(await failure(client.records.listGoals({}))).toMatchObject({ kind: "unavailable" });
    await expect.poll(() => notReady().map(({ name }) => name), { timeout: 10_000 }).toContain("postgresql");
    // This server has no data folder to come back with, so the second one is empty: a new state prepares it, and has to
    // be told that the broker is its.
    postgres = await startPostgres({ keepData: false, port: postgresPort });
    const second = await startState({
      databaseUrl: databaseUrl(),
      host: "127.0.0.1",
      port: 0,
      bus,
      logger,
      eventMode: "coalesce",
      takeBrokerFrom: takeBrokerFrom!,
    });
    await isReady();
    expect((await client.records.listGoals({})).goals).toHaveLength(10);
    await second.stop();
  });

  test("on the broker of another database it answers neither calls nor edges that ask for the ledger", async () => {
    const others = await startNats({ keepData: false });
    const theirs = await connectBus({ servers: others.url, name: "state test", logger });
    await ensureTopology(theirs);
    await writeLedgerCount(theirs, 1, randomUUID());
    const port = await findFreePort();
    const options = {
      databaseUrl: databaseUrl(),
      host: "127.0.0.1",
      port,
      logger,
      eventMode: "coalesce",
    } as const;
    const stranger = await startState({ ...options, bus: theirs });
    const own = connectState({ address: `127.0.0.1:${port}` });
    try {
      const parts = () => stranger.readiness().flatMap(({ name, ready }) => (ready ? [] : [name]));
      await expect.poll(parts, { timeout: 15_000 }).toContain("broker");
      await expect.poll(parts, { timeout: 15_000 }).not.toContain("postgresql");
      expect((await failure(own.records.listGoals({}))).message).toContain("another Vigil");
      const refused = await failure(ask(theirs, "ledger", { eventIds: [randomUUID()] }, 5_000));
      expect(refused.message).toContain("another Vigil");
      const answer = { known: [], undeliveredForS: 0 };
      expect(await ask(bus, "ledger", { eventIds: [randomUUID()] }, 5_000)).toEqual(answer);
    } finally {
      own.close();
      await stranger.stop();
      await theirs.close();
      await others.stop();
    }
  });

  test("an edge that asks for the ledger is told how far behind the workers are", async () => {
    const asked = { eventIds: [randomUUID()] };
    expect(await ask(bus, "ledger", asked, 5_000)).toEqual({ known: [], undeliveredForS: 0 });
    await bus.connection().jetstream().publish("vigil.events.nobody-takes-it");
    await expect.poll(() => ask(bus, "ledger", asked, 5_000)).not.toMatchObject({ undeliveredForS: 0 });
  });

  test("a port that is taken ends the start with an error that names it", async () => {
    const again = startState({
      databaseUrl: databaseUrl(),
      host: "127.0.0.1",
      port: state.port,
      bus,
      logger,
      eventMode: "coalesce",
    });
    expect(await failure(again)).toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining(String(state.port)),
    });
  });

  test("after stop the process is gone within 2 s, though a client is connected", async () => {
    const port = await findFreePort();
    const program = `
      import { connectBus } from "@vigil/bus";
      import { startState } from "@vigil/state";
      import { createLogger } from "@vigil/service";
      const logger = createLogger({ role: "state", level: "silent" });
      const bus = await connectBus({ servers: ${JSON.stringify(nats.url)}, name: "child", logger });
      const state = await startState({ databaseUrl: ${JSON.stringify(databaseUrl())}, host: "127.0.0.1", port: ${port},
        bus, logger, eventMode: "coalesce" });
      process.once("SIGTERM", async () => { await state.stop(); await bus.close(); });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      stdio: ["ignore", "inherit", "inherit"],
    });
    const exit = once(child, "exit");
    const own = connectState({ address: `127.0.0.1:${port}` });
    try {
      await expect
        .poll(
          () =>
            own.records.listGoals({}).then(
              () => true,
              () => false,
            ),
          { timeout: 15_000 },
        )
        .toBe(true);
      const begun = performance.now();
      child.kill("SIGTERM");
      expect(await exit).toEqual([0, null]);
      expect(performance.now() - begun).toBeLessThan(10_000);
    } finally {
      child.kill("SIGKILL");
      own.close();
    }
  });
});
