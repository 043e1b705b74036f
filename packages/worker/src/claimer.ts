/**
 * Claims due runs whenever there is room for some: after a wake-up, now and then by itself (a wake-up may
 * be lost), and when slots become free while more runs are known or likely to be due. One claim at a time.
 */

import { VigilError } from "@vigil/core";
import type { Lease__Output, StateClient } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import type { Slots } from "./slots.ts";

export interface ClaimerOptions {
  workerId: string;
  state: StateClient;
  slots: Slots;
  logger: Logger;
  /** Gets each lease, with a slot reserved for it, and the monotonic time at which the claim began. */
  onLease(lease: Lease__Output, askedAtMs: number): void;
}

/** Between polls; spread by a quarter either way so that workers started together don't stay in step. */
const POLL_MS = 2_000;

export class Claimer {
  readonly #options: ClaimerOptions;
  /** There may be due runs that nobody has been told of again. */
  #hungry = true;
  #stopped = false;
  #failing = false;
  #claiming: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ClaimerOptions) {
    this.#options = options;
    this.#poll();
  }

  #poll(): void {
    this.wake();
    this.#timer = setTimeout(() => this.#poll(), POLL_MS * (0.75 + 0.5 * clockFraction()));
  }

  /** Runs may be due. */
  wake(): void {
    this.#hungry = true;
    this.#start();
  }

  /** Slots became free. */
  slotsFreed(): void {
    this.#start();
  }

  #start(): void {
    if (this.#stopped || !this.#hungry || this.#claiming !== undefined) return;
    // One slot stays free where there are several: an event that comes meanwhile can then start its run at
    // once, instead of making it due and waking somebody.
    const { slots } = this.#options;
    const count = slots.reserve(Math.max(1, slots.free - 1));
    if (count === 0) return;
    this.#hungry = false;
    this.#claiming = this.#claim(count).finally(() => {
      this.#claiming = undefined;
      this.#start();
    });
  }

  async #claim(count: number): Promise<void> {
    const { workerId, state, slots, logger, onLease } = this.#options;
    const askedAtMs = performance.now();
    let leases: Lease__Output[] = [];
    try {
      ({ leases } = await state.runs.claim({ workerId, maxRuns: count }));
      this.#failing = false;
      // As many as were asked for: there may be more.
      if (leases.length >= count) this.#hungry = true;
    } catch (thrown) {
      // Once per outage: the poll goes on every two seconds.
      const { message } = VigilError.from(thrown);
      if (!this.#failing) logger.warn({ problem: message }, "due runs could not be claimed, trying again");
      this.#failing = true;
    }
    slots.release(count - leases.length);
    for (const lease of leases) onLease(lease, askedAtMs);
  }

  /** Resolves when the claim under way has ended; its leases are still given to `onLease`. Idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#claiming;
  }
}

/** A number in [0, 1) that differs between processes; nothing depends on how evenly it is spread. */
function clockFraction(): number {
  return (performance.now() * 1_000) % 1;
}
