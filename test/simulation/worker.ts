/**
 * A worker: packages/worker/src, packages/bus/src/consumer.ts. What it decides by is the product's own (lanes, leases in
 * hand, what follows a failure); its threads are times that pass.
 */

import { VigilError } from "@vigil/core";
import type { Lease__Output } from "@vigil/proto";
import { redeliveryDelayMs } from "../../packages/bus/src/redelivery.ts";
import type { ActiveRun } from "../../packages/worker/src/active-runs.ts";
import { Slots } from "../../packages/worker/src/slots.ts";
import { Actor } from "./agenda.ts";
import type { Delivered, Subscriber } from "./broker.ts";
import { isRefusal, type Refusal } from "./network.ts";
import {
  claim,
  complete,
  heartbeat,
  type IngestAnswer,
  ingest,
  type RunResult,
  release,
} from "./store/runs.ts";
import type { RunLease } from "./store/store.ts";
import type { World } from "./world.ts";

const WINDOW = 4;
const HANDLERS = 2;
const SLOTS = 2;
/** Small, so that events of one audit come in several turns now and then. */
const TURN = { turnMax: 3, turnBytesMax: 1_000 };
const PULL_EVERY_MS = 1_000;
const WORKING_EVERY_MS = 2_000;
const POLL_MS = 2_000;
/** Of the calls to state. */
const DEADLINE_MS = 1_500;
/** run-executor.ts. */
const RETRY_MS = [50, 200, 500, 1_000];
const RESTART_MS = 1_500;
/** Longest computing; above the lease time, so that heartbeats matter. */
const COMPUTE_MS_MAX = 6_000;

interface Held {
  delivered: Delivered;
  /** False: its sequence is another message's by now. */
  isAnswerable: boolean;
}

export class Worker implements Subscriber {
  readonly actor: Actor;
  readonly #world: World;
  readonly #n: number;
  credit = 0;
  #workerId = "";
  #lanes!: InstanceType<World["rules"]["EventLanes"]>;
  #runs!: InstanceType<World["rules"]["ActiveRuns"]>;
  #slots = new Slots(SLOTS);
  #held = new Map<number, Held>();
  #handling = 0;
  #isClaiming = false;
  #isHungry = true;
  #isBeating = false;
  #isDraining = false;
  #claims = 0;
  #releases: { run: number; token: bigint }[] = [];

  constructor(world: World, n: number) {
    this.#world = world;
    this.#n = n;
    this.actor = new Actor(`worker-${n}`);
    world.broker.subscribers.push(this);
    this.#start();
  }

