import { describe, expect, it } from "vitest";
import {
  decideFailed,
  decideLeaseLost,
  decideSucceeded,
  OUTAGE_RETRY_MS,
  retryDelayMs,
  tokenVerdict,
} from "./complete.ts";
import { DUPLICATE_WINDOW_MS, type EarlierEvent, EXACT_HORIZON_MS, isSameOccurrence } from "./ingest.ts";
import { LeaseWatch } from "./lease-watch.ts";
import { blockerOf, decideStart, type PlanUnderWay } from "./start.ts";
import type { AuditView, FailedRunView, LifeOptions } from "./terms.ts";

const options: LifeOptions = {
  eventMode: "coalesce",
  maxAttempts: 3,
  maxLostLeases: 4,
  continuousMaxFailures: 3,
};
const failed = { message: "no such host", retryable: false, outage: false, endedThread: false };
const attempt = (attempts: number, over: Partial<FailedRunView> = {}): FailedRunView => ({
  attempts,
  isSuspect: false,
  failures: [],
  ...over,
});
const ongoing: AuditView = {
  type: "EVENT",
  state: "ONGOING",
  triggerStates: ["*"],
  force: false,
  schedule: { interval: null, startMs: null, endMs: null, nextRunMs: null },
  consecutiveFailures: 0,
  nowMs: 0,
};

describe("same occurrence", () => {
  const first = { baseHash: "a", exact: false, requestId: "", streamTimeMs: 0, receivedAtMs: 0 };
  const earlier: EarlierEvent = { ...first, ageMs: 0 };
  const event = { ...first, streamTimeMs: 1_000, receivedAtMs: 1_000 };

  it("is one within the window by both clocks, two when either says otherwise", () => {
    expect(isSameOccurrence(event, earlier)).toBe(true);
    expect(isSameOccurrence({ ...event, streamTimeMs: DUPLICATE_WINDOW_MS }, earlier)).toBe(false);
    expect(isSameOccurrence(event, { ...earlier, ageMs: DUPLICATE_WINDOW_MS })).toBe(false);
  });

  it("is one for the same request id or an exact identity however far apart, up to a day", () => {
    const late = { ...earlier, ageMs: 3_600_000 };
    expect(isSameOccurrence({ ...event, requestId: "req-1" }, { ...late, requestId: "req-1" })).toBe(true);
    expect(isSameOccurrence({ ...event, exact: true }, { ...late, exact: true })).toBe(true);
  });

  it("is forgotten after a day by either clock: one that lay on an edge's disk is not today's", () => {
    for (const known of [{ exact: true }, { requestId: "req-1" }]) {
      const [late, today] = [
        { ...earlier, ...known, ageMs: 3_600_000 },
        { ...event, ...known },
      ];
      expect(isSameOccurrence(today, { ...late, ageMs: EXACT_HORIZON_MS + 1 })).toBe(false);
      const receivedAtMs = EXACT_HORIZON_MS + 1;
      expect(isSameOccurrence({ ...today, receivedAtMs }, late)).toBe(false);
      // The edge's journal brings yesterday's after today's.
      expect(isSameOccurrence({ ...today, receivedAtMs: -receivedAtMs }, late)).toBe(false);
    }
    // Both came to the stream and to the ledger just now.
    const [spooled, today] = [
      { ...earlier, exact: true },
      { ...event, exact: true },
    ];
    expect(isSameOccurrence({ ...today, receivedAtMs: EXACT_HORIZON_MS + 1 }, spooled)).toBe(false);
  });

  it("never joins two events without a request id, or with other bodies", () => {
    expect(isSameOccurrence({ ...event, baseHash: "b" }, earlier)).toBe(false);
    expect(isSameOccurrence(event, { ...earlier, ageMs: 60_000 })).toBe(false);
  });
});

