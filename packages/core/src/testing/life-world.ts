/**
 * A store in memory that executes the decisions of `life/` and `schedule/` as the state service does: audits of every
 * type, some of which overlap, the ledger, runs, leases, and action plans that appliers begin and end.
 */

import type { JsonValue } from "../json.ts";
import {
  decideFailed,
  decideLeaseLost,
  decideReleased,
  decideSucceeded,
  tokenVerdict,
} from "../life/complete.ts";
import { decideIngest, isSameOccurrence } from "../life/ingest.ts";
import type { PlanState } from "../life/plan-terms.ts";
import { blockerOf, decideStart, type PlanUnderWay } from "../life/start.ts";
import type {
  AuditChange,
  AuditType,
  AuditView,
  EventFate,
  EventMode,
  LifeOptions,
  RunEnd,
  RunState,
} from "../life/terms.ts";
import { decideSchedule } from "../schedule/decide.ts";

const zone = (name: string): JsonValue => [{ compute: [{ availability_zones: [{ name }] }] }];

interface Audit extends AuditView {
  scope: JsonValue;
}

const NO_SCHEDULE = { interval: null, startMs: null, endMs: null, nextRunMs: null };

function newAudit(type: AuditType, scope: JsonValue, over: Partial<Audit> = {}): Audit {
  return {
    type,
    scope,
    state: "PENDING",
    triggerStates: ["*"],
    force: false,
    schedule: NO_SCHEDULE,
    consecutiveFailures: 0,
    nowMs: 0,
    ...over,
  };
}

/** Those that take events come first. */
function newAudits(): Audit[] {
  return [
    newAudit("EVENT", zone("a")),
    newAudit("EVENT", []),
    newAudit("EVENT", zone("b"), { force: true }),
    newAudit("CONTINUOUS", zone("a"), { schedule: { ...NO_SCHEDULE, interval: "1" } }),
    newAudit("CONTINUOUS", [], {
      schedule: { ...NO_SCHEDULE, interval: "* * * * * */7", startMs: 3_000, endMs: 120_000 },
    }),
    newAudit("ONESHOT", zone("b")),
  ];
}

export const EVENT_AUDITS = 3;
export const AUDITS = newAudits().length;
export const WORKERS = 2;

interface PlanRow {
  audit: number;
  state: PlanState;
}

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
  isSuspect: boolean;
  failures: readonly string[];
  /** Attempts that failed by the run's own doing; counted here apart from the decisions. */
  blamed: number;
  /** Leases lost as a suspect. */
  lost: number;
  answeredToken: bigint | undefined;
  dueAt: number;
  /** Id of a plan. */
  blockedBy: string | undefined;
  startedAt: number;
  plans: number;
}

interface Held {
  run: number;
  token: bigint;
}

export class World {
  readonly options: LifeOptions;
  now = 0;
  audits = newAudits();
  plans: PlanRow[] = [];
  rows: Row[] = [];
  runs: RunRow[] = [];
  /** Messages that the stream still redelivers. */
  stream: { id: string; audit: number; baseHash: string }[] = [];
  held: Held[][] = Array.from({ length: WORKERS }, () => []);
  posted = 0;

  constructor(eventMode: EventMode) {
    this.options = { eventMode, maxAttempts: 3, maxLostLeases: 4, continuousMaxFailures: 3 };
    for (const [index, { type }] of this.audits.entries()) if (type === "ONESHOT") this.#makeDue(index, 0);
  }

