/**
 * Tells which leases are dead, without trusting a wall clock: a lease is dead when its heartbeat
 * counter has not moved for the lease time on the watcher's own monotonic clock.
 *
 * Only time during which the watcher itself was looking counts. A watcher that was paused, or that
 * could not read the database, would otherwise wake up, see that nothing moved (nobody could have
 * moved it) and take every lease for dead.
 */

export interface LeaseSample {
  /** Of the run or the plan. */
  id: string;
  token: bigint;
  heartbeat: bigint;
}

interface Watched {
  token: bigint;
  heartbeat: bigint;
  unmovedMs: number;
}

export class LeaseWatch {
  readonly #leaseMs: number;
  readonly #stepMaxMs: number;
  #watched = new Map<string, Watched>();
  #lastLookMs: number | undefined;

  /**
   * @param leaseMs time without a heartbeat after which a lease is dead
   * @param stepMaxMs most that the time between two looks may count; a little above the look interval
   */
  constructor(leaseMs: number, stepMaxMs: number) {
    this.#leaseMs = leaseMs;
    this.#stepMaxMs = stepMaxMs;
  }

  /** One look at all live leases at `nowMs` (monotonic). Returns those that are dead. */
  look(samples: readonly LeaseSample[], nowMs: number): LeaseSample[] {
    const stepMs = this.#lastLookMs === undefined ? 0 : Math.min(nowMs - this.#lastLookMs, this.#stepMaxMs);
    this.#lastLookMs = nowMs;
    const next = new Map<string, Watched>();
    const dead: LeaseSample[] = [];
    for (const sample of samples) {
      const seen = this.#watched.get(sample.id);
      const moved = seen === undefined || seen.token !== sample.token || seen.heartbeat !== sample.heartbeat;
      const unmovedMs = moved ? 0 : seen.unmovedMs + stepMs;
      next.set(sample.id, { token: sample.token, heartbeat: sample.heartbeat, unmovedMs });
      if (unmovedMs >= this.#leaseMs) dead.push(sample);
    }
    this.#watched = next;
    return dead;
  }
}
