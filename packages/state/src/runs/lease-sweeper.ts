/** Finds leases whose heartbeat stands still, of runs or of plans, and ends them. */

import { type LeaseSample, LeaseWatch } from "@vigil/core";
import type { Logger } from "@vigil/service";
import type { StateCounts } from "../metrics/counts.ts";

export interface LeaseSweeperOptions {
  /** What is leased, for the log. */
  kind: "run" | "plan";
  leaseMs: number;
  logger: Logger;
  /** Reads all live leases. */
  live(): Promise<LeaseSample[]>;
  /**
   * Ends dead leases, unless they moved meanwhile.
   * @returns ids of those that it ended: other state processes look as well, and one of them may have been first
   */
  expire(dead: LeaseSample[]): Promise<string[]>;
  counts: StateCounts;
}

/** Looks per lease time: a dead worker is noticed at most a tenth of the lease time late. */
const LOOKS_PER_LEASE = 10;

export class LeaseSweeper {
  readonly #options: LeaseSweeperOptions;
  readonly #lookEveryMs: number;
  readonly #watch: LeaseWatch;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: LeaseSweeperOptions) {
    this.#options = options;
    this.#lookEveryMs = Math.max(10, Math.floor(options.leaseMs / LOOKS_PER_LEASE));
    this.#watch = new LeaseWatch(options.leaseMs, 2 * this.#lookEveryMs);
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => {
        if (!this.#stopped) this.start();
      });
    }, this.#lookEveryMs);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** A look that fails counts for nothing: the watch sees no time pass. */
  async #look(): Promise<void> {
    const { kind } = this.#options;
    try {
      const dead = this.#watch.look(await this.#options.live(), performance.now());
      const ended = dead.length === 0 ? new Set() : new Set(await this.#options.expire(dead));
      for (const { id, token } of dead.filter((sample) => ended.has(sample.id))) {
        // "lease", since what is called a token is a secret to the log.
        this.#options.logger.warn(
          { [kind]: id, lease: String(token) },
          `lease expired: no heartbeat came, its ${kind === "run" ? "worker" : "applier"} was lost`,
        );
      }
      this.#options.counts.leasesExpired(kind, ended.size);
    } catch (error) {
      this.#options.logger.warn({ err: error }, "could not look at the live leases; trying again");
    }
  }
}
