/** The transactions of RunService: packages/state/src/runs. */

import { EXACT_HORIZON_MS, type LeaseSample, type RecordedEvent, type SequenceDecision } from "@vigil/core";
import type { Refusal } from "../network.ts";
import { type Answer, type EventRow, isUnderWay, type RunRow } from "./rows.ts";
import type { RunLease, Store } from "./store.ts";

/** An event as a worker hands it over: Event of run.proto. */
export interface LedgerEvent {
  eventId: string;
  /** Empty: the edge could not ask the audit index. */
  auditUuid: string;
  auditIdent: string;
  baseHash: string;
  exact: boolean;
  requestId: string;
  current: string;
  streamTimeMs: number;
  receivedAtMs: number;
}

export interface IngestAnswer {
  outcomes: string[];
  lease: RunLease | undefined;
  /** Workers should be woken. */
  due: boolean;
}

/** ingest.ts and record-events.ts: events of one audit, in the order in which they came. */
export function ingest(
  store: Store,
  workerId: string,
  canRun: boolean,
  events: readonly LedgerEvent[],
): IngestAnswer {
  const answer: IngestAnswer = { outcomes: [], lease: undefined, due: false };
  const found = store.audit(events[0]!.auditUuid || events[0]!.auditIdent);
  const audit = found?.state === "DELETED" ? undefined : found;
  const active = audit && store.openRun(audit.id);
  const sequence = new store.rules.IngestSequence({
    audit: audit && store.view(audit),
    activeRun: active && { state: active.state as "DUE" | "LIVE", attempts: active.attempts },
    runIsDueNow: active !== undefined && store.isClaimable(active),
    planIsUnderWay: store.planIsUnderWay(),
    eventMode: store.life.eventMode,
  });
  const earlier = events.map((event) => (audit === undefined ? [] : earlierOf(store, audit.id, event)));
  const joining: EventRow[] = [];
  let startsDue = false;
  for (const [n, event] of events.entries()) {
    const recorded = store.forgetsIds ? undefined : store.event(event.eventId);
    if (recorded !== undefined) {
      answer.outcomes.push(repeated(store, workerId, recorded, answer));
      continue;
    }
    const decision = sequence.decide(event, earlier[n]!, canRun);
    const row = newRow(store, event, audit?.id, decision);
    store.tables.events.push(row);
    store.version++;
    if (decision.fate === "DEAD_LETTER") {
      store.tables.deadLetters.push({ eventId: event.eventId, run: undefined });
    }
    if (decision.fate !== "WAITING") {
      answer.outcomes.push(decision.fate);
      continue;
    }
    const isTaken = decision.run !== "leave" && decision.run !== "make-due";
    answer.outcomes.push(isTaken ? "STARTED" : "WAITING");
    if (decision.run === "make-due") {
      store.makeDueRun(audit!.id, "EVENT");
      answer.due = true;
    }
    if (decision.run === "start-due") startsDue = true;
    if (decision.run === "start-new") joining.push(row);
  }
  // One statement writes all of them, and only then a run starts: it takes those that joined it as well.
  if (joining.length > 0) {
    answer.lease = store.startRun(store.makeDueRun(audit!.id, "EVENT"), workerId, undefined);
  } else if (startsDue) answer.lease = store.startRun(active!, workerId, undefined);
  return answer;
}

/** The message came again: after a lost answer the same worker gets its lease once more. */
function repeated(store: Store, workerId: string, recorded: EventRow, answer: IngestAnswer): string {
  const run = recorded.fate === "LEASED" ? store.tables.runs[recorded.run!]! : undefined;
  const isHeld = run?.state === "LIVE" && run.workerId === workerId;
  if (isHeld) answer.lease ??= store.leaseOf(run);
  if (isHeld) return "STARTED";
  return recorded.fate === "LEASED" || recorded.fate === "DONE" ? "WAITING" : recorded.fate;
}

function newRow(
  store: Store,
  event: LedgerEvent,
  audit: number | undefined,
  decision: SequenceDecision,
): EventRow {
  return {
    eventId: event.eventId,
    audit,
    fate: decision.fate,
    run: undefined,
    duplicateOf: decision.fate === "DUPLICATE" ? decision.duplicateOf : undefined,
    replayOf: undefined,
    baseHash: event.baseHash,
    exact: event.exact,
    requestId: event.requestId,
    current: event.current,
    streamTimeMs: event.streamTimeMs,
    receivedAtMs: event.receivedAtMs,
    arrivedAtMs: store.nowMs,
  };
}

/** ledger-view.ts. */
const EARLIER_EVENTS_MAX = 4;

/** The lateral query of ledger-view.ts: earlier events of the same body within a day. */
function earlierOf(store: Store, audit: number, event: LedgerEvent): RecordedEvent[] {
  const nowMs = store.nowMs;
  const found = store.tables.events.filter((row) => {
    if (row.audit !== audit || row.baseHash !== event.baseHash || row.fate === "DUPLICATE") return false;
    return row.arrivedAtMs > nowMs - EXACT_HORIZON_MS;
  });
  if (found.length === 0) return [];
  const isAsked = (row: EventRow) => Number(row.requestId !== "" && row.requestId === event.requestId);
  return found
    .sort((a, b) => isAsked(b) - isAsked(a) || b.arrivedAtMs - a.arrivedAtMs)
    .slice(0, EARLIER_EVENTS_MAX)
    .map((row) => ({ ...row, ageMs: nowMs - row.arrivedAtMs }));
}

