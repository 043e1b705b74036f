/**
 * The worker role: takes events to the ledger, holds leases of runs, computes their plans.
 *
 * A run comes with the answer to an ingest or to a claim, each of which reserves a slot before it asks; it
 * leaves when its result is written, when it is somebody else's, or when it is handed back.
 */

import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import {
  type Bus,
  consumeEvents,
  createModelStore,
  type EventConsumer,
  onWake,
  type TopologyOptions,
  type WakeListener,
} from "@vigil/bus";
import { DEFAULT_OPTIONS, type Options, optionsJson } from "@vigil/core";
import type { Event, Lease__Output, StateClient } from "@vigil/proto";
import {
  Claimer,
  type Logger,
  Metrics,
  type ReadinessPart,
  type Role,
  startHousekeeping,
  within,
} from "@vigil/service";
import type { Context } from "@vigil/tracing";
import { type ActiveRun, ActiveRuns, refOf } from "./active-runs.ts";
import type { ComputeLimits } from "./compute-limits.ts";
import { type ComputePool, createComputePool } from "./compute-pool.ts";
import type { Computer } from "./compute-task.ts";
import { inEventSpans } from "./event-spans.ts";
import { Heartbeats } from "./heartbeats.ts";
import { workerTasks } from "./housekeeping.ts";
import { eventMessage, poisonEvent } from "./ingest.ts";
import { createLoneComputer } from "./lone-computer.ts";
import { EventCounts, RunCounts, WORKER_METRICS } from "./metrics.ts";
import { RunExecutor } from "./run-executor.ts";
import { RUNS_PER_THREAD_MAX, SlotSizing, Slots } from "./slots.ts";
import { Snapshots } from "./snapshots.ts";

export interface WorkerOptions extends ComputeLimits {
  /** Connected or not; stays the caller's to close, as does `state`. */
  bus: Bus;
  state: StateClient;
  logger: Logger;
  /** Where it counts. Default: where nobody looks. */
  metrics?: Metrics;
  /** Name of this machine in the list of services. */
  host: string;
  /** Compute threads. Default: one per processor, less one for the main threads. */
  threads?: number;
  /** Runs held per thread at most. Default 32; how many it is depends on their computing times, see slots.ts. */
  runsPerThreadMax?: number;
  /** Unique among all workers, `<host>:<pid>:<random>`: audits show the host. */
  workerId?: string;
  /** Ingest calls at once. Default 32: more only wait for the same disk flushes. */
  ingestsMax?: number;
  /** How long a stop waits for runs that compute before it hands them back. Default 3 s. */
  stopGraceMs?: number;
  /** What the operator set for all strategies and planners, recorded with each run. Default: the defaults. */
  strategyOptions?: Options;
  /** Settings for the streams, should they have to be made again. */
  topology?: TopologyOptions;
}

const INGESTS_MAX = 32;
const STOP_GRACE_MS = 3_000;
/** Suspects held beside the slots; beyond it, they keep theirs until they are computed, so that other workers get some. */
const SUSPECTS_MAX = 64;
/** Results that are being written; beyond it, runs keep their slots until theirs is. */
const FINISHING_MAX = 64;

/** Starts the worker role; it takes work as soon as bus and state can be reached. */
export async function startWorker(options: WorkerOptions): Promise<Role> {
  const worker = new Worker(options);
  await worker.start();
  return worker;
}

