import type { Clock } from "../clock.ts";

interface Sleeper {
  atMs: number;
  wake(): void;
}

/**
 * A clock that stands while anything can go on, and then jumps to the next sleeper: a quarter of an hour of polling
 * passes in a millisecond, in the order in which it would.
 */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #sleepers: Sleeper[] = [];
  #isJumping = false;

  nowMs(): number {
    return this.#nowMs;
  }

  fraction(): number {
    return 0.5;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const sleeper = { atMs: this.#nowMs + ms, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", leave, { once: true });
      this.#jumpLater();
    });
  }

  /** After a turn of the event loop: what is promised among objects in memory has come to rest by then. */
  #jumpLater(): void {
    if (this.#isJumping) return;
    this.#isJumping = true;
    setImmediate(() => {
      this.#isJumping = false;
      if (this.#sleepers.length === 0) return;
      // The first of those with the earliest time: sleepers wake in the order in which they lay down.
      const next = this.#sleepers.reduce((a, b) => (b.atMs < a.atMs ? b : a));
      this.#sleepers = this.#sleepers.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
      if (this.#sleepers.length > 0) this.#jumpLater();
    });
  }
}
