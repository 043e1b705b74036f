/**
 * Runs a call with a signal that aborts after a time, and forgets the timer when the call ends.
 * `AbortSignal.timeout` lost: its timers live on to their end, thousands of them at a thousand calls a
 * second, and each then makes an exception that nobody reads.
 */
export async function withTimeLimit<T>(
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  timer.unref();
  try {
    return await call(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