  #start(): void {
    const { rules, leaseMs } = this.#world;
    this.#workerId = `${this.actor.name}:${this.actor.life}`;
    this.#lanes = new rules.EventLanes<Held>({ places: 1, overflowMax: 1, overflowBytesMax: 1_000, ...TURN });
    this.#runs = new rules.ActiveRuns();
    this.#slots = new Slots(SLOTS);
    this.#held = new Map();
    this.#handling = 0;
    this.#isClaiming = false;
    this.#isHungry = true;
    this.#isBeating = false;
    this.#isDraining = false;
    this.#releases = [];
    this.#every(PULL_EVERY_MS, () => this.#pull());
    this.#every(WORKING_EVERY_MS, () => {
      for (const { delivered, isAnswerable } of this.#held.values()) {
        if (isAnswerable) this.#tell(() => this.#world.broker.working(delivered.message.sequence));
      }
    });
    this.#every(POLL_MS, () => this.wake());
    this.#every(leaseMs / 8, () => this.#beat());
  }

  #every(ms: number, work: () => void): void {
    const next = () => {
      work();
      this.#world.agenda.after(ms, this.actor, next);
    };
    this.#world.agenda.after(this.#world.chance.between(1, ms), this.actor, next);
  }

  #pull(): void {
    if (this.#isDraining) return;
    this.#tell(() => {
      this.credit = Math.max(0, WINDOW - this.#held.size);
      this.#world.broker.pump();
    });
  }

  /** To the broker; it may get lost. */
  #tell(arrive: () => void): void {
    const { broker, faults, network } = this.#world;
    if (!broker.actor.isDown && !faults.strikes("ack-lost")) network.send(broker.actor, arrive);
  }

  /** The connection broke: the stream behind the next one may give these sequences to other messages. */
  disconnected(): void {
    if (!this.#answersAnyway) for (const held of this.#held.values()) held.isAnswerable = false;
  }

  get #answersAnyway(): boolean {
    return this.#world.mistakes.answersAfterReconnect === true;
  }

  /** take of consumer.ts. */
  take(delivered: Delivered): void {
    const { message, deliveries } = delivered;
    const isAnswerable = delivered.brokerLife === this.#world.broker.actor.life || this.#answersAnyway;
    const held: Held = { delivered, isAnswerable };
    const before = this.#held.get(message.sequence);
    if (before?.delivered.message === message) {
      before.isAnswerable = isAnswerable;
      return;
    }
    if (this.#isDraining) {
      this.#answer(held, 200);
      return;
    }
    if (before !== undefined) before.isAnswerable = false;
    const { auditUuid, auditIdent } = message.event;
    if (this.#lanes.add(auditUuid || `ident ${auditIdent}`, held, 100) === "refused") {
      this.#world.faults.note("lane-full");
      this.#answer(held, redeliveryDelayMs(deliveries));
      return;
    }
    this.#held.set(message.sequence, held);
    this.#handle();
  }

  #handle(): void {
    while (this.#handling < HANDLERS) {
      const next = this.#lanes.next();
      if (next === undefined) return;
      this.#handling++;
      this.#ingest(next.items as Held[], () => {
        next.done();
        this.#handling--;
        this.#handle();
      });
    }
  }

  /** Events of one audit together: handleTogether of consumer.ts, ingest of worker.ts. */
  #ingest(turn: readonly Held[], done: () => void): void {
    const { agenda, faults, mistakes, rules, store } = this.#world;
    const canRun = !this.#isDraining && this.#slots.reserve(1) === 1;
    const askedAtMs = agenda.nowMs;
    const workerId = this.#workerId;
    const events = turn.map(({ delivered: { message } }) => ({
      ...message.event,
      streamTimeMs: message.timeMs,
    }));
    if (turn.length > 1) faults.note("taken-together");
    if (mistakes.acksBeforeCommit) for (const held of turn) this.#answer(held, undefined);
    this.#call<IngestAnswer>(
      () => ingest(store, workerId, canRun, events),
      (answer) => {
        if (isRefusal(answer)) {
          if (canRun) this.#unreserve();
          const error = new VigilError(answer.refused, answer.why);
          for (const held of turn) this.#letGo(held, rules.afterFailure(error, held.delivered.deliveries));
          return done();
        }
        if (answer.due) this.#world.wakeWorkers();
        if (faults.strikes("worker-dies-after-ingest")) return this.crash();
        for (const outcome of answer.outcomes) faults.note(`ingest ${outcome}`);
        if (answer.lease === undefined) {
          if (canRun) this.#unreserve();
        } else {
          if (!canRun) this.#slots.force();
          this.#begin(answer.lease, askedAtMs);
        }
        for (const held of turn) this.#letGo(held, undefined);
        done();
      },
    );
  }

  #letGo(held: Held, failure: ReturnType<World["rules"]["afterFailure"]> | undefined): void {
    const { sequence } = held.delivered.message;
    if (this.#held.get(sequence) === held) this.#held.delete(sequence);
    // After a broken connection it asks first whether the sequence still names this message.
    const isSame = held.isAnswerable || this.#world.broker.messages.includes(held.delivered.message);
    if (isSame) this.#answer(held, failure?.what === "retry" ? failure.delayMs : undefined);
  }

  #answer({ delivered }: Held, againMs: number | undefined): void {
    this.#tell(() => this.#world.broker.answer(delivered.message.sequence, againMs));
  }

  #unreserve(): void {
    this.#slots.release();
    this.#claim();
  }

  wake(): void {
    this.#isHungry = true;
    this.#claim();
  }

  /** claimer.ts of service: one at a time, the question repeated under its id while its answer is not known. */
  #claim(again?: { claimId: string; max: number; askedAtMs: number }): void {
    if (this.#isDraining || (again === undefined && (this.#isClaiming || !this.#isHungry))) return;
    const { agenda, store } = this.#world;
    const max = again?.max ?? this.#slots.reserve(Math.max(1, this.#slots.free - 1));
    if (max === 0) return;
    this.#isClaiming = true;
    this.#isHungry = false;
    const claimId = again?.claimId ?? `${this.#workerId}/${this.#claims++}`;
    const askedAtMs = again?.askedAtMs ?? agenda.nowMs;
    const workerId = this.#workerId;
    const repeats = again !== undefined;
    this.#call<RunLease[]>(
      () => claim(store, workerId, max, claimId),
      (answer) => {
        if (isRefusal(answer)) {
          if (repeats || this.#isDraining) {
            this.#isClaiming = false;
            this.#slots.release(max);
            return;
          }
          return this.#claim({ claimId, max, askedAtMs });
        }
        this.#isClaiming = false;
        if (answer.length >= max) this.#isHungry = true;
        this.#slots.release(Math.max(0, max - answer.length));
        for (const lease of answer) this.#begin(lease, askedAtMs);
        this.#claim();
      },
    );
  }

  #begin(lease: RunLease, askedAtMs: number): void {
    const run = this.#runs.add(leaseMessage(lease, this.#world.leaseMs), askedAtMs);
    if (run === undefined) {
      this.#unreserve();
      return;
    }
    this.#compute(run, lease);
  }

  /** run-executor.ts. */
  #compute(run: ActiveRun, lease: RunLease): void {
    const { agenda, chance, faults, outside } = this.#world;
    const life = this.actor.life;
    run.phase = "computing";
    outside.computing(lease, this.actor.name);
    let isOver = false;
    const end = (reason: string) => {
      if (isOver) return;
      isOver = true;
      outside.computed(lease);
      this.#runs.remove(run);
      if (reason === "expired" || reason === "stopping") this.#releases.push(lease);
      this.#unreserve();
    };
    run.signal.addEventListener("abort", () => end(String(run.signal.reason)));
    const isPoisoned = faults.isOn("poisoned-audit") && lease.audit === 0;
    const ms = chance.hits(0.1) ? chance.between(1, COMPUTE_MS_MAX) : chance.between(1, 60);
    agenda.after(ms, this.actor, () => {
      if (isOver || this.actor.life !== life) return;
      // A poisoned run takes its worker along, or, alone in a process of its own, only that.
      if (isPoisoned) faults.note("poisoned-audit");
      if ((isPoisoned && !lease.alone) || faults.strikes("worker-dies-computing")) return this.crash();
      run.phase = "finishing";
      this.#complete(run, lease, this.#result(isPoisoned), 0, end);
    });
  }

  #result(isPoisoned: boolean): RunResult {
    const { chance, faults } = this.#world;
    const failure = (retryable: boolean, outage: boolean, endedThread: boolean): RunResult => {
      return { failure: { message: "it failed", retryable, outage, endedThread } };
    };
    if (isPoisoned || faults.strikes("thread-dies")) return failure(true, false, true);
    if (faults.strikes("run-fails")) return failure(true, false, false);
    if (faults.strikes("run-fails-for-good")) return failure(false, false, false);
    if (faults.strikes("run-hits-outage")) return failure(true, true, false);
    return { actions: chance.below(4), failure: undefined };
  }

  #complete(
    run: ActiveRun,
    lease: RunLease,
    result: RunResult,
    attempt: number,
    end: (reason: string) => void,
  ): void {
    const { agenda, faults, store } = this.#world;
    if (run.signal.aborted) return;
    if (agenda.nowMs >= run.trustedUntilMs) {
      end("expired");
      return;
    }
    this.#call(
      () =>
        complete(store, lease, result, (row, actions) => this.#world.storePlan(row, lease.token, actions)),
      (answer) => {
        if (run.signal.aborted) return;
        if (isRefusal(answer) && answer.refused !== "illegal-state" && answer.refused !== "not-found") {
          const pauseMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]!;
          agenda.after(pauseMs, this.actor, () => this.#complete(run, lease, result, attempt + 1, end));
          return;
        }
        if (isRefusal(answer)) {
          faults.note("result-refused");
          return end("refused");
        }
        faults.note(`complete ${answer.answer.outcome}`);
        if (attempt > 0) faults.note("complete-repeated");
        if (answer.due) this.#world.wakeWorkers();
        this.#world.wakeAppliers();
        end("completed");
      },
    );
  }

  #beat(): void {
    const { agenda, store, leaseMs, faults } = this.#world;
    for (const _ of this.#runs.expire(agenda.nowMs)) faults.note("worker-gave-up");
    const refs = this.#runs.refs();
    if (this.#releases.length > 0) {
      const releases = this.#releases.splice(0);
      this.#call(
        () => ({ due: release(store, releases) }),
        (answer) => {
          if (isRefusal(answer)) this.#releases.push(...releases);
          else if (answer.due) this.#world.wakeWorkers();
        },
      );
    }
    if (this.#isBeating || refs.length === 0) return;
    this.#isBeating = true;
    const askedAtMs = agenda.nowMs;
    const workerId = this.#workerId;
    const named = refs.map(({ runId, token }) => ({ run: Number(runId), token: BigInt(token) }));
    this.#call(
      () => ({ lost: heartbeat(store, workerId, named) }),
      (answer) => {
        this.#isBeating = false;
        if (!isRefusal(answer)) this.#runs.beaten(refs, answer.lost.map(String), askedAtMs);
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

  /** SIGTERM: hands back what it has, and comes again as another process. */
  drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.credit = 0;
    for (const item of this.#lanes.takeAll()) this.#answer(item as Held, 200);
    for (const run of this.#runs.all()) this.#runs.abort(run, "stopping");
    this.#world.agenda.after(1_000, this.actor, () => this.crash());
  }

  crash(): void {
    if (this.actor.isDown) return;
    this.actor.life++;
    this.actor.isDown = true;
    this.credit = 0;
    this.#world.outside.workerDied(this.actor.name);
    this.#world.reviveLater(this.actor, RESTART_MS, () => this.#start());
  }

  get n(): number {
    return this.#n;
  }
}

/** As it comes over the wire; what the bookkeeping does not look at is empty. */
function leaseMessage(lease: RunLease, leaseMs: number): Lease__Output {
  return {
    runId: String(lease.run),
    token: String(lease.token),
    auditUuid: String(lease.audit),
    auditName: "",
    auditType: "EVENT",
    goalName: "",
    strategyName: "",
    parametersJson: "",
    scopeJson: "",
    seed: 0,
    attempt: lease.attempt,
    eventIds: [...lease.eventIds],
    leaseMs,
    heartbeatMs: leaseMs / 4,
    historyJson: "",
    alone: lease.alone,
    traceParents: [],
  };
}
