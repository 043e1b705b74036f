/**
 * The life of events and runs under one seed: a store in memory executes the same decisions as the
 * state service does, while messages come twice, workers vanish between any two steps and users
 * cancel audits. The invariants L1 to L5 of terms.ts are checked after every step, and at the end,
 * when everything has come to rest, each event must have exactly one fate.
 *
 * A failure prints the seed and path with which fast-check repeats it.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideFailed, decideLeaseLost, decideReleased, decideSucceeded, tokenVerdict } from "./complete.ts";
import { decideIngest, isSameOccurrence } from "./ingest.ts";
import { decideStart } from "./start.ts";
import type { AuditState, AuditView, EventFate, EventMode, LifeOptions, RunEnd, RunState } from "./terms.ts";

const AUDITS = 3;
const WORKERS = 2;

interface Row {
  id: string;
  audit: number;
  fate: EventFate;
  run: number | undefined;
  ingestedAt: number;
  baseHash: string;
}

interface RunRow {
  audit: number;
  state: RunState;
  token: bigint;
  attempts: number;
  answeredToken: bigint | undefined;
  dueAt: number;
  startedAt: number;
  plans: number;
}

interface Held {
  run: number;
  token: bigint;
}

class World {
  readonly options: LifeOptions;
  now = 0;
  audits: (AuditView & { state: AuditState })[] = [];
  rows: Row[] = [];
  runs: RunRow[] = [];
  /** Messages that the stream still redelivers. */
  stream: { id: string; audit: number; baseHash: string }[] = [];
  held: Held[][] = Array.from({ length: WORKERS }, () => []);
  posted = 0;

  constructor(eventMode: EventMode) {
    this.options = { eventMode, maxAttempts: 3, continuousMaxFailures: 3 };
    for (let i = 0; i < AUDITS; i++)
      this.audits.push({
        type: "EVENT",
        state: "PENDING",
        triggerStates: ["*"],
        force: false,
        schedule: { interval: null, startMs: null, endMs: null, nextRunMs: null },
        consecutiveFailures: 0,
        nowMs: 0,
      });
  }

  sleep(ms: number): void {
    this.now += ms;
  }

  post(audit: number, body: number): void {
    this.posted++;
    // body 0 has no identity: a new occurrence each time.
    const baseHash = body === 0 ? `new-${this.posted}` : `body-${audit}-${body}`;
    this.stream.push({ id: `event-${this.posted}`, audit, baseHash });
  }

  /** A worker takes a message; `acked` false: it died before the acknowledgement. */
  ingest(pick: number, worker: number, canRun: boolean, acked: boolean): void {
    const message = this.stream[pick % Math.max(1, this.stream.length)];
    if (message === undefined) return;
    if (!this.rows.some((row) => row.id === message.id)) this.#record(message, worker, canRun);
    if (acked) this.stream.splice(this.stream.indexOf(message), 1);
  }

  #record(message: { id: string; audit: number; baseHash: string }, worker: number, canRun: boolean): void {
    const audit = this.audits[message.audit]!;
    const active = this.#activeRun(message.audit);
    const identity = { baseHash: message.baseHash, exact: true, requestId: "", streamTimeMs: this.now };
    const twin = this.rows.find(
      (row) =>
        row.fate !== "DUPLICATE" &&
        isSameOccurrence(identity, { ...identity, baseHash: row.baseHash, ageMs: 0 }),
    );
    const run = active === undefined ? undefined : this.runs[active]!;
    const decision = decideIngest({
      audit,
      current: "alarm",
      duplicateOf: twin?.id,
      activeRun: run && { state: run.state as "DUE" | "LIVE", attempts: run.attempts },
      runIsDueNow: run !== undefined && run.dueAt <= this.now,
      planIsUnderWay: false,
      canRun,
      eventMode: this.options.eventMode,
    });
    const row: Row = {
      id: message.id,
      audit: message.audit,
      fate: decision.fate,
      run: undefined,
      ingestedAt: this.now,
      baseHash: message.baseHash,
    };
    this.rows.push(row);
    if (decision.fate !== "WAITING" || decision.run === "leave") return;
    if (decision.run === "start-due") this.#start(active!, worker);
    else {
      const created = this.#makeDue(message.audit, 0);
      if (decision.run === "start-new") this.#start(created, worker);
    }
  }

  claim(worker: number): void {
    const index = this.runs.findIndex((run) => run.state === "DUE" && run.dueAt <= this.now);
    if (index < 0) return;
    const run = this.runs[index]!;
    const verdict = decideStart(this.audits[run.audit]!, undefined, this.options.eventMode);
    if (verdict.start) this.#start(index, worker);
    else this.#end(index, verdict.end);
  }

  complete(
    worker: number,
    pick: number,
    outcome: "plan" | "retryable" | "outage" | "final",
    forget: boolean,
  ): void {
    const list = this.held[worker]!;
    const lease = list[pick % Math.max(1, list.length)];
    if (lease === undefined) return;
    if (!forget) list.splice(list.indexOf(lease), 1);
    const run = this.runs[lease.run]!;
    const verdict = tokenVerdict(run, lease.token);
    if (verdict !== "write") return;
    const audit = this.audits[run.audit]!;
    if (outcome === "plan") {
      const end = decideSucceeded(audit);
      if (end.keepPlan) run.plans++;
      this.#end(lease.run, end);
    } else {
      const failure = { message: "x", retryable: outcome !== "final", outage: outcome === "outage" };
      this.#end(lease.run, decideFailed(audit, run.attempts, failure, this.options));
    }
    if (run.state !== "DUE") run.answeredToken = lease.token;
  }

  release(worker: number): void {
    const lease = this.held[worker]!.pop();
    if (lease === undefined) return;
    const run = this.runs[lease.run]!;
    if (tokenVerdict(run, lease.token) === "write") this.#end(lease.run, decideReleased());
  }

  /** The worker vanishes; its leases run out. */
  crash(worker: number): void {
    const lost = this.held[worker]!;
    this.held[worker] = [];
    for (const lease of lost) this.expire(lease);
  }

  /** The lease runs out while its worker still believes in it (a pause). */
  pause(worker: number): void {
    for (const lease of this.held[worker]!) this.expire(lease);
  }

  expire(lease: Held): void {
    const run = this.runs[lease.run]!;
    if (run.state !== "LIVE" || run.token !== lease.token) return;
    this.#end(lease.run, decideLeaseLost(this.audits[run.audit]!, run.attempts, this.options));
  }

  cancel(audit: number): void {
    const row = this.audits[audit]!;
    if (row.state === "PENDING" || row.state === "ONGOING") row.state = "CANCELLED";
  }

  #activeRun(audit: number): number | undefined {
    const index = this.runs.findIndex(
      (run) => run.audit === audit && (run.state === "DUE" || run.state === "LIVE"),
    );
    return index < 0 ? undefined : index;
  }

  #makeDue(audit: number, delayMs: number): number {
    this.runs.push({
      audit,
      state: "DUE",
      token: 0n,
      attempts: 0,
      answeredToken: undefined,
      dueAt: this.now + delayMs,
      startedAt: -1,
      plans: 0,
    });
    return this.runs.length - 1;
  }

  #start(index: number, worker: number): void {
    const run = this.runs[index]!;
    run.state = "LIVE";
    run.token++;
    run.attempts++;
    run.startedAt = this.now;
    this.audits[run.audit]!.state = "ONGOING";
    for (const row of this.rows) {
      if (row.audit === run.audit && row.fate === "WAITING") {
        row.fate = "LEASED";
        row.run = index;
      }
    }
    this.held[worker]!.push({ run: index, token: run.token });
  }

  #end(index: number, end: RunEnd): void {
    const run = this.runs[index]!;
    run.state = end.run.state;
    if (end.run.state === "DUE") {
      run.dueAt = this.now + end.run.delayMs;
      if (!end.run.countAttempt) run.attempts--;
    }
    for (const row of this.rows) if (row.fate === "LEASED" && row.run === index) row.fate = end.leased;
    const waiting = this.rows.filter((row) => row.audit === run.audit && row.fate === "WAITING");
    if (end.waiting === "DISCARDED") for (const row of waiting) row.fate = "DISCARDED";
    else if (waiting.length > 0 && end.run.state !== "DUE") this.#makeDue(run.audit, 0);
    if (end.audit.state) this.audits[run.audit]!.state = end.audit.state;
  }

  check(): void {
    for (let audit = 0; audit < AUDITS; audit++) {
      const active = this.runs.filter(
        (run) => run.audit === audit && (run.state === "DUE" || run.state === "LIVE"),
      );
      expect(active.length, "L1: one active run").toBeLessThanOrEqual(1);
      if (this.rows.some((row) => row.audit === audit && row.fate === "WAITING")) {
        expect(active.length, "L2: waiting events have a run").toBe(1);
      }
    }
    for (const row of this.rows) {
      const run = row.run === undefined ? undefined : this.runs[row.run]!;
      if (row.fate === "LEASED") expect(run?.state, "L3: leased by a live run").toBe("LIVE");
      if (row.fate === "DONE") {
        expect(run?.state).toBe("SUCCEEDED");
        expect(run!.startedAt, "the run saw the world after the alarm").toBeGreaterThanOrEqual(
          row.ingestedAt,
        );
      }
    }
    for (const run of this.runs) {
      expect(run.plans, "L5: one plan at most").toBe(run.state === "SUCCEEDED" ? 1 : 0);
    }
  }
}

