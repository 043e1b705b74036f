import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuditSchedule } from "../life/terms.ts";
import { decideSchedule, nextRunAfter, windowState } from "./decide.ts";

const at = (text: string) => Date.parse(`${text}Z`);
const NOON = at("2026-06-01T12:00:00");
const open: AuditSchedule = { interval: "60", startMs: null, endMs: null, nextRunMs: null };

describe("the window", () => {
  it("holds both its ends", () => {
    expect(windowState({ ...open, startMs: NOON }, NOON)).toBe("inside");
    expect(windowState({ ...open, endMs: NOON }, NOON)).toBe("inside");
    expect(windowState({ ...open, startMs: NOON + 1 }, NOON)).toBe("before");
    expect(windowState({ ...open, endMs: NOON - 1 }, NOON)).toBe("over");
  });

  it("is over when its end lies before its start", () => {
    expect(windowState({ ...open, startMs: NOON + 2, endMs: NOON - 1 }, NOON)).toBe("over");
  });
});

const wait = (nextRunMs: number) => ({ run: false, audit: { nextRunMs } });

describe("a look of the scheduler", () => {
  it("runs an audit with an interval in seconds at once, or when its window opens", () => {
    expect(decideSchedule(open, NOON)).toEqual({ run: true });
    expect(decideSchedule({ ...open, startMs: NOON + 5 }, NOON)).toEqual(wait(NOON + 5));
  });

  it("runs one with a cron expression at the next time of it, from the window's first moment on", () => {
    const cron = { ...open, interval: "0 8 * * *" };
    expect(decideSchedule(cron, NOON)).toEqual(wait(at("2026-06-02T08:00:00")));
    const startMs = at("2026-07-01T08:00:00");
    expect(decideSchedule({ ...cron, startMs }, NOON)).toEqual(wait(at("2026-07-01T08:00:00")));
    expect(decideSchedule({ ...cron, startMs: startMs + 1 }, NOON)).toEqual(wait(at("2026-07-02T08:00:00")));
  });

  it("fails one whose window opens after the last time of all, in a message that the API can show", () => {
    const last = { ...open, interval: "*/1 */1 * * *", startMs: at("9999-12-31T23:59:59") };
    const decision = decideSchedule(last, NOON);
    const audit = decision.run ? undefined : decision.audit;
    expect(audit).toMatchObject({ state: "FAILED", statusMessage: expect.stringContaining("No time of") });
    expect(audit!.statusMessage!.length).toBeLessThanOrEqual(255);
  });

  it("makes up for any number of missed runs with one", () => {
    const missed = { ...open, nextRunMs: at("2020-01-01T00:00:00") };
    expect(decideSchedule(missed, NOON)).toEqual({ run: true });
    expect(nextRunAfter(missed, NOON + 100)).toBe(NOON + 61_000);
  });

  it("ends the audit after its window, whatever was due", () => {
    expect(decideSchedule({ ...open, nextRunMs: NOON - 5, endMs: NOON - 1 }, NOON)).toEqual({
      run: false,
      audit: { state: "SUCCEEDED", nextRunMs: null },
    });
  });

  it("forgets a time before a window that was moved", () => {
    const moved = { ...open, nextRunMs: NOON - 5, startMs: NOON + 50 };
    expect(decideSchedule(moved, NOON)).toEqual(wait(NOON + 50));
  });

  it("says what is wrong with the schedule", () => {
    const message = "Expected an interval or cron syntax but received none";
    expect(decideSchedule({ ...open, interval: null }, NOON)).toEqual({
      run: false,
      audit: { state: "FAILED", statusMessage: message, nextRunMs: null },
    });
    expect(nextRunAfter({ ...open, interval: null }, NOON)).toBeNull();
  });

  it("never waits for what is past, and never runs outside the window", () => {
    const time = fc.option(fc.integer({ min: NOON - 200_000, max: NOON + 200_000 }));
    const interval = fc.constantFrom("1", "60", "*/5 * * * *", "0 8 * * * 30", "never", null);
    fc.assert(
      fc.property(interval, time, time, time, (text, startMs, endMs, nextRunMs) => {
        const audit = { interval: text, startMs, endMs, nextRunMs };
        const decision = decideSchedule(audit, NOON);
        const window = windowState(audit, NOON);
        if (decision.run) expect(window).toBe("inside");
        else if (decision.audit.state === undefined) expect(decision.audit.nextRunMs).toBeGreaterThan(NOON);
        const isOver = !decision.run && decision.audit.state === "SUCCEEDED";
        expect(isOver).toBe(window === "over");
      }),
      { numRuns: 2_000 },
    );
  });
});
