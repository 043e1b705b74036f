import { setTimeout as delay } from "node:timers/promises";

/** Time as the applier sees it: an argument, so that tests let fifteen minutes of polling pass in milliseconds. */
export interface Clock {
  /** Monotonic, ms. */
  nowMs(): number;
  /**
   * @param ms at most 2^31 - 1
   * @throws the signal's reason, as soon as it is aborted
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1): spreads pauses, so that many that wait do not ask in step. */
  fraction(): number;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, { signal });
    } catch (thrown) {
      signal?.throwIfAborted();
      throw thrown;
    }
  },
  fraction: () => Math.random(),
};
