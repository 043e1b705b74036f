import { VigilError } from "@vigil/core";
import type { PlanLease__Output } from "@vigil/proto";
import type { EffectGuard } from "./actions/executor.ts";
import type { Clock } from "./clock.ts";

/**
 * Share of the lease time that a lease is trusted for. The rest is for what an effect takes from the check to the
 * cloud, and for clocks that run at different speeds: state counts the whole time, and no earlier than we do.
 */
const TRUSTED_SHARE = 0.8;

/**
 * The right to execute one plan, as long as it is held for sure: a time counted on our own clock from before the last
 * successful heartbeat was sent. Once lost it stays lost, so that nobody who saw it lost meets somebody who did not.
 */
export class HeldLease implements EffectGuard {
  readonly lease: PlanLease__Output;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  #trustedUntilMs: number;

  /** @param askedAtMs monotonic time at which the call began that brought the lease, or was its last sign of life */
  constructor(lease: PlanLease__Output, askedAtMs: number, clock: Clock) {
    this.lease = lease;
    this.#clock = clock;
    this.#trustedUntilMs = askedAtMs + TRUSTED_SHARE * lease.leaseMs;
  }

  /** Aborted when the lease is lost; its reason is a VigilError illegal-state. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isLost(): boolean {
    this.#look();
    return this.signal.aborted;
  }

  /** A heartbeat got through that was sent then. */
  beaten(sentAtMs: number): void {
    if (this.isLost) return;
    this.#trustedUntilMs = Math.max(this.#trustedUntilMs, sentAtMs + TRUSTED_SHARE * this.lease.leaseMs);
  }

  /** Idempotent: the first reason stays. */
  lose(reason: string): void {
    if (!this.signal.aborted) this.#controller.abort(new VigilError("illegal-state", reason));
  }

  check(): void {
    this.#look();
    this.signal.throwIfAborted();
  }

  #look(): void {
    if (this.#clock.nowMs() < this.#trustedUntilMs) return;
    this.lose(
      `no heartbeat got through for ${TRUSTED_SHARE * this.lease.leaseMs} ms: another applier may have the plan`,
    );
  }
}
