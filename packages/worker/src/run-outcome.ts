import type { AbortReason } from "./active-runs.ts";

/** What came of a run, for the log and for the caller. */
export type RunOutcome = { what: "completed"; outcome: string } | { what: "refused" } | AbortedRun;

export interface AbortedRun {
  what: "aborted";
  reason: AbortReason;
}

/** One word for what came of a run. */
export function outcomeName(outcome: RunOutcome): string {
  switch (outcome.what) {
    case "completed":
      return outcome.outcome.toLowerCase();
    case "refused":
      return "refused";
    case "aborted":
      return outcome.reason;
  }
}
