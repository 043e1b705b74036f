/** The spool between an edge's webhooks and a real nats-server that stops, freezes, fills up and loses its data. */

import { mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  answerOne,
  type Bus,
  connectBus,
  createEventPublisher,
  type EventPublisher,
  ensureTopology,
} from "@vigil/bus";
import type { AcceptedEvent } from "@vigil/core";
import { findFreePort, lockFolder, type RunningServer, startNats } from "@vigil/embedded";
import { createLogger } from "@vigil/service";
import { until } from "@vigil/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { numberedEvent, numberOf } from "../testing/events.ts";
import { openSpool, type Spool, type SpoolOptions } from "./spool.ts";

const AUDITS = ["10f40b96-0bcb-4bd9-8aa4-1b3a4a9d1e26", "20000000-0000-4000-8000-000000000000"];
const TIMEOUT_MS = 150;
/** Far above what a busy machine's disk takes for one flush. */
const PATIENT_TIMEOUT_MS = 2_000;

let folder: string;
let port: number;
let nats: RunningServer;
let bus: Bus;
let publishers: EventPublisher[];
let log: string[];
let key = 0;
let spools = 0;
const open: Spool[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vigil-spool-test-"));
  port = await findFreePort();
  await startBroker();
  const logger = createLogger({
    role: "edge",
    level: "info",
    destination: { write: (line) => log.push(line) },
  });
  log = [];
  bus = await connectBus({ servers: nats.url, name: "spool test", logger });
  publishers = [TIMEOUT_MS, PATIENT_TIMEOUT_MS].map((deadlineMs) =>
    createEventPublisher(bus, { deadlineMs }),
  );
});
beforeEach(async () => {
  for (const spool of open.splice(0)) await spool.close();
  log.length = 0;
  await until("the streams", () => ensureTopology(bus).then(() => true));
  await (await bus.manager()).streams.purge("VIGIL_EVENTS");
});
afterAll(async () => {
  for (const spool of open) await spool.close();
  for (const publisher of publishers) publisher.close();
  await bus.close();
  await nats.stop();
  rmSync(folder, { recursive: true });
});

async function startBroker(): Promise<void> {
  nats = await startNats({ dir: join(folder, "nats"), port, keepData: true });
}

function spoolFolder(): string {
  return join(folder, `spool-${spools++}`);
}

async function openOne(at: string, over: Partial<SpoolOptions> = {}): Promise<Spool> {
  const logger = createLogger({
    role: "edge",
    level: "info",
    destination: { write: (line) => log.push(line) },
  });
  const spool = await openSpool({
    folder: at,
    lock: lockFolder,
    bus,
    publisher: publishers[0]!,
    publishTimeoutMs: TIMEOUT_MS,
    patientPublisher: publishers[1]!,
    bytesMax: 4 * 1024 * 1024,
    journal: false,
    name: "edge-1",
    logger,
    confirmTimes: { everyMs: 100, askAfterS: 0, publishAgainAfterS: 1_000 },
    ...over,
  });
  open.push(spool);
  return spool;
}

/** The stream remembers ids of tests before: each is a new occurrence, however its number. */
function event(n: number): AcceptedEvent {
  const { receivedAtMs } = numberedEvent(n);
  return numberedEvent(key++, { auditUuid: AUDITS[n % AUDITS.length]!, receivedAtMs });
}

const bodyOf = (n: number) => Buffer.from(JSON.stringify({ n }));

/** Events of the stream, in its order. */
async function stream(): Promise<{ event: AcceptedEvent; n: number }[]> {
  const manager = await bus.manager();
  const { state } = await manager.streams.info("VIGIL_EVENTS");
  const events = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
    const message = await manager.streams.getMessage("VIGIL_EVENTS", { seq });
    const found = JSON.parse(message.header.get("Vigil-Event")) as AcceptedEvent;
    events.push({ event: found, n: numberOf(found) });
  }
  return events;
}

