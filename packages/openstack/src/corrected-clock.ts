/** `Date` headers have whole seconds; the true time lies somewhere in the one that begins there. */
const DATE_HEADER_STEP_MS = 1_000;

/**
 * Wall clock of Keystone's machine, learned from the `Date` headers of its answers. The life of a token
 * is written in that clock: a machine whose own clock is an hour off would refuse every token, or use
 * dead ones.
 */
export class CorrectedClock {
  readonly #wallMs: () => number;
  #skewMs = 0;

  constructor(wallMs: () => number = Date.now) {
    this.#wallMs = wallMs;
  }

  /** Keystone's time now, ms since 1970. */
  nowMs(): number {
    return this.#wallMs() + this.#skewMs;
  }

  /** @param dateHeader value of an answer's `Date` header; ignored when absent or unreadable */
  learn(dateHeader: string | undefined): void {
    if (dateHeader === undefined) return;
    const secondMs = Date.parse(dateHeader);
    if (Number.isNaN(secondMs)) return;
    const skewMs = secondMs + DATE_HEADER_STEP_MS / 2 - this.#wallMs();
    // Within the header's own resolution there is nothing to learn; following it would be jitter.
    if (Math.abs(skewMs - this.#skewMs) > DATE_HEADER_STEP_MS) this.#skewMs = skewMs;
  }
}
