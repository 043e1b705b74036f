/**
 * What somebody outside would hold the system to: told of answers, plans and effects as the world outside sees them, and
 * allowed to look into the disks. Written from the promises (the design's contracts, the invariants L1 to L8 of
 * core/src/life/terms.ts, P1 to P5 of plan.ts), not from the code that keeps them.
 */

import type { Edge } from "./edge.ts";
import type { Sent } from "./senders.ts";
import { PLAN_LEASES_LOST_MAX, type PlanRef } from "./store/plans.ts";
import type { EventRow, PlanRow, RunRow } from "./store/rows.ts";
import type { RunLease } from "./store/store.ts";
import type { World } from "./world.ts";

/** No two posts further apart than this are one occurrence by their time alone: the window, and the way to the stream. */
const WINDOW_MS = 20_000;
const SAME_WITHIN_MS = WINDOW_MS + 6_000;

interface Accepted {
  sent: Sent;
  eventId: string;
  postedAtMs: number;
  acceptedAtMs: number;
  edge: string;
  isJournaled: boolean;
  /** Its only copy was in a broker that lost it: the one loss that is allowed. */
  isLostByBroker: boolean;
  /** An operator's replay has no sender. */
  isReplay: boolean;
}

const FINAL_FATES: readonly string[] = ["DONE", "DUPLICATE", "FILTERED", "DISCARDED", "DEAD_LETTER"];
const FINAL_ACTIONS: readonly string[] = ["SUCCEEDED", "FAILED", "CANCELLED", "SKIPPED"];

export class Outside {
  readonly #world: World;
  readonly #accepted: Accepted[] = [];
  readonly #byId = new Map<string, Accepted>();
  /** How often each was posted, answered or not. */
  readonly #posts = new Map<string, number>();
  readonly #fates = new Map<string, string>();
  /** Events whose end has been seen: they are not looked for any more. */
  readonly #ended = new Set<string>();
  readonly #planOfRun = new Map<number, number>();
  /** Actions that the cloud refused. */
  readonly #failedActions = new Set<string>();
  /** When each lease of a run began, by run and token. */
  readonly #startedAt = new Map<string, number>();
  readonly #newestToken = new Map<number, bigint>();
  readonly #recordedAt = new Map<number, number>();
  /** When each event's row was first seen, in steps. */
  readonly #rowSeenAt = new Map<string, number>();
  readonly #happened = new Map<string, number>();
  readonly #begun = new Set<string>();
  readonly #aborted = new Set<string>();
  readonly #actionEnds = new Map<string, string>();
  /** Order in which the stream took what edges sent. */
  readonly streamOrder: string[] = [];
  #hasLostStream = false;
  accepts = 0;

  constructor(world: World) {
    this.#world = world;
  }

