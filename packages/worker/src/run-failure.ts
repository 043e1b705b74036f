import { VigilError } from "@vigil/core";
import type { RunFailure } from "@vigil/proto";
import { isEndedThread } from "./ended-thread.ts";
import { NO_MODEL } from "./snapshots.ts";

/**
 * An error of a run as state records it. Computing is deterministic: what it came to by itself comes again. But what cut
 * it off (memory, time, a death) may have to do with the machine; so that is tried again, alone, and its attempts count.
 * Getting the snapshot may work a moment later. Whether a model that nobody names was ever there, and comes back, is known
 * to state alone.
 */
export function runFailure(thrown: unknown, phase: "snapshot" | "computing"): RunFailure {
  const { kind, message } = VigilError.from(thrown);
  const endedThread = isEndedThread(thrown);
  const modelMissing = phase === "snapshot" && kind === NO_MODEL;
  return { kind, message, retryable: endedThread || isRetryable(kind, phase), endedThread, modelMissing };
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