/** Posts until told to stop, `width` at a time; each must be accepted. */
function load(spool: Spool, first: number, width: number) {
  let next = first;
  let stopped = false;
  const slowest = { ms: 0 };
  const senders = Array.from({ length: width }, async () => {
    while (!stopped) {
      const n = next++;
      const begun = performance.now();
      await spool.accept(event(n), bodyOf(n));
      slowest.ms = Math.max(slowest.ms, performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  });
  return {
    sent: () => next - first,
    slowest,
    stop: async () => {
      stopped = true;
      await Promise.all(senders);
      return next - first;
    },
  };
}

async function allInOrder(count: number): Promise<void> {
  await until(`${count} events in the stream`, async () => (await stream()).length >= count);
  const found = await stream();
  for (const audit of AUDITS) {
    const ns = found.filter((one) => one.event.auditUuid === audit).map(({ n }) => n);
    expect(ns).toEqual([...ns].sort((a, b) => a - b));
  }
  expect(new Set(found.map(({ n }) => n)).size).toBe(count);
}

const segmentsIn = (at: string) => readdirSync(at).filter((name) => name.endsWith(".seg"));

describe("a broker that stops while events come", () => {
  it("costs no event and no order, and is followed by direct publication and an empty folder", async () => {
    const at = spoolFolder();
    const spool = await openOne(at);
    const posts = load(spool, 0, 4);
    await until("some direct ones", () => posts.sent() > 40);
    await nats.stop();
    const before = posts.sent();
    await until("some spooled ones", () => posts.sent() > before + 100);
    expect(spool.readiness()).toMatchObject({
      ready: true,
      detail: expect.stringContaining("wait for NATS"),
    });
    await startBroker();
    await until("the end of spooling", () => log.join("").includes("the spool is empty"));
    const after = posts.sent();
    await until("direct ones again", () => posts.sent() > after + 40);
    await allInOrder(await posts.stop());
    await until("an empty folder", () => segmentsIn(at).length === 0);
    expect(spool.readiness()).toEqual({ name: "spool", ready: true });
    expect(log.join("")).toContain("they go to the spool");
  });

  it("one that hangs costs the senders of that moment the deadline, and the next ones nothing", async () => {
    const patient = { publisher: publishers[1]!, publishTimeoutMs: PATIENT_TIMEOUT_MS };
    const spool = await openOne(spoolFolder(), patient);
    await spool.accept(event(0), bodyOf(0));
    let n = 1;
    process.kill(nats.pid, "SIGSTOP");
    try {
      // Until it has really stopped, which may be after some more acknowledgements.
      do await Promise.all([n++, n++, n++].map((number) => spool.accept(event(number), bodyOf(number))));
      while (!log.join("").includes("they go to the spool"));
      const begun = performance.now();
      await spool.accept(event(n), bodyOf(n++));
      expect(performance.now() - begun).toBeLessThan(PATIENT_TIMEOUT_MS);
    } finally {
      process.kill(nats.pid, "SIGCONT");
    }
    await allInOrder(n);
  });
});

describe("a start with events in the spool", () => {
  it("publishes them before new ones; owner, permissions and the second owner are as they should be", async () => {
    const at = spoolFolder();
    await nats.stop();
    const first = await openOne(at);
    await Promise.all(Array.from({ length: 20 }, (_, n) => first.accept(event(n), bodyOf(n))));
    expect(statSync(at).mode & 0o777).toBe(0o700);
    expect(statSync(join(at, segmentsIn(at)[0]!)).mode & 0o777).toBe(0o600);
    await expect(openOne(at)).rejects.toMatchObject({
      kind: "conflict",
      message: expect.stringContaining("in use by another process"),
    });
    await first.close();
    open.length = 0;
    const second = await openOne(at);
    await second.accept(event(20), bodyOf(20));
    await startBroker();
    await allInOrder(21);
  });
});

describe("a segment that somebody removed", () => {
  it("does not hold up what waits behind it, is told of, and its events come when the file is back", async () => {
    const at = spoolFolder();
    await nats.stop();
    const spool = await openOne(at, { bytesMax: 1_000_000, tryAgainEveryMs: 100 });
    for (let n = 0; n < 6; n++) await spool.accept(event(n), Buffer.alloc(40_000));
    const [, second] = segmentsIn(at).sort();
    renameSync(join(at, second!), join(folder, "elsewhere"));
    await startBroker();
    await allInOrder(4);
    await until("the way to be direct", async () => {
      await spool.accept(event(6), bodyOf(6));
      return spool.readiness().detail?.startsWith("the disk does not give back 2 events");
    });
    expect(log.join("")).toContain("can't be got out of the spool and is passed over");
    renameSync(join(folder, "elsewhere"), join(at, second!));
    await until("all of them", async () => new Set((await stream()).map(({ n }) => n)).size === 7);
    await until("an empty folder", () => segmentsIn(at).length === 0);
    expect(spool.readiness()).toEqual({ name: "spool", ready: true });
  });
});

describe("a stream that takes nothing", () => {
  it("full or missing: events wait in the spool until it takes them again", async () => {
    const spool = await openOne(spoolFolder());
    const manager = await bus.manager();
    await manager.streams.delete("VIGIL_EVENTS");
    await spool.accept(event(0), bodyOf(0));
    await ensureTopology(bus, { eventsBytesMax: 1_024 });
    await until("the first", async () => (await stream()).length === 1);
    for (let n = 1; n < 4; n++) await spool.accept(event(n), bodyOf(n));
    expect(spool.readiness().detail).toContain("wait for NATS");
    await ensureTopology(bus);
    await allInOrder(4);
  });
});

describe("the spool's end", () => {
  it("full: refused with what to do, and taken again when there is room", async () => {
    await nats.stop();
    const spool = await openOne(spoolFolder(), { bytesMax: 100_000 });
    const big = Buffer.alloc(40_000);
    await spool.accept(event(0), big);
    await spool.accept(event(1), big);
    await expect(spool.accept(event(2), big)).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringMatching(/no room.*VIGIL_EDGE_SPOOL_BYTES_MAX/),
    });
    await startBroker();
    await allInOrder(2);
    await until("room", () => spool.accept(event(3), big).then(() => true));
    await allInOrder(3);
  });

  it("an event that the broker refuses for good: at once to its sender, later as a dead letter under its own id", async () => {
    const at = spoolFolder();
    const spool = await openOne(at);
    const tooLarge = Buffer.alloc(bus.status().maxPayloadBytes! + 1, "x");
    await expect(spool.accept(event(0), tooLarge)).rejects.toMatchObject({ kind: "invalid-input" });
    await nats.stop();
    await until("the loss of the connection", () => !bus.status().connected);
    const refused = event(1);
    await Promise.all([spool.accept(refused, tooLarge), spool.accept(event(2), bodyOf(2))]);
    await startBroker();
    await until("both", async () => (await stream()).length === 2);
    const [letter, next] = await stream();
    expect(letter?.event).toMatchObject({ eventId: refused.eventId, auditUuid: "" });
    expect(letter?.event.auditIdent).toMatch(/refused by the broker, event for audit 20000000.*max_payload/);
    expect(next?.n).toBe(2);
    const file = join(at, "refused", `${refused.eventId}.event`);
    expect(statSync(file).size).toBeGreaterThan(tooLarge.length);
    await until("an empty spool", () => segmentsIn(at).length === 0);
  });

  it("what is refused has as much room as the spool; beyond it the oldest goes, which is an error in the log", async () => {
    const at = spoolFolder();
    const tooLarge = Buffer.alloc(bus.status().maxPayloadBytes! + 1, "x");
    const spool = await openOne(at, { bytesMax: Math.floor(2.5 * tooLarge.length) });
    const kept = () => readdirSync(join(at, "refused")).sort();
    const events = [event(0), event(1), event(2)];
    for (const [n, one] of events.entries()) {
      await nats.stop();
      await until("the loss of the connection", () => !bus.status().connected);
      await spool.accept(one, tooLarge);
      await startBroker();
      await until("its dead letter", async () => (await stream()).length === n + 1);
      await until("an empty spool", () => segmentsIn(at).length === 0);
      if (n === 1) expect(kept()).toHaveLength(2);
    }
    expect(kept()).toEqual(
      events
        .slice(1)
        .map(({ eventId }) => `${eventId}.event`)
        .sort(),
    );
    const told = log
      .map((line) => JSON.parse(line))
      .filter(({ file }) => file?.endsWith(`${events[0]!.eventId}.event`));
    expect(told.at(-1)).toMatchObject({
      msg: expect.stringContaining("the oldest file of a full folder was removed"),
    });
    expect(JSON.stringify(told.at(-1))).toMatch(/"level":"?(error|50)/);
  });
});

describe("a journal", () => {
  it("gives a deleted stream all back that the ledger does not have, and lets go of what it has", async () => {
    const at = spoolFolder();
    const known = new Set<string>();
    const ledger = answerOne(bus, "ledger", async (question) => {
      const { eventIds } = question as { eventIds: string[] };
      return { known: eventIds.filter((id) => known.has(id)) };
    });
    const spool = await openOne(at, { journal: true });
    const events = Array.from({ length: 30 }, (_, n) => event(n));
    await Promise.all(events.map((one, n) => spool.accept(one, bodyOf(n))));
    for (const { eventId } of events.slice(0, 10)) known.add(eventId);
    const manager = await bus.manager();
    await manager.streams.delete("VIGIL_EVENTS");
    await ensureTopology(bus);
    // The next acknowledgement tells that the stream is a new one.
    const next = event(30);
    known.add(next.eventId);
    await spool.accept(next, bodyOf(30));
    await until("all again", async () => (await stream()).length === 21);
    for (const { eventId } of events) known.add(eventId);
    await until("an empty folder", () => segmentsIn(at).length === 0);
    ledger.stop();
  });

  it("waits for workers that are behind before it takes an event for lost", async () => {
    let undeliveredForS = 1_000;
    const asked: number[] = [];
    const ledger = answerOne(bus, "ledger", async () => {
      asked.push(undeliveredForS);
      return { known: [], undeliveredForS };
    });
    const again = () => log.some((line) => line.includes("they were published again"));
    const confirmTimes = { everyMs: 50, askAfterS: 0, publishAgainAfterS: 0 };
    const spool = await openOne(spoolFolder(), { journal: true, confirmTimes });
    await spool.accept(event(0), bodyOf(0));
    await until("some questions", () => asked.length >= 5);
    expect(again()).toBe(false);
    undeliveredForS = 0;
    await until("it is published again", again);
    ledger.stop();
  });
});
