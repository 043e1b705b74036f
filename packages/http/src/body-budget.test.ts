import { VigilError } from "@vigil/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BodyBudget, type HeldBody } from "./body-budget.ts";
import type { HttpFault } from "./fault.ts";
import { GatheredBytes } from "./gathered-bytes.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const budgetOf = (bytesMax: number, sourceBytesMax: number) =>
  new BodyBudget({ bytesMax, sourceBytesMax, setting: "VIGIL_SOMETHING" });

/** A body of which so much has come, and the fault by which it was given up. */
function coming(budget: BodyBudget, source: string, bytes: number): { body: HeldBody; faults: HttpFault[] } {
  const body = budget.begin(source);
  const faults: HttpFault[] = [];
  body.awaits((fault) => faults.push(fault));
  body.add(bytes);
  return { body, faults };
}

function refusal(work: () => unknown): VigilError {
  try {
    work();
  } catch (thrown) {
    return VigilError.from(thrown);
  }
  throw new Error("there was room");
}

describe("the share of one source", () => {
  test("bytes above it are refused, those of others are not", () => {
    const budget = budgetOf(400, 100);
    coming(budget, "one", 90);
    const error = refusal(() => coming(budget, "one", 11));
    expect(error.kind).toBe("unavailable");
    expect(error.message).toBe(
      "Bodies of this sender hold 90 bytes of memory here, and one sender may hold 100: let those under way come to an end, then send this one again. Or raise VIGIL_SOMETHING.",
    );
    coming(budget, "two", 100);
    expect(budget.bytes).toBe(190);
  });

  test("its own body that has been silent for a second is given up for a new one, the most silent first", () => {
    const budget = budgetOf(400, 100);
    const first = coming(budget, "one", 40);
    const second = coming(budget, "one", 40);
    vi.advanceTimersByTime(500);
    first.body.add(1);
    vi.advanceTimersByTime(700);
    const third = coming(budget, "one", 59);
    expect([first.faults.length, second.faults.length, third.faults.length]).toEqual([0, 1, 0]);
    expect(second.faults[0]).toMatchObject({
      status: 503,
      headers: { "retry-after": "1", connection: "close" },
      message: expect.stringContaining("nothing had come for 1200 ms"),
    });
    expect(budget.bytes).toBe(100);
  });

  test("a body that is here is never given up", () => {
    const budget = budgetOf(400, 100);
    const { body, faults } = coming(budget, "one", 100);
    body.arrived();
    vi.advanceTimersByTime(60_000);
    refusal(() => coming(budget, "one", 1));
    expect(faults).toEqual([]);
    body.release();
    body.release();
    expect(budget.bytes).toBe(0);
    coming(budget, "one", 100);
  });
});

describe("all the room", () => {
  test("who sends little takes it from who holds most, however busy that one is", () => {
    const budget = budgetOf(400, 100);
    const hostile = ["a", "b", "c", "d"].map((source) => [
      coming(budget, source, 49),
      coming(budget, source, 50 + Number(source === "c")),
    ]);
    coming(budget, "honest", 20);
    expect(hostile.flat().map(({ faults }) => faults.length)).toEqual([0, 0, 0, 0, 1, 0, 0, 0]);
    expect(budget.bytes).toBe(397 - 49 + 20);
  });

  test("who holds most is refused himself, until his own are silent", () => {
    const budget = budgetOf(150, 100);
    const other = coming(budget, "other", 60);
    const own = coming(budget, "large", 80);
    expect(refusal(() => coming(budget, "large", 20)).message).toBe(
      "The memory for bodies is used up, 140 of 150 bytes: send this one again in a moment. Or raise VIGIL_SOMETHING.",
    );
    vi.advanceTimersByTime(1_000);
    coming(budget, "large", 20);
    expect([other.faults.length, own.faults.length]).toEqual([0, 1]);
  });

  test("bodies that are here leave none to take", () => {
    const budget = budgetOf(100, 100);
    coming(budget, "one", 100).body.arrived();
    expect(refusal(() => coming(budget, "two", 1)).kind).toBe("unavailable");
  });
});

describe("pieces of a body", () => {
  test("make what was sent, however it was cut, in at most twice its room", () => {
    const sent = Buffer.from(Array.from({ length: 10_000 }, (_, n) => n % 251));
    for (const size of [1, 7, 4_096, 10_000]) {
      const gathered = new GatheredBytes(10_000);
      for (let at = 0; at < sent.length; at += size) gathered.add(sent.subarray(at, at + size));
      const whole = gathered.whole();
      expect(Buffer.compare(whole, sent)).toBe(0);
      expect(whole.buffer.byteLength).toBeLessThanOrEqual(20_000);
    }
  });

  test("a small piece does not hold the packet that it came in", () => {
    const gathered = new GatheredBytes(100);
    gathered.add(Buffer.alloc(65_536).subarray(0, 2));
    expect(gathered.whole().buffer.byteLength).toBeLessThan(65_536);
    expect(new GatheredBytes(100).whole()).toHaveLength(0);
  });
});
