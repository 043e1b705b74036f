/**
 * How many runs a worker takes at once: pure bookkeeping.
 *
 * A slot is held from the moment a lease is asked for until the run's computing is over. Only the last part
 * of that needs a thread, the rest waits for state or the broker; so there are more slots than threads
 * (`RUNS_PER_THREAD`), but few more, since a run that waits here for a thread could be computing on another
 * machine. Writing the result needs no thread and so no slot.
 *
 * Invariant: free + taken = capacity, except when a lease came that nobody had reserved a slot for (state
 * repeats the answer of a call whose answer was lost); then `free` is 0 until enough runs have ended.
 */

/**
 * With 4, a thread is busy as long as computing takes at least a quarter of a slot's time; asking for a
 * lease and finding the snapshot takes 5 to 10 ms, most of it one disk flush.
 */
export const RUNS_PER_THREAD = 32;

export class Slots {
  readonly capacity: number;
  #taken = 0;

  /** @param capacity at least 1 */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get free(): number {
    return Math.max(0, this.capacity - this.#taken);
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
