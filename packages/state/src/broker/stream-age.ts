/**
 * Whether the event stream is as old as its consumer. Pure.
 *
 * A broker that lost power comes back with what was on its disk, and stream and consumer are files apart: a stream that
 * lost its newest messages gives their sequences to new events, which a consumer that remembers them as acknowledged
 * never delivers (seen with nats-server 2.9.10). As long as the stream is the shorter one, the two numbers show it. New
 * events soon fill it up; then it shows by what lies there: another message than was seen before at the same place, or one
 * that counts as handled and is not in the ledger.
 */

import type { StreamSign } from "@vigil/bus";

/** What was seen of the stream, as the database remembers it. */
export interface SeenStream {
  /** Which stream it was, and which start of which broker. */
  made: string;
  server: string;
  /** Up to here every message was handled. */
  sequence: number;
  /** When the message there was stored, ms since 1970; null: it had gone already. */
  timeMs: number | null;
  /** Messages up to here are still to be held against the ledger, as they are handled; 0: none. */
  suspectUpTo: number;
}

/**
 * @param storedMs when the stream stored what lies where the mark stands; undefined: nothing is there, it was removed for
 *   room or by age
 */
export function isShorter(
  seen: SeenStream | undefined,
  now: StreamSign,
  storedMs: number | undefined,
): boolean {
  if (now.delivered > now.last) return true;
  if (seen === undefined || seen.made !== now.made) return false;
  return seen.timeMs !== null && storedMs !== undefined && storedMs !== seen.timeMs;
}

/**
 * Up to where messages are suspect. What was acknowledged between the last look and a broker's death nobody has looked
 * at; when it is seen for the first time since, that can be no more than has been delivered by now.
 */
export function suspectUpTo(seen: SeenStream | undefined, now: StreamSign): number {
  if (seen === undefined || seen.made !== now.made) return 0;
  return seen.server === now.server ? seen.suspectUpTo : now.delivered;
}

/** What to remember after a look that found nothing wrong. @param newestMs when the newest handled message was stored */
export function seenNow(
  seen: SeenStream | undefined,
  now: StreamSign,
  newestMs: number | undefined,
): SeenStream {
  const { made, server, handled } = now;
  const suspect = suspectUpTo(seen, now);
  return {
    ...{ made, server, sequence: handled, timeMs: newestMs ?? null },
    suspectUpTo: suspect > handled ? suspect : 0,
  };
}

/** What to remember when all is delivered again: nothing is handled yet. */
export function seenNothing({ made, server }: StreamSign): SeenStream {
  return { made, server, sequence: 0, timeMs: null, suspectUpTo: 0 };
}
