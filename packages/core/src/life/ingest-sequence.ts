/**
 * Several events of one audit in one transaction: each is decided on what those before it have led to. The ledger's
 * rows show that only after the statement which writes all of them.
 */

import {
  DUPLICATE_WINDOW_MS,
  decideIngest,
  type EarlierEvent,
  type EventIdentity,
  type IngestDecision,
  type IngestView,
  isSameOccurrence,
} from "./ingest.ts";

/** An event that is not in the ledger yet. */
export interface ArrivingEvent extends EventIdentity {
  /** Ledger id. */
  eventId: string;
  /** State of the alarm that the body reports. */
  current: string;
}

/** An earlier event of the same audit and base hash, as the ledger knows it. */
export interface RecordedEvent extends Omit<EarlierEvent, "baseHash"> {
  eventId: string;
}

/** What the ledger showed before the first event of the sequence. */
export type SequenceStart = Omit<IngestView, "current" | "duplicateOf" | "canRun">;

/**
 * join: the run that an event before it started takes this one as well. It has not left the transaction, so its
 * snapshot is yet to be taken, and a burst needs one run instead of two.
 */
export type SequenceDecision = IngestDecision | { fate: "WAITING"; run: "join" };

export class IngestSequence {
  readonly #start: SequenceStart;
  #activeRun: SequenceStart["activeRun"];
  #runIsDueNow: boolean;
  #isStarted = false;
  /** Events decided so far that are no duplicates, by base hash. */
  readonly #taken = new Map<string, (EarlierEvent & { eventId: string })[]>();

  constructor(start: SequenceStart) {
    this.#start = start;
    this.#activeRun = start.activeRun;
    this.#runIsDueNow = start.runIsDueNow;
  }

  /**
   * The next event in order.
   * @param recorded earlier events of its base hash, from the ledger
   * @param canRun the worker that brings it has a free slot
   */
  decide(event: ArrivingEvent, recorded: readonly RecordedEvent[], canRun: boolean): SequenceDecision {
    const taken = this.#taken.get(event.baseHash) ?? [];
    const earlier = [
      ...withTrueAges(recorded).map((row) => ({ ...row, baseHash: event.baseHash })),
      ...taken,
    ];
    const decision = decideIngest({
      ...this.#start,
      activeRun: this.#activeRun,
      runIsDueNow: this.#runIsDueNow,
      current: event.current,
      duplicateOf: earlier.find((candidate) => isSameOccurrence(event, candidate))?.eventId,
      canRun,
    });
    if (decision.fate !== "DUPLICATE") this.#taken.set(event.baseHash, [...taken, { ...event, ageMs: 0 }]);
    return decision.fate === "WAITING" ? this.#withRun(decision.run) : decision;
  }

  #withRun(run: "start-new" | "start-due" | "make-due" | "leave"): SequenceDecision {
    if (run === "leave") return { fate: "WAITING", run: this.#isStarted ? "join" : "leave" };
    if (run === "make-due") {
      this.#activeRun = { state: "DUE", attempts: 0 };
      // It can't be started in the transaction that makes it, however many slots another call of it has.
      this.#runIsDueNow = false;
    } else {
      this.#activeRun = { state: "LIVE", attempts: (this.#activeRun?.attempts ?? 0) + 1 };
      this.#isStarted = true;
    }
    return { fate: "WAITING", run };
  }
}

/**
 * A row from the future says that the database's clock was set back, and that it shows a time for the second time: no
 * age tells any more whether an event came lately. None counts as within the window then, which runs once more in doubt.
 */
function withTrueAges(recorded: readonly RecordedEvent[]): readonly RecordedEvent[] {
  if (recorded.every(({ ageMs }) => ageMs > -DUPLICATE_WINDOW_MS)) return recorded;
  return recorded.map((row) => ({ ...row, ageMs: Math.max(row.ageMs, DUPLICATE_WINDOW_MS) }));
}
