/** What to do about a call that failed. */
import { isVigilError } from "@vigil/client";

/** later: the same call may succeed. never: it will not, whatever is repeated. unknown: it may have been done. */
export type Advice = "later" | "never" | "unknown";

export function adviceFor(error: unknown): Advice {
  if (!isVigilError(error)) return "never";
  // No kind: nobody answered, or something else than Vigil did.
  switch (error.data?.kind) {
    case "unavailable":
    case "overloaded":
    case "conflict":
      return "later";
    case "deadline":
    case "internal":
    case undefined:
      // Repeat it with the same uuid, editId or idempotencyKey, and it is done once.
      return "unknown";
    case "invalid-input":
    case "unauthenticated":
    case "forbidden":
    case "not-found":
    case "illegal-state":
      return "never";
  }
}