describe("end of a run", () => {
  it("re-arms a failed EVENT audit and keeps the failure readable", () => {
    const end = decideFailed(ongoing, attempt(1), failed, options);
    expect(end.run).toEqual({ state: "FAILED" });
    expect(end.audit).toEqual({ state: "PENDING", statusMessage: "no such host", clearHostname: true });
    expect(end.deadLetter).toBe(true);
  });

  it("leaves it FAILED in strict mode", () => {
    const end = decideFailed(ongoing, attempt(1), failed, { ...options, eventMode: "strict" });
    expect(end.audit.state).toBe("FAILED");
  });

  it("retries what may do better later, then gives up", () => {
    const failure = { ...failed, retryable: true };
    expect(decideFailed(ongoing, attempt(2), failure, options).run).toEqual({
      state: "DUE",
      delayMs: 2_000,
      countAttempt: true,
      failures: ["no such host"],
    });
    expect(decideFailed(ongoing, attempt(3), failure, options).run).toEqual({ state: "DEAD_LETTER" });
    expect(retryDelayMs(40)).toBe(60_000);
  });

  it("outlasts an outage, however long", () => {
    const failure = { ...failed, retryable: true, outage: true };
    expect(decideFailed(ongoing, attempt(options.maxAttempts), failure, options).run).toEqual({
      state: "DUE",
      delayMs: OUTAGE_RETRY_MS,
      countAttempt: false,
    });
  });

  it("blames nobody for a death that others stood beside, and computes them alone from then on", () => {
    expect(decideLeaseLost(ongoing, attempt(options.maxAttempts), options)).toMatchObject({
      run: { state: "DUE", delayMs: 0, countAttempt: false, suspect: true },
      leased: "WAITING",
      deadLetter: false,
    });
  });

  it("backs off when the worker of a run dies that was alone, and gives it up only after many such deaths", () => {
    const delays: number[] = [];
    let failures: readonly string[] = ["no such host"];
    for (;;) {
      const { run, reason } = decideLeaseLost(ongoing, attempt(3, { isSuspect: true, failures }), options);
      if (run.state !== "DUE") {
        expect(run.state).toBe("DEAD_LETTER");
        expect(reason).toBe("in 5 attempts: 1 x no such host; 4 x its worker stopped sending heartbeats");
        break;
      }
      expect(run.countAttempt).toBe(false);
      delays.push(run.delayMs);
      failures = run.failures ?? [];
    }
    expect(delays).toEqual([1_000, 2_000, 4_000]);
  });

  it("computes alone what ended its thread, and tells of each attempt in the end", () => {
    const ended = { message: "took 120 s", retryable: true, outage: false, endedThread: true };
    const first = decideFailed(ongoing, attempt(1), ended, options).run;
    expect(first).toMatchObject({ delayMs: 1_000, suspect: true, failures: ["took 120 s"] });
    const thrice = attempt(3, { isSuspect: true, failures: ["took 120 s", "took 120 s"] });
    expect(decideFailed(ongoing, thrice, ended, options)).toMatchObject({
      run: { state: "DEAD_LETTER" },
      reason: "in each of 3 attempts: took 120 s",
      deadLetter: true,
    });
  });

  it("cuts a long message between characters", () => {
    const end = decideFailed(
      ongoing,
      attempt(1),
      { ...failed, message: `${"x".repeat(254)}\u{1f525}` },
      options,
    );
    expect(end.audit.statusMessage).toBe(`${"x".repeat(254)}🔥`);
  });

  it("discards the plan of an audit that was cancelled meanwhile", () => {
    const end = decideSucceeded({ ...ongoing, state: "CANCELLED" });
    expect(end.keepPlan).toBe(false);
    expect(end.leased).toBe("DISCARDED");
  });

  it("answers a repeated token as before and refuses a zombie's", () => {
    expect(tokenVerdict({ state: "LIVE", token: 2n, answeredToken: undefined }, 2n)).toBe("write");
    expect(tokenVerdict({ state: "LIVE", token: 2n, answeredToken: undefined }, 1n)).toBe("stale");
    expect(tokenVerdict({ state: "SUCCEEDED", token: 2n, answeredToken: 2n }, 2n)).toBe("repeat");
    expect(tokenVerdict({ state: "DUE", token: 2n, answeredToken: undefined }, 2n)).toBe("stale");
  });
});

