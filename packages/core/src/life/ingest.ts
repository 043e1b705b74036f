/**
 * What the ledger does with one event that a worker took from the stream (DESIGN: step 3 of an
 * event's life). Called under the lock of the audit's row, so nothing it looks at can move.
 */

import { isRunnable } from "./start.ts";
import type { AuditView, EventFate, EventMode, RunView } from "./terms.ts";

/** Longest distance of two arrivals that count as one occurrence when the body has no identity of its own. */
export const DUPLICATE_WINDOW_MS = 20_000;

/**
 * How long an exact identity (an event's message id, an idempotency key) is remembered: a sender may use a key again that
 * it used long ago, and each alarm counts.
 */
export const EXACT_HORIZON_MS = 24 * 3_600_000;

/** An event as identity sees it. */
export interface EventIdentity {
  baseHash: string;
  exact: boolean;
  /** Empty: the sender gave none. */
  requestId: string;
  /** Arrival in the stream, ms of the stream's clock. */
  streamTimeMs: number;
  /** Arrival at its edge, ms of that edge's clock. */
  receivedAtMs: number;
}

/** An earlier event with the same base hash, from the ledger. */
export interface EarlierEvent extends EventIdentity {
  /** Age of its ledger row by the database's clock, ms. */
  ageMs: number;
}

/**
 * Whether `event` is the same occurrence as `earlier` (spec: alarm senders, section 9).
 *
 * Both clocks must agree for the window rule: the ledger's alone would swallow genuine repeats that
 * pile up while no worker lives, the stream's alone would trust a clock that may step. In doubt the
 * event is run once more; coalescing makes that cheap.
 *
 * So for the horizon, which alone decides about exact identities: by the ledger's clock an event that lay on an edge's
 * disk for a day, and came to the ledger just now, would swallow that of today; the edges' clocks may step.
 */
export function isSameOccurrence(event: EventIdentity, earlier: EarlierEvent): boolean {
  if (event.baseHash !== earlier.baseHash) return false;
  const receivedGapMs = Math.abs(event.receivedAtMs - earlier.receivedAtMs);
  const isRemembered = earlier.ageMs <= EXACT_HORIZON_MS && receivedGapMs <= EXACT_HORIZON_MS;
  if (event.exact && earlier.exact) return isRemembered;
  if (isRemembered && event.requestId !== "" && event.requestId === earlier.requestId) return true;
  const streamGapMs = Math.abs(event.streamTimeMs - earlier.streamTimeMs);
  return earlier.ageMs < DUPLICATE_WINDOW_MS && streamGapMs < DUPLICATE_WINDOW_MS;
}

export interface IngestView {
  /** undefined: no live audit has this ident. */
  audit: AuditView | undefined;
  /** State of the alarm that the body reports. */
  current: string;
  /** Ledger id of an earlier event that is the same occurrence. */
  duplicateOf: string | undefined;
  activeRun: RunView | undefined;
  /** The due run's time has come, and no action plan blocks it. */
  runIsDueNow: boolean;
  /** Some action plan, of whatever audit, is ONGOING or CANCELLING. */
  planIsUnderWay: boolean;
  /** The worker that asks has a free slot. */
  canRun: boolean;
  eventMode: EventMode;
}

export type IngestDecision =
  /** A final fate at once; no run is touched. */
  | { fate: Exclude<EventFate, "WAITING" | "LEASED" | "DONE">; reason: string; duplicateOf?: string }
  /** The row waits. start: this worker gets the run (new, or the due one). due: a due run is made. */
  | { fate: "WAITING"; run: "start-new" | "start-due" | "make-due" | "leave" };

export function decideIngest(view: IngestView): IngestDecision {
  const { audit } = view;
  if (audit === undefined) {
    return { fate: "DEAD_LETTER", reason: "no audit with this ident exists; it may have been deleted" };
  }
  if (view.duplicateOf !== undefined) {
    const { duplicateOf } = view;
    return { fate: "DUPLICATE", reason: `same occurrence as event ${duplicateOf}`, duplicateOf };
  }
  if (audit.type !== "EVENT") {
    return { fate: "DEAD_LETTER", reason: `audit type ${audit.type} takes no events, only EVENT does` };
  }
  if (!isRunnable(audit, view.eventMode)) {
    return { fate: "DISCARDED", reason: `audit state ${audit.state} takes no events` };
  }
  if (!audit.triggerStates.includes("*") && !audit.triggerStates.includes(view.current)) {
    const wanted = audit.triggerStates.join(", ");
    return { fate: "FILTERED", reason: `alarm state ${view.current} is not among the audit's ${wanted}` };
  }
  return { fate: "WAITING", run: runFor(view) };
}

/**
 * While a plan is under way, runs start by `claim` alone, which finds out whether it is one that keeps this audit from
 * running. That costs a run a wake-up; here it would cost every event a look at the scopes.
 */
function runFor(view: IngestView): "start-new" | "start-due" | "make-due" | "leave" {
  const canStart = view.canRun && (view.audit?.force === true || !view.planIsUnderWay);
  if (view.activeRun === undefined) return canStart ? "start-new" : "make-due";
  // A live run has already taken its snapshot: this event is for the follow-up.
  if (view.activeRun.state === "LIVE") return "leave";
  return canStart && view.runIsDueNow ? "start-due" : "leave";
}
