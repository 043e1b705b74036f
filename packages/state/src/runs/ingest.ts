/** Takes events into the ledger and, where they may, starts runs: one transaction for a batch of calls. */

import { IngestSequence, type SequenceDecision } from "@vigil/core";
import type { Lease } from "@vigil/proto";
import type { Context } from "@vigil/tracing";
import type { Sql } from "../database/transaction.ts";
import { findId } from "../records/lookup.ts";
import type { EventInput } from "./inputs.ts";
import { heldLease, type LeaseTerms } from "./lease.ts";
import { type LedgerView, ledgerViews } from "./ledger-view.ts";
import { type LockedAudit, lockAudits } from "./locked-audit.ts";
import { type NewEvent, recordEvents } from "./record-events.ts";
import { type RunToStart, startRuns } from "./start-runs.ts";

/** Events of one audit in the hands of one worker, in the order in which they came; at least one. */
export interface Ingest {
  events: readonly EventInput[];
  workerId: string;
  canRun: boolean;
  /** Below which its transaction belongs. */
  trace?: Context | undefined;
}

/** STARTED: it is part of a run that this transaction started, or that the worker holds already. */
export type IngestOutcome = "WAITING" | "STARTED" | "DUPLICATE" | "FILTERED" | "DISCARDED" | "DEAD_LETTER";

export interface Ingested {
  /** In the order of the call's events. */
  outcomes: IngestOutcome[];
  lease?: Lease;
  /** A due run was made that this worker does not take: others should be woken. */
  due: boolean;
}

/** One event of a call, with what the ledger shows of it. */
interface Arrival {
  event: EventInput;
  call: Ingest;
  answer: Ingested;
  audit: LockedAudit | undefined;
  seen: LedgerView;
}

/**
 * Answers in the order of the calls. Events that come again get their answers from their rows. Two calls may turn out
 * to be of one audit, under two names of it.
 */
export async function ingestAll(sql: Sql, calls: readonly Ingest[], terms: LeaseTerms): Promise<Ingested[]> {
  const answers: Ingested[] = calls.map(() => ({ outcomes: [], due: false }));
  const arrivals = await arrivalsOf(sql, calls, answers);
  const batch = new IngestBatch(sql, terms);
  for (const arrival of arrivals) arrival.answer.outcomes.push(await batch.take(arrival));
  await batch.write();
  return answers;
}

/** Locks the audits and looks at the ledger. An audit that does not exist, or was deleted, is undefined. */
async function arrivalsOf(sql: Sql, calls: readonly Ingest[], answers: Ingested[]): Promise<Arrival[]> {
  const audits = await lockAuditsOf(sql, calls);
  const arrivals = calls.flatMap((call, n) =>
    call.events.map((event) => ({ event, call, answer: answers[n]!, audit: audits[n] })),
  );
  const views = await ledgerViews(sql, arrivals);
  return arrivals.map((arrival, n) => ({ ...arrival, seen: views[n]! }));
}

/** An edge that could not reach the audit index sends what stood in the URL instead of the UUID. */
async function lockAuditsOf(sql: Sql, calls: readonly Ingest[]): Promise<(LockedAudit | undefined)[]> {
  const ids = new Map<number, string>();
  const firsts = calls.map(({ events }) => events[0]!);
  for (const [n, { auditUuid, auditIdent }] of firsts.entries()) {
    const id = auditUuid === "" ? await findId(sql, "audit", auditIdent) : undefined;
    if (id !== undefined) ids.set(n, id);
  }
  const uuids = firsts.map(({ auditUuid }) => auditUuid).filter((uuid) => uuid !== "");
  const locked = await lockAudits(sql, { uuids, ids: [...ids.values()] });
  return firsts.map(({ auditUuid }, n) =>
    locked.find((audit) => (auditUuid === "" ? audit.id === ids.get(n) : audit.uuid === auditUuid)),
  );
}

