/** Events on their way to a broker that is away, late, full or breaks off at any moment: none is lost, none overtakes. */

import { VigilError } from "@vigil/core";
import { createLogger } from "@vigil/service";
import { until } from "@vigil/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { numberedEvent, numberOf } from "../testing/events.ts";
import { MemoryDisk } from "../testing/memory-disk.ts";
import { Drain } from "./drain.ts";
import { DrainWindow } from "./drain-window.ts";
import { EventStore } from "./event-store.ts";
import { openKeepsakes } from "./keepsakes.ts";
import { SpoolLog } from "./log.ts";
import { PassedOver } from "./passed-over.ts";
import { DONE, segmentName } from "./segments.ts";

const lines: string[] = [];
const logger = createLogger({
  role: "edge",
  level: "error",
  destination: { write: (line) => lines.push(line) },
});

/** What the broker does with its next messages. */
type Mood = "acks" | "away" | "full" | "breaks" | "stores in silence" | "refuses odd ones";

/** A broker as one connection shows it: in order, and what is in flight when it breaks is stored from the front. */
class MoodyBroker {
  readonly stored: number[] = [];
  mood: Mood = "acks";
  #turns = Promise.resolve();
  #connection = 0;

  async publish(
    event: Parameters<EventStore["accept"]>[0],
  ): Promise<{ sequence: number; duplicate: boolean }> {
    const n = numberOf(event);
    const connection = this.#connection;
    if (this.mood === "away") throw new VigilError("unavailable", "no connection");
    const turn = this.#turns.then(() => new Promise<void>((resolve) => setImmediate(resolve)));
    this.#turns = turn;
    await turn;
    // The connection broke while this one was on its way.
    if (connection !== this.#connection) throw new VigilError("unavailable", "broke");
    if (this.mood === "full") throw new VigilError("overloaded", "the stream is full");
    if (this.mood === "refuses odd ones" && n % 2 === 1 && event.auditUuid !== "") {
      throw new VigilError("invalid-input", "too large");
    }
    const duplicate = this.stored.includes(n);
    if (!duplicate && this.mood !== "breaks") this.stored.push(n);
    if (this.mood === "breaks" || this.mood === "stores in silence") {
      this.#connection++;
      throw new VigilError("deadline", "no acknowledgement");
    }
    return { sequence: this.stored.indexOf(n) + 1, duplicate };
  }
}

async function system(journal: boolean, disk = new MemoryDisk(), refusedDisk = new MemoryDisk()) {
  const broker = new MoodyBroker();
  const keep = (folder: MemoryDisk) => openKeepsakes(folder, "kept", 1_000_000, logger);
  const options = { bytesMax: 10_000_000, segmentBytesMax: 4_000 };
  const log = await SpoolLog.open(disk, await keep(new MemoryDisk()), options, logger);
  const passedOver = new PassedOver({ log, logger, tryAgainEveryMs: 100 });
  const publishedMark = () => DONE;
  const store: EventStore = new EventStore({
    log,
    publisher: broker,
    logger,
    journal,
    publishedMark,
    onSpooled: (startOver) => (startOver ? drain.startOver() : drain.wake()),
  });
  const drain: Drain = new Drain({
    log,
    publisher: broker,
    refused: await keep(refusedDisk),
    passedOver,
    logger,
    slowMs: 1_000,
    publishedMark,
    onProgress: (unsent) => store.progress(unsent),
    onTrouble: (error) => store.open(error),
  });
  return { broker, log, store, drain, passedOver };
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ accept: fc.integer({ min: 1, max: 8 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      mood: fc.constantFrom<Mood>("acks", "acks", "away", "full", "breaks", "stores in silence"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ turns: fc.integer({ min: 1, max: 5 }) }) },
);

test("whatever the broker does: accepted events are stored, once each, in the order of their coming", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, journal) => {
      const { broker, log, store, drain } = await system(journal);
      let next = 0;
      const accepted: Promise<unknown>[] = [];
      const accept = () => accepted.push(store.accept(numberedEvent(next++), Buffer.from("{}")));
      for (const one of steps) {
        if ("accept" in one) for (let n = 0; n < one.accept; n++) accept();
        else if ("mood" in one) {
          // A connection comes and goes between turns of the event loop.
          await new Promise((resolve) => setImmediate(resolve));
          broker.mood = one.mood;
        } else for (let n = 0; n < one.turns; n++) await new Promise((resolve) => setImmediate(resolve));
      }
      broker.mood = "acks";
      drain.retry();
      await Promise.all(accepted);
      await until("all stored", () => drain.retry() === undefined && broker.stored.length === next, 5_000);
      // A stream that is full may refuse one and take the next within a round trip: nothing else changes the order.
      const mayOvertake = steps.some((one) => "mood" in one && one.mood === "full");
      const stored = mayOvertake ? broker.stored.toSorted((a, b) => a - b) : broker.stored;
      expect(stored).toEqual(Array.from({ length: next }, (_, n) => n));
      // Nothing is left, and the way is direct again.
      await until("an empty log", () => log.segments.open === 0 && store.isDirect, 5_000);
      await drain.stop();
      await log.close();
    }),
    { numRuns: 60 },
  );
});

