/** How much of the spool is on its way to the broker at once. Pure. */

/** A broker is saturated by 32 in flight; more would only make what comes beside them wait. */
const IN_FLIGHT_MAX = 64;
const PAUSE_FIRST_MS = 100;
const PAUSE_MAX_MS = 2_000;

/**
 * One message is a probe; each acknowledgement then makes room for one more, so that a broker that comes back is
 * loaded in steps. A failure takes it back to the probe.
 */
export class DrainWindow {
  readonly #slowMs: number;
  #size = 1;
  #failures = 0;
  #healthy = false;

  /** @param slowMs an acknowledgement that takes longer is too slow for senders to wait for */
  constructor(slowMs: number) {
    this.#slowMs = slowMs;
  }

  get size(): number {
    return this.#size;
  }

  /** The last acknowledgement came in time, and no failure since. */
  get healthy(): boolean {
    return this.#healthy;
  }

  /** Before the next try, ms: longer with each failure in a row. */
  get pauseMs(): number {
    return this.#failures === 0 ? 0 : Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** (this.#failures - 1));
  }

  acknowledged(tookMs: number): void {
    this.#failures = 0;
    this.#size = Math.min(IN_FLIGHT_MAX, this.#size + 1);
    this.#healthy = tookMs <= this.#slowMs;
  }

  /** To be called once for all that fail together. */
  failed(): void {
    this.#size = 1;
    this.#failures++;
    this.#healthy = false;
  }
}