  sleep(ms: number): void {
    this.now += ms;
    for (const audit of this.audits) audit.nowMs = this.now;
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
    const identity = {
      ...{ baseHash: message.baseHash, exact: true, requestId: "" },
      ...{ streamTimeMs: this.now, receivedAtMs: this.now },
    };
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
      runIsDueNow: run !== undefined && this.#isClaimable(run),
      planIsUnderWay: this.#plansUnderWay().length > 0,
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

  /** Returns whether there was a run to claim. */
  claim(worker: number): boolean {
    const index = this.runs.findIndex((run) => this.#isClaimable(run));
    if (index < 0) return false;
    const audit = this.audits[this.runs[index]!.audit]!;
    const { eventMode } = this.options;
    const blocker = blockerOf(audit, audit.scope, this.#plansUnderWay(), eventMode);
    const verdict = decideStart(audit, blocker, eventMode);
    if (verdict.start) this.#start(index, worker);
    else {
      const { run } = verdict.end;
      insist(run.state !== "DUE" || run.blockedBy === blocker?.id, "L6: a run that may not start waits");
      this.#end(index, verdict.end);
    }
    return true;
  }

  /** One look of the scheduler, after which every audit has its next run, or the time of it. */
  schedule(): void {
    for (const [index, audit] of this.audits.entries()) {
      const isOpen = audit.state === "PENDING" || audit.state === "ONGOING";
      if (audit.type !== "CONTINUOUS" || !isOpen || this.#activeRun(index) !== undefined) continue;
      const { nextRunMs, endMs } = audit.schedule;
      if (Math.min(nextRunMs ?? -Infinity, endMs ?? Infinity) <= this.now) {
        const decision = decideSchedule(audit.schedule, this.now);
        if (decision.run) this.#makeDue(index, 0);
        else this.#change(index, decision.audit);
      }
      if (audit.state !== "PENDING" && audit.state !== "ONGOING") continue;
      const waits = audit.schedule.nextRunMs !== null && audit.schedule.nextRunMs > this.now;
      insist(waits || this.#activeRun(index) !== undefined, "L7: the scheduler forgets no audit");
    }
  }

  beginPlan(pick: number): void {
    const startable = this.plans.filter(({ state }) => state === "RECOMMENDED");
    const plan = startable[pick % Math.max(1, startable.length)];
    if (plan !== undefined) plan.state = "ONGOING";
  }

  /** cancelled: a user asks for it, and the applier has yet to end it. */
  endPlan(pick: number, how: "cancelled" | "ended"): void {
    const underWay = this.#plansUnderWay();
    const chosen = underWay[pick % Math.max(1, underWay.length)];
    if (chosen === undefined) return;
    const plan = this.plans[Number(chosen.id)]!;
    plan.state = how === "cancelled" ? "CANCELLING" : "SUCCEEDED";
    if (how === "cancelled") return;
    for (const run of this.runs) {
      if (run.blockedBy !== chosen.id) continue;
      run.blockedBy = undefined;
      run.dueAt = this.now;
    }
  }

  #plansUnderWay(): PlanUnderWay[] {
    return this.plans.flatMap(({ audit, state }, index) =>
      state === "ONGOING" || state === "CANCELLING"
        ? [{ id: String(index), uuid: `plan-${index}`, state, scope: this.audits[audit]!.scope }]
        : [],
    );
  }

  #isClaimable(run: RunRow): boolean {
    return run.state === "DUE" && run.blockedBy === undefined && run.dueAt <= this.now;
  }

  complete(
    worker: number,
    pick: number,
    outcome: "plan" | "retryable" | "ended thread" | "outage" | "final",
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
      if (end.keepPlan) this.#storePlan(run);
      this.#end(lease.run, end);
    } else {
      const failure = {
        message: outcome,
        retryable: outcome !== "final",
        outage: outcome === "outage",
        endedThread: outcome === "ended thread",
      };
      if (!failure.outage) run.blamed++;
      this.#end(lease.run, decideFailed(audit, run, failure, this.options));
      insist(run.state !== "DUE" || run.isSuspect || !failure.endedThread, "L8: a culprit is computed alone");
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
    if (run.isSuspect) run.lost++;
    this.#end(lease.run, decideLeaseLost(this.audits[run.audit]!, run, this.options));
    insist(!isActive(run) || run.isSuspect, "L8: who stood beside a death is computed alone");
  }

  cancel(audit: number): void {
    const row = this.audits[audit]!;
    if (row.state === "PENDING" || row.state === "ONGOING") row.state = "CANCELLED";
  }

  #storePlan(run: RunRow): void {
    run.plans++;
    if (this.audits[run.audit]!.type === "CONTINUOUS") {
      for (const plan of this.plans) {
        if (plan.audit === run.audit && plan.state === "RECOMMENDED") plan.state = "CANCELLED";
      }
    }
    this.plans.push({ audit: run.audit, state: "RECOMMENDED" });
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
      isSuspect: false,
      failures: [],
      blamed: 0,
      lost: 0,
      answeredToken: undefined,
      dueAt: this.now + delayMs,
      blockedBy: undefined,
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
    run.blockedBy = end.run.state === "DUE" ? end.run.blockedBy : undefined;
    if (end.run.state === "DUE") {
      run.dueAt = this.now + end.run.delayMs;
      if (!end.run.countAttempt) run.attempts--;
      run.isSuspect ||= end.run.suspect === true;
      run.failures = end.run.failures ?? run.failures;
    }
    for (const row of this.rows) if (row.fate === "LEASED" && row.run === index) row.fate = end.leased;
    const waiting = this.rows.filter((row) => row.audit === run.audit && row.fate === "WAITING");
    if (end.waiting === "DISCARDED") for (const row of waiting) row.fate = "DISCARDED";
    else if (waiting.length > 0 && end.run.state !== "DUE") this.#makeDue(run.audit, 0);
    this.#change(run.audit, end.audit);
  }

  #change(index: number, change: AuditChange): void {
    const audit = this.audits[index]!;
    audit.state = change.state ?? audit.state;
    audit.consecutiveFailures = change.consecutiveFailures ?? audit.consecutiveFailures;
    if (change.nextRunMs !== undefined) audit.schedule = { ...audit.schedule, nextRunMs: change.nextRunMs };
  }

  /** @throws Error that names the invariant of terms.ts which does not hold */
  check(): void {
    for (const index of this.audits.keys()) this.#checkAudit(index);
    for (const row of this.rows) this.#checkEvent(row);
    for (const run of this.runs) this.#checkRun(run);
  }

  #checkAudit(index: number): void {
    const { type, state, consecutiveFailures } = this.audits[index]!;
    const active = this.runs.filter((run) => run.audit === index && isActive(run)).length;
    insist(active <= 1, "L1: one active run");
    const isWaitedFor = this.rows.some((row) => row.audit === index && row.fate === "WAITING");
    insist(!isWaitedFor || active === 1, "L2: waiting events have a run");
    insist(type !== "EVENT" || state !== "ONGOING" || active === 1, "an EVENT audit that looks busy is");
    // Of a cancelled one, whose last run may have failed, nothing is counted any more.
    if (type !== "CONTINUOUS" || state === "CANCELLED") return;
    insist(consecutiveFailures === this.#failuresInARow(index), "failures in a row are counted");
    const failuresMax = this.options.eventMode === "strict" ? 1 : this.options.continuousMaxFailures;
    insist((state === "FAILED") === (consecutiveFailures === failuresMax), "FAILED by failures in a row");
    const recommended = this.plans.filter((plan) => plan.audit === index && plan.state === "RECOMMENDED");
    insist(recommended.length <= 1, "one plan is recommended");
  }

  #failuresInARow(index: number): number {
    const states = this.runs.filter((run) => run.audit === index).map(({ state }) => state);
    const ended = states.filter((state) => ["SUCCEEDED", "FAILED", "DEAD_LETTER"].includes(state));
    return ended.length - 1 - ended.lastIndexOf("SUCCEEDED");
  }

