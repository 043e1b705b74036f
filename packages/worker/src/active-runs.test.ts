import { describe, expect, test } from "vitest";
import { ActiveRuns } from "./active-runs.ts";
import { testLease } from "./testing/leases.ts";

describe("taking leases", () => {
  test("the same lease twice is one run", () => {
    const runs = new ActiveRuns();
    expect(runs.add(testLease("r"), 0)).toBeDefined();
    expect(runs.add(testLease("r"), 5)).toBeUndefined();
    expect(runs.refs()).toEqual([{ runId: "r", token: "1" }]);
  });

  test("a newer token ends the older run, an older token is nothing", () => {
    const runs = new ActiveRuns();
    const older = runs.add(testLease("r", { token: "9" }), 0)!;
    const newer = runs.add(testLease("r", { token: "10" }), 0)!;
    expect(older.signal.reason).toBe("superseded");
    expect(newer.signal.aborted).toBe(false);
    expect(runs.add(testLease("r", { token: "9" }), 0)).toBeUndefined();
    runs.remove(older);
    expect(runs.refs()).toEqual([{ runId: "r", token: "10" }]);
    runs.remove(newer);
    expect(runs.size).toBe(0);
  });
});

describe("heartbeats", () => {
  test("a lease is trusted from the beginning of the call that moved it", () => {
    const runs = new ActiveRuns();
    const run = runs.add(testLease("r", { leaseMs: 100 }), 1_000)!;
    expect(runs.expire(1_099)).toEqual([]);
    runs.beaten([{ runId: "r", token: "1" }], [], 1_050);
    expect(runs.expire(1_149)).toEqual([]);
    expect(runs.expire(1_150)).toEqual([run]);
    expect(run.signal.reason).toBe("expired");
    expect(runs.expire(2_000)).toEqual([]);
  });

  test("answers that come out of order don't take trust away", () => {
    const runs = new ActiveRuns();
    const run = runs.add(testLease("r", { leaseMs: 100 }), 1_000)!;
    runs.beaten(runs.refs(), [], 1_080);
    runs.beaten(runs.refs(), [], 1_050);
    expect(run.trustedUntilMs).toBe(1_180);
  });

  test("a lost run is ended, unless its result is being written", () => {
    const runs = new ActiveRuns();
    const [lost, finishing, kept] = ["lost", "finishing", "kept"].map((id) => runs.add(testLease(id), 0)!);
    finishing!.phase = "finishing";
    expect(runs.beaten(runs.refs(), ["lost", "finishing"], 0)).toEqual([lost]);
    expect([lost, finishing, kept].map((run) => run!.signal.aborted)).toEqual([true, false, false]);
  });

  test("what a heartbeat says of an older token is nothing to the newer run", () => {
    const runs = new ActiveRuns();
    const run = runs.add(testLease("r", { token: "2" }), 0)!;
    expect(runs.beaten([{ runId: "r", token: "1" }], ["r"], 0)).toEqual([]);
    expect(run.signal.aborted).toBe(false);
  });

  test("the shortest period counts", () => {
    const runs = new ActiveRuns();
    expect(runs.heartbeatMs()).toBeUndefined();
    runs.add(testLease("a", { heartbeatMs: 900 }), 0);
    runs.add(testLease("b", { heartbeatMs: 300 }), 0);
    expect(runs.heartbeatMs()).toBe(300);
  });
});
