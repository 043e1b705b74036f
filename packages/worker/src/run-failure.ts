import { VigilError } from "@vigil/core";
import type { RunFailure } from "@vigil/proto";

/**
 * An error of a run as state records it. Computing is deterministic: what failed in it fails again, unless
 * it was for want of memory, which another worker may have. Getting the snapshot may work a moment later.
 */
export function runFailure(thrown: unknown, phase: "snapshot" | "computing"): RunFailure {
  const { kind, message } = VigilError.from(thrown);
  return { kind, message, retryable: isRetryable(kind, phase) };
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
