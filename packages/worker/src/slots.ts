/**
 * How many runs a worker takes at once: pure bookkeeping.
 *
 * A slot is held from the moment a lease is asked for until the run's computing is over. Only the last part
 * of that needs a thread, the rest waits for state or the broker; so there are more slots than threads. But
 * a run that waits here for a thread could be computing on another machine: so the slots of a thread hold
 * some `HELD_MS` of computing, many runs of a millisecond or few of seconds (`SlotSizing`).
 *
 * Invariant: free + taken = capacity, except when a lease came that nobody had reserved a slot for (state
 * repeats the answer of a call whose answer was lost) or the capacity shrank; then `free` is 0 until enough
 * runs have ended.
 */

/** Computing that may wait for a thread, ms: what a run loses at most by being here and not elsewhere. */
const HELD_MS = 100;
/** Before anything is known. */
const RUNS_PER_THREAD_FIRST = 4;
/** A thread must not stand idle while the next lease is asked for. */
const RUNS_PER_THREAD_MIN = 2;
/**
 * With 4 slots a thread computed 120 plans/s of the dummy strategy, with 32 it computed 210: each lease and
 * each result costs a disk flush, which 32 runs share. More only wait for the same flushes.
 */
export const RUNS_PER_THREAD_MAX = 32;
/** Weight of the newest run in the mean: a change of the work shows within ten runs. */
const NEWEST_WEIGHT = 0.1;

/** Number of slots that fits the computing times seen. */
export class SlotSizing {
  readonly #threads: number;
  readonly #perThreadMax: number;
  #meanMs: number | undefined;

  constructor(threads: number, perThreadMax: number) {
    this.#threads = threads;
    this.#perThreadMax = perThreadMax;
  }

  /** A run has computed so long, ms. */
  record(computeMs: number): void {
    const mean = this.#meanMs ?? computeMs;
    this.#meanMs = mean + NEWEST_WEIGHT * (computeMs - mean);
  }

  get capacity(): number {
    const fitting =
      this.#meanMs === undefined
        ? RUNS_PER_THREAD_FIRST
        : Math.floor(HELD_MS / Math.max(this.#meanMs, 0.001));
    const perThread = Math.min(Math.max(fitting, RUNS_PER_THREAD_MIN), this.#perThreadMax);
    return this.#threads * perThread;
  }
}

export class Slots {
  #capacity: number;
  #taken = 0;

  /** @param capacity at least 1 */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Runs that are held keep their slots when there are fewer than before. */
  resize(capacity: number): void {
    this.#capacity = capacity;
  }

  get free(): number {
    return Math.max(0, this.#capacity - this.#taken);
  }

  get taken(): number {
    return this.#taken;
  }

  /** Takes up to `wanted` of the free slots; returns how many. */
  reserve(wanted: number): number {
    const granted = Math.min(wanted, this.free);
    this.#taken += granted;
    return granted;
  }

  /** Takes a slot whether one is free or not: the run is this worker's already. */
  force(): void {
    this.#taken++;
  }

  release(count = 1): void {
    this.#taken = Math.max(0, this.#taken - count);
  }
}
