/** Ways to break a rule. Each must be found: a simulation that passes with one of them proves nothing about its rule. */

import { IngestSequence, identifyOccurrence, LeaseWatch, type RunEnd } from "@vigil/core";
import { HeldLease } from "../../packages/applier/src/held-lease.ts";
import { RULES } from "./rules.ts";
import type { WorldOptions } from "./world.ts";

export interface Mutant extends Pick<WorldOptions, "rules" | "mistakes" | "faults"> {
  name: string;
}

class ImpatientWatch extends LeaseWatch {
  constructor(leaseMs: number, stepMaxMs: number) {
    super(leaseMs / 4, stepMaxMs);
  }
}

class TrustingLease extends HeldLease {
  override get isLost(): boolean {
    return false;
  }
  override check(): void {}
}

class AlwaysStarts extends IngestSequence {
  override decide(...input: Parameters<IngestSequence["decide"]>): ReturnType<IngestSequence["decide"]> {
    const decision = super.decide(...input);
    return decision.fate === "WAITING" ? { fate: "WAITING", run: "start-new" } : decision;
  }
}

class NeverMakesRuns extends IngestSequence {
  override decide(...input: Parameters<IngestSequence["decide"]>): ReturnType<IngestSequence["decide"]> {
    const decision = super.decide(...input);
    return decision.fate === "WAITING" ? { fate: "WAITING", run: "leave" } : decision;
  }
}

/** Takes every event of the same body for a repetition, however late. */
class EndlessWindow extends IngestSequence {
  override decide(...[event, recorded, canRun]: Parameters<IngestSequence["decide"]>) {
    return super.decide(
      event,
      recorded.map((row) => ({ ...row, ageMs: 0, streamTimeMs: event.streamTimeMs })),
      canRun,
    );
  }
}

/** Does not look at when an event came to its edge. */
class OwnClock extends IngestSequence {
  override decide(...[event, recorded, canRun]: Parameters<IngestSequence["decide"]>) {
    const { receivedAtMs } = event;
    return super.decide(
      event,
      recorded.map((row) => ({ ...row, receivedAtMs })),
      canRun,
    );
  }
}

/** An end with the same run, where its events stay with it. */
function keepsEvents<End extends RunEnd>(end: End): End {
  return { ...end, leased: "LEASED" };
}

function uncounted<End extends RunEnd>(end: End): End {
  return end.run.state === "DUE" ? { ...end, run: { ...end.run, countAttempt: false } } : end;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: "the token is not checked",
    rules: { tokenVerdict: (run) => (run.state === "LIVE" ? "write" : "stale") },
    faults: ["worker-pauses"],
  },
  { name: "a repeated result is written again", rules: { tokenVerdict: () => "write" } },
  { name: "messages are acknowledged before the commit", mistakes: { acksBeforeCommit: true } },
  { name: "202 before the flush", mistakes: { answersBeforeFlush: true } },
  { name: "the spool is trimmed before the broker has the event", mistakes: { trimsBeforeAck: true } },
  { name: "the journal is trimmed when the broker has the event", mistakes: { trimsJournalEarly: true } },
  {
    name: "a broken connection's events are acknowledged on the next",
    mistakes: { answersAfterReconnect: true },
    faults: ["broker-loses-power", "message-slow"],
  },
  { name: "the ledger does not know its ids", mistakes: { forgetsIds: true } },
  { name: "no follow-up run", mistakes: { forgetsFollowUps: true } },
  { name: "an event starts a run beside a live one", rules: { IngestSequence: AlwaysStarts } },
  { name: "an event makes no run", rules: { IngestSequence: NeverMakesRuns } },
  { name: "the window of a repetition never ends", rules: { IngestSequence: EndlessWindow } },
  {
    name: "two bodies are one occurrence",
    rules: {
      identifyOccurrence: (input, sha256) =>
        identifyOccurrence({ ...input, nonce: "", idempotencyKey: "" }, sha256),
    },
  },
  {
    name: "an alarm's time is its edge's wall clock",
    rules: {
      identifyOccurrence: (input, sha256) =>
        identifyOccurrence(
          { ...input, clock: { ...input.clock, processId: "", steadyMs: input.clock.wallMs } },
          sha256,
        ),
    },
    faults: ["clock-steps"],
  },
  {
    name: "the name under which an audit is known is a part of the identity",
    rules: {
      identifyOccurrence: (input, sha256) => {
        const occurrence = identifyOccurrence(input, sha256);
        return { ...occurrence, baseHash: sha256(occurrence.baseHash + input.audit) };
      },
    },
  },
  {
    name: "an alarm with two actions is one occurrence",
    rules: { identifyOccurrence: (input, sha256) => identifyOccurrence({ ...input, audit: "" }, sha256) },
  },
  {
    name: "an exact identity is for ever",
    rules: {
      identifyOccurrence: (input, sha256) => {
        const occurrence = identifyOccurrence(input, sha256);
        if (!occurrence.exact) return occurrence;
        return identifyOccurrence({ ...input, clock: { ...input.clock, wallMs: 0, steadyMs: 0 } }, sha256);
      },
    },
  },
  {
    name: "the ledger remembers exact identities by its own clock alone",
    rules: { IngestSequence: OwnClock },
  },
  {
    name: "a lost lease keeps its events",
    rules: { decideLeaseLost: (...input) => keepsEvents(RULES.decideLeaseLost(...input)) },
  },
  {
    name: "a run is given up with the second worker that dies",
    rules: {
      decideLeaseLost: (audit, run, life) => RULES.decideLeaseLost(audit, run, { ...life, maxLostLeases: 1 }),
    },
  },
  {
    name: "a plan is given up with the second applier that dies",
    rules: { decidePlanLeaseLost: (lost) => RULES.decidePlanLeaseLost(lost, 2) },
  },
  {
    name: "a failed attempt is not counted",
    rules: { decideFailed: (...input) => uncounted(RULES.decideFailed(...input)) },
  },
  {
    name: "waiting events are discarded by a success",
    rules: { decideSucceeded: (audit) => ({ ...RULES.decideSucceeded(audit), waiting: "DISCARDED" }) },
  },
  {
    name: "a cancelled audit's run starts",
    rules: {
      decideStart: () => ({ start: true }),
      endOfEditedRun: (state) => ({
        ...RULES.endOfEditedRun(state),
        run: { state: "DUE", delayMs: 0, countAttempt: false },
      }),
    },
  },
  { name: "the scheduler never runs an audit", rules: { decideSchedule: () => ({ run: false, audit: {} }) } },
  { name: "leases run out too soon", rules: { LeaseWatch: ImpatientWatch } },
  { name: "effects without a lease", rules: { HeldLease: TrustingLease }, faults: ["applier-pauses"] },
  { name: "an applier looks at no gate", mistakes: { ignoresLease: true }, faults: ["applier-pauses"] },
  {
    name: "every action may be aborted",
    rules: { decideAbort: () => "write" },
    faults: ["message-doubled", "message-slow", "answer-lost"],
  },
  { name: "every action may begin", rules: { decideBegin: () => "GO" } },
  {
    name: "a plan ends without its actions",
    rules: { decideEndPlan: () => ({ state: "SUCCEEDED", statusMessage: null, sweeps: [] }) },
  },
];
