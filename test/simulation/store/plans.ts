/** The transactions of PlanService: packages/state/src/plans; and store-plans.ts of runs. */

import {
  type ActionEndState,
  ActionGraph,
  type ActionNode,
  type ActionState,
  type BeginVerdict,
  FINAL_ACTION_STATES,
  type LeaseSample,
  type PlanEnd,
  type PlanEnding,
  type PlanState,
  type PlanView,
  VigilError,
} from "@vigil/core";
import type { Refusal } from "../network.ts";
import { isUnderWay, type PlanRow, type RunRow } from "./rows.ts";
import type { Store } from "./store.ts";

export interface PlanRef {
  plan: number;
  token: bigint;
}

export interface PlanLease extends PlanRef {
  state: "ONGOING" | "CANCELLING";
  actions: ActionNode[];
}

export function viewOf(plan: PlanRow): PlanView {
  return {
    state: plan.state,
    isLaunched: plan.launchedAtMs !== undefined,
    applierId: plan.applierId,
    token: plan.token,
  };
}

/** store-plans.ts. @param parents of each action, by its place. Returns the plan's id */
export function storePlan(store: Store, run: RunRow, parents: readonly (readonly number[])[]): number {
  const audit = store.tables.audits[run.audit]!;
  if (audit.type === "CONTINUOUS") {
    for (const plan of store.tables.plans) {
      if (plan.audit === run.audit && plan.state === "RECOMMENDED") plan.state = "CANCELLED";
    }
  }
  const id = store.tables.plans.length;
  const isEmpty = parents.length === 0;
  store.tables.plans.push({
    id,
    uuid: `plan-${id}`,
    audit: run.audit,
    run: run.id,
    state: isEmpty ? "SUCCEEDED" : "RECOMMENDED",
    launchedAtMs: audit.autoTrigger && !isEmpty ? store.nowMs : undefined,
    applierId: undefined,
    token: 0n,
    heartbeat: 0n,
    claimId: undefined,
    leasesLost: 0,
    actions: parents.map((list, n) => ({ uuid: `action-${id}-${n}`, state: "PENDING", parents: list })),
  });
  store.version++;
  return id;
}

/**
 * plansClaimedBefore of claim.ts, then claimPlan and lockClaimablePlan: those whose appliers are gone come first, then
 * those that were launched first.
 */
export function claimPlan(store: Store, applierId: string, claimId: string): PlanLease | undefined {
  const { plans } = store.tables;
  const before = plans.find((row) => {
    return isUnderWay(row) && row.applierId === applierId && claimId !== "" && row.claimId === claimId;
  });
  if (before !== undefined) {
    before.heartbeat++;
    return leaseOf(before);
  }
  const plan = plans.find((row) => isUnderWay(row) && row.applierId === undefined) ?? launchedFirst(plans);
  const state = plan && store.rules.decideClaim(viewOf(plan));
  if (plan === undefined || state === undefined) return undefined;
  plan.state = state;
  plan.applierId = applierId;
  plan.token++;
  plan.heartbeat = 0n;
  plan.claimId = claimId;
  store.version++;
  return leaseOf(plan);
}

function launchedFirst(plans: readonly PlanRow[]): PlanRow | undefined {
  return plans
    .filter(({ state, launchedAtMs }) => {
      return (state === "RECOMMENDED" || state === "PENDING") && launchedAtMs !== undefined;
    })
    .sort((a, b) => a.launchedAtMs! - b.launchedAtMs!)[0];
}

function leaseOf(plan: PlanRow): PlanLease {
  const actions = plan.actions.map(({ state, parents }) => ({ state, parents }));
  return { plan: plan.id, token: plan.token, state: plan.state as PlanLease["state"], actions };
}

/** leases.ts. */
export function heartbeatPlans(
  store: Store,
  applierId: string,
  refs: readonly PlanRef[],
): { lost: number[]; cancelling: number[] } {
  const lost: number[] = [];
  const cancelling: number[] = [];
  for (const { plan: id, token } of refs) {
    const plan = store.tables.plans[id];
    if (plan === undefined || !store.rules.holdsPlan(viewOf(plan), { applierId, token })) {
      lost.push(id);
      continue;
    }
    plan.heartbeat++;
    if (plan.state === "CANCELLING") cancelling.push(id);
  }
  return { lost, cancelling };
}

/** release of leases.ts. */
export function releasePlan(store: Store, applierId: string, { plan: id, token }: PlanRef): void {
  const plan = store.tables.plans[id];
  if (plan === undefined || !store.rules.holdsPlan(viewOf(plan), { applierId, token })) return;
  plan.applierId = undefined;
  store.version++;
}

/** livePlanLeases of leases.ts. */
export function livePlans(store: Store): LeaseSample[] {
  return store.tables.plans
    .filter((plan) => isUnderWay(plan) && plan.applierId !== undefined)
    .map(({ id, token, heartbeat }) => ({ id: String(id), token, heartbeat }));
}

