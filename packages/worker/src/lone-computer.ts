/**
 * Computes suspects: runs whose worker died, or that ended their thread. Each is in a process of its own while it is
 * computed, so that its death tells who did it, and takes nobody along. A process that has answered waits a while for the
 * next suspect.
 */

import { DEFAULT_RUN_TIME_MAX_MS, VigilError } from "@vigil/core";
import { type ComputeLimits, LONG_RUN_MS } from "./compute-limits.ts";
import type { ComputeOutcome, Computer, ComputeTask, ThreadResult } from "./compute-task.ts";
import { endedThread, isEndedThread } from "./ended-thread.ts";
import { LoneChild } from "./lone-child.ts";
import { Places } from "./places.ts";

export interface LoneComputerOptions extends ComputeLimits {
  /** Until a process that has nothing to do is ended, ms. Default 5 s. */
  idleMs?: number;
}

/** A dead worker leaves several suspects, which come one after the other; to start a process takes a second of a processor. */
const IDLE_MS = 5_000;
/** For the start of the process, and for its own word about the time limit, ms; then it is taken for frozen. */
const ANSWER_GRACE_MS = 10_000;

/** One suspect at a time; while one takes long, one other. */
export function createLoneComputer(options: LoneComputerOptions = {}): Computer {
  return new LoneComputer(options);
}

class LoneComputer implements Computer {
  readonly #options: LoneComputerOptions;
  readonly #runTimeMaxMs: number;
  readonly #places: Places;
  readonly #children = new Set<LoneChild>();
  /** One at most: alive, with nothing to do. */
  #idle: { child: LoneChild; timer: NodeJS.Timeout } | undefined;
  #isClosed = false;

  constructor(options: LoneComputerOptions) {
    this.#options = options;
    this.#runTimeMaxMs = options.runTimeMaxMs ?? DEFAULT_RUN_TIME_MAX_MS;
    const longMs = options.longRunMs ?? LONG_RUN_MS;
    this.#places = new Places({ places: 1, extraMax: 1, longMs });
  }

  async compute(
    task: ComputeTask,
    signal: AbortSignal,
    onStart?: () => void,
    onLong?: () => void,
  ): Promise<ThreadResult> {
    const place = await this.#places.take(signal, onLong);
    try {
      signal.throwIfAborted();
      onStart?.();
      const outcome = await this.#ask(task, signal);
      signal.throwIfAborted();
      if (outcome.ok) return outcome.solution;
      throw VigilError.fromData(outcome.error);
    } finally {
      place.leave();
    }
  }

  /** The process is gone when this rejects. */
  async #ask(task: ComputeTask, signal: AbortSignal): Promise<ComputeOutcome> {
    const child = this.#child();
    let isLate = false;
    const end = () => void child.kill();
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, this.#runTimeMaxMs + ANSWER_GRACE_MS);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    try {
      const outcome = await child.ask(task);
      if (outcome.ok || !isEndedThread(VigilError.fromData(outcome.error))) this.#keep(child);
      else await this.#discard(child);
      return outcome;
    } catch (thrown) {
      await this.#discard(child);
      signal.throwIfAborted();
      throw isLate ? frozen(this.#runTimeMaxMs) : thrown;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
    }
  }

  #child(): LoneChild {
    const idle = this.#idle;
    this.#idle = undefined;
    clearTimeout(idle?.timer);
    if (idle !== undefined && !idle.child.isGone) return idle.child;
    if (this.#isClosed) throw new VigilError("unavailable", "the worker stops");
    const { runTimeMaxMs, heapMaxMiB, threadModule } = this.#options;
    const child = new LoneChild({ runTimeMaxMs, heapMaxMiB, threadModule: threadModule?.href });
    this.#children.add(child);
    return child;
  }

  /** One whose thread was ended is not kept: nobody knows what that has left behind. */
  async #discard(child: LoneChild): Promise<void> {
    await child.kill();
    this.#children.delete(child);
  }

  #keep(child: LoneChild): void {
    if (this.#idle !== undefined || this.#isClosed) {
      void this.#discard(child);
      return;
    }
    const timer = setTimeout(() => {
      this.#idle = undefined;
      void this.#discard(child);
    }, this.#options.idleMs ?? IDLE_MS);
    this.#idle = { child, timer };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle?.timer);
    this.#idle = undefined;
    await Promise.all([...this.#children].map((child) => this.#discard(child)));
  }
}

function frozen(runTimeMaxMs: number): VigilError {
  return endedThread(
    "deadline",
    `computing alone took longer than ${runTimeMaxMs} ms, its process did not answer and was ended`,
  );
}
