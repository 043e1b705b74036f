/**
 * Keeps the leases of plans alive: one call for all of them. It also brings what users want of them: a plan that is
 * being cancelled is told to its runner.
 */

import { VigilError } from "@vigil/core";
import type { PlanCalls, PlanLease__Output } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import type { HeldLease } from "./held-lease.ts";

/** A plan that is executed here. */
export interface LivePlan {
  readonly held: HeldLease;
  cancel(): void;
}

export interface PlanHeartbeatsOptions {
  applierId: string;
  plans: PlanCalls;
  logger: Logger;
  /** The plans of the moment. */
  live(): LivePlan[];
}

/** How soon a lease's period is noticed, ms. */
const TICK_MS = 100;

export class PlanHeartbeats {
  readonly #options: PlanHeartbeatsOptions;
  #lastBeatMs = Number.NEGATIVE_INFINITY;
  #beating = false;
  readonly #timer: NodeJS.Timeout;

  constructor(options: PlanHeartbeatsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /**
   * The time from which a lease that has just come is trusted. The claim of a huge plan takes as long as its lease,
   * and would be given up, and claimed again, for ever: a heartbeat says that it is held still.
   * @param askedAtMs monotonic time at which the claim began
   */
  async trustedSince(
    { planUuid, token, heartbeatMs }: PlanLease__Output,
    askedAtMs: number,
  ): Promise<number> {
    const sentAtMs = performance.now();
    if (sentAtMs - askedAtMs < heartbeatMs) return askedAtMs;
    const { applierId, plans, logger } = this.#options;
    try {
      const answer = await plans.heartbeatPlans({ applierId, leases: [{ planUuid, token }] });
      const isHeld = !(answer.lostPlanUuids.includes(planUuid) || answer.unmovedPlanUuids.includes(planUuid));
      return isHeld ? sentAtMs : askedAtMs;
    } catch (thrown) {
      logger.warn({ problem: VigilError.from(thrown).message }, "heartbeat did not get through");
      return askedAtMs;
    }
  }

  #tick(): void {
    const live = this.#options.live().filter(({ held }) => !held.isLost);
    const periodMs = Math.min(...live.map(({ held }) => held.lease.heartbeatMs));
    if (this.#beating || performance.now() - this.#lastBeatMs < periodMs - TICK_MS) return;
    if (live.length > 0) void this.#beat(live);
  }

  async #beat(live: LivePlan[]): Promise<void> {
    const { applierId, plans, logger } = this.#options;
    this.#beating = true;
    const sentAtMs = performance.now();
    this.#lastBeatMs = sentAtMs;
    const leases = live.map(({ held }) => ({ planUuid: held.lease.planUuid, token: held.lease.token }));
    try {
      const answer = await plans.heartbeatPlans({ applierId, leases });
      const lost = new Set(answer.lostPlanUuids);
      const cancelling = new Set(answer.cancellingPlanUuids);
      const unmoved = new Set(answer.unmovedPlanUuids);
      for (const plan of live) {
        const { planUuid } = plan.held.lease;
        if (lost.has(planUuid)) plan.held.lose("state says that the plan is another applier's, or has ended");
        else if (!unmoved.has(planUuid)) plan.held.beaten(sentAtMs);
        if (cancelling.has(planUuid)) plan.cancel();
      }
    } catch (thrown) {
      const { message } = VigilError.from(thrown);
      logger.warn({ problem: message, plans: leases.length }, "heartbeat did not get through");
    } finally {
      this.#beating = false;
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