/** Fewer than the product's, so that it happens. */
export const PLAN_LEASES_LOST_MAX = 4;

/** expire of leases.ts. Returns whether workers should be woken. */
export function expirePlans(store: Store, dead: readonly LeaseSample[]): boolean {
  let due = false;
  for (const { id, token, heartbeat } of dead) {
    const plan = store.tables.plans[Number(id)];
    if (plan?.token !== token || plan.heartbeat !== heartbeat || plan.applierId === undefined) continue;
    const end = store.rules.decidePlanLeaseLost(plan.leasesLost, PLAN_LEASES_LOST_MAX);
    plan.leasesLost++;
    plan.applierId = undefined;
    store.version++;
    if (end !== undefined) due = storeEnd(store, plan, end) || due;
  }
  return due;
}

/** What an applier asks of one action. */
export type ActionStep = PlanRef & { action: number } & (
    | { step: "begin" }
    | { step: "abort" }
    | { step: "end"; state: ActionEndState }
  );

/** action-steps.ts. */
export function stepAction(
  store: Store,
  applierId: string,
  input: ActionStep,
): { verdict: BeginVerdict; state: ActionState } | Refusal {
  const plan = store.tables.plans[input.plan];
  if (plan === undefined) return { refused: "not-found", why: "no such plan" };
  const view = viewOf(plan);
  if (!store.rules.holdsPlan(view, { applierId, token: input.token })) {
    return { refused: "illegal-state", why: "the lease is another's" };
  }
  const action = plan.actions[input.action]!;
  const parentsAreOver = action.parents.every((parent) => {
    return FINAL_ACTION_STATES.includes(plan.actions[parent]!.state);
  });
  const seen = { uuid: action.uuid, state: action.state, parentsAreOver };
  const write = (state: ActionState) => {
    action.state = state;
    plan.heartbeat++;
    store.version++;
  };
  if (input.step === "begin") {
    const verdict = store.rules.decideBegin(view.state, seen);
    if (verdict instanceof VigilError) return { refused: "illegal-state", why: verdict.message };
    if (verdict === "GO" && action.state === "PENDING") write("ONGOING");
    return { verdict, state: action.state };
  }
  if (input.step === "abort") {
    const verdict = store.rules.decideAbort(view.state, seen);
    if (verdict instanceof VigilError) return { refused: "illegal-state", why: verdict.message };
    if (verdict === "write") write("CANCELLING");
    return { verdict: "CANCELLING", state: "CANCELLING" };
  }
  const verdict = store.rules.decideEndAction(view.state, seen, input.state);
  if (verdict instanceof VigilError) return { refused: "illegal-state", why: verdict.message };
  if (verdict === "write") {
    write(input.state);
    plan.leasesLost = 0;
  }
  return { verdict: "DONE", state: input.state };
}

/** end-plan.ts and blocked.ts. */
export function endPlan(
  store: Store,
  applierId: string,
  { plan: id, token }: PlanRef,
  failure: string,
): { state: PlanState; due: boolean } | Refusal {
  const plan = store.tables.plans[id];
  if (plan === undefined) return { refused: "not-found", why: "no such plan" };
  const view = viewOf(plan);
  const claim = { applierId, token };
  if (!store.rules.holdsPlan(view, claim)) {
    if (store.rules.wasEndedBy(view, claim)) return { state: plan.state, due: false };
    return { refused: "illegal-state", why: "the lease is another's" };
  }
  const end = store.rules.decideEndPlan(view.state, endingOf(plan, failure));
  if (end instanceof VigilError) return { refused: "illegal-state", why: end.message };
  return { state: end.state, due: storeEnd(store, plan, end) };
}

function storeEnd(store: Store, plan: PlanRow, end: PlanEnd): boolean {
  for (const { from, to } of end.sweeps) {
    for (const action of plan.actions) if (from.includes(action.state)) action.state = to;
  }
  plan.state = end.state;
  plan.applierId = undefined;
  store.version++;
  return unblockRuns(store, String(plan.id));
}

function endingOf(plan: PlanRow, failure: string): PlanEnding {
  const actions: Partial<Record<ActionState, number>> = {};
  for (const { state } of plan.actions) actions[state] = (actions[state] ?? 0) + 1;
  const isLeft = failure === "" && (actions.PENDING ?? 0) > 0;
  const hasReadyActions = isLeft && new ActionGraph(plan.actions, "ANY").takeReady(1).length > 0;
  return { actions, hasReadyActions, failure };
}

/** Returns whether workers should be woken. */
function unblockRuns(store: Store, plan: string): boolean {
  let due = false;
  for (const run of store.tables.runs) {
    if (run.blockedBy !== plan || run.state !== "DUE") continue;
    run.blockedBy = undefined;
    run.dueAtMs = store.nowMs;
    due = true;
  }
  return due;
}
