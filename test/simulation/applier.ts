/** An applier: packages/applier/src. The graph and the lease in hand are the product's own. */

import { type ActionEndState, ActionGraph } from "@vigil/core";
import type { PlanLease__Output } from "@vigil/proto";
import type { Clock } from "../../packages/applier/src/clock.ts";
import { Actor } from "./agenda.ts";
import { isRefusal, type Refusal } from "./network.ts";
import {
  type ActionStep,
  claimPlan,
  endPlan,
  heartbeatPlans,
  type PlanLease,
  releasePlan,
  stepAction,
} from "./store/plans.ts";
import type { World } from "./world.ts";

const POLL_MS = 2_000;
const DEADLINE_MS = 1_000;
const RESTART_MS = 1_500;
const ACTIONS_MAX = 2;
/** plan-writer.ts. */
const RETRY_MS = [50, 200, 500, 1_000];

interface Execution {
  lease: PlanLease;
  held: InstanceType<World["rules"]["HeldLease"]>;
  graph: ActionGraph;
  running: number;
  isCancelling: boolean;
  isEnding: boolean;
}

export class Applier {
  readonly actor: Actor;
  readonly #world: World;
  #applierId = "";
  #plan: Execution | undefined;
  #isClaiming = false;
  #claims = 0;
  #isBeating = false;
  #isDraining = false;

  constructor(world: World, n: number) {
    this.#world = world;
    this.actor = new Actor(`applier-${n}`);
    this.#start();
  }

