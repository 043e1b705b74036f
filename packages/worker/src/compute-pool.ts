/**
 * The thread pool, and the only place that knows Piscina, whose tasks and results are untyped.
 *
 * A task is given to Piscina only when a thread is free for it: so the time limit measures computing, not
 * the wait for a thread, and a task that has not begun can be taken back.
 */

import { VigilError } from "@vigil/core";
import { Piscina } from "piscina";
import type { ComputedSolution, ComputeOutcome, ComputeTask } from "./compute-task.ts";

export interface ComputePoolOptions {
  /** Threads; all of them are kept warm (a cold one takes 40 ms). */
  threads: number;
  /** Longest computing of one run. Default 10 min. */
  runTimeMaxMs?: number;
  /** JavaScript heap of one thread; the shared snapshot is outside of it. Default 1,024 MiB. */
  heapMaxMiB?: number;
  /** Module that the threads run. Default: compute-thread.ts; tests give others. */
  threadModule?: URL;
}

/** The slowest strategy on the largest model takes seconds; what takes longer than this never ends. */
export const RUN_TIME_MAX_MS = 600_000;
const HEAP_MAX_MIB = 1_024;

export interface ComputePool {
  /**
   * Computes in a thread.
   * @param onStart called when a thread takes the task
   * @param signal ends the wait, or the thread
   * @throws VigilError deadline (time limit), overloaded (out of memory), internal (the thread died),
   *   what computing itself came to, or the signal's reason
   */
  compute(task: ComputeTask, signal: AbortSignal, onStart?: () => void): Promise<ComputedSolution>;
  /** Threads that exist now. */
  threads(): number;
  /** Ends all threads, also those that compute. Resolves when they are gone. Idempotent. */
  close(): Promise<void>;
}

export function createComputePool(options: ComputePoolOptions): ComputePool {
  return new Pool(options);
}

class Pool implements ComputePool {
  readonly #piscina: Piscina<ComputeTask, ComputeOutcome>;
  readonly #runTimeMaxMs: number;
  readonly #heapMaxMiB: number;
  /** Those who wait for a thread, first come first served. */
  readonly #waiting = new Set<() => void>();
  #free: number;
  #closed: Promise<void> | undefined;

  constructor(options: ComputePoolOptions) {
    this.#free = options.threads;
    this.#runTimeMaxMs = options.runTimeMaxMs ?? RUN_TIME_MAX_MS;
    this.#heapMaxMiB = options.heapMaxMiB ?? HEAP_MAX_MIB;
    const module = options.threadModule ?? new URL("./compute-thread.ts", import.meta.url);
    this.#piscina = new Piscina<ComputeTask, ComputeOutcome>({
      filename: module.href,
      minThreads: options.threads,
      maxThreads: options.threads,
      concurrentTasksPerWorker: 1,
      // A task may wait for a thread that takes the place of an ended one.
      maxQueue: options.threads,
      // A thread that waits in Atomics.wait can't be told to end.
      atomics: "disabled",
      recordTiming: false,
      resourceLimits: { maxOldGenerationSizeMb: this.#heapMaxMiB },
    });
    // What befalls a thread between tasks has no promise to fail; the pool replaces the thread.
    this.#piscina.on("error", () => undefined);
  }

  async compute(task: ComputeTask, signal: AbortSignal, onStart?: () => void): Promise<ComputedSolution> {
    await this.#thread(signal);
    // One controller with a timer of its own: AbortSignal.timeout would keep its timer, ten minutes long, for
    // every run that took a millisecond.
    const ender = new AbortController();
    const end = () => ender.abort();
    const timer = setTimeout(end, this.#runTimeMaxMs);
    signal.addEventListener("abort", end);
    try {
      signal.throwIfAborted();
      onStart?.();
      const outcome = await this.#piscina.run(task, { signal: ender.signal });
      if (outcome.ok) return outcome.solution;
      throw VigilError.fromData(outcome.error);
    } catch (thrown) {
      signal.throwIfAborted();
      throw this.#readable(thrown, ender.signal.aborted);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      this.#passOn();
    }
  }

  /** Resolves when a thread is the caller's. */
  #thread(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (this.#free > 0) {
        this.#free--;
        resolve();
        return;
      }
      const take = () => {
        this.#waiting.delete(take);
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.delete(take);
        reject(signal.reason);
      };
      this.#waiting.add(take);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }

  /** Hands the thread to the first who waits, without a moment in which somebody else could take it. */
  #passOn(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free++;
    else next();
  }

  #readable(thrown: unknown, timedOut: boolean): VigilError {
    if (thrown instanceof VigilError) return thrown;
    if (timedOut) {
      return new VigilError(
        "deadline",
        `computing took longer than ${this.#runTimeMaxMs} ms and was ended. Raise the run time limit or narrow the audit's scope.`,
      );
    }
    const { code, message } = thrown as { code?: string; message?: string };
    if (code === "ERR_WORKER_OUT_OF_MEMORY") {
      return new VigilError(
        "overloaded",
        `computing needed more than the ${this.#heapMaxMiB} MiB heap of a thread. Raise the worker's heap limit.`,
      );
    }
    return new VigilError("internal", `the compute thread failed: ${message ?? String(thrown)}`, {
      cause: thrown,
    });
  }

  threads(): number {
    return this.#piscina.threads.length;
  }

  close(): Promise<void> {
    this.#closed ??= this.#piscina.destroy();
    return this.#closed;
  }
}
