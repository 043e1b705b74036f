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
import { DONE } from "./segments.ts";

const logger = createLogger({ role: "edge", level: "fatal", destination: { write: () => true } });

/** What the broker does with its next messages. */
type Mood = "acks" | "away" | "full" | "breaks" | "stores in silence";

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
    const duplicate = this.stored.includes(n);
    if (!duplicate && this.mood !== "breaks") this.stored.push(n);
    if (this.mood === "breaks" || this.mood === "stores in silence") {
      this.#connection++;
      throw new VigilError("deadline", "no acknowledgement");
    }
    return { sequence: this.stored.indexOf(n) + 1, duplicate };
  }
}

async function system(journal: boolean) {
  const broker = new MoodyBroker();
  const keep = () => openKeepsakes(new MemoryDisk(), "kept", 1_000_000, logger);
  const options = { bytesMax: 10_000_000, segmentBytesMax: 4_000 };
  const log = await SpoolLog.open(new MemoryDisk(), await keep(), options, logger);
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
    refused: await keep(),
    logger,
    slowMs: 1_000,
    publishedMark,
    onProgress: (unsent) => store.progress(unsent),
    onTrouble: (error) => store.open(error),
  });
  return { broker, log, store, drain };
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