/** How many looks one claim makes, CLAIM_ROUNDS_MAX of run-service.ts. */
const CLAIM_ROUNDS_MAX = 64;

/** claim.ts, and the rounds of run-service.ts. */
export function claim(store: Store, workerId: string, max: number, claimId: string): RunLease[] {
  const known = store.tables.runs.filter((run) => {
    return run.state === "LIVE" && run.workerId === workerId && run.claimId === claimId;
  });
  if (known.length > 0) store.note("claim-repeated");
  for (const run of known) run.heartbeat++;
  if (known.length > 0) return known.map((run) => store.leaseOf(run));
  const leases: RunLease[] = [];
  for (let round = 0; round < CLAIM_ROUNDS_MAX && leases.length < max; round++) {
    const due = store.tables.runs
      .filter((run) => store.isClaimable(run))
      .sort((a, b) => a.dueAtMs - b.dueAtMs)
      .slice(0, max - leases.length);
    let putAside = 0;
    for (const run of due) {
      const lease = startOrEnd(store, run, workerId, claimId);
      if (lease === undefined) putAside++;
      else leases.push(lease);
    }
    if (putAside === 0) break;
  }
  return leases;
}

function startOrEnd(store: Store, run: RunRow, workerId: string, claimId: string): RunLease | undefined {
  const audit = store.tables.audits[run.audit]!;
  const { eventMode } = store.life;
  const underWay = store.tables.plans.filter(isUnderWay).map((plan) => ({
    id: String(plan.id),
    uuid: plan.uuid,
    state: plan.state as "ONGOING" | "CANCELLING",
    scope: store.tables.audits[plan.audit]!.scope,
  }));
  const blocker = store.rules.blockerOf(audit, audit.scope, underWay, eventMode);
  const decision = store.rules.decideStart(store.view(audit), blocker, eventMode);
  if (decision.start) return store.startRun(run, workerId, claimId);
  if (decision.end.run.state === "DUE") store.note("run-blocked");
  store.endRun(run, decision.end);
  return undefined;
}

export interface RunRef {
  run: number;
  token: bigint;
}

/** BEAT of claim.ts. Returns the runs that are no longer the worker's. */
export function heartbeat(store: Store, workerId: string, refs: readonly RunRef[]): number[] {
  const lost: number[] = [];
  for (const { run: id, token } of refs) {
    const run = store.tables.runs[id];
    if (run?.token === token && run.state === "LIVE" && run.workerId === workerId) run.heartbeat++;
    else lost.push(id);
  }
  return lost;
}

/** What a run came to: a plan with so many actions, or a failure. */
export type RunResult =
  | { actions: number; failure: undefined }
  | { failure: { message: string; retryable: boolean; outage: boolean; endedThread: boolean } };

/** complete.ts and store-plans.ts. */
export function complete(
  store: Store,
  { run: id, token }: RunRef,
  result: RunResult,
  storePlan: (run: RunRow, actions: number) => number,
): { answer: Answer; due: boolean } | Refusal {
  const run = store.tables.runs[id];
  if (run === undefined) return { refused: "not-found", why: `run ${id} does not exist` };
  const verdict = verdictOf(store, run, token);
  if (verdict === "stale") return { refused: "illegal-state", why: `token ${token} is stale` };
  if (verdict === "repeat") return { answer: run.answer!, due: false };
  const audit = store.view(store.tables.audits[run.audit]!);
  if (result.failure === undefined) {
    const end = store.rules.decideSucceeded(audit);
    const plan = end.keepPlan ? storePlan(run, result.actions) : undefined;
    run.answer = { token, outcome: end.keepPlan ? "RECORDED" : "DISCARDED", plan };
    return { answer: run.answer, due: store.endRun(run, end) };
  }
  const end = store.rules.decideFailed(audit, run, result.failure, store.life);
  if (end.run.state === "DUE" && !result.failure.outage) store.onFailed(run);
  run.answer = { token, outcome: end.run.state === "DUE" ? "RETRY_LATER" : "FAILED", plan: undefined };
  return { answer: run.answer, due: store.endRun(run, end) };
}

/** Returns whether workers should be woken. */
export function release(store: Store, refs: readonly RunRef[]): boolean {
  let due = false;
  for (const { run: id, token } of refs) {
    const run = store.tables.runs[id];
    if (run === undefined || verdictOf(store, run, token) !== "write") continue;
    due = store.endRun(run, store.rules.decideReleased()) || due;
  }
  return due;
}

/** liveLeases of run-service.ts. */
export function liveRuns(store: Store): LeaseSample[] {
  return store.tables.runs
    .filter(({ state }) => state === "LIVE")
    .map(({ id, token, heartbeat }) => ({ id: String(id), token, heartbeat }));
}

/** expire of complete.ts. Returns whether workers should be woken. */
export function expire(store: Store, dead: readonly LeaseSample[]): boolean {
  let due = false;
  for (const { id, token, heartbeat } of dead) {
    const run = store.tables.runs[Number(id)];
    if (run === undefined || verdictOf(store, run, token) !== "write" || run.heartbeat !== heartbeat)
      continue;
    const audit = store.view(store.tables.audits[run.audit]!);
    if (run.isSuspect) store.onLost(run);
    due = store.endRun(run, store.rules.decideLeaseLost(audit, run, store.life)) || due;
  }
  return due;
}

function verdictOf(store: Store, run: RunRow, token: bigint): "write" | "repeat" | "stale" {
  return store.rules.tokenVerdict(
    { state: run.state, token: run.token, answeredToken: run.answer?.token },
    token,
  );
}