  #start(): void {
    this.#applierId = `${this.actor.name}:${this.actor.life}`;
    this.#plan = undefined;
    this.#isClaiming = false;
    this.#isBeating = false;
    this.#isDraining = false;
    this.#every(POLL_MS, () => this.wake());
    this.#every(this.#world.leaseMs / 8, () => this.#beat());
  }

  #every(ms: number, work: () => void): void {
    const next = () => {
      work();
      this.#world.agenda.after(ms, this.actor, next);
    };
    this.#world.agenda.after(this.#world.chance.between(1, ms), this.actor, next);
  }

  wake(): void {
    if (this.#plan !== undefined || this.#isClaiming || this.#isDraining) return;
    this.#isClaiming = true;
    this.#claim(`${this.#applierId}/${this.#claims++}`, this.#world.agenda.nowMs, true);
  }

  /** claimer.ts of service: the question is repeated under its id while its answer is not known. */
  #claim(claimId: string, askedAtMs: number, mayRepeat: boolean): void {
    const { agenda, faults, rules, store, leaseMs } = this.#world;
    const applierId = this.#applierId;
    const clock: Clock = { nowMs: () => agenda.nowMs, sleep: () => Promise.resolve(), fraction: () => 0 };
    this.#call<{ lease: PlanLease | undefined }>(
      () => ({ lease: claimPlan(store, applierId, claimId) }),
      (answer) => {
        if (isRefusal(answer) && mayRepeat && !this.#isDraining) {
          faults.note("plan-claim-repeated");
          return this.#claim(claimId, askedAtMs, false);
        }
        this.#isClaiming = false;
        if (isRefusal(answer) || answer.lease === undefined) return;
        const { lease } = answer;
        const held = new rules.HeldLease({ leaseMs } as PlanLease__Output, askedAtMs, clock);
        const graph = new ActionGraph(lease.actions, "ALWAYS");
        const isCancelling = lease.state === "CANCELLING";
        this.#plan = { lease, held, graph, running: 0, isCancelling, isEnding: false };
        this.#go(this.#plan);
      },
    );
  }

  /** plan-runner.ts. */
  #go(plan: Execution): void {
    if (this.#plan !== plan) return;
    if (plan.held.isLost) {
      if (plan.running === 0) this.#plan = undefined;
      return;
    }
    if (!this.#isDraining) {
      for (const index of plan.graph.takeReady(ACTIONS_MAX - plan.running)) {
        const isBegun = plan.lease.actions[index]!.state !== "PENDING";
        if (plan.isCancelling && !isBegun) continue;
        plan.running++;
        this.#runAction(plan, index, isBegun);
      }
    }
    if (plan.running > 0) return;
    if (this.#isDraining && !plan.isCancelling && !plan.graph.isDone) {
      const { lease } = plan;
      const applierId = this.#applierId;
      this.#plan = undefined;
      this.#call(
        () => ({ released: releasePlan(this.#world.store, applierId, lease) }),
        () => this.#world.wakeAppliers(),
      );
      return;
    }
    this.#end(plan);
  }

  #end(plan: Execution): void {
    if (plan.isEnding) return;
    plan.isEnding = true;
    const { store } = this.#world;
    const applierId = this.#applierId;
    this.#insist(
      plan,
      () => endPlan(store, applierId, plan.lease, ""),
      (answer) => {
        this.#world.faults.note(`plan ${answer.state}`);
        if (answer.due) this.#world.wakeWorkers();
        if (this.#plan === plan) this.#plan = undefined;
        this.wake();
      },
    );
  }

  /** action-runner.ts: intent, effect, end. */
  #runAction(plan: Execution, index: number, isBegun: boolean): void {
    const over = () => {
      plan.running--;
      this.#go(plan);
    };
    if (isBegun) {
      this.#world.faults.note("action-begun-before");
      this.#effect(plan, index, true, over);
      return;
    }
    this.#step(plan, { ...plan.lease, action: index, step: "begin" }, ({ verdict, state }) => {
      if (this.#world.faults.strikes("applier-dies-after-begin")) return this.crash();
      if (verdict === "DONE") {
        plan.graph.finish(index, state);
        return over();
      }
      if (verdict === "CANCELLING") {
        plan.isCancelling = true;
        return over();
      }
      if (plan.isCancelling) return this.#endAction(plan, index, "CANCELLED", over);
      this.#effect(plan, index, false, over);
    });
  }

  /** Asks the cloud first how things are, which takes a moment: the lease may be lost in between. */
  #effect(plan: Execution, index: number, isTakeOver: boolean, over: () => void): void {
    const { agenda, chance, leaseMs } = this.#world;
    agenda.after(chance.between(1, leaseMs / 8), this.actor, () =>
      this.#perform(plan, index, isTakeOver, over),
    );
  }

  /** The gate: it opens only under a lease that is held for sure; what is sent then takes a moment to arrive. */
  #perform(plan: Execution, index: number, isTakeOver: boolean, over: () => void): void {
    const { agenda, chance, faults, leaseMs, mistakes, outside } = this.#world;
    if (plan.held.isLost && !mistakes.ignoresLease) {
      over();
      return;
    }
    const { lease } = plan;
    if (isTakeOver && plan.isCancelling) {
      if (lease.actions[index]!.state === "CANCELLING") faults.note("abort-taken-over");
      this.#abort(plan, index, over);
      return;
    }
    if (isTakeOver && outside.hasHappened(lease.plan, index)) {
      faults.note("effect-looked-up");
      this.#endAction(plan, index, "SUCCEEDED", over);
      return;
    }
    agenda.after(chance.between(1, leaseMs / 10), this.#world.cloud, () => outside.effect(lease, index));
    if (faults.strikes("applier-dies-after-effect")) {
      this.crash();
      return;
    }
    const end: ActionEndState = faults.strikes("action-fails") ? "FAILED" : "SUCCEEDED";
    if (end === "FAILED") outside.actionFailed(lease, index);
    const ms = chance.between(leaseMs / 10 + 1, leaseMs);
    agenda.after(ms, this.actor, () => {
      if (plan.isCancelling && end === "SUCCEEDED") this.#abort(plan, index, over);
      else this.#endAction(plan, index, end, over);
    });
  }

  /** State hears of it before the cloud, which then tells whether it came too late. */
  #abort(plan: Execution, index: number, over: () => void): void {
    const { agenda, chance, faults, leaseMs } = this.#world;
    this.#step(plan, { ...plan.lease, action: index, step: "abort" }, () => {
      faults.note("action-aborted");
      if (faults.strikes("applier-dies-aborting")) return this.crash();
      const end = chance.pick(["CANCELLED", "SUCCEEDED"] as const);
      agenda.after(chance.between(1, leaseMs / 8), this.actor, () => this.#endAction(plan, index, end, over));
    });
  }

  #endAction(plan: Execution, index: number, wanted: ActionEndState, over: () => void): void {
    if (plan.held.isLost) {
      over();
      return;
    }
    // Only a plan that is being cancelled has cancelled actions.
    const state = wanted === "CANCELLED" && !plan.isCancelling ? "SUCCEEDED" : wanted;
    this.#step(plan, { ...plan.lease, action: index, step: "end", state }, () => {
      plan.graph.finish(index, state);
      over();
    });
  }

  #step(
    plan: Execution,
    step: ActionStep,
    done: (answer: Exclude<ReturnType<typeof stepAction>, Refusal>) => void,
  ): void {
    const { store } = this.#world;
    const applierId = this.#applierId;
    this.#insist(plan, () => stepAction(store, applierId, step), done);
  }

  /** plan-writer.ts: repeats while the answer is not known and the lease is held. */
  #insist<Answer>(
    plan: Execution,
    transaction: () => Answer | Refusal,
    done: (answer: Answer) => void,
    attempt = 0,
  ): void {
    const { agenda, chance, faults, leaseMs } = this.#world;
    if (plan.held.isLost) {
      this.#lost(plan);
      return;
    }
    const hear = (answer: Answer | Refusal) => {
      if (!isRefusal(answer)) return done(answer as Answer);
      if (answer.refused === "illegal-state" || answer.refused === "not-found") {
        faults.note("applier-refused");
        plan.held.lose(answer.why);
        return this.#lost(plan);
      }
      const pauseMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]!;
      agenda.after(pauseMs, this.actor, () => this.#insist(plan, transaction, done, attempt + 1));
    };
    if (!faults.strikes("applier-stops-before-call")) {
      this.#call(transaction, hear);
      return;
    }
    // It has looked at its lease, and goes on when the plan may be another's.
    this.actor.pausedUntilMs = agenda.nowMs + chance.between(100, 2 * leaseMs);
    agenda.after(1, this.actor, () => this.#call(transaction, hear));
  }

  #lost(plan: Execution): void {
    if (this.#plan === plan) this.#plan = undefined;
  }

  #beat(): void {
    const plan = this.#plan;
    if (plan === undefined || this.#isBeating) return;
    if (plan.held.isLost) {
      this.#lost(plan);
      return;
    }
    this.#isBeating = true;
    const { agenda, store, leaseMs } = this.#world;
    const sentAtMs = agenda.nowMs;
    const applierId = this.#applierId;
    this.#call(
      () => heartbeatPlans(store, applierId, [plan.lease]),
      (answer) => {
        this.#isBeating = false;
        if (isRefusal(answer)) return;
        if (answer.lost.length > 0) plan.held.lose("state says so");
        else plan.held.beaten(sentAtMs);
        if (answer.cancelling.length > 0 && !plan.isCancelling) {
          plan.isCancelling = true;
          this.#go(plan);
        }
      },
      leaseMs / 4,
    );
  }

  #call<Answer>(
    transaction: () => Answer | Refusal,
    done: (answer: Answer | Refusal) => void,
    deadlineMs = DEADLINE_MS,
  ): void {
    const state = this.#world.anyState();
    this.#world.network.call(this.actor, state.actor, deadlineMs, () => state.serve(transaction), done);
  }

  drain(): void {
    this.#isDraining = true;
    if (this.#plan !== undefined) this.#go(this.#plan);
    this.#world.agenda.after(1_000, this.actor, () => this.crash());
  }

  crash(): void {
    if (this.actor.isDown) return;
    this.actor.life++;
    this.actor.isDown = true;
    this.#world.reviveLater(this.actor, RESTART_MS, () => this.#start());
  }
}
