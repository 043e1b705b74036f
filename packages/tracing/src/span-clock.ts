/**
 * Times for spans that are written down after the fact, in ms since 1970 with fractions. `Date.now()` has whole ms, and
 * `performance.timeOrigin` moves away from the clock over the life of a process.
 */
export class SpanClock {
  readonly #offsetMs = Date.now() - performance.now();

  /** @param monotonicMs of `performance.now()` */
  at(monotonicMs: number = performance.now()): number {
    return this.#offsetMs + monotonicMs;
  }
}
