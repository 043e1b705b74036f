/**
 * Claims work whenever there is room for some: after a wake-up, now and then by itself (a wake-up may be lost), and
 * when room becomes free while more work is known or likely to be there. One claim at a time.
 */

import { randomUUID } from "node:crypto";
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
  /**
   * @param claimId UUID of the question, the same when it is asked again because no answer came: what the first call
   *   may have brought is then answered once more
   */
  claim(count: number, claimId: string): Promise<Lease[]>;
  /** Gets each lease, with room reserved for it, and the monotonic time at which the claim began. */
  onLease(lease: Lease, askedAtMs: number): void;
}

/** A question for work, with room for what it may bring. */
interface Question {
  count: number;
  claimId: string;
}

/** Before a question is asked again the first time; then the polls do: leases that got lost must not run out. */
const FIRST_RETRY_MS = 250;
/** Between polls; spread by a quarter either way so that processes started together don't stay in step. */
const POLL_MS = 2_000;

export class Claimer<Lease> {
  readonly #options: ClaimerOptions<Lease>;
  /** There may be work that nobody has been told of again. */
  #hungry = true;
  #stopped = false;
  #failing = false;
  /** No answer came yet. Its room stays taken: the answer may bring leases still. */
  #open: Question | undefined;
  #claiming: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;

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
    this.#open ??= this.#question();
    if (this.#open === undefined) return;
    this.#hungry = false;
    this.#claiming = this.#claim(this.#open).finally(() => {
      this.#claiming = undefined;
      this.#start();
    });
  }

  #question(): Question | undefined {
    const count = this.#options.reserve();
    return count === 0 ? undefined : { count, claimId: randomUUID() };
  }

  async #claim({ count, claimId }: Question): Promise<void> {
    const { claim, release, onLease } = this.#options;
    const askedAtMs = performance.now();
    let leases: Lease[];
    try {
      leases = await claim(count, claimId);
    } catch (thrown) {
      this.#unanswered(thrown);
      return;
    }
    this.#open = undefined;
    this.#failing = false;
    // As many as were asked for: there may be more.
    if (leases.length >= count) this.#hungry = true;
    release(count - leases.length);
    for (const lease of leases) onLease(lease, askedAtMs);
  }

  #unanswered(thrown: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    // Once per outage: the poll goes on every two seconds.
    const { what, logger } = this.#options;
    const { message } = VigilError.from(thrown);
    logger.warn({ problem: message }, `${what} could not be claimed, trying again`);
    this.#retry = setTimeout(() => this.wake(), FIRST_RETRY_MS);
  }

  /** Resolves when the claim under way has ended; its leases are still given to `onLease`. Idempotent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
    await this.#claiming;
  }
}

/** A number in [0, 1) that differs between processes; nothing depends on how evenly it is spread. */
function clockFraction(): number {
  return (performance.now() * 1_000) % 1;
}
