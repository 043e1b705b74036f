/**
 * The applier role: takes started plans by lease and executes them.
 *
 * A plan comes with the answer to a claim, for which a place was reserved; it leaves when it has ended, when it is
 * somebody else's, or when it is handed back because the applier stops.
 */

import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { type Bus, onWake, type WakeListener } from "@vigil/bus";
import { type ExecutionRule, VigilError } from "@vigil/core";
import type { PlanLease__Output, StateClient } from "@vigil/proto";
import {
  Claimer,
  type HousekeepingTask,
  type Logger,
  Metrics,
  type ReadinessPart,
  type Role,
  startHousekeeping,
  within,
} from "@vigil/service";
import { systemClock } from "./clock.ts";
import { type LivePlan, PlanHeartbeats } from "./heartbeats.ts";
import { HeldLease } from "./held-lease.ts";
import { APPLIER_METRICS, ExecutionCounts } from "./metrics.ts";
import { PlanRunner } from "./plan-runner.ts";
import type { CloudPorts } from "./ports.ts";

export interface ApplierOptions {
  /** Connected or not; stays the caller's to close, as does `state`. */
  bus: Bus;
  state: StateClient;
  logger: Logger;
  /** Where it counts. Default: where nobody looks. */
  metrics?: Metrics;
  /** Name of this machine in plans and in the list of services. */
  host: string;
  /** The parts of the cloud that can be reached. A plan that needs another one fails before any action. */
  cloud: CloudPorts;
  /** Unique among all appliers, `<host>:<pid>:<random>`: plans show the host. */
  applierId?: string;
  /** Plans executed at once. Default 1, as Watcher's workers. */
  plansMax?: number;
  /** Actions of one plan that run at once. Default: one per processor, as Watcher's. */
  actionsMax?: number;
  /** By name of the strategy that made the plan; default ALWAYS. */
  executionRules?: ReadonlyMap<string, ExecutionRule>;
  /** How long a stop waits for actions that run before it hands their plan back, ms. Default 5 s. */
  stopGraceMs?: number;
}

const PLANS_MAX = 1;
/** A migration takes longer, and is taken over; what is nearly done is worth waiting for. */
const STOP_GRACE_MS = 5_000;
/** Given to calls that are under way when the stop's grace is over, ms. */
const LAST_CALLS_MS = 1_000;

/** The name under which clients of the reference look for what executes plans. */
const SERVICE_NAME = "watcher-applier";

/** Starts the applier role; it takes plans as soon as state can be reached. */
export function startApplier(options: ApplierOptions): Role {
  return new Applier(options);
}

interface Held extends LivePlan {
  readonly runner: PlanRunner;
  /** Resolves when nothing of the plan runs here. */
  readonly done: Promise<void>;
}

class Applier implements Role {
  readonly name = "applier";
  readonly #options: ApplierOptions;
  readonly #applierId: string;
  readonly #plansMax: number;
  /** By UUID; a newer lease of the same plan takes the place of an older one when that has come to rest. */
  readonly #plans = new Map<string, Held>();
  /** Places taken by plans and by claims under way. */
  #taken = 0;
  #full = false;
  readonly #counts: ExecutionCounts;
  readonly #claimer: Claimer<PlanLease__Output>;
  readonly #heartbeats: PlanHeartbeats;
  readonly #housekeeping: { stop(): void };
  #wake: WakeListener | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: ApplierOptions) {
    const { bus, state, logger, host } = options;
    this.#options = options;
    this.#plansMax = options.plansMax ?? PLANS_MAX;
    const applierId = options.applierId ?? `${host}:${process.pid}:${randomUUID().slice(0, 8)}`;
    this.#applierId = applierId;
    const metrics = options.metrics ?? new Metrics();
    const counts = new ExecutionCounts(metrics);
    this.#counts = counts;
    metrics.gauge(APPLIER_METRICS.held, () => this.#plans.size);
    metrics.gauge(APPLIER_METRICS.running, () => counts.running);
    const live = () => [...this.#plans.values()];
    this.#heartbeats = new PlanHeartbeats({ applierId, plans: state.plans, logger, live });
    this.#claimer = new Claimer({
      what: "started plans",
      logger,
      reserve: () => this.#reserve(),
      release: (count) => this.#release(count),
      claim: async (maxPlans, claimId) =>
        (await state.plans.claimPlans({ applierId, maxPlans, claimId })).plans,
      onLease: (lease, askedAtMs) => void this.#begin(lease, askedAtMs),
    });
    this.#wake = onWake(bus, "plan", () => this.#claimer.wake());
    const report: HousekeepingTask = {
      name: "report",
      run: () => state.records.reportService({ name: SERVICE_NAME, host }),
    };
    this.#housekeeping = startHousekeeping([report], logger);
    const parts = Object.keys(options.cloud);
    logger.info({ applier: applierId, plans: this.#plansMax, cloud: parts }, "applier started");
  }

  #reserve(): number {
    const count = Math.max(0, this.#plansMax - this.#taken);
    this.#taken += count;
    return count;
  }

  #release(count: number): void {
    this.#taken -= count;
    this.#updateWake();
  }