class Worker implements Role {
  readonly name = "worker";
  readonly #options: WorkerOptions;
  readonly #workerId: string;
  readonly #slots: Slots;
  readonly #sizing: SlotSizing;
  readonly #runs = new ActiveRuns();
  readonly #ends = new Set<Promise<void>>();
  readonly #pool: ComputePool;
  readonly #alone: Computer;
  readonly #snapshots: Snapshots;
  readonly #executor: RunExecutor;
  readonly #eventCounts: EventCounts;
  readonly #heartbeats: Heartbeats;
  readonly #claimer: Claimer<Lease__Output>;
  readonly #housekeeping: { stop(): void };
  #wake: WakeListener | undefined;
  /** Runs that hold a slot; the other slots in use are reserved for leases that were asked for. */
  #holding = 0;
  /** Runs without a slot that wait for a process of their own, or are in it. */
  #suspects = 0;
  /** Every slot has a run. */
  #full = false;
  #consumer: EventConsumer | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: WorkerOptions) {
    const { bus, state, logger, host } = options;
    const threads = options.threads ?? Math.max(1, availableParallelism() - 1);
    this.#options = options;
    this.#workerId = options.workerId ?? `${host}:${process.pid}:${randomUUID().slice(0, 8)}`;
    this.#sizing = new SlotSizing(threads, options.runsPerThreadMax ?? RUNS_PER_THREAD_MAX);
    this.#slots = new Slots(this.#sizing.capacity);
    const { runTimeMaxMs, heapMaxMiB, longRunMs, threadModule } = options;
    const limits = { runTimeMaxMs, heapMaxMiB, longRunMs, threadModule };
    this.#pool = createComputePool({ threads, ...limits });
    this.#alone = createLoneComputer(limits);
    const common = { workerId: this.#workerId, state, logger };
    const metrics = options.metrics ?? new Metrics();
    const counts = new RunCounts(metrics);
    this.#eventCounts = new EventCounts(metrics);
    const snapshots = new Snapshots({ store: createModelStore(bus), logger });
    this.#snapshots = snapshots;
    const strategyOptions = optionsJson(options.strategyOptions ?? DEFAULT_OPTIONS);
    const computers = { pool: this.#pool, alone: this.#alone };
    this.#executor = new RunExecutor({
      ...common,
      ...computers,
      counts,
      snapshots,
      options: strategyOptions,
    });
    this.#show(metrics);
    this.#heartbeats = new Heartbeats({ ...common, runs: this.#runs });
    this.#claimer = new Claimer({
      what: "due runs",
      logger,
      // One slot stays free where there are several: an event that comes meanwhile can then start its run at
      // once, instead of making it due and waking somebody.
      reserve: () => this.#slots.reserve(Math.max(1, this.#slots.free - 1)),
      release: (count) => this.#slots.release(count),
      claim: async (maxRuns, claimId) =>
        (await state.runs.claim({ workerId: this.#workerId, maxRuns, claimId })).leases,
      onLease: (lease, askedAtMs) => this.#begin(lease, askedAtMs),
    });
    this.#housekeeping = startHousekeeping(workerTasks({ bus, state, host }), logger);
    logger.info({ worker: this.#workerId, threads, slots: this.#slots.capacity }, "worker started");
  }

  /** What can be read at any time. */
  #show(metrics: Metrics): void {
    metrics.gauge(WORKER_METRICS.threads, () => this.#pool.threads());
    metrics.gauge(WORKER_METRICS.busy, () => this.#pool.busy());
    metrics.gauge(WORKER_METRICS.queue, () => this.#pool.queued());
    metrics.gauge(WORKER_METRICS.held, () => this.#runs.size);
    metrics.gauge(WORKER_METRICS.slots, () => this.#slots.capacity);
    metrics.gauge(WORKER_METRICS.suspects, () => this.#suspects);
    metrics.gauge(WORKER_METRICS.events, () => this.#consumer?.held() ?? 0);
    metrics.gauge(WORKER_METRICS.snapshots, () => this.#snapshots.size);
  }

  async start(): Promise<void> {
    const { bus } = this.#options;
    this.#wake = onWake(bus, "run", () => this.#claimer.wake());
    this.#consumer = await consumeEvents(bus, {
      maxInFlight: this.#options.ingestsMax ?? INGESTS_MAX,
      topology: this.#options.topology,
      handle: (events) => this.#eventCounts.taking(events, this.#ingest(events.map(eventMessage))),
      onPoison: (message, reason) => this.#eventCounts.poison(this.#ingest([poisonEvent(message, reason)])),
    });
  }

  /** Events of one audit, in order. Resolves after state's commit. */
  async #ingest(events: readonly Event[]): Promise<void> {
    // All in one call, but that a state of the release before takes only the first of them.
    await inEventSpans(events, async (placed, parent) => {
      for (let taken = 0; taken < placed.length; ) {
        taken += await this.#ingestOnce(placed.slice(taken), parent);
      }
    });
  }

  /** Returns how many were taken, from the first on. A run that comes with the answer goes on by itself. */
  async #ingestOnce([event, ...more]: readonly Event[], parent: Context): Promise<number> {
    const canRun = this.#stopping === undefined && this.#slots.reserve(1) === 1;
    const askedAtMs = performance.now();
    let lease: Lease__Output | null = null;
    let taken = 1;
    try {
      const request = { workerId: this.#workerId, canRun, event, more };
      const answer = await this.#options.state.runs.ingest(request, parent);
      lease = answer.lease;
      taken += answer.moreOutcomes.length;
    } finally {
      if (lease === null && canRun) this.#unreserve();
    }
    if (lease === null) return taken;
    // A repeated answer may bring a lease that was asked for without a slot.
    if (!canRun) this.#slots.force();
    this.#begin(lease, askedAtMs);
    return taken;
  }

  /** A lease with a slot: executes the run unless it is being executed already. */
  #begin(lease: Lease__Output, askedAtMs: number): void {
    const run = this.#runs.add(lease, askedAtMs);
    if (run === undefined) {
      this.#unreserve();
      return;
    }
    this.#holding++;
    this.#updateWake();
    if (this.#stopping !== undefined) this.#runs.abort(run, "stopping");
    const end: Promise<void> = this.#execute(run).finally(() => this.#ends.delete(end));
    this.#ends.add(end);
  }

  async #execute(run: ActiveRun): Promise<void> {
    let holds = true;
    const letGo = () => {
      if (!holds) return;
      holds = false;
      this.#holding--;
      this.#updateWake();
      this.#unreserve();
    };
    // A suspect needs no thread, and may have to wait for others: no run that does is kept waiting for it.
    const isBeside = run.lease.alone && this.#suspects < SUSPECTS_MAX;
    if (isBeside) {
      this.#suspects++;
      letGo();
    }
    const outcome = await this.#executor.execute(run, {
      onLong: letGo,
      onComputed: (computeMs) => {
        if (computeMs !== undefined) this.#resize(computeMs);
        if (this.#runs.size - this.#holding - this.#suspects < FINISHING_MAX) letGo();
      },
    });
    this.#runs.remove(run);
    if (isBeside) this.#suspects--;
    // State may believe in the lease still; handing it back spares the run the wait and the attempt.
    if (outcome.what === "aborted" && (outcome.reason === "stopping" || outcome.reason === "expired")) {
      this.#heartbeats.release(refOf(run));
    }
    letGo();
  }

  #resize(computeMs: number): void {
    this.#sizing.record(computeMs);
    this.#slots.resize(this.#sizing.capacity);
    this.#updateWake();
  }

  #unreserve(): void {
    this.#slots.release();
    this.#claimer.roomFreed();
  }

  /** A wake-up goes to one worker only, so one that is full of runs lets others have it. */
  #updateWake(): void {
    const full = this.#holding >= this.#slots.capacity;
    if (full === this.#full) return;
    this.#full = full;
    if (full) {
      this.#wake?.pause();
      return;
    }
    this.#wake?.resume();
    // What was announced meanwhile was announced to others, if there are any.
    this.#claimer.wake();
  }

  readiness(): ReadinessPart[] {
    const { bus, state } = this.#options;
    const nats = bus.status();
    const stopping = this.#stopping !== undefined;
    const consuming = this.#consumer?.healthy() === true;
    const stateDetail =
      "no connection to a state process. Check VIGIL_STATE_ADDRESS and that one is running.";
    return [
      { name: "nats", ready: nats.connected, ...(nats.detail === undefined ? {} : { detail: nats.detail }) },
      {
        name: "events",
        ready: consuming,
        ...(consuming ? {} : { detail: "no answer from the event stream yet" }),
      },
      { name: "state", ready: state.ready(), ...(state.ready() ? {} : { detail: stateDetail }) },
      ...(stopping ? [{ name: "worker", ready: false, detail: "stopping" }] : []),
    ];
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#wake?.stop();
    this.#wake = undefined;
    // A call to state that hangs must not hold up the end; what it brings is left to ack wait and lease time.
    await this.#withinGrace(Promise.all([this.#claimer.stop(), this.#consumer?.stop()]));
    for (const run of this.#runs.all()) if (run.phase === "waiting") this.#runs.abort(run, "stopping");
    await this.#withinGrace(this.#allEnded());
    for (const run of this.#runs.all()) this.#runs.abort(run, "stopping");
    await this.#withinGrace(this.#allEnded());
    await this.#withinGrace(this.#heartbeats.stop());
    await Promise.all([this.#pool.close(), this.#alone.close()]);
    this.#housekeeping.stop();
    this.#options.logger.info("worker stopped");
  }

  async #withinGrace(work: Promise<unknown>): Promise<void> {
    await within(work, this.#options.stopGraceMs ?? STOP_GRACE_MS);
  }

  async #allEnded(): Promise<void> {
    while (this.#ends.size > 0) await Promise.all(this.#ends);
  }
}
