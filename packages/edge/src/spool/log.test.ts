/** The spool's log on a disk that fails or is cut off at each operation. */

import { createLogger } from "@vigil/service";
import fc from "fast-check";
import { expect, test } from "vitest";
import { numberedEvent, numberOf } from "../testing/events.ts";
import { MemoryDisk, type PowerFailure } from "../testing/memory-disk.ts";
import type { SpoolDisk } from "./disk.ts";
import { openKeepsakes } from "./keepsakes.ts";
import { SpoolLog } from "./log.ts";
import { draftRecord } from "./record.ts";
import { DIRECT, DONE, type Place, WAITING } from "./segments.ts";

const lines: string[] = [];
const logger = createLogger({
  role: "edge",
  level: "info",
  destination: { write: (line) => lines.push(line) },
});

async function openLog(disk: SpoolDisk, segmentBytesMax = 2_000): Promise<SpoolLog> {
  const damaged = await openKeepsakes(new MemoryDisk(), "damaged", 1_000_000, logger);
  return SpoolLog.open(disk, damaged, { bytesMax: 100_000, segmentBytesMax }, logger);
}

async function numbersIn(log: SpoolLog): Promise<number[]> {
  const numbers: number[] = [];
  let place: Place | undefined;
  for (;;) {
    place = log.segments.find((mark) => mark !== DONE, place);
    if (place === undefined) return numbers;
    const [record] = await log.read([place]);
    if (record !== undefined && "spooled" in record) numbers.push(numberOf(record.spooled.event));
  }
}

const draft = (n: number) => draftRecord(numberedEvent(n), Buffer.alloc((n * 97) % 400));

interface Work {
  /** Appended at once, one batch after the other. */
  batches: number[];
  /** Records of the beginning that are done after each batch. */
  done: number;
}

const someWork = fc.record({
  batches: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 }),
  done: fc.integer({ min: 0, max: 3 }),
});

/** @returns what was confirmed to be stored and not marked as done */
async function work(log: SpoolLog, { batches, done }: Work): Promise<{ owed: number[]; appended: number }> {
  let next = 0;
  let owed: number[] = [];
  for (const size of batches) {
    const numbers = Array.from({ length: size }, () => next++);
    const ends = await Promise.allSettled(numbers.map((n) => log.append(draft(n), WAITING).stored));
    owed.push(...numbers.filter((_, n) => ends[n]?.status === "fulfilled"));
    for (let count = 0; count < done; count++) {
      const place = log.segments.find((mark) => mark === WAITING);
      if (place === undefined) break;
      log.mark(place, DONE);
      owed = owed.slice(1);
    }
  }
  return { owed, appended: next };
}

function checkFound(found: number[], { owed, appended }: { owed: number[]; appended: number }): void {
  expect(found).toEqual(expect.arrayContaining(owed));
  expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
  expect(found.every((n) => n < appended)).toBe(true);
}

async function operationsOf(load: Work): Promise<number> {
  const disk = new MemoryDisk();
  await work(await openLog(disk), load);
  return disk.operations;
}

test("killed at any operation: what was confirmed is there, in order, and nothing else that was never given", async () => {
  const failures: fc.Arbitrary<PowerFailure> = fc
    .infiniteStream(fc.nat(1_000))
    .map((stream) => (unflushed: number) => ({
      kept: (stream.next().value as number) % (unflushed + 1),
      zeros: (stream.next().value as number) % 20,
      entryKept: (stream.next().value as number) % 2 === 0,
    }));
  await fc.assert(
    fc.asyncProperty(someWork, fc.nat(1_000), failures, async (load, at, failure) => {
      const disk = new MemoryDisk();
      disk.failsAt = at % ((await operationsOf(load)) + 1);
      const log = await openLog(disk);
      const did = await work(log, load);
      for (const found of [disk.afterKill(), disk.afterPowerFailure(failure)]) {
        const again = await openLog(found);
        checkFound(await numbersIn(again), did);
        // A second start, after the first has mended what it found, sees the same.
        expect(await numbersIn(await openLog(found.afterKill()))).toEqual(await numbersIn(again));
      }
      await log.close();
    }),
    { numRuns: 150 },
  );
});

test("killed at any operation of the recovery: the next one finds the same", async () => {
  const files = new Map<string, Buffer>();
  const disk = new MemoryDisk();
  await work(await openLog(disk, 800), { batches: [3, 3, 3], done: 0 });
  for (const { name } of await disk.list()) {
    const content = Buffer.from(disk.content(name)!);
    // Damage in the middle of each segment, and a torn end.
    content[30] = 0;
    files.set(name, Buffer.concat([content, content.subarray(0, 10)]));
  }
  const whole = new MemoryDisk(new Map(files));
  const expected = await numbersIn(await openLog(whole));
  expect(expected.length).toBeGreaterThan(0);
  for (let at = 0; at < whole.operations; at++) {
    const cut = new MemoryDisk(new Map(files));
    cut.failsAt = at;
    await openLog(cut).catch(() => undefined);
    expect(await numbersIn(await openLog(cut.afterKill()))).toEqual(expected);
  }
  expect(lines.join("")).toContain("the spool is damaged here");
});

test("one operation that fails: its events are refused, later ones taken, confirmed ones kept", async () => {
  await fc.assert(
    fc.asyncProperty(someWork, fc.nat(1_000), async (load, at) => {
      const disk = new MemoryDisk();
      disk.failsOnce = true;
      disk.failsAt = at % (await operationsOf(load));
      const log = await openLog(disk);
      const did = await work(log, load);
      const last = log.append(draft(did.appended), WAITING);
      await last.stored;
      expect(log.problem).toBeUndefined();
      expect(log.waiting).toBe((await numbersIn(log)).length);
      checkFound(await numbersIn(log), { owed: [...did.owed, did.appended], appended: did.appended + 1 });
      await log.close();
      const again = await openLog(disk.afterKill());
      checkFound(await numbersIn(again), { owed: [...did.owed, did.appended], appended: did.appended + 1 });
    }),
    { numRuns: 150 },
  );
});

test("those who come together share one flush", async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk, 1_000_000);
  await log.append(draft(0), WAITING).stored;
  const before = disk.operations;
  await Promise.all(Array.from({ length: 50 }, (_, n) => log.append(draft(n + 1), WAITING).stored));
  // One write and one flush.
  expect(disk.operations - before).toBe(2);
});

test("room is counted and given back; what is done leaves no file behind", async () => {
  const disk = new MemoryDisk();
  const log = await openLog(disk);
  let taken = 0;
  expect(() => {
    for (; ; taken++)
      log.append(draftRecord(numberedEvent(taken), Buffer.alloc(2_000)), taken % 2 ? DIRECT : WAITING);
  }).toThrow(/no room for \d+ more bytes.*VIGIL_EDGE_SPOOL_BYTES_MAX/);
  expect(log.bytes).toBeLessThanOrEqual(100_000);
  const last = log.segments;
  await expect.poll(() => last.open).toBe(taken);
  for (;;) {
    const place = log.segments.find((mark) => mark !== DONE);
    if (place === undefined) break;
    log.mark(place, DONE);
  }
  await expect.poll(() => disk.list()).toEqual([]);
  expect([log.bytes, log.waiting, log.segments.open]).toEqual([0, 0, 0]);
  await log.append(draft(1), WAITING).stored;
  expect(await numbersIn(log)).toEqual([1]);
});
