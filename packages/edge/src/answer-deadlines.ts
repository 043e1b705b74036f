/** How exactly deadlines are kept, ms. */
const SWEEP_MS = 50;

/** One request that must be answered in time. */
export interface Flight {
  /** Time left, ms: monotonic moment while it runs, the rest while it stands still. */
  dueAtMs: number;
  expire(): void;
}

/**
 * Deadlines of all requests under way, kept by one sweep: a timer and a race of promises for each would
 * cost more than the rest of the checks. A deadline stands still while the sender's body is awaited, which
 * has a limit of its own.
 */
export class AnswerDeadlines {
  readonly #timeoutMs: number;
  readonly #running = new Set<Flight>();
  readonly #sweep: NodeJS.Timeout;
  #idle: (() => void)[] = [];
  /** Those whose body is awaited included. */
  #open = 0;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#sweep = setInterval(() => this.#expireLate(), SWEEP_MS);
    this.#sweep.unref();
  }

  /** @param expire called once, unless the flight ends before; the flight must be ended all the same */
  begin(expire: () => void): Flight {
    const flight = { dueAtMs: performance.now() + this.#timeoutMs, expire };
    this.#running.add(flight);
    this.#open += 1;
    return flight;
  }

  pause(flight: Flight): void {
    if (this.#running.delete(flight)) flight.dueAtMs -= performance.now();
  }

  /** Goes on with the time that was left. */
  resume(flight: Flight): void {
    flight.dueAtMs += performance.now();
    this.#running.add(flight);
  }

  end(flight: Flight): void {
    this.#running.delete(flight);
    this.#open -= 1;
    if (this.#open > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Requests under way, those whose body is awaited included. */
  get open(): number {
    return this.#open;
  }

  /** Resolves when no request is under way. */
  idle(): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  stop(): void {
    clearInterval(this.#sweep);
  }

  #expireLate(): void {
    const nowMs = performance.now();
    for (const flight of this.#running) {
      if (flight.dueAtMs > nowMs) continue;
      this.#running.delete(flight);
      flight.expire();
    }
  }
}
