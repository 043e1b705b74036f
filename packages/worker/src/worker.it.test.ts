import {
  type Bus,
  connectBus,
  createEventPublisher,
  createModelStore,
  ensureTopology,
  wake,
} from "@vigil/bus";
import { encodeSnapshot, VigilError } from "@vigil/core";
import { type RunningServer, startNats } from "@vigil/embedded";
import { connectState, type Lease__Output, type StateClient } from "@vigil/proto";
import { createLogger, type Role } from "@vigil/service";
import { until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { testLease } from "./testing/leases.ts";
import { tinyModel } from "./testing/model.ts";
import { ScriptedState } from "./testing/scripted-state.ts";
import { startWorker, type WorkerOptions } from "./worker.ts";

const logger = createLogger({ role: "worker", level: "silent" });
let nats: RunningServer;
let bus: Bus;
let state: ScriptedState;
let client: StateClient;
let worker: Role;
let snapshotHash: string;

beforeAll(async () => {
  nats = await startNats({ keepData: false });
  bus = await connectBus({ servers: nats.url, name: "test", logger });
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

beforeEach(async () => {
  const manager = await bus.manager();
  await manager.streams.delete("VIGIL_EVENTS").catch(() => undefined);
  await ensureTopology(bus);
  await importModel();
  state = await ScriptedState.start();
  const deadlines = { writeMs: 1_000, completeMs: 1_000, heartbeatMs: 300 };
  client = connectState({ address: state.address, deadlines });
});
afterEach(async () => {
  await worker.stop();
  client.close();
  await state.stop();
});

async function importModel(): Promise<void> {
  const store = createModelStore(bus);
  snapshotHash = await store.put(encodeSnapshot(tinyModel()));
  await store.setHead("compute", { hash: snapshotHash, importedAt: "2026-01-01T00:00:00Z" });
}

async function start(over: Partial<WorkerOptions> = {}): Promise<void> {
  worker = await startWorker({
    bus,
    state: client,
    logger,
    host: "host-1",
    threads: 1,
    stopGraceMs: 500,
    ...over,
  });
}

async function post(key: string, auditUuid = `audit-${key}`): Promise<void> {
  const publisher = createEventPublisher(bus);
  await publisher.publish(
    {
      schema: 1,
      eventId: `event-${key}`,
      auditUuid,
      auditIdent: "a",
      occurrenceKey: key,
      baseHash: key,
      exact: false,
      receivedAtMs: 1,
      requestId: "req-1",
      format: "aodh",
      bodyParse: "ok",
      current: "alarm",
      sender: { userId: "u", trustId: "t" },
      contentType: "application/json",
    },
    new TextEncoder().encode(`{"key": "${key}"}`),
  );
  publisher.close();
}

async function unacknowledged(): Promise<number> {
  const info = await (await bus.manager()).consumers.info("VIGIL_EVENTS", "workers");
  return info.num_pending + info.num_ack_pending;
}

/** Leases that live a second, so that their end can be waited for. */
const short = (runId: string): Lease__Output => testLease(runId, { leaseMs: 1_000, heartbeatMs: 250 });

describe("an event", () => {
  test("goes to state as it came, is acknowledged after the commit, and its run's plan is written", async () => {
    const committed = Promise.withResolvers<void>();
    state.onIngest = async () => {
      await committed.promise;
      return testLease("run-1");
    };
    await start();
    await post("one");
    await until("the ingest", () => state.ingests.length === 1);
    expect(await unacknowledged()).toBe(1);
    committed.resolve();
    await until("the plan", () => state.completes.length === 1);
    await until("the acknowledgement", async () => (await unacknowledged()) === 0);
    const { workerId, canRun, event } = state.ingests[0]!;
    expect(canRun).toBe(true);
    expect(workerId).toMatch(/^host-1:/);
    expect(event).toMatchObject({ eventId: "event-one", auditUuid: "audit-one", streamSequence: "1" });
    expect(event!.body.toString()).toBe('{"key": "one"}');
    expect(JSON.parse(event!.senderJson)).toEqual({ user_id: "u", trust_id: "t" });
    const { plan, runId, token } = state.completes[0]!;
    expect({ runId, token }).toEqual({ runId: "run-1", token: "1" });
    expect(plan).toMatchObject({ snapshotHash, strategyName: "dummy" });
    expect(plan!.actions.length).toBeGreaterThan(0);
  });

  test("that state can't take now is given again", async () => {
    let calls = 0;
    state.onIngest = async () => {
      if (++calls < 3) throw new VigilError("overloaded", "no room");
      return null;
    };
    await start();
    await post("again");
    await until("the third call", () => calls === 3);
    await until("the acknowledgement", async () => (await unacknowledged()) === 0);
  });

  test("of an audit that waits with others goes to state in one call, in their order", async () => {
    const gate = Promise.withResolvers<null>();
    state.onIngest = () => gate.promise;
    await start();
    await post("first", "audit");
    await until("the first", () => state.ingests.length === 1);
    for (let n = 0; n < 4; n++) await post(`more-${n}`, "audit");
    const manager = await bus.manager();
    const arrived = async () => (await manager.consumers.info("VIGIL_EVENTS", "workers")).num_pending === 0;
    await until("their arrival", arrived);
    // As a state of the release before, which reads the first one only, does it with fewer.
    state.takesOnly = 3;
    gate.resolve(null);
    await until("the acknowledgements", async () => (await unacknowledged()) === 0);
    const calls = state.ingests.map(({ event, more }) => [event!, ...more].map(({ eventId }) => eventId));
    const sent = ["event-more-0", "event-more-1", "event-more-2", "event-more-3"];
    expect(calls).toEqual([["event-first"], sent, sent.slice(3)]);
  });

  test("that can't be read becomes a dead letter with its bytes", async () => {
    await start();
    await bus
      .connection()
      .jetstream()
      .publish("vigil.events.x", new Uint8Array([1, 2, 3]));
    await until("the dead letter", () => state.ingests.length === 1);
    await until("the end of the message", async () => (await unacknowledged()) === 0);
    const { event } = state.ingests[0]!;
    expect(event).toMatchObject({ auditUuid: "", bodyParse: "failed" });
    expect(event!.auditIdent).toContain("vigil.events.x could not be handled");
    expect([...event!.body]).toEqual([1, 2, 3]);
  });
});

describe("slots", () => {
  test("a worker that is full takes events but no runs, and asks for due ones when it has room", async () => {
    const gate = Promise.withResolvers<void>();
    state.onIngest = async ({ canRun, event }) => (canRun ? testLease(`run-${event!.eventId}`) : null);
    const finishing = Promise.withResolvers<void>();
    state.onComplete = async () => {
      finishing.resolve();
      await gate.promise;
      return "RECORDED";
    };
    await start({ runsPerThreadMax: 1 });
    await until("the first claim", () => state.claims.length > 0);
    expect(Math.max(...state.claims)).toBe(1);
    for (let n = 0; n < 5; n++) await post(`e${n}`);
    await until("the events", () => state.ingests.length === 5);
    gate.resolve();
    await finishing.promise;
    const ran = state.ingests.filter(({ canRun }) => canRun).length;
    await until("the plans of those that ran", () => state.completes.length === ran);
    state.due.push(testLease("due-1"), testLease("due-2"), testLease("due-3"));
    wake(bus, "run");
    await until("the due plans", () => state.completes.length === ran + 3);
    expect(Math.max(...state.claims)).toBe(1);
  });

  test("due runs are found without a wake-up", async () => {
    await start();
    await until("the first claim", () => state.claims.length > 0);
    state.due.push(testLease("due"));
    await until("the plan", () => state.completes.length === 1, 15_000);
  });
});

describe("leases", () => {
  test("the same lease twice is one execution, a newer one supersedes", async () => {
    const gate = Promise.withResolvers<void>();
    state.onComplete = async ({ token }) => {
      if (token === "1") await gate.promise;
      return "RECORDED";
    };
    state.due.push(testLease("run-1"));
    await start();
    await until("the first result", () => state.completes.length === 1);
    state.onIngest = async () => testLease("run-1");
    await post("repeated");
    await until("the acknowledgement", async () => (await unacknowledged()) === 0);
    expect(state.completes).toHaveLength(1);
    state.due.push(testLease("run-1", { token: "2" }));
    wake(bus, "run");
    await until("the newer result", () => state.completes.some(({ token }) => token === "2"));
    gate.resolve();
  });

  test("are kept by heartbeats in one call", async () => {
    const gate = Promise.withResolvers<string>();
    state.onComplete = () => gate.promise;
    state.due.push(short("a"), short("b"));
    await start();
    await until(
      "some heartbeats",
      () => state.heartbeats.filter(({ leases }) => leases.length === 2).length > 2,
    );
    gate.resolve("RECORDED");
  });

  test("a result whose answer is lost is sent again with the same token", async () => {
    let calls = 0;
    state.onComplete = async () => {
      if (++calls === 1) throw new VigilError("unavailable", "the connection broke");
      return "RECORDED";
    };
    state.due.push(testLease("run-1"));
    await start();
    await until("two calls", () => state.completes.length >= 2);
    expect(new Set(state.completes.map(({ runId, token }) => `${runId} ${token}`))).toEqual(
      new Set(["run-1 1"]),
    );
  });

  test("a refused result is dropped", async () => {
    state.onComplete = async () => {
      throw new VigilError("illegal-state", "token 1 of run run-1 is stale");
    };
    state.due.push(testLease("run-1"));
    await start();
    await until("the result", () => state.completes.length === 1);
    state.due.push(testLease("run-2"));
    wake(bus, "run");
    await until("the next", () => state.completes.some(({ runId }) => runId === "run-2"));
    expect(state.completes.filter(({ runId }) => runId === "run-1")).toHaveLength(1);
  });

  test("a plan that state can't store is recorded as a failure", async () => {
    state.onComplete = async ({ plan }) => {
      if (plan) throw new VigilError("invalid-input", "too many actions");
      return "FAILED";
    };
    state.due.push(testLease("run-1"));
    await start();
    await until("the failure", () => state.completes.some(({ failure }) => failure));
    expect(state.completes.at(-1)!.failure).toMatchObject({ kind: "invalid-input", retryable: false });
  });

  test("without a heartbeat for the lease time the run is given up and handed back", async () => {
    state.onHeartbeat = () => Promise.reject(new VigilError("overloaded", "no"));
    state.onComplete = () => Promise.reject(new VigilError("overloaded", "no"));
    state.due.push(short("run-1"));
    await start();
    await until("the release", () => state.releases.some(({ runId }) => runId === "run-1"));
    const sent = state.completes.length;
    state.onComplete = async () => "RECORDED";
    state.due.push(testLease("run-2"));
    wake(bus, "run");
    await until("another run", () => state.completes.some(({ runId }) => runId === "run-2"));
    expect(state.completes.filter(({ runId }) => runId === "run-1")).toHaveLength(sent);
  });
});

describe("the model", () => {
  test("that was never imported fails the run for good, in the words of the reference", async () => {
    const manager = await bus.manager();
    await manager.streams.purge("KV_vigil_heads");
    state.due.push(testLease("run-1"));
    await start();
    await until("the failure", () => state.completes.length === 1);
    expect(state.completes[0]!.failure).toEqual({
      kind: "illegal-state",
      message: "The cluster state is not defined",
      retryable: false,
      endedThread: false,
      modelMissing: true,
    });
  });

  test("that can't be fetched fails the run for now", async () => {
    await createModelStore(bus).setHead("compute", { hash: "f".repeat(64), importedAt: "x" });
    state.due.push(testLease("run-1"));
    await start();
    await until("the failure", () => state.completes.length === 1);
    expect(state.completes[0]!.failure).toMatchObject({ kind: "not-found", retryable: true });
  });

  test("parameters that the strategy refuses fail the run for good", async () => {
    state.due.push(testLease("run-1", { parametersJson: '{"para1": "not a number"}' }));
    await start();
    await until("the failure", () => state.completes.length === 1);
    expect(state.completes[0]!.failure).toMatchObject({ kind: "invalid-input", retryable: false });
  });
});

describe("a suspect", () => {
  const threadModule = new URL("./testing/thread-of-tests.ts", import.meta.url);
  const suspect = (runId: string, strategyName: string) =>
    testLease(runId, { strategyName, alone: true, leaseMs: 2_000, heartbeatMs: 500 });

  test("takes no thread and no slot; while it goes on and on, others are computed", async () => {
    state.due.push(suspect("loop", "spin"), suspect("waiting", "spin"), testLease("plain"));
    await start({ threadModule, runsPerThreadMax: 1 });
    await until("the plan", () => state.completes.some(({ runId }) => runId === "plain"));
    await until("heartbeats of both", () => state.heartbeats.some(({ leases }) => leases.length === 2));
    expect(state.completes).toHaveLength(1);
  });

  test("that is cancelled ends with the next heartbeat, and the next one is computed", async () => {
    state.due.push(suspect("loop", "spin"));
    await start({ threadModule });
    await until("a heartbeat", () => state.heartbeats.length > 0);
    state.onHeartbeat = async ({ leases }) => leases.map(({ runId }) => runId).filter((id) => id === "loop");
    state.due.push(suspect("next", "pid"));
    await until("the next one's plan", () => state.completes.length === 1);
    const [{ runId, failure } = {}] = state.completes;
    expect({ runId, message: failure?.message }).toEqual({ runId: "next", message: undefined });
  });

  test("that ends its process is a failure that says so, and can be tried again", async () => {
    state.due.push(suspect("killer", "kill"));
    await start({ threadModule });
    await until("the failure", () => state.completes.length === 1);
    const { failure } = state.completes[0]!;
    expect(failure).toMatchObject({ kind: "overloaded", retryable: true, endedThread: true });
    expect(failure!.message).toContain("SIGKILL");
  });
});

describe("a claim", () => {
  test("whose answer got lost is asked again by the same name, and its leases are executed", async () => {
    let asked = 0;
    state.onClaim = async () => {
      if (asked++ < 2) throw new VigilError("unavailable", "the connection broke");
      return [testLease("run-1")];
    };
    await start();
    await until("the plan", () => state.completes.length === 1, 15_000);
    const [first, second, third, fourth] = state.claimIds;
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
  });
});

describe("stopping", () => {
  test("waits for results that are being written", async () => {
    const asked = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<string>();
    state.onComplete = () => {
      asked.resolve();
      return gate.promise;
    };
    state.due.push(testLease("run-1"));
    await start({ stopGraceMs: 10_000 });
    await asked.promise;
    const stopped = worker.stop();
    expect(worker.readiness().every((part) => part.ready)).toBe(false);
    gate.resolve("RECORDED");
    await stopped;
    expect(state.releases).toEqual([]);
  });

  test("hands back what does not end in time", async () => {
    const asked = Promise.withResolvers<void>();
    state.onComplete = async () => {
      asked.resolve();
      throw new VigilError("overloaded", "no");
    };
    state.due.push(testLease("run-1"));
    await start({ stopGraceMs: 50 });
    await asked.promise;
    await worker.stop();
    expect(state.releases).toEqual([{ runId: "run-1", token: "1" }]);
  });

  test("hands back a run whose lease comes while it stops, and takes no new ones", async () => {
    const asked = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<Lease__Output>();
    state.onIngest = () => {
      asked.resolve();
      return gate.promise;
    };
    await start();
    await post("late");
    await asked.promise;
    const stopped = worker.stop();
    gate.resolve(testLease("run-late"));
    await stopped;
    expect(state.completes).toEqual([]);
    expect(state.releases).toEqual([{ runId: "run-late", token: "1" }]);
  });

  test("is not ended by a model that is missing just then", async () => {
    const manager = await bus.manager();
    await manager.streams.purge("KV_vigil_heads");
    const asked = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<Lease__Output>();
    state.onIngest = () => {
      asked.resolve();
      return gate.promise;
    };
    await start();
    await post("late");
    await asked.promise;
    const stopped = worker.stop();
    gate.resolve(testLease("run-late"));
    await stopped;
    expect(state.releases).toEqual([{ runId: "run-late", token: "1" }]);
  });

  test("is quick when idle, and without state", async () => {
    await start();
    await until("readiness", () => worker.readiness().every((part) => part.ready));
    const idleMs = performance.now();
    await worker.stop();
    expect(performance.now() - idleMs).toBeLessThan(5_000);
    await state.stop();
    await start();
    const lonelyMs = performance.now();
    await worker.stop();
    expect(performance.now() - lonelyMs).toBeLessThan(8_000);
  });
});
