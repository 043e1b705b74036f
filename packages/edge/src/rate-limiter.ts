/**
 * Limits the rate per key with one number each: the time at which the key's work so far would be done at
 * the allowed rate (generic cell rate algorithm). Counting in windows lost: it lets twice the rate pass
 * across the border of two windows.
 */
export class RateLimiter {
  readonly perSecond: number;
  readonly #stepMs: number;
  readonly #aheadMsMax: number;
  readonly #keysMax: number;
  /** By key, in order of first use: when it would be done, monotonic ms. */
  readonly #doneAtMs = new Map<string, number>();

  /**
   * @param perSecond above 0
   * @param burst calls that may come at once
   * @param keysMax keys remembered; the one known for longest is forgotten first
   */
  constructor(perSecond: number, burst: number, keysMax: number) {
    this.perSecond = perSecond;
    this.#stepMs = 1_000 / perSecond;
    this.#aheadMsMax = burst * this.#stepMs;
    this.#keysMax = keysMax;
  }

  /** @param nowMs monotonic */
  allows(key: string, nowMs: number): boolean {
    const known = this.#doneAtMs.get(key);
    const from = known === undefined || known < nowMs ? nowMs : known;
    if (from + this.#stepMs - nowMs > this.#aheadMsMax) return false;
    this.#doneAtMs.set(key, from + this.#stepMs);
    if (known === undefined && this.#doneAtMs.size > this.#keysMax) this.#forgetOldest();
    return true;
  }

  #forgetOldest(): void {
    const oldest = this.#doneAtMs.keys().next();
    if (!oldest.done) this.#doneAtMs.delete(oldest.value);
  }
}
