/**
 * Keeps the leases alive: one call for all of them, from the main thread, so that a thread that computes
 * is not asked. A run whose lease is lost or can't be trusted any more is aborted.
 *
 * Runs that are to be handed back are released here too, again and again until state answers: a release
 * that comes late is refused by its token and does no harm, one that never comes costs the run an attempt.
 */

import { VigilError } from "@vigil/core";
import type { StateClient } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import type { ActiveRuns, LeaseRef } from "./active-runs.ts";

export interface HeartbeatsOptions {
  workerId: string;
  state: StateClient;
  runs: ActiveRuns;
  logger: Logger;
}

/** Without leases: how soon a new lease's period is noticed. */
const IDLE_MS = 250;
/** Runs that could not be handed back; beyond it they are left to their lease time. */
const RELEASES_MAX = 1_000;

export class Heartbeats {
  readonly #options: HeartbeatsOptions;
  readonly #releases: LeaseRef[] = [];
  #lastBeatMs = 0;
  #beating = false;
  #timer: NodeJS.Timeout;

  constructor(options: HeartbeatsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), IDLE_MS);
  }

  #tick(): void {
    const { runs, logger } = this.#options;
    const nowMs = performance.now();
    for (const run of runs.expire(nowMs)) {
      const fields = { run: run.lease.runId, audit: run.lease.auditUuid, leaseMs: run.lease.leaseMs };
      logger.error(fields, "no heartbeat got through for the lease time, giving the run up");
    }
    const periodMs = runs.heartbeatMs();
    if (this.#beating || periodMs === undefined || nowMs - this.#lastBeatMs < periodMs - IDLE_MS) {
      if (!this.#beating && this.#releases.length > 0) void this.flush();
      return;
    }
    this.#lastBeatMs = nowMs;
    void this.#beat();
  }

  async #beat(): Promise<void> {
    const { workerId, state, runs, logger } = this.#options;
    this.#beating = true;
    const askedAtMs = performance.now();
    const leases = runs.refs();
    try {
      const { lostRunIds } = await state.runs.heartbeat({ workerId, leases });
      for (const { lease } of runs.beaten(leases, lostRunIds, askedAtMs)) {
        logger.warn({ run: lease.runId, audit: lease.auditUuid }, "lease lost, the run is ended here");
      }
    } catch (thrown) {
      logger.warn(
        { problem: VigilError.from(thrown).message, leases: leases.length },
        "heartbeat did not get through",
      );
    } finally {
      this.#beating = false;
    }
  }

  /** Hands a run back, as soon as state can be reached. */
  release(lease: LeaseRef): void {
    if (this.#releases.length < RELEASES_MAX) this.#releases.push(lease);
  }

  /** Tries once to hand back what is to be handed back. */
  async flush(): Promise<void> {
    const { workerId, state, logger } = this.#options;
    const leases = this.#releases.splice(0);
    if (leases.length === 0) return;
    try {
      await state.runs.release({ workerId, leases });
      logger.info({ runs: leases.map((lease) => lease.runId) }, "runs handed back");
    } catch (thrown) {
      const error = VigilError.from(thrown);
      logger.warn({ problem: error.message, leases: leases.length }, "runs could not be handed back");
      if (error.kind === "unavailable" || error.kind === "deadline")
        for (const lease of leases) this.release(lease);
    }
  }

  /** Stops the heartbeats; what is still to be handed back is tried once more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
