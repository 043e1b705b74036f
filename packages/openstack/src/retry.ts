import { setTimeout as delay } from "node:timers/promises";
import { VigilError } from "@vigil/core";

/**
 * Repeats a call to Keystone that changes nothing there. Only trouble that another try may cure is
 * repeated, and never past the deadline.
 *
 * @param delaysMs pauses before each further try
 * @throws what the last try threw
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  delaysMs: readonly number[],
  signal: AbortSignal,
): Promise<T> {
  for (const delayMs of delaysMs) {
    try {
      return await attempt();
    } catch (error) {
      if (!isRetryable(error) || signal.aborted) throw error;
      try {
        await delay(delayMs, undefined, { signal, ref: false });
      } catch {
        throw error;
      }
    }
  }
  return await attempt();
}

function isRetryable(error: unknown): boolean {
  return error instanceof VigilError && error.kind === "unavailable" && error.details?.retryable === true;
}