type Step = (world: World) => void;

const worker = fc.nat(WORKERS - 1);
const audit = fc.nat(AUDITS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(audit, fc.nat(2)).map(
      ([a, b]) =>
        (w: World) =>
          w.post(a, b),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(), worker, fc.boolean(), fc.boolean()).map(
      ([p, n, can, ack]) =>
        (w: World) =>
          w.ingest(p, n, can, ack),
    ),
  },
  { weight: 4, arbitrary: worker.map((n) => (w: World) => w.claim(n)) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(worker, fc.nat(), fc.constantFrom("plan", "plan", "retryable", "outage", "final"), fc.boolean())
      .map(
        ([n, p, o, f]) =>
          (w: World) =>
            w.complete(n, p, o as "plan", f),
      ),
  },
  { weight: 1, arbitrary: worker.map((n) => (w: World) => w.crash(n)) },
  { weight: 1, arbitrary: worker.map((n) => (w: World) => w.pause(n)) },
  { weight: 1, arbitrary: worker.map((n) => (w: World) => w.release(n)) },
  { weight: 1, arbitrary: audit.map((a) => (w: World) => w.cancel(a)) },
  { weight: 3, arbitrary: fc.nat(5_000).map((ms) => (w: World) => w.sleep(ms)) },
);

/** Lets everything that is under way come to its end, as healthy workers would. */
function settle(world: World): void {
  for (let round = 0; round < 10_000; round++) {
    world.now += 60_000;
    if (world.stream.length > 0) world.ingest(0, 0, true, true);
    world.claim(0);
    for (let n = 0; n < WORKERS; n++) world.complete(n, 0, "plan", false);
    world.check();
    const active = world.runs.some((run) => run.state === "DUE" || run.state === "LIVE");
    if (!active && world.stream.length === 0) return;
    // A live run that no worker holds any more belongs to a dead one.
    for (const [index, run] of world.runs.entries()) {
      const isHeld = world.held.flat().some((lease) => lease.run === index && lease.token === run.token);
      if (run.state === "LIVE" && !isHeld) world.expire({ run: index, token: run.token });
    }
  }
  throw new Error("the world never came to rest");
}

describe.each(["coalesce", "strict"] as const)("life of events and runs, %s", (mode) => {
  it("keeps its invariants whatever comes twice, late, or dies", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const world = new World(mode);
        for (const next of steps) {
          next(world);
          world.check();
        }
        settle(world);
        expect(world.rows.length, "each posted event has one row").toBe(world.posted);
        for (const row of world.rows) {
          expect(["DONE", "DUPLICATE", "FILTERED", "DISCARDED", "DEAD_LETTER"]).toContain(row.fate);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
