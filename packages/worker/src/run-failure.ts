import { VigilError } from "@vigil/core";
import type { RunFailure } from "@vigil/proto";
import { isEndedThread } from "./ended-thread.ts";

/**
 * An error of a run as state records it. Computing is deterministic: what it came to by itself comes again. But what cut
 * it off (memory, time, a death) may have to do with the machine; so that is tried again, alone, and its attempts count.
 * Getting the snapshot may work a moment later.
 */
export function runFailure(thrown: unknown, phase: "snapshot" | "computing"): RunFailure {
  const { kind, message } = VigilError.from(thrown);
  const endedThread = isEndedThread(thrown);
  return { kind, message, retryable: endedThread || isRetryable(kind, phase), endedThread };
}

function isRetryable(kind: VigilError["kind"], phase: "snapshot" | "computing"): boolean {
  switch (kind) {
    case "unavailable":
    case "overloaded":
      return true;
    case "deadline":
    case "internal":
    case "conflict":
    // The newest model is named and not there: the store was lost, a new import is to be expected.
    case "not-found":
      return phase === "snapshot";
    default:
      return false;
  }
}
