/**
 * Whether an operator may have events, or a run that had none, run again. By the same rules as events that come from
 * the stream, save one: a replay is wanted, so it is no duplicate of what it repeats.
 */

import { VigilError } from "../errors.ts";
import { decideIngest, type IngestDecision } from "./ingest.ts";
import { isRunnable } from "./start.ts";
import type { AuditView, EventFate, EventMode, RunView } from "./terms.ts";

/** What an operator wants to have run again, as the ledger has it. */
export interface ReplayedEvent {
  eventId: string;
  fate: EventFate;
  /** State of the alarm that the body reports. */
  current: string;
}

export interface ReplayView {
  /** undefined: it is deleted, or no audit has the ident that the event came for. */
  audit: AuditView | undefined;
  activeRun: RunView | undefined;
  eventMode: EventMode;
}

/** make-due: a run is made for what waits. leave: the open run, or the one that follows it, takes it. */
export type ReplayDecision = "make-due" | "leave";

/**
 * Called under the audit's lock. All or none: half of a burst would be another burst than the one that failed.
 * @throws VigilError illegal-state for events that have not ended yet, or that the audit does not take
 */
export function decideReplay(events: readonly ReplayedEvent[], view: ReplayView): ReplayDecision {
  const open = events.find(({ fate }) => fate === "WAITING" || fate === "LEASED");
  if (open !== undefined) {
    throw refused(`event ${open.eventId}`, `it is ${open.fate}, so it runs anyway`);
  }
  for (const current of new Set(events.map((event) => event.current))) {
    const decision = decideIngest({ ...view, current, ...ON_ITS_OWN });
    if (decision.fate === "WAITING") continue;
    const of = events.find((event) => event.current === current);
    throw refused(`event ${of?.eventId}`, withAdvice(decision, view.audit));
  }
  return view.activeRun === undefined ? "make-due" : "leave";
}

/** A replay is never started by the one who asks: workers claim it, where all that may keep it waiting is looked at. */
const ON_ITS_OWN = {
  duplicateOf: undefined,
  runIsDueNow: false,
  planIsUnderWay: false,
  canRun: false,
} as const;

function withAdvice(decision: Exclude<IngestDecision, { fate: "WAITING" }>, audit: AuditView | undefined) {
  const { fate, reason } = decision;
  if (audit === undefined) return `${reason}. Create an audit with this ident, or drop the dead letter`;
  if (fate === "FILTERED") return `${reason}. Add it to the audit's trigger states first`;
  return audit.state === "SUSPENDED" ? `${reason}. Set the audit to ONGOING first` : reason;
}

/**
 * The same for a run without events, which a schedule or a user had made.
 * @throws VigilError illegal-state when the audit may not run
 */
export function decideRerun(runId: string, view: ReplayView): ReplayDecision {
  const { audit, activeRun, eventMode } = view;
  const what = `run ${runId}`;
  if (audit === undefined) throw refused(what, "its audit is deleted. Drop the dead letter");
  if (audit.type === "EVENT")
    throw refused(what, "it had no events, and an EVENT audit runs for events alone");
  if (!isRunnable(audit, eventMode)) {
    const advice = audit.state === "FAILED" ? "Create the audit again, then drop the dead letter" : "";
    throw refused(what, `the audit is ${audit.state}. ${advice}`.trimEnd());
  }
  return activeRun === undefined ? "make-due" : "leave";
}

function refused(what: string, why: string): VigilError {
  const text = what.charAt(0).toUpperCase() + what.slice(1);
  return new VigilError("illegal-state", `${text} can't be replayed: ${why}`);
}
