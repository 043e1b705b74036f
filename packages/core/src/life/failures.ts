/**
 * What the attempts of one run came to, kept with the run so that its dead letter tells all of it: the last failure
 * alone hides that the four before were of another kind.
 */

import { cutText } from "../cut-text.ts";

/** Characters kept of one failure; the newest is told whole. */
const FAILURE_CHARACTERS_MAX = 500;

/** The failures with one more, oldest first: no more than the attempts and lost leases that a run may have. */
export function withFailure(failures: readonly string[], message: string): string[] {
  return [...failures, cutText(message, FAILURE_CHARACTERS_MAX)];
}

/** How a run is told that is given up. `failures` are those before `message`. */
export function failuresTold(failures: readonly string[], message: string): string {
  if (failures.length === 0) return message;
  const kept = withFailure(failures, message);
  const times = new Map<string, number>();
  for (const failure of kept) times.set(failure, (times.get(failure) ?? 0) + 1);
  if (times.size === 1) return `in each of ${kept.length} attempts: ${message}`;
  const told = [...times].map(([failure, count]) => `${count} x ${failure}`).join("; ");
  return `in ${kept.length} attempts: ${told}`;
}
