import { describe, expect, test } from "vitest";
import { findingOf, mergeFindings } from "./contradictions.ts";
import { decideReplay, decideRerun, type ReplayedEvent, type ReplayView } from "./replay.ts";
import type { AuditView } from "./terms.ts";

const audit: AuditView = {
  type: "EVENT",
  state: "SUCCEEDED",
  triggerStates: ["alarm"],
  force: false,
  schedule: { interval: null, startMs: null, endMs: null, nextRunMs: null },
  consecutiveFailures: 0,
  nowMs: 0,
};
const view = (over: Partial<AuditView> = {}, rest: Partial<ReplayView> = {}): ReplayView => ({
  audit: { ...audit, ...over },
  activeRun: undefined,
  eventMode: "coalesce",
  ...rest,
});
const event = (over: Partial<ReplayedEvent> = {}): ReplayedEvent => ({
  eventId: "e1",
  fate: "DONE",
  current: "alarm",
  ...over,
});

describe("a replay of events", () => {
  test("makes a run due, or waits for the one that is open", () => {
    expect(decideReplay([event(), event()], view())).toBe("make-due");
    for (const state of ["DUE", "LIVE"] as const) {
      expect(decideReplay([event()], view({}, { activeRun: { state, attempts: 1 } }))).toBe("leave");
    }
  });

  test.each([
    [event({ fate: "LEASED" }), view(), "Event e1 can't be replayed: it is LEASED, so it runs anyway"],
    [event(), { ...view(), audit: undefined }, "Create an audit with this ident, or drop the dead letter"],
    [event(), view({ type: "ONESHOT" }), "audit type ONESHOT takes no events"],
    [
      event(),
      view({ state: "SUSPENDED" }),
      "audit state SUSPENDED takes no events. Set the audit to ONGOING",
    ],
    [event(), view({ state: "FAILED" }, { eventMode: "strict" }), "audit state FAILED takes no events"],
    [event({ current: "ok" }), view(), "Add it to the audit's trigger states first"],
  ])("is refused %#", (asked, seen, message) => {
    // One that is refused keeps the others from it.
    expect(() => decideReplay([event({ eventId: "e0" }), asked], seen)).toThrow(message);
  });

  test("a FAILED EVENT audit takes it, as it takes alarms", () => {
    expect(decideReplay([event({ fate: "DEAD_LETTER" })], view({ state: "FAILED" }))).toBe("make-due");
  });
});

describe("a run without events", () => {
  test("runs again while its audit may", () => {
    expect(decideRerun("r", view({ type: "CONTINUOUS", state: "ONGOING" }))).toBe("make-due");
    const activeRun = { state: "DUE", attempts: 0 } as const;
    expect(decideRerun("r", view({ type: "CONTINUOUS", state: "ONGOING" }, { activeRun }))).toBe("leave");
  });

  test.each([
    [
      view({ type: "ONESHOT", state: "FAILED" }),
      "Run r can't be replayed: the audit is FAILED. Create the audit again",
    ],
    [view({ type: "CONTINUOUS", state: "CANCELLED" }), /the audit is CANCELLED\.$/],
    [view(), "it had no events, and an EVENT audit runs for events alone"],
    [{ ...view(), audit: undefined }, "its audit is deleted"],
  ])("is refused %#", (seen, message) => {
    expect(() => decideRerun("r", seen)).toThrow(message);
  });
});

test("findings of many steps are one for each rule, with the first ids", () => {
  const ids = Array.from({ length: 25 }, (_, n) => String(n));
  const found = [findingOf("event-without-reason", 25, ids), findingOf("run-with-two-plans", 1, ["r"])];
  expect(found[0]!.ids).toHaveLength(20);
  const merged = mergeFindings([...found, findingOf("run-with-two-plans", 2, ["s", "t"])]);
  expect(merged.map(({ rule, count, ids: named }) => [rule, count, named.length])).toEqual([
    ["event-without-reason", 25, 20],
    ["run-with-two-plans", 3, 3],
  ]);
});