  /** A wake-up goes to one applier only, so one that is full of plans lets others have it. */
  #updateWake(): void {
    const full = this.#plans.size >= this.#plansMax;
    if (full === this.#full) return;
    this.#full = full;
    if (full) {
      this.#wake?.pause();
      return;
    }
    this.#wake?.resume();
    // What was announced meanwhile was announced to others, if there are any.
    this.#claimer.wake();
  }

  /** A lease with a place: executes the plan until it leaves. */
  async #begin(lease: PlanLease__Output, askedAtMs: number): Promise<void> {
    const { logger: own, state, cloud, actionsMax, executionRules } = this.#options;
    const logger = own.child({ plan: lease.planUuid, audit: lease.auditUuid });
    const trustedSinceMs = await this.#heartbeats.trustedSince(lease, askedAtMs);
    const held = new HeldLease(lease, trustedSinceMs, systemClock);
    const before = this.#plans.get(lease.planUuid);
    before?.held.lose("this applier has a newer lease of the plan");
    const runner = new PlanRunner({
      applierId: this.#applierId,
      held,
      plans: state.plans,
      cloud,
      clock: systemClock,
      logger,
      actionsMax: actionsMax ?? availableParallelism(),
      rule: executionRules?.get(lease.strategyName) ?? "ALWAYS",
      counts: this.#counts,
    });
    // What the older lease had under way is seen to its end first: two runners never share a plan.
    const done = (before?.done ?? Promise.resolve()).then(() => this.#run(runner, held, logger));
    const mine: Held = { held, runner, done, cancel: () => runner.cancel() };
    this.#plans.set(lease.planUuid, mine);
    if (this.#stopping !== undefined) runner.drain();
    this.#updateWake();
    await done;
    if (this.#plans.get(lease.planUuid) === mine) this.#plans.delete(lease.planUuid);
    this.#release(1);
    this.#claimer.roomFreed();
  }

  async #run(runner: PlanRunner, held: HeldLease, logger: Logger): Promise<void> {
    const startedMs = performance.now();
    const { actions, state, token } = held.lease;
    // "lease", since what is called a token is a secret to the log.
    logger.info({ actions: actions.length, state, lease: token }, "plan taken");
    const outcome = await runner.run();
    const ms = Math.round(performance.now() - startedMs);
    this.#counts.planLeft(outcome.what === "ended" ? outcome.state.toLowerCase() : outcome.what, ms);
    logger.info({ ...outcome, ms }, "plan left");
    if (outcome.what !== "ended" && this.#stopping !== undefined) await this.#handBack(held, logger);
  }

  /** One try: the lease time does the same. A lease that is another's already is refused by its token. */
  async #handBack({ lease }: HeldLease, logger: Logger): Promise<void> {
    const { state } = this.#options;
    const leases = [{ planUuid: lease.planUuid, token: lease.token }];
    try {
      await state.plans.releasePlans({ applierId: this.#applierId, leases });
      logger.info("plan handed back");
    } catch (thrown) {
      logger.warn({ problem: VigilError.from(thrown).message }, "plan could not be handed back");
    }
  }

  readiness(): ReadinessPart[] {
    const { bus, state } = this.#options;
    const nats = bus.status();
    const ready = state.ready();
    const detail = "no connection to a state process. Check VIGIL_STATE_ADDRESS and that one is running.";
    return [
      { name: "nats", ready: nats.connected, ...(nats.detail === undefined ? {} : { detail: nats.detail }) },
      { name: "state", ready, ...(ready ? {} : { detail }) },
      ...(this.#stopping ? [{ name: "applier", ready: false, detail: "stopping" }] : []),
    ];
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { stopGraceMs = STOP_GRACE_MS, logger } = this.#options;
    this.#wake?.stop();
    this.#wake = undefined;
    for (const { runner } of this.#plans.values()) runner.drain();
    // A call to state that hangs must not hold up the end; what it brings is left to the lease time.
    await within(this.#claimer.stop(), stopGraceMs);
    if (!(await within(this.#allDone(), stopGraceMs))) {
      // What waits ends at once, a call that is under way is waited for: nothing is handed back in mid-effect.
      for (const { held } of this.#plans.values()) held.lose("the applier stops");
      await within(this.#allDone(), LAST_CALLS_MS);
    }
    this.#heartbeats.stop();
    this.#housekeeping.stop();
    logger.info("applier stopped");
  }

  async #allDone(): Promise<void> {
    await Promise.all([...this.#plans.values()].map(({ done }) => done));
  }
}