test("an event that the stream has is accepted before a slow disk has its record, and tells until when its body is kept", async () => {
  const disk = new MemoryDisk();
  const create = disk.create.bind(disk);
  const stall = Promise.withResolvers<void>();
  disk.create = (name) => stall.promise.then(() => create(name));
  const { log, store, drain } = await system(false, disk);
  const accepted = store.accept(numberedEvent(1), Buffer.from("{}"));
  store.open(new VigilError("deadline", "the broker is slow"));
  const { duplicate, kept } = await accepted;
  expect(duplicate).toBe(false);
  expect(kept).toBeDefined();
  let isKept = true;
  void kept?.then(() => {
    isKept = false;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isKept).toBe(true);
  stall.resolve();
  await until("the record", () => !isKept);
  await drain.stop();
  await log.close();
});

test("what the disk does not give back is passed over, all else goes on in order, and it follows once it is there", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(39), { maxLength: 12 }), async (bad) => {
      const disk = new MemoryDisk();
      const { broker, log, store, drain, passedOver } = await system(false, disk);
      broker.mood = "away";
      for (let n = 0; n < 40; n++) await store.accept(numberedEvent(n), Buffer.alloc(400));
      const size = log.bytes / 40;
      const firstOf = new Map<string, number>();
      let count = 0;
      for (const { name, ends } of log.segments.list) {
        firstOf.set(name, count);
        count += ends.length;
      }
      let isBad = true;
      disk.isBad = (name, start, end) => {
        const [from, to] = [start, end].map((at) => firstOf.get(name)! + Math.round(at / size));
        return isBad && bad.some((n) => n >= from! && n < to!);
      };
      broker.mood = "acks";
      const good = Array.from({ length: 40 }, (_, n) => n).filter((n) => !bad.includes(n));
      await until("the good ones", () => drain.retry() === undefined && log.waiting === 0, 5_000);
      await until("their acknowledgements", () => broker.stored.length === good.length);
      expect(broker.stored).toEqual(good);
      expect(log.segments.passedOver).toBe(bad.length);
      if (bad.length > 0) expect(passedOver.detail).toContain(`give back ${bad.length} events`);
      // New events don't wait for them.
      drain.retry();
      await until("the direct way", () => drain.retry() === undefined && store.isDirect);
      await store.accept(numberedEvent(40), Buffer.from("{}"));
      isBad = false;
      await until("the others", () => drain.wake() === undefined && log.segments.open === 0, 5_000);
      expect(broker.stored.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 41 }, (_, n) => n));
      expect(passedOver.detail).toBeUndefined();
      await drain.stop();
      await log.close();
    }),
    { numRuns: 10 },
  );
});

