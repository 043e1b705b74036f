/** Counters of a state process, each bound to its labels where it is used often. */

import type { MikroORM } from "@mikro-orm/postgresql";
import type { OnCall } from "@vigil/proto";
import type { BoundCounter, BoundHistogram, Metrics } from "@vigil/service";
import { poolFigures, watchTransactions } from "../database/transaction.ts";
import { STATE_METRICS } from "../metrics.ts";

/** What is told of by the services. */
export class StateCounts {
  readonly #metrics: Metrics;
  readonly #methods = new Map<string, { good: BoundCounter; time: BoundHistogram }>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
    // There from the start: the increase of a counter that appears with its first one is zero.
    for (const kind of ["run", "plan"] as const) this.leasesExpired(kind, 0);
  }

  /** Counts an answered call. */
  readonly onCall: OnCall = (method, code, ms) => {
    const { good, time } = this.#ofMethod(method);
    time.observe(ms / 1_000);
    if (code === "OK") good.inc();
    else this.#metrics.counter(STATE_METRICS.calls).of(method, code).inc();
  };

  #ofMethod(method: string): { good: BoundCounter; time: BoundHistogram } {
    const known = this.#methods.get(method);
    if (known !== undefined) return known;
    const good = this.#metrics.counter(STATE_METRICS.calls).of(method, "OK");
    const bound = { good, time: this.#metrics.histogram(STATE_METRICS.callSeconds).of(method) };
    this.#methods.set(method, bound);
    return bound;
  }

  ingested(outcomes: readonly string[]): void {
    for (const outcome of outcomes) {
      this.#metrics.counter(STATE_METRICS.ingested).of(outcome.toLowerCase()).inc();
    }
  }

  completed(outcome: string): void {
    this.#metrics.counter(STATE_METRICS.results).of(outcome.toLowerCase()).inc();
  }

  leasesExpired(kind: "run" | "plan", count: number): void {
    this.#metrics.counter(STATE_METRICS.leasesExpired).of(kind).inc(count);
  }

  published(kind: string, state: unknown): void {
    const name = typeof state === "string" ? state.toLowerCase() : "none";
    this.#metrics.counter(STATE_METRICS.changes).of(kind, name).inc();
  }
}

/** Shows the database connection of this process. @param connectionsMax size of its pool */
export function countTransactions(orm: MikroORM, metrics: Metrics, connectionsMax: number): void {
  const times = metrics.histogram(STATE_METRICS.transactions);
  const bound = { commit: times.of("commit"), rollback: times.of("rollback") };
  watchTransactions(orm, (outcome, ms) => bound[outcome].observe(ms / 1_000));
  metrics.gauge(STATE_METRICS.connections, () => {
    const { total, idle } = poolFigures(orm);
    return [
      [["busy"], total - idle],
      [["idle"], idle],
    ] as const;
  });
  metrics.gauge(STATE_METRICS.connectionsMax, () => connectionsMax);
  metrics.gauge(STATE_METRICS.connectionsAwaited, () => poolFigures(orm).waiting);
}
