/** The role behind the real borders, NATS and gRPC, with one plan in memory behind them. */

import { setTimeout } from "node:timers/promises";
import { type Bus, connectBus, wake } from "@vigil/bus";
import { type RunningServer, startNats } from "@vigil/embedded";
import {
  connectState,
  createStateServer,
  type ListeningServer,
  listenStateServer,
  registerPlanService,
  type StateClient,
} from "@vigil/proto";
import { createLogger, type Role } from "@vigil/service";
import { until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ApplierOptions, startApplier } from "./applier.ts";
import { type LedgerAction, PlanLedger } from "./testing/plan-ledger.ts";

const logger = createLogger({ role: "applier", level: "silent" });
const nop: LedgerAction = { actionType: "nop", inputParameters: { message: "x" } };
const sleep = (duration: number): LedgerAction => ({ actionType: "sleep", inputParameters: { duration } });

let nats: RunningServer;
let bus: Bus;
let server: ListeningServer;
let client: StateClient;
let applier: Role;
let ledger: PlanLedger;
/** Each claim waits for it. */
let claimGate: Promise<void>;
/** Each answer to a claim waits for it. */
let answerGate: () => Promise<void>;

beforeAll(async () => {
  nats = await startNats({ keepData: false });
  bus = await connectBus({ servers: nats.url, name: "test", logger });
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

beforeEach(async () => {
  claimGate = Promise.resolve();
  answerGate = async () => undefined;
  give();
  const grpc = createStateServer();
  const service = {
    claimPlans: async (request: { applierId: string }) => {
      await claimGate;
      const answer = await ledger.claimPlans(request);
      await answerGate();
      return answer;
    },
    heartbeatPlans: (request: Parameters<PlanLedger["heartbeatPlans"]>[0]) => ledger.heartbeatPlans(request),
    beginAction: (request: Parameters<PlanLedger["beginAction"]>[0]) => ledger.beginAction(request),
    abortAction: (request: Parameters<PlanLedger["abortAction"]>[0]) => ledger.abortAction(request),
    endAction: (request: Parameters<PlanLedger["endAction"]>[0]) => ledger.endAction(request),
    endPlan: (request: Parameters<PlanLedger["endPlan"]>[0]) => ledger.endPlan(request),
    releasePlans: (request: Parameters<PlanLedger["releasePlans"]>[0]) => ledger.releasePlans(request),
  };
  registerPlanService(grpc, service, { error: () => undefined });
  server = await listenStateServer(grpc, { host: "127.0.0.1", port: 0, graceMs: 100 });
  const deadlines = { writeMs: 1_000, completeMs: 1_000, heartbeatMs: 300 };
  client = connectState({ address: `127.0.0.1:${server.port}`, deadlines });
});
afterEach(async () => {
  await applier.stop();
  client.close();
  await server.stop();
});

/** The plan that state has now. */
function give(...actions: LedgerAction[]): void {
  ledger = new PlanLedger(actions);
  ledger.leaseMs = 2_000;
}

function start(over: Partial<ApplierOptions> = {}): void {
  applier = startApplier({
    bus,
    state: client,
    logger,
    host: "host-1",
    cloud: {},
    stopGraceMs: 500,
    ...over,
  });
}

describe("the applier", () => {
  test("is woken for a plan, keeps its lease alive, and hears of a cancel by the heartbeat", async () => {
    ledger.state = "SUPERSEDED";
    start();
    await until("readiness", () => applier.readiness().every(({ ready }) => ready));
    give(nop, sleep(3_600));
    wake(bus, "plan");
    await until("the sleep", () => ledger.states[1] === "ONGOING");
    expect(ledger.applierId).toMatch(/^host-1:/);
    // Longer than the lease: by then it would be lost.
    await until("heartbeats", () => ledger.heartbeats > 5);
    ledger.cancel();
    await until("the end", () => ledger.state === "CANCELLED");
    expect(ledger.states).toEqual(["SUCCEEDED", "CANCELLED"]);
  });

  test("that hears that its plan is another's gives it up, and has room for the next", async () => {
    give(sleep(3_600));
    start();
    await until("the sleep", () => ledger.states[0] === "ONGOING");
    ledger.token += 1n;
    const beats = ledger.heartbeats;
    await until("the heartbeat that tells", () => ledger.heartbeats > beats);
    give(nop);
    await until("the next plan", () => ledger.state === "SUCCEEDED");
  });

  test("takes a newer lease of a plan that it has when the older one has come to rest", async () => {
    give(nop, sleep(3_600));
    start({ plansMax: 2 });
    await until("the sleep", () => ledger.states[1] === "ONGOING");
    ledger.expireLease();
    await until("the newer lease", () => ledger.token >= 2n && ledger.isHeldBy(String(ledger.token)));
    ledger.cancel();
    await until("the end", () => ledger.state === "CANCELLED");
    expect(ledger.actions[0]!.history).toEqual(["ONGOING", "SUCCEEDED"]);
  });

  test("keeps a plan whose claim took longer than its lease is trusted for", async () => {
    give(nop);
    ledger.leaseMs = 1_000;
    answerGate = () => setTimeout(900);
    start();
    await until("the end", () => ledger.state === "SUCCEEDED");
    expect(ledger.token).toBe(1n);
  });

  test("that stops hands back what does not end in time", async () => {
    give(nop, sleep(3_600));
    start();
    await until("the sleep", () => ledger.states[1] === "ONGOING");
    await applier.stop();
    expect(ledger.applierId).toBeUndefined();
    expect([ledger.state, ledger.states]).toEqual(["ONGOING", ["SUCCEEDED", "ONGOING"]]);
    expect(applier.readiness()).toContainEqual({ name: "applier", ready: false, detail: "stopping" });
  });

  test("stops in time when state hangs or is gone", async () => {
    claimGate = new Promise(() => undefined);
    start();
    const askedAt = performance.now();
    await applier.stop();
    expect(performance.now() - askedAt).toBeLessThan(8_000);
    claimGate = Promise.resolve();
    give(sleep(3_600));
    start();
    await until("the sleep", () => ledger.states[0] === "ONGOING");
    await server.stop();
    const goneAt = performance.now();
    await applier.stop();
    expect(performance.now() - goneAt).toBeLessThan(10_000);
  });
});
