import { setTimeout as delay } from "node:timers/promises";

/** Waits for the work, but no longer than that. True: it has ended. @throws what the work throws in time */
export async function within(work: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = delay(ms, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    timer.abort();
  }
}
