/**
 * Claims work whenever there is room for some: after a wake-up, now and then by itself (a wake-up may be lost), and
 * when room becomes free while more work is known or likely to be there. One claim at a time.
 */

import { VigilError } from "@vigil/core";
import type { Logger } from "./logger.ts";

export interface ClaimerOptions<Lease> {
  /** What is claimed, for the log: "due runs". */
  what: string;
  logger: Logger;
  /** Takes room for what the next claim may bring; returns for how many. 0: no room. */
  reserve(): number;
  /** Gives back room that a claim did not use. */
  release(count: number): void;
  claim(count: number): Promise<Lease[]>;
  /** Gets each lease, with room reserved for it, and the monotonic time at which the claim began. */
  onLease(lease: Lease, askedAtMs: number): void;
}

/** Between polls; spread by a quarter either way so that processes started together don't stay in step. */
const POLL_MS = 2_000;

export class Claimer<Lease> {
  readonly #options: ClaimerOptions<Lease>;
  /** There may be work that nobody has been told of again. */
  #hungry = true;
  #stopped = false;
  #failing = false;
  #claiming: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ClaimerOptions<Lease>) {
    this.#options = options;
    this.#poll();
  }

  #poll(): void {
    this.wake();
    this.#timer = setTimeout(() => this.#poll(), POLL_MS * (0.75 + 0.5 * clockFraction()));
  }

  /** There may be work. */
  wake(): void {
    this.#hungry = true;
    this.#start();
  }

  /** Room became free. */
  roomFreed(): void {
    this.#start();
  }

  #start(): void {
    if (this.#stopped || !this.#hungry || this.#claiming !== undefined) return;
    const count = this.#options.reserve();
    if (count === 0) return;
    this.#hungry = false;
    this.#claiming = this.#claim(count).finally(() => {
      this.#claiming = undefined;
      this.#start();
    });
  }

  async #claim(count: number): Promise<void> {
    const { what, logger, claim, release, onLease } = this.#options;
    const askedAtMs = performance.now();
    let leases: Lease[] = [];
    try {
      leases = await claim(count);
      this.#failing = false;
      // As many as were asked for: there may be more.
      if (leases.length >= count) this.#hungry = true;
    } catch (thrown) {
      // Once per outage: the poll goes on every two seconds.
      const { message } = VigilError.from(thrown);
      if (!this.#failing) logger.warn({ problem: message }, `${what} could not be claimed, trying again`);
      this.#failing = true;
    }
    release(count - leases.length);
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
