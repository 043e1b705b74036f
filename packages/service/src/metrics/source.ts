/** Numbers that are asked of a database or a broker when somebody looks at the page: rarely, and never for long. */

import { setTimeout as sleep } from "node:timers/promises";

export interface SourceOptions<T> {
  /** Value of the label `source` of vigil_metrics_source_up. */
  name: string;
  /** Asks. Must be cheap whatever the size of the system; may fail. */
  read(): Promise<T>;
  /** An answer is good for so long, ms, however many look at the page. Default 5 s. */
  freshMs?: number;
  /** A page waits for the answer no longer than this, ms. Default 1 s. */
  timeoutMs?: number;
}

const FRESH_MS = 5_000;
/** A tenth of Prometheus' own limit for a scrape. */
const TIMEOUT_MS = 1_000;

export class Source<T> {
  readonly name: string;
  readonly #read: () => Promise<T>;
  readonly #freshMs: number;
  readonly #timeoutMs: number;
  #value: T | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  /** One at a time: a database that hangs must not be asked by each look once more. */
  #asking: Promise<void> | undefined;

  constructor({ name, read, freshMs = FRESH_MS, timeoutMs = TIMEOUT_MS }: SourceOptions<T>) {
    this.name = name;
    this.#read = read;
    this.#freshMs = freshMs;
    this.#timeoutMs = timeoutMs;
  }

  /** The last answer; undefined when the last question failed, or has no answer yet: no number is better than an old one. */
  latest(): T | undefined {
    return this.#value;
  }

  /** Asks again unless the last answer is fresh. Never rejects; resolves after the time limit in any case. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#askedAtMs < this.#freshMs && this.#value !== undefined) return;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    const limit = new AbortController();
    const late = sleep(this.#timeoutMs, "late", { signal: limit.signal, ref: false }).catch(() => undefined);
    if ((await Promise.race([this.#asking, late])) === "late") this.#value = undefined;
    limit.abort();
  }

  async #ask(): Promise<void> {
    this.#askedAtMs = performance.now();
    try {
      this.#value = await this.#read();
    } catch {
      // Why is told by the role's own part that uses the same connection, in its log and in /readyz.
      this.#value = undefined;
    }
  }
}
