/** What happens to an event whose handler failed: pure, one decision per kind of error. */

import type { VigilError } from "@vigil/core";

/** Put back, to be delivered again after `delayMs`; or stored as a dead letter. */
export type Redelivery = { what: "retry"; delayMs: number } | { what: "dead-letter" };

const DELAY_MIN_MS = 250;
/** Outages end; a message that waits longer than this for the end of one waits for nothing. */
const DELAY_MAX_MS = 30_000;
/** A bug fails each time; about 20 minutes in all, in which it may turn out to be something else. */
const INTERNAL_DELIVERIES_MAX = 50;

/** @param deliveries how often the message was delivered, this time included; 1 at least */
export function redeliveryDelayMs(deliveries: number): number {
  return Math.min(DELAY_MAX_MS, DELAY_MIN_MS * 2 ** Math.min(deliveries - 1, 16));
}

/** @param deliveries how often the message was delivered, this time included; 1 at least */
export function afterFailure(error: VigilError, deliveries: number): Redelivery {
  const delayMs = redeliveryDelayMs(deliveries);
  switch (error.kind) {
    case "unavailable":
    case "deadline":
    case "overloaded":
    // This role's own account is refused: an operator's matter, never the event's fault.
    case "unauthenticated":
    case "forbidden":
      return { what: "retry", delayMs };
    case "conflict":
      return { what: "retry", delayMs: DELAY_MIN_MS };
    case "internal":
      return deliveries < INTERNAL_DELIVERIES_MAX ? { what: "retry", delayMs } : { what: "dead-letter" };
    case "invalid-input":
    case "not-found":
    case "illegal-state":
      return { what: "dead-letter" };
  }
}