  #insist(holds: boolean, what: () => string): asserts holds {
    if (!holds) throw new Error(what());
  }

  #note(what: string): void {
    this.#world.faults.note(what);
  }

  // What is seen from outside.

  posted({ truth }: Sent): void {
    this.#posts.set(truth, (this.#posts.get(truth) ?? 0) + 1);
  }

  accepted(sent: Sent, eventId: string, edge: Edge, postedAtMs: number): void {
    const { agenda } = this.#world;
    this.accepts++;
    this.#note("accepted");
    this.#world.changed();
    if (this.#world.isTraced) {
      this.#world.trace(
        `202 by ${edge.actor.name}: ${eventId.slice(0, 8)}, ${sent.truth}, posted at ${postedAtMs}`,
      );
    }
    const before = this.#byId.get(eventId);
    if (before !== undefined) {
      const says = () => `posts of ${before.sent.truth} and of ${sent.truth} got one event id`;
      this.#insist(before.sent.truth === sent.truth, says);
      const gapMs = postedAtMs - before.postedAtMs;
      const isSame = sent.identity !== "time" || gapMs < SAME_WITHIN_MS;
      this.#insist(isSame, () => `an alarm repeated after ${gapMs} ms was swallowed: event ${eventId}`);
      if (edge.journals && !before.isJournaled) before.isJournaled = edge.holds(eventId);
      return;
    }
    const accepted: Accepted = {
      sent,
      eventId,
      postedAtMs,
      acceptedAtMs: agenda.nowMs,
      edge: edge.actor.name,
      isJournaled: edge.journals,
      isLostByBroker: false,
      isReplay: false,
    };
    this.#accepted.push(accepted);
    this.#byId.set(eventId, accepted);
  }

  replayed(eventId: string, of: string): void {
    const sent = this.#byId.get(of)?.sent;
    if (sent === undefined) return;
    this.#note("replayed");
    const now = this.#world.agenda.nowMs;
    const accepted = {
      ...{ sent, eventId, postedAtMs: now, acceptedAtMs: now, edge: "operator" },
      ...{ isJournaled: true, isLostByBroker: false, isReplay: true },
    };
    this.#accepted.push(accepted);
    this.#byId.set(eventId, accepted);
  }

  refused(status: number): void {
    this.#note(`refused ${status}`);
  }

  /** The broker lost these: power failed before its lazy flush, or its store was deleted. */
  lostByBroker(eventIds: readonly string[]): void {
    this.#hasLostStream = true;
    for (const eventId of eventIds) {
      this.#lostIds.add(eventId);
      this.#note("lost-by-broker");
    }
  }

  /** Of all messages, accepted or not yet: the 202 of one may be on its way. */
  readonly #lostIds = new Set<string>();

  /** A run is given away; its audit is as it was before. */
  started(run: RunRow): void {
    this.#startedAt.set(`${run.id} ${run.token}`, this.#world.agenda.steps);
    this.#newestToken.set(run.id, run.token);
    const { state, type } = this.#world.store.tables.audits[run.audit]!;
    const isOpen = state === "PENDING" || state === "ONGOING" || (type === "EVENT" && this.#isRearmed(state));
    this.#insist(isOpen, () => `run ${run.id} of a ${type} audit started while it is ${state}`);
  }

  /** An EVENT audit whose last run is over takes the next alarm; after a failure only in coalesce mode. */
  #isRearmed(state: string): boolean {
    return state === "SUCCEEDED" || (state === "FAILED" && this.#world.store.life.eventMode === "coalesce");
  }

  /** An attempt failed by its own fault, and its run is not over. */
  failed(run: RunRow): void {
    const count = (this.#failures.get(run.id) ?? 0) + 1;
    this.#failures.set(run.id, count);
    const { maxAttempts } = this.#world.store.life;
    this.#insist(count < maxAttempts, () => `run ${run.id} failed ${count} times and is tried again`);
  }

  readonly #failures = new Map<number, number>();

  /** The worker of a run is gone that was computed alone, or waited for that. */
  lost(run: RunRow): void {
    this.#lost.set(run.id, (this.#lost.get(run.id) ?? 0) + 1);
  }

  readonly #lost = new Map<number, number>();

  computing(lease: RunLease, worker: string): void {
    if (lease.alone) this.#note("computed-alone");
    if (this.#workerOf.size > 0 && [...this.#workerOf.values()].some((one) => one.audit === lease.audit)) {
      this.#note("two-computations-of-one-audit");
    }
    this.#workerOf.set(`${lease.run} ${lease.token}`, { audit: lease.audit, worker });
  }

  readonly #workerOf = new Map<string, { audit: number; worker: string }>();

  computed(lease: RunLease): void {
    this.#workerOf.delete(`${lease.run} ${lease.token}`);
  }

  workerDied(worker: string): void {
    for (const [key, one] of this.#workerOf) if (one.worker === worker) this.#workerOf.delete(key);
  }

  /** A plan of a run is written. */
  planned(run: RunRow, token: bigint, plan: number): void {
    const newest = this.#newestToken.get(run.id);
    this.#insist(
      newest === token,
      () => `L5: run ${run.id} got its plan by token ${token}, the newest is ${newest}`,
    );
    this.#insist(!this.#planOfRun.has(run.id), () => `L5: run ${run.id} got a second plan`);
    this.#planOfRun.set(run.id, plan);
    const startedAt = this.#startedAt.get(`${run.id} ${run.token}`) ?? -1;
    const before = this.#recordedAt.get(run.audit) ?? -1;
    const says = () =>
      `run ${run.id} was computed before the plan of its audit's last run was written, and recorded`;
    this.#insist(startedAt >= before, says);
    this.#recordedAt.set(run.audit, this.#world.agenda.steps);
    this.#note("plan");
  }

  /** An effect reaches the cloud. */
  effect({ plan: id, token }: PlanRef, action: number): void {
    const plan = this.#world.store.tables.plans[id]!;
    this.#note("effect");
    const isHeld = plan.token === token && plan.applierId !== undefined;
    this.#insist(
      isHeld,
      () => `P1: plan ${id}, action ${action}: an effect after the lease ${token} may have lapsed`,
    );
    const row = plan.actions[action]!;
    this.#insist(
      row.state === "ONGOING",
      () => `P2, P3: an effect of action ${action}, which is ${row.state}`,
    );
    for (const parent of row.parents) {
      const { state } = plan.actions[parent]!;
      this.#insist(
        FINAL_ACTIONS.includes(state),
        () => `P2: an effect of action ${action} before its parent`,
      );
    }
    this.#happened.set(`${id} ${action}`, (this.#happened.get(`${id} ${action}`) ?? 0) + 1);
    this.#insist(
      this.#happened.get(`${id} ${action}`) === 1,
      () => `action ${action} of plan ${id} had its effect twice`,
    );
  }

  /** The cloud could not do it, and told the applier so. */
  actionFailed({ plan }: PlanRef, action: number): void {
    this.#failedActions.add(`${plan} ${action}`);
  }

  hasHappened(plan: number, action: number): boolean {
    return this.#happened.has(`${plan} ${action}`);
  }

  // What is checked after each step that changed something.

  check(): void {
    const { tables } = this.#world.store;
    const { events, runs, plans } = tables;
    for (const audit of tables.audits) this.#open[audit.id] = this.#waiting[audit.id] = 0;
    for (const run of runs) if (run.state === "DUE" || run.state === "LIVE") this.#open[run.audit]!++;
    for (const event of events) this.#checkEvent(event, runs);
    for (const run of runs) this.#checkRun(run, plans);
    for (const audit of tables.audits) {
      const open = this.#open[audit.id]!;
      this.#insist(open <= 1, () => `L1: audit ${audit.id} has ${open} active runs`);
      this.#insist(
        this.#waiting[audit.id] === 0 || open === 1,
        () => `L2: audit ${audit.id} has waiting events and no run`,
      );
      const isIdle = audit.type === "EVENT" && audit.state === "ONGOING" && open === 0;
      this.#insist(!isIdle, () => `EVENT audit ${audit.id} looks busy for ever`);
    }
    for (const plan of plans) this.#checkPlan(plan);
    for (const accepted of this.#accepted)
      if (!this.#ended.has(accepted.eventId)) this.#checkAccepted(accepted);
  }

  readonly #open: number[] = [];
  readonly #waiting: number[] = [];

  #checkEvent(event: EventRow, runs: readonly RunRow[]): void {
    const before = this.#fates.get(event.eventId);
    if (before === event.fate && FINAL_FATES.includes(event.fate)) return;
    if (event.fate === "WAITING") this.#waiting[event.audit!]!++;
    if (before === event.fate && event.fate === "WAITING") return;
    const run = event.run === undefined ? undefined : runs[event.run]!;
    this.#insist(
      event.fate !== "LEASED" || run?.state === "LIVE",
      () => `L3: event ${event.eventId} is leased by no live run`,
    );
    if (before === event.fate) return;
    const says = () => `L4: event ${event.eventId} was ${before} and became ${event.fate}`;
    this.#insist(before === undefined || !FINAL_FATES.includes(before), says);
    if (before === undefined) this.#rowSeenAt.set(event.eventId, this.#world.agenda.steps);
    this.#fates.set(event.eventId, event.fate);
    if (!FINAL_FATES.includes(event.fate)) return;
    this.#note(`fate ${event.fate}`);
    if (event.fate === "DONE") this.#checkDone(event, run);
    if (event.fate === "DUPLICATE") this.#checkDuplicate(event);
    if (event.fate === "DISCARDED" || event.fate === "FILTERED") this.#checkUnwanted(event);
  }

  /** Only what a user set keeps an accepted event from its run. */
  #checkUnwanted({ eventId, fate, audit: id, current }: EventRow): void {
    const { state, type, triggerStates } = this.#world.store.tables.audits[id!]!;
    if (fate === "FILTERED") {
      const isWanted = triggerStates.includes("*") || triggerStates.includes(current);
      this.#insist(!isWanted, () => `event ${eventId} is FILTERED, and its audit wants ${current}`);
      return;
    }
    const isOver =
      state === "CANCELLED" || !(["PENDING", "ONGOING"].includes(state) || this.#isRearmed(state));
    // Strict drops a run that a plan keeps from starting, and its events, as the reference does.
    const isStrict = this.#world.store.life.eventMode === "strict";
    this.#insist(
      isOver || isStrict,
      () => `event ${eventId} of a ${type} audit that is ${state} is DISCARDED`,
    );
  }

  #checkDone(event: EventRow, run: RunRow | undefined): void {
    this.#insist(
      run?.state === "SUCCEEDED",
      () => `L4: event ${event.eventId} is DONE by no run that succeeded`,
    );
    this.#insist(this.#planOfRun.has(run.id), () => `event ${event.eventId} is DONE without a plan`);
    const startedAt = this.#startedAt.get(`${run.id} ${run.token}`) ?? -1;
    const cameAt = this.#rowSeenAt.get(event.eventId) ?? Number.POSITIVE_INFINITY;
    this.#insist(
      startedAt >= cameAt,
      () => `event ${event.eventId} is DONE by a run that began before it came`,
    );
  }

  #checkDuplicate(event: EventRow): void {
    const twin = this.#world.store.event(event.duplicateOf!);
    this.#insist(twin !== undefined, () => `event ${event.eventId} is a duplicate of one that is not there`);
    const gapMs = Math.abs(event.streamTimeMs - twin.streamTimeMs);
    const isClose = gapMs < WINDOW_MS || (event.exact && twin.exact);
    const isAsked = event.requestId !== "" && event.requestId === twin.requestId;
    this.#insist(
      isClose || isAsked,
      () => `event ${event.eventId} came ${gapMs} ms after what it is a duplicate of`,
    );
    const [one, other] = [this.#byId.get(event.eventId)?.sent, this.#byId.get(twin.eventId)?.sent];
    if (one === undefined || other === undefined) return;
    this.#insist(one.truth === other.truth, () => `${one.truth} was taken for a duplicate of ${other.truth}`);
  }

  #checkRun(run: RunRow, plans: readonly PlanRow[]): void {
    const hasPlan = this.#planOfRun.has(run.id);
    this.#insist(
      hasPlan === (run.state === "SUCCEEDED"),
      () => `L5: run ${run.id} is ${run.state}, plan: ${hasPlan}`,
    );
    const { maxAttempts, maxLostLeases } = this.#world.store.life;
    this.#insist(run.attempts <= maxAttempts, () => `run ${run.id} is at attempt ${run.attempts}`);
    const [failed, lost] = [this.#failures.get(run.id) ?? 0, this.#lost.get(run.id) ?? 0];
    this.#insist(
      run.state !== "DEAD_LETTER" || failed >= maxAttempts - 1 || lost >= maxLostLeases,
      () => `L8: run ${run.id} was given up after ${failed} failures and ${lost} lost leases`,
    );
    if (run.blockedBy === undefined) return;
    const blocker = plans[Number(run.blockedBy)];
    const isUnderWay = blocker?.state === "ONGOING" || blocker?.state === "CANCELLING";
    this.#insist(
      run.state === "DUE" && isUnderWay,
      () => `L6: run ${run.id} waits for a plan that is not under way`,
    );
  }

  #checkPlan(plan: PlanRow): void {
    const isUnderWay = plan.state === "ONGOING" || plan.state === "CANCELLING";
    const isGivenUp = plan.leasesLost >= PLAN_LEASES_LOST_MAX;
    if (isGivenUp && !isUnderWay) this.#note("plan-given-up");
    for (const [index, action] of plan.actions.entries()) {
      const mayFail =
        isGivenUp || action.state !== "FAILED" || this.#failedActions.has(`${plan.id} ${index}`);
      this.#insist(mayFail, () => `${action.uuid} is FAILED, and nobody saw it fail`);
      const isBusy = action.state === "ONGOING" || action.state === "CANCELLING";
      const says = () => `P4: plan ${plan.id} is ${plan.state} and ${action.uuid} is ${action.state}`;
      this.#insist(isUnderWay || !isBusy, says);
      this.#checkAbort(plan, action);
      const isFailure = plan.state === "SUCCEEDED" && action.state === "FAILED";
      this.#insist(!isFailure, () => `P4: plan ${plan.id} succeeded with a failure`);
      if (action.state === "ONGOING" && !this.#begun.has(action.uuid)) {
        this.#begun.add(action.uuid);
        this.#insist(
          plan.state === "ONGOING",
          () => `P5: ${action.uuid} began while its plan is ${plan.state}`,
        );
      }
      const before = this.#actionEnds.get(action.uuid);
      // A user who cancels a plan that no applier has taken cancels all its actions.
      const stays = before === undefined || before === action.state || plan.token === 0n;
      this.#insist(stays, () => `P3: ${action.uuid} was ${before} and is ${action.state}`);
      if (FINAL_ACTIONS.includes(action.state)) this.#actionEnds.set(action.uuid, action.state);
    }
  }

  #checkAbort(plan: PlanRow, { uuid, state }: PlanRow["actions"][number]): void {
    const mayAbort = state !== "CANCELLING" || plan.state === "CANCELLING";
    this.#insist(mayAbort, () => `P6: ${uuid} is CANCELLING and its plan ${plan.state}`);
    if (state === "CANCELLING") this.#aborted.add(uuid);
    const goesOn = state === "ONGOING" && this.#aborted.has(uuid);
    this.#insist(!goesOn, () => `P6: ${uuid} was CANCELLING and is ONGOING`);
  }

  /** It is somewhere until it has a fate. */
  #checkAccepted(accepted: Accepted): void {
    const { eventId } = accepted;
    const { broker, edges, store } = this.#world;
    const row = store.event(eventId);
    if (row !== undefined) {
      if (FINAL_FATES.includes(row.fate)) this.#ended.add(eventId);
      return;
    }
    if (broker.holds(eventId) || edges.some((edge) => edge.holds(eventId))) return;
    const says = () =>
      `event ${eventId}, accepted at ${accepted.acceptedAtMs} ms by ${accepted.edge}, is lost`;
    this.#insist(this.#lostIds.has(eventId) && !accepted.isJournaled, says);
    accepted.isLostByBroker = true;
    this.#note("loss-that-is-allowed");
    this.#ended.add(eventId);
  }

  // What must hold when everything has come to rest.

  /** Why it has not come to rest yet; undefined: it has. */
  unrest(): string | undefined {
    const { tables } = this.#world.store;
    for (const { eventId } of this.#accepted) {
      if (!this.#ended.has(eventId))
        return `event ${eventId} has no fate: ${this.#fates.get(eventId) ?? "not ingested"}`;
    }
    for (const event of tables.events) {
      if (!FINAL_FATES.includes(event.fate)) return `event ${event.eventId} is ${event.fate}`;
    }
    for (const run of tables.runs) {
      const isOpen = run.state === "DUE" || run.state === "LIVE";
      if (isOpen && tables.audits[run.audit]!.type !== "CONTINUOUS") return `run ${run.id} is ${run.state}`;
    }
    for (const plan of tables.plans) {
      const isLaunched = plan.launchedAtMs !== undefined && ["RECOMMENDED", "PENDING"].includes(plan.state);
      const isUnderWay = plan.state === "ONGOING" || plan.state === "CANCELLING";
      if (isLaunched || isUnderWay) return `plan ${plan.id} is ${plan.state}`;
    }
    return this.#world.edges.find((edge) => edge.isHolding)?.actor.name;
  }

  /** L7, once nothing else is under way: an audit that repeats has a run, or the time of the next. */
  checkSchedule(): void {
    const { store, faults } = this.#world;
    for (const { id, type, state, schedule } of store.tables.audits) {
      if (type !== "CONTINUOUS" || (state !== "PENDING" && state !== "ONGOING")) continue;
      if (store.openRun(id) !== undefined) continue;
      const inMs = (schedule.nextRunMs ?? Number.POSITIVE_INFINITY) - store.nowMs;
      const isSoon = inMs < 1_000 * Number(schedule.interval) + 1_000 || faults.hadOn("clock-steps");
      const says = () => `L7: CONTINUOUS audit ${id} has no run, and its next is in ${inMs} ms`;
      this.#insist(isSoon && schedule.nextRunMs !== null, says);
    }
  }

  /** What has an identity is more than a duplicate once, however often and under whichever of its audit's names it came. */
  checkOnce(): void {
    const counted = new Map<string, string>();
    for (const { sent, eventId, isReplay } of this.#accepted) {
      const fate = this.#fates.get(eventId);
      if (sent.identity !== "exact" || isReplay || fate === undefined || fate === "DUPLICATE") continue;
      const twin = counted.get(sent.truth);
      this.#insist(twin === undefined, () => `${sent.truth} counted twice: events ${twin} and ${eventId}`);
      counted.set(sent.truth, eventId);
    }
  }

  checkOrder(): void {
    if (this.#hasLostStream) return;
    const places = new Map<string, number>();
    for (const [place, eventId] of this.streamOrder.entries())
      if (!places.has(eventId)) places.set(eventId, place);
    const last = new Map<string, Accepted>();
    for (const accepted of this.#accepted) {
      // What was posted more than once has several places.
      if (accepted.isReplay || this.#posts.get(accepted.sent.truth) !== 1) continue;
      const lane = `${accepted.edge} ${accepted.sent.audit}`;
      const before = last.get(lane);
      if (before !== undefined && before.acceptedAtMs < accepted.postedAtMs) {
        const inOrder = (places.get(before.eventId) ?? -1) < (places.get(accepted.eventId) ?? -1);
        this.#insist(
          inOrder,
          () => `order: ${accepted.eventId} overtook ${before.eventId} at ${accepted.edge}`,
        );
      }
      last.set(lane, accepted);
    }
  }
}