describe("planner-and-applier 1.2 row 1: a run while plans are under way", () => {
  const zone = (name: string) => [{ compute: [{ availability_zones: [{ name }] }] }];
  const plan: PlanUnderWay = { id: "7", uuid: "p", state: "ONGOING", scope: zone("a") };

  it("is blocked by a plan whose scope may overlap its audit's, unless forced", () => {
    expect(blockerOf(ongoing, zone("a"), [plan], "coalesce")).toBe(plan);
    expect(blockerOf(ongoing, zone("b"), [plan], "coalesce")).toBeUndefined();
    expect(blockerOf(ongoing, zone("b"), [{ ...plan, scope: null }], "coalesce")?.id).toBe("7");
    expect(blockerOf(ongoing, zone("b"), [plan], "strict")).toBe(plan);
    expect(blockerOf({ force: true }, zone("a"), [plan], "strict")).toBeUndefined();
  });

  it("strict: is blocked by what is ONGOING alone, wherever; a plan that is being cancelled blocks by default", () => {
    const cancelling: PlanUnderWay = { ...plan, id: "6", state: "CANCELLING" };
    expect(blockerOf(ongoing, zone("a"), [cancelling], "strict")).toBeUndefined();
    expect(blockerOf(ongoing, zone("a"), [{ ...cancelling, scope: null }], "strict")).toBeUndefined();
    expect(blockerOf(ongoing, zone("b"), [cancelling, plan], "strict")).toBe(plan);
    expect(blockerOf(ongoing, zone("a"), [cancelling, plan], "coalesce")).toBe(cancelling);
  });

  it("waits for EVENT and CONTINUOUS, and costs a ONESHOT audit its life", () => {
    for (const type of ["EVENT", "CONTINUOUS"] as const) {
      expect(decideStart({ ...ongoing, type }, plan, "coalesce")).toMatchObject({
        start: false,
        end: { run: { state: "DUE", blockedBy: "7" }, waiting: "keep", deadLetter: false },
      });
    }
    expect(decideStart({ ...ongoing, type: "ONESHOT" }, plan, "coalesce")).toMatchObject({
      end: { run: { state: "DISCARDED" }, audit: { state: "CANCELLED" } },
    });
  });

  it("strict: is lost, and no EVENT audit is left ONGOING without a run", () => {
    expect(decideStart(ongoing, plan, "strict")).toMatchObject({
      end: { run: { state: "DISCARDED" }, audit: { state: "PENDING", clearHostname: true } },
    });
    const pending = decideStart({ ...ongoing, state: "PENDING" }, plan, "strict");
    expect(pending).not.toHaveProperty("end.audit.state");
  });
});

describe("lease watch", () => {
  const sample = (heartbeat: bigint) => [{ id: "r", token: 1n, heartbeat }];

  it("takes a lease for dead when its counter stands still for the lease time", () => {
    const watch = new LeaseWatch(10_000, 2_000);
    for (let t = 0; t < 10_000; t += 1_000) expect(watch.look(sample(1n), t)).toEqual([]);
    expect(watch.look(sample(1n), 10_000)).toHaveLength(1);
  });

  it("starts anew with every move of the counter", () => {
    const watch = new LeaseWatch(10_000, 2_000);
    for (let t = 0; t <= 60_000; t += 1_000) expect(watch.look(sample(BigInt(t)), t)).toEqual([]);
  });

  it("does not count time in which it was not looking", () => {
    const watch = new LeaseWatch(10_000, 2_000);
    watch.look(sample(1n), 0);
    expect(watch.look(sample(1n), 3_600_000)).toEqual([]);
  });
});
