/** Waits for a condition, never for a time. */

const POLL_MS = 10;
const DEADLINE_MS = 20_000;

/**
 * The first value of `probe` that is neither undefined nor false.
 * @throws Error naming `what` when the deadline is over; the last error of `probe` is its cause
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const end = performance.now() + DEADLINE_MS;
  let last: unknown;
  while (performance.now() < end) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (thrown) {
      last = thrown;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`waited ${DEADLINE_MS} ms in vain for: ${what}`, { cause: last });
}
