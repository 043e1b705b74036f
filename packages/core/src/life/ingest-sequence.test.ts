import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DUPLICATE_WINDOW_MS,
  decideIngest,
  type EarlierEvent,
  EXACT_HORIZON_MS,
  isSameOccurrence,
} from "./ingest.ts";
import {
  type ArrivingEvent,
  IngestSequence,
  type SequenceDecision,
  type SequenceStart,
} from "./ingest-sequence.ts";
import type { AuditView, RunView } from "./terms.ts";

const audit: AuditView = {
  type: "EVENT",
  state: "PENDING",
  triggerStates: ["alarm"],
  force: false,
  schedule: { interval: null, startMs: null, endMs: null, nextRunMs: null },
  consecutiveFailures: 0,
  nowMs: 0,
};
const idle: SequenceStart = {
  audit,
  activeRun: undefined,
  runIsDueNow: false,
  planIsUnderWay: false,
  eventMode: "coalesce",
};
let made = 0;

function arriving(over: Partial<ArrivingEvent> = {}): ArrivingEvent {
  const id = `event-${made++}`;
  return {
    eventId: id,
    baseHash: id,
    exact: false,
    requestId: "",
    streamTimeMs: 0,
    receivedAtMs: 0,
    current: "alarm",
    ...over,
  };
}

/** What becomes of each: the run part where it waits, its fate where it does not. */
function words(start: SequenceStart, events: ArrivingEvent[], canRun: (n: number) => boolean = () => true) {
  const sequence = new IngestSequence(start);
  return events.map((event, n) => word(sequence.decide(event, [], canRun(n))));
}

const word = (decision: SequenceDecision) => (decision.fate === "WAITING" ? decision.run : decision.fate);

describe("a sequence of events", () => {
  it("starts one run, which takes those behind it", () => {
    expect(words(idle, [arriving(), arriving(), arriving()])).toEqual(["start-new", "join", "join"]);
    const due = { ...idle, activeRun: { state: "DUE", attempts: 1 } as const, runIsDueNow: true };
    expect(words(due, [arriving(), arriving()])).toEqual(["start-due", "join"]);
  });

  it("makes one due run where none can be started, also if a later one could", () => {
    expect(words(idle, [arriving(), arriving()], () => false)).toEqual(["make-due", "leave"]);
    expect(words(idle, [arriving(), arriving()], (n) => n === 1)).toEqual(["make-due", "leave"]);
  });

  it("leaves those that meet a live run to its follow-up", () => {
    const live = { ...idle, activeRun: { state: "LIVE", attempts: 1 } as const };
    expect(words(live, [arriving(), arriving()])).toEqual(["leave", "leave"]);
  });

  it("finds duplicates among its own, and starts the run with the first that wants one", () => {
    const filtered = arriving({ current: "ok" });
    const same = { baseHash: filtered.baseHash };
    expect(
      words(idle, [filtered, arriving(same), arriving(), arriving({ ...same, streamTimeMs: 60_000 })]),
    ).toEqual(["FILTERED", "DUPLICATE", "start-new", "join"]);
  });
});

it("trusts no age once the ledger shows rows from the future: the clock was set back", () => {
  const event = arriving();
  const seen = (over: object) => ({
    eventId: "e",
    exact: false,
    requestId: "",
    streamTimeMs: 0,
    receivedAtMs: 0,
    ageMs: 0,
    ...over,
  });
  const fate = (...recorded: ReturnType<typeof seen>[]) =>
    word(new IngestSequence(idle).decide(event, recorded, true));
  expect(fate(seen({}))).toBe("DUPLICATE");
  // Less than the window is no step that matters.
  expect(fate(seen({ ageMs: 1 - DUPLICATE_WINDOW_MS }))).toBe("DUPLICATE");
  expect(fate(seen({ ageMs: -1_800_000 }))).toBe("start-new");
  expect(fate(seen({ ageMs: -1_800_000, streamTimeMs: 1_800_000 }), seen({}))).toBe("start-new");
  const exact = word(
    new IngestSequence(idle).decide(
      { ...event, exact: true },
      [seen({ ageMs: -1_800_000, exact: true })],
      true,
    ),
  );
  expect(exact).toBe("DUPLICATE");
});

it("gives each event the fate that it has when they come one by one", () => {
  const events = fc.array(
    fc.record({
      baseHash: fc.constantFrom("a", "b", "c"),
      exact: fc.boolean(),
      requestId: fc.constantFrom("", "r1", "r2"),
      streamTimeMs: fc.constantFrom(0, 15_000, 30_000),
      receivedAtMs: fc.constantFrom(0, 30_000, EXACT_HORIZON_MS + 15_000),
      current: fc.constantFrom("alarm", "ok"),
    }),
    { minLength: 1, maxLength: 12 },
  );
  const active = fc.constantFrom<RunView | undefined>(
    undefined,
    { state: "DUE", attempts: 0 },
    { state: "LIVE", attempts: 1 },
  );
  fc.assert(
    fc.property(events, active, fc.boolean(), fc.boolean(), (given, activeRun, canRun, planIsUnderWay) => {
      const start = { ...idle, activeRun, runIsDueNow: activeRun?.state === "DUE", planIsUnderWay };
      const arrivals = given.map((event) => arriving(event));
      const together = words(start, arrivals, () => canRun);
      expect(together.map(asFate)).toEqual(oneByOne(start, arrivals, canRun).map(asFate));
      // L1: a run is made only where there is none, and once.
      const runs = together.filter((one) => one === "start-new" || one === "make-due");
      expect(runs.length).toBe(
        activeRun === undefined && together.some((one) => asFate(one) === "WAITING") ? 1 : 0,
      );
    }),
  );
});

const FINAL = ["DUPLICATE", "FILTERED", "DISCARDED", "DEAD_LETTER"];
const asFate = (one: string) => (FINAL.includes(one) ? one : "WAITING");

function oneByOne(start: SequenceStart, events: ArrivingEvent[], canRun: boolean): string[] {
  const ledger: (EarlierEvent & { eventId: string })[] = [];
  return events.map((event) => {
    const duplicateOf = ledger.find((earlier) => isSameOccurrence(event, earlier))?.eventId;
    const decision = decideIngest({ ...start, current: event.current, duplicateOf, canRun });
    if (decision.fate !== "DUPLICATE") ledger.push({ ...event, ageMs: 0 });
    return word(decision);
  });
}
