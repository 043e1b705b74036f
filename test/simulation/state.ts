/** State processes: they answer calls, one transaction each, and look at leases and schedules by themselves. */

import type { LeaseWatch } from "@vigil/core";
import { Actor } from "./agenda.ts";
import { NO_ANSWER, type Refusal } from "./network.ts";
import { scheduleAudits, unblockLeftovers } from "./store/clockwork.ts";
import { expirePlans, livePlans } from "./store/plans.ts";
import { expire, liveRuns } from "./store/runs.ts";
import type { World } from "./world.ts";

/** lease-sweeper.ts: looks per lease time. */
const LOOKS_PER_LEASE = 10;
/** scheduler.ts. */
const SCHEDULE_EVERY_MS = 1_000;
const LEFTOVERS_EVERY_MS = 10_000;
const RESTART_MS = 1_000;

export class StateProcess {
  readonly actor: Actor;
  readonly #world: World;

  constructor(world: World, n: number) {
    this.#world = world;
    this.actor = new Actor(`state-${n}`);
    this.#start();
  }

  #start(): void {
    const { agenda, leaseMs, rules, store } = this.#world;
    const lookEveryMs = leaseMs / LOOKS_PER_LEASE;
    const runs: LeaseWatch = new rules.LeaseWatch(leaseMs, 2 * lookEveryMs);
    const plans: LeaseWatch = new rules.LeaseWatch(leaseMs, 2 * lookEveryMs);
    this.#every(lookEveryMs, () => {
      const dead = runs.look(liveRuns(store), agenda.nowMs);
      if (dead.length > 0) this.#byItself("lease-lost", () => expire(store, dead));
      const deadPlans = plans.look(livePlans(store), agenda.nowMs);
      if (deadPlans.length > 0) this.#byItself("plan-lease-lost", () => expirePlans(store, deadPlans));
    });
    this.#every(SCHEDULE_EVERY_MS, () => this.#byItself("", () => scheduleAudits(store)), 0);
    this.#every(LEFTOVERS_EVERY_MS, () => this.#byItself("", () => unblockLeftovers(store)), 0);
  }

  #every(ms: number, look: () => void, firstMs = ms): void {
    const { agenda } = this.#world;
    const next = () => {
      if (!this.#world.isDatabaseAway) look();
      agenda.after(ms, this.actor, next);
    };
    agenda.after(firstMs, this.actor, next);
  }

  /** A transaction that nobody asked for. */
  #byItself(note: string, transaction: () => unknown): void {
    if (this.#world.faults.strikes("state-dies-before-commit")) {
      this.crash();
      return;
    }
    if (transaction() === true) this.#world.wakeWorkers();
    if (note !== "") this.#world.faults.note(note);
  }

  /** One transaction for a caller. */
  serve<Answer>(transaction: () => Answer | Refusal): Answer | Refusal | typeof NO_ANSWER {
    const { faults } = this.#world;
    if (this.#world.isDatabaseAway) return { refused: "unavailable", why: "no database" };
    if (faults.strikes("state-dies-before-commit")) {
      this.crash();
      return NO_ANSWER;
    }
    const answer = transaction();
    if (faults.strikes("state-dies-after-commit")) {
      this.crash();
      return NO_ANSWER;
    }
    return answer;
  }

  crash(): void {
    if (this.actor.isDown) return;
    this.actor.life++;
    this.actor.isDown = true;
    this.#world.reviveLater(this.actor, RESTART_MS, () => this.#start());
  }
}