  #checkEvent(row: Row): void {
    const run = row.run === undefined ? undefined : this.runs[row.run]!;
    insist(row.fate !== "LEASED" || run?.state === "LIVE", "L3: leased by a live run");
    if (row.fate !== "DONE") return;
    insist(run?.state === "SUCCEEDED", "L4: done by a run that succeeded");
    insist(run.startedAt >= row.ingestedAt, "the run saw the world after the alarm");
  }

  #checkRun(run: RunRow): void {
    insist(run.plans === (run.state === "SUCCEEDED" ? 1 : 0), "L5: one plan at most");
    insist(run.state !== "DUE" || run.attempts === run.blamed, "L8: only what a run did itself counts");
    const isGivenUp = run.state === "DEAD_LETTER";
    const { maxAttempts, maxLostLeases } = this.options;
    insist(run.lost <= maxLostLeases, "L8: leases of a suspect are bounded");
    const isEnough = run.blamed === maxAttempts || run.lost === maxLostLeases;
    insist(!isGivenUp || isEnough, "L8: given up for its own failures");
    if (run.blockedBy === undefined) return;
    insist(run.state === "DUE", "L6: a blocked run is due");
    const { state } = this.plans[Number(run.blockedBy)]!;
    insist(state === "ONGOING" || state === "CANCELLING", "L6: its plan is under way");
    insist(this.options.eventMode === "coalesce", "strict: no run waits for a plan");
    insist(!this.audits[run.audit]!.force, "what is forced waits for no plan");
  }
}

function isActive({ state }: RunRow): boolean {
  return state === "DUE" || state === "LIVE";
}

/** Not vitest's `expect`: millions of these are asked, and it takes its time. */
function insist(holds: boolean, invariant: string): asserts holds {
  if (!holds) throw new Error(`does not hold: ${invariant}`);
}
