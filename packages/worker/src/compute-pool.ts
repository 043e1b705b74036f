/**
 * The thread pool, and the only place that knows Piscina, whose tasks and results are untyped.
 *
 * A task is given to Piscina only when a thread is free for it: so the time limit measures computing, not
 * the wait for a thread, and a task that has not begun can be taken back.
 */

import { DEFAULT_RUN_HEAP_MAX_MIB, DEFAULT_RUN_TIME_MAX_MS, VigilError } from "@vigil/core";
import { Piscina } from "piscina";
import { COMPUTE_THREAD, type ComputeLimits, LONG_RUN_MS } from "./compute-limits.ts";
import type { ComputeOutcome, Computer, ComputeTask, ThreadResult } from "./compute-task.ts";
import { endedThread } from "./ended-thread.ts";
import { Places } from "./places.ts";

export interface ComputePoolOptions extends ComputeLimits {
  /** Threads that are kept warm (a cold one takes 40 ms); long runs may take as many again for a while. */
  threads: number;
}

/** Until an extra thread that has nothing to do ends, ms: the next long run often follows the last. */
const EXTRA_THREAD_IDLE_MS = 5_000;

export interface ComputePool extends Computer {
  /** Threads that exist now. */
  threads(): number;
  /** Runs that are computed now. */
  busy(): number;
  /** Runs that wait for a thread. */
  queued(): number;
}

export function createComputePool(options: ComputePoolOptions): ComputePool {
  return new Pool(options);
}

class Pool implements ComputePool {
  readonly #threads: number;
  /** Threads that are kept, and those that come and go. */
  readonly #kept: Piscina<ComputeTask, ComputeOutcome>;
  readonly #extra: Piscina<ComputeTask, ComputeOutcome>;
  /** Runs in threads that are kept. */
  #inKept = 0;
  readonly #runTimeMaxMs: number;
  readonly #heapMaxMiB: number;
  readonly #places: Places;
  #closed: Promise<void> | undefined;

  constructor({ threads, ...limits }: ComputePoolOptions) {
    this.#runTimeMaxMs = limits.runTimeMaxMs ?? DEFAULT_RUN_TIME_MAX_MS;
    this.#heapMaxMiB = limits.heapMaxMiB ?? DEFAULT_RUN_HEAP_MAX_MIB;
    const longMs = limits.longRunMs ?? LONG_RUN_MS;
    this.#places = new Places({ places: threads, extraMax: threads, longMs });
    this.#threads = threads;
    const module = limits.threadModule ?? COMPUTE_THREAD;
    this.#kept = threadsOf(module, this.#heapMaxMiB, threads, threads);
    // Of its own: one that may grow would start two threads for each that was ended.
    this.#extra = threadsOf(module, this.#heapMaxMiB, 0, threads);
  }

  async compute(
    task: ComputeTask,
    signal: AbortSignal,
    onStart?: () => void,
    onLong?: () => void,
  ): Promise<ThreadResult> {
    const place = await this.#places.take(signal, onLong);
    const isKept = this.#inKept < this.#threads;
    if (isKept) this.#inKept++;
    // One controller with a timer of its own: AbortSignal.timeout would keep its timer, minutes long, for
    // every run that took a millisecond.
    const ender = new AbortController();
    const end = () => ender.abort();
    const timer = setTimeout(end, this.#runTimeMaxMs);
    signal.addEventListener("abort", end);
    try {
      signal.throwIfAborted();
      onStart?.();
      const outcome = await (isKept ? this.#kept : this.#extra).run(task, { signal: ender.signal });
      if (outcome.ok) return outcome.solution;
      throw VigilError.fromData(outcome.error);
    } catch (thrown) {
      signal.throwIfAborted();
      throw this.#readable(thrown, ender.signal.aborted);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      if (isKept) this.#inKept--;
      place.leave();
    }
  }

  #readable(thrown: unknown, timedOut: boolean): VigilError {
    if (thrown instanceof VigilError) return thrown;
    if (timedOut) {
      return endedThread(
        "deadline",
        `computing took longer than ${this.#runTimeMaxMs} ms and was ended. Raise the run time limit or narrow the audit's scope.`,
      );
    }
    const { code, message } = thrown as { code?: string; message?: string };
    if (code === "ERR_WORKER_OUT_OF_MEMORY") {
      return endedThread(
        "overloaded",
        `computing needed more than the ${this.#heapMaxMiB} MiB heap of a thread. Raise the worker's heap limit.`,
      );
    }
    return endedThread("internal", `the compute thread failed: ${message ?? String(thrown)}`, thrown);
  }

  threads(): number {
    return this.#kept.threads.length + this.#extra.threads.length;
  }

  busy(): number {
    return this.#places.taken;
  }

  queued(): number {
    return this.#places.waiting;
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all([this.#kept.destroy(), this.#extra.destroy()]).then(() => undefined);
    return this.#closed;
  }
}

function threadsOf(
  module: URL,
  heapMaxMiB: number,
  minThreads: number,
  maxThreads: number,
): Piscina<ComputeTask, ComputeOutcome> {
  const piscina = new Piscina<ComputeTask, ComputeOutcome>({
    filename: module.href,
    minThreads,
    maxThreads,
    idleTimeout: EXTRA_THREAD_IDLE_MS,
    concurrentTasksPerWorker: 1,
    // A task may wait for a thread that takes the place of an ended one.
    maxQueue: maxThreads,
    // A thread that waits in Atomics.wait can't be told to end.
    atomics: "disabled",
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: heapMaxMiB },
  });
  // What befalls a thread between tasks has no promise to fail; the pool replaces the thread.
  piscina.on("error", () => undefined);
  return piscina;
}
