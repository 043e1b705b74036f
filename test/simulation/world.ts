/**
 * One simulated system under one seed: senders, edges, the broker, state processes on one database, workers, appliers,
 * users, and what goes wrong among them. Every message and every crash is a step of one agenda, so a seed always leads
 * to the same history.
 */

import type { AuditType, EventMode, JsonValue, LifeOptions } from "@vigil/core";
import { Actor, Agenda } from "./agenda.ts";
import { Applier } from "./applier.ts";
import { Broker } from "./broker.ts";
import { Chance } from "./chance.ts";
import { Edge } from "./edge.ts";
import { type Fault, Faults } from "./faults.ts";
import { Network } from "./network.ts";
import { Outside } from "./outside.ts";
import { RULES, type Rules } from "./rules.ts";
import { Senders } from "./senders.ts";
import { StateProcess } from "./state.ts";
import { cancelAudit, changePlan, replay } from "./store/edits.ts";
import { storePlan } from "./store/plans.ts";
import type { AuditRow, RunRow } from "./store/rows.ts";
import { Store } from "./store/store.ts";
import { Worker } from "./worker.ts";

/** While things go wrong, ms. */
const TROUBLED_MS = 45_000;
/** After the last fault: the last to die is started again, and looks at what it does by itself. */
const SETTLE_MS = 2_500;
/** In which everything must have come to rest after that, ms. */
const REST_MS_MAX = 400_000;
const LEASE_MS = 4_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Wall clocks begin here. Some day ends while things go wrong, since ids of events have it in them. */
const EPOCH_MS = 19_676 * DAY_MS - 20_000;
/** Of the seeds, the share that goes on a day later. */
const DAY_LATER_SHARE = 0.3;

/** Ways to write the parts around the decisions wrongly, for mutants. */
export interface Mistakes {
  acksBeforeCommit?: boolean;
  answersBeforeFlush?: boolean;
  trimsBeforeAck?: boolean;
  trimsJournalEarly?: boolean;
  ignoresLease?: boolean;
  forgetsFollowUps?: boolean;
  forgetsIds?: boolean;
  answersAfterReconnect?: boolean;
}

export interface WorldOptions {
  rules?: Partial<Rules>;
  mistakes?: Mistakes;
  /** These and no others go wrong, and often. */
  faults?: readonly Fault[];
  /** Called with one line for each thing that happens. */
  trace?: (line: string) => void;
  /** How often everything happened, over many seeds. */
  counts?: Map<string, number>;
}

export class World {
  readonly seed: number;
  readonly chance: Chance;
  readonly agenda = new Agenda();
  readonly faults: Faults;
  readonly network: Network;
  readonly rules: Rules;
  readonly mistakes: Mistakes;
  readonly store: Store;
  readonly outside: Outside;
  readonly broker: Broker;
  readonly edges: Edge[];
  readonly states: StateProcess[];
  readonly workers: Worker[];
  readonly appliers: Applier[];
  /** The cloud that plans change. It does not fail here: what its calls come to is the applier's own tests' subject. */
  readonly cloud = new Actor("cloud");
  readonly leaseMs = LEASE_MS;
  readonly #chaos = new Actor("chaos");
  readonly #trace: ((line: string) => void) | undefined;
  #databaseAwayUntilMs = 0;
  #version = 0;
  #checked = -1;
  readonly #clockOffsets = { database: 0, broker: 0, edges: [0, 0] };
  #replays = 0;
  readonly #senders: Senders;
  /** Time in which nothing happened. */
  #skippedMs = 0;

  constructor(seed: number, options: WorldOptions = {}) {
    this.seed = seed;
    this.#trace = options.trace;
    this.chance = new Chance(seed);
    const { chance, agenda } = this;
    this.faults = new Faults(chance, options.counts ?? new Map(), options.faults);
    if (options.trace !== undefined) this.faults.trace = (what) => this.trace(what);
    this.network = new Network(agenda, chance, this.faults);
    this.rules = { ...RULES, ...options.rules };
    this.mistakes = options.mistakes ?? {};
    const eventMode: EventMode = chance.hits(0.8) ? "coalesce" : "strict";
    const life: LifeOptions = { eventMode, maxAttempts: 3, maxLostLeases: 4, continuousMaxFailures: 2 };
    this.store = new Store(this.rules, life, newAudits(chance), () => {
      return this.trueTimeMs + this.#clockOffsets.database;
    });
    this.outside = new Outside(this);
    this.store.onStarted = (run) => this.outside.started(run);
    this.store.note = (what) => this.faults.note(what);
    this.store.onFailed = (run) => this.outside.failed(run);
    this.store.onLost = (run) => this.outside.lost(run);
    this.store.forgetsFollowUps = this.mistakes.forgetsFollowUps === true;
    this.store.forgetsIds = this.mistakes.forgetsIds === true;
    this.broker = new Broker(this);
    this.edges = [0, 1].map((n) => new Edge(this, n, chance.hits(0.3)));
    this.states = times(chance.between(1, 2), (n) => new StateProcess(this, n));
    this.workers = times(chance.between(1, 3), (n) => new Worker(this, n));
    this.appliers = times(chance.between(1, 2), (n) => new Applier(this, n));
    for (const audit of this.store.tables.audits) {
      if (audit.type === "ONESHOT") this.store.makeDueRun(audit.id, "ONESHOT");
    }
    this.#senders = new Senders(this, TROUBLED_MS);
    this.#letUsersAct();
    this.#letThingsGoWrong();
  }