test("a segment that can't be read at the start is passed over, keeps its number and is taken when it can", async () => {
  const first = new MemoryDisk();
  const before = await system(false, first);
  before.broker.mood = "away";
  for (let n = 0; n < 20; n++) await before.store.accept(numberedEvent(n), Buffer.alloc(400));
  await before.drain.stop();
  const disk = first.afterKill();
  const [, second] = (await disk.list()).map(({ name }) => name);
  disk.isBad = (name) => name === second;
  const { broker, log, store, drain, passedOver } = await system(false, disk);
  await until("the others", () => drain.retry() === undefined && log.waiting === 0 && store.isDirect);
  expect(passedOver.detail).toContain(`the segments ${second}`);
  expect(broker.stored.length).toBeLessThan(20);
  expect(log.bytes).toBe(disk.content(second!)?.length);
  broker.mood = "away";
  await store.accept(numberedEvent(20), Buffer.alloc(400));
  expect(log.segments.list.at(-1)?.number).toBeGreaterThan(2);
  broker.mood = "acks";
  disk.isBad = () => false;
  await until(
    "all",
    () => drain.retry() === undefined && broker.stored.length === 21 && log.segments.open === 0,
    5_000,
  );
  expect(broker.stored.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, n) => n));
  passedOver.tellWhatIsLeft();
  expect(lines.join("")).not.toContain("left for the next start");
  await drain.stop();
  await log.close();
  expect(segmentName(2, 0).slice(0, 10)).toBe(second?.slice(0, 10));
});

test("a refused event whose file can't be written holds nobody up, and gets its file when there is room", async () => {
  const refusedDisk = new MemoryDisk();
  refusedDisk.failsAt = 0;
  const { broker, log, store, drain, passedOver } = await system(false, new MemoryDisk(), refusedDisk);
  broker.mood = "away";
  for (let n = 0; n < 6; n++) await store.accept(numberedEvent(n), Buffer.from("{}"));
  broker.mood = "refuses odd ones";
  await until("the even ones", () => drain.retry() === undefined && broker.stored.length === 3, 5_000);
  expect(broker.stored).toEqual([0, 2, 4]);
  await until("the odd ones' places", () => drain.retry() === undefined && log.segments.passedOver === 3);
  expect(passedOver.detail).toContain("3 events");
  passedOver.tellWhatIsLeft();
  expect(lines.join("")).toContain("left for the next start");
  refusedDisk.failsAt = Number.POSITIVE_INFINITY;
  await until("their dead letters", () => drain.wake() === undefined && log.segments.open === 0, 5_000);
  expect((await refusedDisk.list()).length).toBe(3);
  expect(broker.stored.length).toBe(6);
  await drain.stop();
  await log.close();
});

test("under load without a pause the way becomes direct again", async () => {
  const { broker, log, store, drain } = await system(false);
  broker.mood = "away";
  for (let n = 0; n < 500; n++) void store.accept(numberedEvent(n), Buffer.alloc(0));
  await new Promise((resolve) => setImmediate(resolve));
  broker.mood = "acks";
  let next = 500;
  await until(
    "the direct way",
    async () => {
      for (let n = 0; n < 3; n++) void store.accept(numberedEvent(next++), Buffer.alloc(0));
      await new Promise((resolve) => setImmediate(resolve));
      return store.isDirect && log.waiting === 0;
    },
    10_000,
  );
  await until("all stored", () => broker.stored.length === next);
  expect(broker.stored).toEqual(Array.from({ length: next }, (_, n) => n));
  await drain.stop();
  await log.close();
});

test("the window begins with a probe, grows with acknowledgements, and a failure takes it back", () => {
  const window = new DrainWindow(150);
  expect([window.size, window.healthy, window.pauseMs]).toEqual([1, false, 0]);
  for (let n = 0; n < 200; n++) window.acknowledged(10);
  expect([window.size, window.healthy]).toEqual([64, true]);
  window.acknowledged(151);
  expect(window.healthy).toBe(false);
  const pauses = Array.from({ length: 7 }, () => {
    window.failed();
    return window.pauseMs;
  });
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
  expect(window.size).toBe(1);
  window.acknowledged(10);
  expect(window.pauseMs).toBe(0);
});
