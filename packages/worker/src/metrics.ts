/** What a worker counts. */

import type { ReceivedEvent } from "@vigil/bus";
import { VigilError } from "@vigil/core";
import {
  type BoundCounter,
  type BoundHistogram,
  counter,
  gauge,
  histogram,
  LONG_S,
  type Metrics,
} from "@vigil/service";
import { outcomeName, type RunOutcome } from "./run-outcome.ts";

export const WORKER_METRICS = {
  taken: counter(
    "vigil_events_taken_total",
    "Events that this worker brought into the ledger, by delivery: first, or again after one without acknowledgement",
    ["delivery"],
  ),
  age: histogram(
    "vigil_event_age_seconds",
    "Age of an event, from its acceptance by an edge until the ledger had it (clocks of two hosts)",
    LONG_S,
  ),
  failures: counter(
    "vigil_event_failures_total",
    "Tries to bring events into the ledger that failed, by kind of error; the events come again",
    ["reason"],
  ),
  poisoned: counter("vigil_events_poisoned_total", "Messages that nobody can handle, stored as dead letters"),
  runs: counter("vigil_runs_total", "Runs that ended here, by strategy and outcome", ["strategy", "outcome"]),
  stages: histogram(
    "vigil_run_stage_seconds",
    "Time of a run in each stage: snapshot (loading the model), wait (for a thread), compute, complete (until state has the result)",
    LONG_S,
    ["stage"],
  ),
  compute: histogram(
    "vigil_run_compute_seconds",
    "Computing time of runs that came to a plan, by strategy",
    LONG_S,
    ["strategy"],
  ),
  threads: gauge("vigil_pool_threads", "Compute threads that exist"),
  busy: gauge("vigil_pool_threads_busy", "Runs that are being computed in threads"),
  queue: gauge("vigil_pool_queue", "Runs that wait for a thread"),
  held: gauge("vigil_worker_runs", "Runs of which this worker holds the lease, whatever they wait for"),
  slots: gauge(
    "vigil_worker_slots",
    "Runs that this worker takes at once, by the computing times it has seen",
  ),
  suspects: gauge(
    "vigil_worker_suspects",
    "Runs that are computed, or wait to be, in a process of their own",
  ),
  events: gauge("vigil_worker_events", "Messages taken from the stream and not acknowledged yet"),
  snapshots: gauge("vigil_worker_snapshots", "Models in memory"),
} as const;

/** Stages of a run, in their order. */
type Stage = "snapshot" | "wait" | "compute" | "complete";

/** The time of a run from stage to stage. */
export interface StageClock {
  /** The stage that went on until now is over, and the next one begins. */
  end(stage: Stage): void;
}

export class RunCounts {
  readonly #metrics: Metrics;
  readonly #stages: Record<Stage, BoundHistogram>;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
    const stages = metrics.histogram(WORKER_METRICS.stages);
    this.#stages = {
      snapshot: stages.of("snapshot"),
      wait: stages.of("wait"),
      compute: stages.of("compute"),
      complete: stages.of("complete"),
    };
  }

  clock(): StageClock {
    let sinceMs = performance.now();
    return {
      end: (stage) => {
        this.#stages[stage].observeSince(sinceMs);
        sinceMs = performance.now();
      },
    };
  }

  computed(strategy: string, ms: number): void {
    this.#metrics
      .histogram(WORKER_METRICS.compute)
      .of(strategy)
      .observe(ms / 1_000);
  }

  /** @param strategy empty where the goal's choice of one was never come to */
  ended(strategy: string, outcome: RunOutcome): void {
    this.#metrics
      .counter(WORKER_METRICS.runs)
      .of(strategy || "none", outcomeName(outcome))
      .inc();
  }
}

export class EventCounts {
  readonly #metrics: Metrics;
  readonly #first: BoundCounter;
  readonly #again: BoundCounter;
  readonly #age: BoundHistogram;
  readonly #poisoned: BoundCounter;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
    const taken = metrics.counter(WORKER_METRICS.taken);
    this.#first = taken.of("first");
    this.#again = taken.of("again");
    this.#age = metrics.histogram(WORKER_METRICS.age).of();
    this.#poisoned = metrics.counter(WORKER_METRICS.poisoned).of();
  }

  /** Counts what becomes of a try to bring events into the ledger, and passes it on. */
  async taking(events: readonly ReceivedEvent[], ingest: Promise<void>): Promise<void> {
    await this.#watched(ingest);
    const nowMs = Date.now();
    for (const { event, delivery } of events) {
      (delivery.redelivered ? this.#again : this.#first).inc();
      this.#age.observe((nowMs - event.receivedAtMs) / 1_000);
    }
  }

  async poison(ingest: Promise<void>): Promise<void> {
    await this.#watched(ingest);
    this.#poisoned.inc();
  }

  async #watched(ingest: Promise<void>): Promise<void> {
    try {
      await ingest;
    } catch (thrown) {
      this.#metrics.counter(WORKER_METRICS.failures).of(VigilError.from(thrown).kind).inc();
      throw thrown;
    }
  }
}