  /** @throws Error that names what does not hold, with the line that replays it */
  run(): void {
    try {
      while (this.agenda.step(TROUBLED_MS)) this.#check();
      this.#endFaults();
      this.#pass(SETTLE_MS);
      this.#rest();
      this.outside.checkOrder();
      this.outside.checkSchedule();
      if (this.chance.hits(DAY_LATER_SHARE)) this.#goOnADayLater();
      this.outside.checkOnce();
    } catch (thrown) {
      const { message } = thrown as Error;
      const at = `seed ${this.seed}, step ${this.agenda.steps}, ${this.agenda.nowMs} ms`;
      const how = `replay it: node tools/soak.ts --seed ${this.seed} --trace`;
      throw new Error(`${at}: ${message}; ${how}`, { cause: thrown });
    }
  }

  #rest(): void {
    const untilMs = this.agenda.nowMs + REST_MS_MAX;
    while (this.outside.unrest() !== undefined) {
      if (this.agenda.nowMs > untilMs) throw new Error(`never comes to rest: ${this.outside.unrest()}`);
      this.#pass(1_000);
    }
  }

  /** A sender uses an identity that it used a day ago; the first may lie on an edge's disk until then. */
  #goOnADayLater(): void {
    const { chance, edges } = this;
    this.faults.note("a-day-later");
    const edge = chance.pick(edges);
    if (chance.hits(0.5)) edge.cutOffUntilMs = Number.POSITIVE_INFINITY;
    const sent = this.#senders.sendExact(edge);
    this.#pass(SETTLE_MS);
    // Clocks may have been stepped by an hour, and are by two against each other.
    this.#skippedMs += DAY_MS + 3 * HOUR_MS;
    edge.cutOffUntilMs = 0;
    this.#senders.sendAnew(sent, chance.pick(edges));
    this.#pass(SETTLE_MS);
    this.#rest();
  }

  #pass(ms: number): void {
    const until = this.agenda.nowMs + ms;
    while (this.agenda.step(until)) this.#check();
    this.agenda.nowMs = until;
  }

  #check(): void {
    const version = this.#version + this.store.version;
    if (version === this.#checked) return;
    this.#checked = version;
    this.outside.check();
  }

  /** Something on a disk changed. */
  changed(): void {
    this.#version++;
  }

  trace(what: string): void {
    this.#trace?.(`${String(this.agenda.nowMs).padStart(8)} ms  step ${this.agenda.steps}  ${what}`);
  }

  get isTraced(): boolean {
    return this.#trace !== undefined;
  }

  get isDatabaseAway(): boolean {
    return this.agenda.nowMs < this.#databaseAwayUntilMs;
  }

  /** Wall clocks show it unless they were stepped. */
  get trueTimeMs(): number {
    return EPOCH_MS + this.agenda.nowMs + this.#skippedMs;
  }

  get brokerNowMs(): number {
    return this.trueTimeMs + this.#clockOffsets.broker;
  }

  wallClockOf(edge: number): number {
    return this.trueTimeMs + this.#clockOffsets.edges[edge]!;
  }

  anyState(): StateProcess {
    return this.chance.pickAny(this.states.filter(({ actor }) => !actor.isDown)) ?? this.states[0]!;
  }

  /** vigil.wake.run: to one of the queue group; lost without a trace. */
  wakeWorkers(): void {
    if (this.broker.actor.isDown || this.faults.strikes("wake-up-lost")) return;
    const worker = this.chance.pick(this.workers);
    this.network.send(worker.actor, () => worker.wake());
  }

  wakeAppliers(): void {
    if (this.broker.actor.isDown || this.faults.strikes("wake-up-lost")) return;
    const applier = this.chance.pick(this.appliers);
    this.network.send(applier.actor, () => applier.wake());
  }

  /** A graph of so many actions, stored with its run. Returns the plan's id. */
  storePlan(run: RunRow, token: bigint, actions: number): number {
    const parents = times(actions, (n) => times(n, (m) => m).filter(() => this.chance.hits(0.4)));
    const plan = storePlan(this.store, run, parents);
    this.outside.planned(run, token, plan);
    return plan;
  }

  /** A supervisor starts it again after a while. */
  reviveLater(actor: Actor, ms: number, start: () => void): void {
    const { life } = actor;
    actor.pausedUntilMs = 0;
    this.agenda.after(this.chance.between(1, 2 * ms), this.#chaos, () => {
      if (!actor.isDown || actor.life !== life) return;
      actor.isDown = false;
      start();
    });
  }

  #letUsersAct(): void {
    const { agenda, chance, store, outside } = this;
    const act = () => {
      const plan = chance.pickAny(store.tables.plans);
      const letter = chance.pickAny(store.tables.events.filter(({ fate }) => fate === "DEAD_LETTER"));
      const what = chance.below(12);
      if (what < 4 && plan !== undefined) changePlan(store, plan.id, "start");
      else if (what < 6 && plan !== undefined) changePlan(store, plan.id, "cancel");
      else if (what === 6 && chance.hits(0.3)) cancelAudit(store, chance.below(store.tables.audits.length));
      else if (what < 9 && letter !== undefined) {
        const id = replay(store, letter.eventId, `replay-${this.#replays++}`);
        if (id !== undefined) outside.replayed(id, letter.eventId);
      }
      if (what < 6) this.wakeAppliers();
      agenda.after(chance.between(500, 5_000), this.#chaos, act);
    };
    agenda.after(2_000, this.#chaos, act);
  }

  #letThingsGoWrong(): void {
    const { agenda, chance } = this;
    const everyMs = chance.pick([1_500, 4_000, 12_000]);
    const strike = () => {
      this.#goWrong();
      agenda.after(chance.between(1, 2 * everyMs), this.#chaos, strike);
    };
    agenda.after(chance.between(1, 2 * everyMs), this.#chaos, strike);
  }

  #goWrong(): void {
    const { chance, broker, faults, agenda } = this;
    const fault = faults.spontaneous();
    if (fault === undefined) return;
    faults.note(fault);
    const alive = <One extends { actor: Actor }>(all: readonly One[]) => {
      return chance.pickAny(all.filter(({ actor }) => !actor.isDown));
    };
    const pause = (one: { actor: Actor } | undefined) => {
      if (one !== undefined) one.actor.pausedUntilMs = agenda.nowMs + chance.between(100, 2 * LEASE_MS);
    };
    switch (fault) {
      case "worker-dies":
        alive(this.workers)?.crash();
        return;
      case "worker-pauses":
        pause(alive(this.workers));
        return;
      case "worker-drains":
        alive(this.workers)?.drain();
        return;
      case "state-dies":
        alive(this.states)?.crash();
        return;
      case "state-pauses":
        pause(alive(this.states));
        return;
      case "edge-dies":
        alive(this.edges)?.crash();
        return;
      case "edge-pauses":
        pause(alive(this.edges));
        return;
      case "edge-cut-off": {
        chance.pick(this.edges).cutOffUntilMs = agenda.nowMs + chance.between(500, 10_000);
        return;
      }
      case "applier-dies":
        alive(this.appliers)?.crash();
        return;
      case "applier-pauses":
        pause(alive(this.appliers));
        return;
      case "applier-drains":
        alive(this.appliers)?.drain();
        return;
      case "broker-dies":
      case "broker-loses-power":
      case "store-deleted": {
        if (broker.actor.isDown) return;
        const how = fault === "broker-dies" ? "killed" : fault === "store-deleted" ? "deleted" : "power";
        this.outside.lostByBroker(broker.crash(how));
        return;
      }
      case "stream-purged":
        broker.purge();
        return;
      case "clock-steps":
        this.#stepAClock();
        return;
      case "database-away":
        this.#databaseAwayUntilMs = agenda.nowMs + chance.between(200, 6_000);
        return;
    }
  }

  #stepAClock(): void {
    const { chance } = this;
    const offset = chance.pick([-HOUR_MS, 0, HOUR_MS]);
    const offsets = this.#clockOffsets;
    switch (chance.below(4)) {
      case 0:
        offsets.database = offset;
        return;
      case 1:
        offsets.broker = offset;
        return;
      default:
        // Also by less than all this takes, so that a clock shows a time again that it has shown.
        offsets.edges[chance.below(2)] = chance.pick([offset, -chance.between(1, TROUBLED_MS)]);
    }
  }

  /** Nothing goes wrong any more; what is down comes up by itself. */
  #endFaults(): void {
    this.faults.end();
    this.#databaseAwayUntilMs = 0;
    for (const edge of this.edges) edge.cutOffUntilMs = 0;
  }
}

function times<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

function zone(name: string): JsonValue {
  return [{ compute: [{ availability_zones: [{ name }] }] }];
}

/** Those that take events come first; some overlap. */
function newAudits(chance: Chance): AuditRow[] {
  const audit = (id: number, type: AuditType, scope: JsonValue, over: Partial<AuditRow> = {}): AuditRow => ({
    id,
    uuid: `00000000-0000-4000-8000-00000000000${id}`,
    name: `audit ${id}`,
    type,
    state: "PENDING",
    triggerStates: ["*"],
    force: false,
    autoTrigger: chance.hits(0.4),
    scope,
    schedule: { interval: null, startMs: null, endMs: null, nextRunMs: null },
    consecutiveFailures: 0,
    ...over,
  });
  const every = (interval: string) => ({ interval, startMs: null, endMs: null, nextRunMs: null });
  return [
    audit(0, "EVENT", zone("a")),
    audit(1, "EVENT", [], { triggerStates: ["alarm"] }),
    audit(2, "EVENT", zone("b"), { force: true }),
    audit(3, "CONTINUOUS", zone("a"), { schedule: every("11") }),
    audit(4, "ONESHOT", zone("b")),
  ];
}