/** What one transaction decides, and then writes. */
class IngestBatch {
  readonly #sql: Sql;
  readonly #terms: LeaseTerms;
  /** By the audit's primary key; one for all events without an audit. */
  readonly #sequences = new Map<string, IngestSequence>();
  /** A message may lie in the stream twice, and both be here. */
  readonly #outcomes = new Map<string, IngestOutcome>();
  readonly #events: NewEvent[] = [];
  readonly #toStart: RunToStart[] = [];
  /** Who gets the lease of a run that starts, by the audit's UUID. */
  readonly #starters = new Map<string, Ingested>();
  readonly #heldRuns = new Map<string, Lease | undefined>();

  constructor(sql: Sql, terms: LeaseTerms) {
    this.#sql = sql;
    this.#terms = terms;
  }

  async take(arrival: Arrival): Promise<IngestOutcome> {
    const { event, seen } = arrival;
    if (seen.recorded_fate !== null) return this.#repeated(arrival);
    const before = this.#outcomes.get(event.eventId);
    if (before !== undefined) return before;
    const outcome = this.#takeNew(arrival);
    this.#outcomes.set(event.eventId, outcome);
    return outcome;
  }

  /** The message came again: after a lost answer the same worker gets its lease once more. */
  async #repeated({ audit, seen, call, answer }: Arrival): Promise<IngestOutcome> {
    const fate = seen.recorded_fate!;
    if (fate !== "LEASED") return fate === "DONE" ? "WAITING" : fate;
    const lease = audit && (await this.#heldLease(audit, seen.recorded_run!, call.workerId));
    if (lease === undefined) return "WAITING";
    answer.lease = lease;
    return "STARTED";
  }

  async #heldLease(audit: LockedAudit, runDbId: string, workerId: string): Promise<Lease | undefined> {
    const key = `${runDbId} ${workerId}`;
    if (!this.#heldRuns.has(key)) {
      this.#heldRuns.set(key, await heldLease(this.#sql, audit, runDbId, workerId, this.#terms));
    }
    return this.#heldRuns.get(key);
  }

  #takeNew({ event, audit, seen, call, answer }: Arrival): IngestOutcome {
    const sequence = this.#sequenceOf(audit, seen);
    const decision = sequence.decide(event, seen.earlier ?? [], call.canRun);
    const { workerId } = call;
    this.#events.push({ event, audit, decision, workerId });
    if (decision.fate !== "WAITING") return decision.fate;
    if (decision.run === "make-due") answer.due = true;
    if (!startsRun(decision)) return decision.run === "join" ? "STARTED" : "WAITING";
    this.#starters.set(audit!.uuid, answer);
    if (decision.run === "start-due") {
      this.#toStart.push({ runDbId: seen.active_id!, audit: audit!, workerId });
    }
    return "STARTED";
  }

  #sequenceOf(audit: LockedAudit | undefined, seen: LedgerView): IngestSequence {
    const key = audit?.id ?? "";
    const known = this.#sequences.get(key);
    if (known !== undefined) return known;
    const sequence = new IngestSequence({
      audit,
      activeRun: seen.active_state
        ? { state: seen.active_state, attempts: seen.active_attempts ?? 0 }
        : undefined,
      runIsDueNow: seen.active_is_due_now === true,
      planIsUnderWay: seen.plan_is_under_way,
      eventMode: this.#terms.eventMode,
    });
    this.#sequences.set(key, sequence);
    return sequence;
  }

  /** Events first: a due run takes all that wait when it starts. */
  async write(): Promise<void> {
    const started = await recordEvents(this.#sql, this.#events, this.#terms);
    started.push(...(await startRuns(this.#sql, this.#toStart, this.#terms)));
    for (const lease of started) this.#starters.get(lease.auditUuid!)!.lease = lease;
  }
}

function startsRun(decision: SequenceDecision): boolean {
  return decision.fate === "WAITING" && (decision.run === "start-new" || decision.run === "start-due");
}
