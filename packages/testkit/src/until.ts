/** Waits for a condition, never for a time: the one place of the tests that lets time pass. */

const POLL_MS = 10;

/**
 * Resolves with the first value of `probe` that is not undefined or false.
 * @throws Error naming `what` when `deadlineMs` is over; the last error of `probe` is its cause.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  deadlineMs = 60_000,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  let last: unknown;
  while (performance.now() < end) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`waited ${deadlineMs} ms in vain for: ${what}`, { cause: last });
}
