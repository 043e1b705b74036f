import type { Logger } from "@vigil/service";

/** At most one line per second and status: a flood of refusals must not become a flood of lines. */
const PAUSE_MS = 1_000;

/**
 * Logs webhooks that were not accepted. Aodh repeats nothing and shows nobody what it was answered, so
 * this line may be the only trace of a lost alarm.
 */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #nextAtMs = new Map<number, number>();
  readonly #suppressed = new Map<number, number>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** @param nowMs monotonic */
  note(status: number, fields: object, nowMs: number): void {
    if (nowMs < (this.#nextAtMs.get(status) ?? 0)) {
      this.#suppressed.set(status, (this.#suppressed.get(status) ?? 0) + 1);
      return;
    }
    const suppressed = this.#suppressed.get(status) ?? 0;
    this.#suppressed.delete(status);
    this.#nextAtMs.set(status, nowMs + PAUSE_MS);
    const line = { status, ...fields, ...(suppressed > 0 ? { suppressed } : {}) };
    if (status >= 500) this.#logger.error(line, "webhook not accepted");
    else this.#logger.warn(line, "webhook refused");
  }
}
