/**
 * The database: tables, its clock, and what its statements do with what the decisions tell. One call of a function that
 * takes a store is one transaction: it happens as a whole or, when its process dies before the commit, not at all.
 */

import {
  type AuditChange,
  type AuditType,
  type AuditView,
  type LifeOptions,
  RETRY_MAX_MS,
  type RunEnd,
} from "@vigil/core";
import type { Rules } from "../rules.ts";
import { type AuditRow, type EventRow, isOpenRun, isUnderWay, type RunRow, type Tables } from "./rows.ts";

/** What a worker gets of a run, packages/state/src/runs/lease.ts. */
export interface RunLease {
  run: number;
  token: bigint;
  audit: number;
  attempt: number;
  eventIds: readonly string[];
  alone: boolean;
}

export class Store {
  readonly rules: Rules;
  readonly life: LifeOptions;
  readonly tables: Tables;
  readonly #nowMs: () => number;
  /** Mistakes, for mutants. */
  forgetsFollowUps = false;
  forgetsIds = false;
  /** Grows with each change. */
  version = 0;
  /** Called with what is worth counting. */
  note: (what: string) => void = () => undefined;
  /** Called with each run that is given away, before anything is computed. */
  onStarted: (run: RunRow) => void = () => undefined;
  /** Called with each run that failed by its own fault and is to be tried again. */
  onFailed: (run: RunRow) => void = () => undefined;
  onLost: (run: RunRow) => void = () => undefined;

  /** @param nowMs the database's wall clock */
  constructor(rules: Rules, life: LifeOptions, audits: AuditRow[], nowMs: () => number) {
    this.rules = rules;
    this.life = life;
    this.#nowMs = nowMs;
    this.tables = { audits, events: [], runs: [], plans: [], deadLetters: [] };
  }

  get nowMs(): number {
    return this.#nowMs();
  }

  view(audit: AuditRow): AuditView {
    return { ...audit, nowMs: this.nowMs };
  }

  audit(ident: string): AuditRow | undefined {
    return this.tables.audits.find(({ uuid, name }) => uuid === ident || name === ident);
  }

  event(eventId: string): EventRow | undefined {
    return this.tables.events.find((row) => row.eventId === eventId);
  }

  openRun(audit: number): RunRow | undefined {
    return this.tables.runs.find((run) => run.audit === audit && isOpenRun(run));
  }

  planIsUnderWay(): boolean {
    return this.tables.plans.some(isUnderWay);
  }

  /** due.ts and the index of due runs. */
  isClaimable(run: RunRow): boolean {
    const isDue = run.dueAtMs <= this.nowMs || run.dueAtMs > this.nowMs + RETRY_MAX_MS;
    return run.state === "DUE" && run.blockedBy === undefined && isDue;
  }

  /** makeDueRuns of end-runs.ts. */
  makeDueRun(audit: number, cause: AuditType): RunRow {
    const run: RunRow = {
      id: this.tables.runs.length,
      audit,
      state: "DUE",
      cause,
      attempts: 0,
      token: 0n,
      heartbeat: 0n,
      workerId: undefined,
      claimId: undefined,
      isSuspect: this.#isOfCulprit(audit),
      failures: [],
      answer: undefined,
      dueAtMs: this.nowMs,
      blockedBy: undefined,
    };
    this.tables.runs.push(run);
    this.version++;
    return run;
  }

  /** culprits.ts. */
  #isOfCulprit(audit: number): boolean {
    const newest = this.tables.runs.findLast((run) => run.audit === audit);
    return newest?.isSuspect === true && (newest.state === "FAILED" || newest.state === "DEAD_LETTER");
  }

  /** START of start-runs.ts. */
  startRun(run: RunRow, workerId: string, claimId: string | undefined): RunLease {
    run.token++;
    this.onStarted(run);
    run.state = "LIVE";
    run.attempts++;
    run.heartbeat = 0n;
    run.workerId = workerId;
    run.claimId = claimId;
    for (const event of this.tables.events) {
      if (event.audit !== run.audit || event.fate !== "WAITING") continue;
      event.fate = "LEASED";
      event.run = run.id;
    }
    this.tables.audits[run.audit]!.state = "ONGOING";
    this.version++;
    return this.leaseOf(run);
  }

  /** leaseOf of lease.ts. */
  leaseOf(run: RunRow): RunLease {
    const held = this.tables.events.filter((event) => event.run === run.id && event.fate === "LEASED");
    return {
      run: run.id,
      token: run.token,
      audit: run.audit,
      attempt: run.attempts,
      eventIds: held.map(({ eventId }) => eventId),
      alone: run.isSuspect,
    };
  }

  /** END of end-runs.ts, with the follow-up of endRuns. Returns whether workers should be woken. */
  endRun(run: RunRow, end: RunEnd): boolean {
    const again = end.run.state === "DUE" ? end.run : undefined;
    if (run.state === "DUE") run.token++;
    run.state = end.run.state;
    run.blockedBy = again?.blockedBy;
    if (again !== undefined) {
      run.dueAtMs = this.nowMs + again.delayMs;
      if (!again.countAttempt) run.attempts--;
      run.workerId = undefined;
      if (again.suspect === true) run.isSuspect = true;
      if (again.failures !== undefined) run.failures = again.failures;
    }
    let waiting = 0;
    for (const event of this.tables.events) {
      if (event.run === run.id && event.fate === "LEASED") {
        event.fate = end.leased;
        if (end.leased === "WAITING") event.run = undefined;
      } else if (event.audit === run.audit && event.fate === "WAITING") {
        if (end.waiting === "DISCARDED") event.fate = "DISCARDED";
        else waiting++;
      }
    }
    this.changeAudit(run.audit, end.audit);
    if (end.deadLetter) this.tables.deadLetters.push({ eventId: undefined, run: run.id });
    this.version++;
    const followsUp = again === undefined && end.waiting === "keep" && waiting > 0;
    if (followsUp && !this.forgetsFollowUps) this.makeDueRun(run.audit, "EVENT");
    return followsUp || (again !== undefined && again.blockedBy === undefined);
  }

  changeAudit(id: number, change: AuditChange): void {
    const audit = this.tables.audits[id]!;
    audit.state = change.state ?? audit.state;
    audit.consecutiveFailures = change.consecutiveFailures ?? audit.consecutiveFailures;
    if (change.nextRunMs !== undefined) audit.schedule = { ...audit.schedule, nextRunMs: change.nextRunMs };
    this.version++;
  }
}
