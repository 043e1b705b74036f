/**
 * What may go wrong. Each seed switches on some kinds of faults and leaves the others out, each with a size of its own:
 * with all of them always on, no seed would get far enough for what takes many steps (swarm testing).
 */

import type { Chance } from "./chance.ts";

/** Asked for wherever the thing could happen. */
const PER_STEP = [
  "request-lost",
  "answer-lost",
  "message-doubled",
  "message-slow",
  "state-dies-before-commit",
  "state-dies-after-commit",
  "wake-up-lost",
  "delivery-lost",
  "ack-lost",
  "publish-ack-lost",
  "publish-ack-slow",
  "stream-full",
  "edge-index-away",
  "edge-dies-before-answer",
  "disk-full",
  "worker-dies-after-ingest",
  "worker-dies-computing",
  "run-fails",
  "run-fails-for-good",
  "run-hits-outage",
  "thread-dies",
  "poisoned-audit",
  "applier-stops-before-call",
  "applier-dies-after-begin",
  "applier-dies-after-effect",
  "applier-dies-aborting",
  "action-fails",
] as const;

/** Happen by themselves, now and then. */
const BY_THEMSELVES = [
  "worker-dies",
  "worker-pauses",
  "worker-drains",
  "state-dies",
  "state-pauses",
  "edge-dies",
  "edge-pauses",
  "edge-cut-off",
  "applier-dies",
  "applier-pauses",
  "applier-drains",
  "broker-dies",
  "broker-loses-power",
  "store-deleted",
  "stream-purged",
  "clock-steps",
  "database-away",
] as const;

export type StepFault = (typeof PER_STEP)[number];
export type SpontaneousFault = (typeof BY_THEMSELVES)[number];
export type Fault = StepFault | SpontaneousFault;

export const FAULTS: readonly Fault[] = [...PER_STEP, ...BY_THEMSELVES];

/** Of the seeds that have any faults, the share in which one kind is on. */
const ON_SHARE = 0.4;
/** One seed of so many has no faults at all: what goes wrong there needs none. */
const CALM_SEED_EVERY = 16;
/** Of the chances that a fault has, the share that it takes. */
const OFTEN = 0.3;
const RATES = [0.02, 0.08, OFTEN];

export class Faults {
  readonly #chance: Chance;
  readonly #rates = new Map<Fault, number>();
  /** How often each happened. */
  readonly counts: Map<string, number>;
  trace: ((what: string) => void) | undefined;
  #isOver = false;

  /** @param only instead of those that the seed would choose */
  constructor(chance: Chance, counts: Map<string, number>, only?: readonly Fault[]) {
    this.#chance = chance;
    this.counts = counts;
    if (only !== undefined) {
      for (const fault of only) this.#rates.set(fault, OFTEN);
      return;
    }
    if (chance.below(CALM_SEED_EVERY) === 0) return;
    for (const fault of FAULTS) if (chance.hits(ON_SHARE)) this.#rates.set(fault, chance.pick(RATES));
  }

  /** From now on nothing goes wrong any more. */
  end(): void {
    this.#isOver = true;
  }

  strikes(fault: StepFault): boolean {
    const rate = this.#rates.get(fault);
    if (rate === undefined || this.#isOver || !this.#chance.hits(rate)) return false;
    this.note(fault);
    return true;
  }

  /** The next thing that happens by itself; undefined when none is on, or faults are over. */
  spontaneous(): SpontaneousFault | undefined {
    if (this.#isOver) return undefined;
    return this.#chance.pickAny(BY_THEMSELVES.filter((fault) => this.#rates.has(fault)));
  }

  note(what: string): void {
    this.trace?.(what);
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** Whether it could have happened in this seed. */
  hadOn(fault: Fault): boolean {
    return this.#rates.has(fault);
  }

  isOn(fault: Fault): boolean {
    return this.#rates.has(fault) && !this.#isOver;
  }
}
