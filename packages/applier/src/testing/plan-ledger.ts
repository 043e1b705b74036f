/**
 * One plan as state keeps it, in memory: core's decisions about plans without a database below them, for runs whose
 * time and crashes a test decides. Whole paths have the real state service (test/applier.test.ts).
 */

import {
  type ActionEndState,
  ActionGraph,
  type ActionState,
  type ActionView,
  decideAbort,
  decideBegin,
  decideClaim,
  decideEndAction,
  decideEndPlan,
  FINAL_ACTION_STATES,
  holdsPlan,
  type LivePlanState,
  type PlanState,
  VigilError,
  wasEndedBy,
} from "@vigil/core";
import type {
  AbortActionRequest,
  BeginActionRequest,
  EndActionRequest,
  EndPlanRequest,
  PlanAction__Output,
  PlanCalls,
  PlanLease__Output,
  PlanLeaseRef,
} from "@vigil/proto";

export interface LedgerAction {
  actionType: string;
  inputParameters: unknown;
  parents?: readonly number[];
  state?: ActionState;
}

interface Row extends PlanAction__Output {
  statusMessage: string;
  /** States it has had, in order. */
  history: string[];
}

type Claim = { applierId?: string; planUuid?: string; token?: unknown };

export const LEDGER_PLAN = "00000000-0000-4000-8000-000000000001";

export class PlanLedger implements PlanCalls {
  readonly actions: Row[];
  readonly strategyName: string;
  state: PlanState = "PENDING";
  statusMessage = "";
  applierId: string | undefined;
  token = 0n;
  heartbeats = 0;
  leaseMs = 10_000;

  constructor(actions: readonly LedgerAction[], strategyName = "dummy") {
    this.strategyName = strategyName;
    this.actions = actions.map((action, index) => ({
      uuid: `00000000-0000-4000-9000-${String(index).padStart(12, "0")}`,
      actionType: action.actionType,
      inputParametersJson: JSON.stringify(action.inputParameters),
      parents: [...(action.parents ?? [])],
      state: action.state ?? "PENDING",
      intentJson: "",
      statusMessage: "",
      history: [],
    }));
  }

  get states(): string[] {
    return this.actions.map(({ state }) => state);
  }

  get messages(): string[] {
    return this.actions.map(({ statusMessage }) => statusMessage);
  }

  /** What a user does. */
  cancel(): void {
    if (this.state === "ONGOING") this.state = "CANCELLING";
  }

  /** What the sweeper does with a lease that gave no sign. */
  expireLease(): void {
    this.applierId = undefined;
  }

  isHeldBy(token: string): boolean {
    return this.applierId !== undefined && this.token === BigInt(token);
  }

  lease(): PlanLease__Output | undefined {
    const state = decideClaim(this.#view());
    if (state === undefined) return undefined;
    this.state = state;
    this.token += 1n;
    return {
      planUuid: LEDGER_PLAN,
      token: String(this.token),
      auditUuid: "00000000-0000-4000-8000-000000000002",
      strategyName: this.strategyName,
      state,
      leaseMs: this.leaseMs,
      heartbeatMs: this.leaseMs / 4,
      actions: this.actions.map(({ statusMessage: _, history: __, ...action }) => ({ ...action })),
      traceParent: "",
    };
  }

  async claimPlans({
    applierId,
  }: {
    applierId?: string;
    maxPlans?: number;
  }): Promise<{ plans: PlanLease__Output[] }> {
    const lease = this.lease();
    if (lease === undefined) return { plans: [] };
    this.applierId = applierId;
    return { plans: [lease] };
  }

  async heartbeatPlans({ applierId, leases = [] }: { applierId?: string; leases?: PlanLeaseRef[] }) {
    this.heartbeats++;
    const own = leases.filter(({ planUuid, token }) => this.#holds({ applierId, planUuid, token }));
    return {
      lostPlanUuids: leases.filter((one) => !own.includes(one)).map(({ planUuid = "" }) => planUuid),
      cancellingPlanUuids: this.state === "CANCELLING" ? own.map(({ planUuid = "" }) => planUuid) : [],
      unmovedPlanUuids: [],
    };
  }

  async beginAction({ actionUuid, intentJson, ...claim }: BeginActionRequest) {
    const action = this.#own(claim, actionUuid);
    const verdict = decideBegin(this.state as LivePlanState, this.#viewOf(action));
    if (verdict instanceof VigilError) throw verdict;
    if (verdict === "GO") {
      this.#set(action, "ONGOING");
      action.intentJson ||= intentJson ?? "";
    }
    return { verdict, state: action.state };
  }

  async abortAction({ actionUuid, ...claim }: AbortActionRequest) {
    const action = this.#own(claim, actionUuid);
    const verdict = decideAbort(this.state as LivePlanState, this.#viewOf(action));
    if (verdict instanceof VigilError) throw verdict;
    this.#set(action, "CANCELLING");
    return {};
  }

  async endAction({ actionUuid, state, statusMessage, ...claim }: EndActionRequest) {
    const action = this.#own(claim, actionUuid);
    const end = state as ActionEndState;
    const verdict = decideEndAction(this.state as LivePlanState, this.#viewOf(action), end);
    if (verdict instanceof VigilError) throw verdict;
    if (verdict === "write") {
      this.#set(action, end);
      action.statusMessage = statusMessage ?? "";
    }
    return {};
  }

  async endPlan({ failure = "", ...claim }: EndPlanRequest) {
    if (wasEndedBy(this.#view(), claimOf(claim))) return { state: this.state };
    this.#check(claim);
    const counts = Object.groupBy(this.actions, ({ state }) => state);
    const end = decideEndPlan(this.state as LivePlanState, {
      actions: Object.fromEntries(Object.entries(counts).map(([state, list]) => [state, list?.length])),
      hasReadyActions: failure === "" && this.#hasReady(),
      failure,
    });
    if (end instanceof VigilError) throw end;
    for (const { from, to } of end.sweeps) {
      for (const action of this.actions)
        if (from.includes(action.state as ActionState)) this.#set(action, to);
    }
    this.state = end.state;
    this.statusMessage = end.statusMessage ?? "";
    this.applierId = undefined;
    return { state: this.state };
  }

  async releasePlans({ applierId, leases = [] }: { applierId?: string; leases?: PlanLeaseRef[] }) {
    if (leases.some(({ planUuid, token }) => this.#holds({ applierId, planUuid, token }))) this.expireLease();
    return {};
  }

  /** As state looks at it, which does not know the applier's rule. */
  #hasReady(): boolean {
    const nodes = this.actions.map(({ state, parents }) => ({ state: state as ActionState, parents }));
    return new ActionGraph(nodes, "ANY").takeReady(1).length > 0;
  }

  #view() {
    return { state: this.state, isLaunched: true, applierId: this.applierId, token: this.token };
  }

  #viewOf({ uuid, state, parents }: Row): ActionView {
    const isOver = (index: number) => FINAL_ACTION_STATES.includes(this.actions[index]?.state as ActionState);
    return { uuid, state: state as ActionState, parentsAreOver: parents.every(isOver) };
  }

  #holds(claim: Claim): boolean {
    return claim.planUuid === LEDGER_PLAN && holdsPlan(this.#view(), claimOf(claim));
  }

  #check(claim: Claim): void {
    if (!this.#holds(claim)) throw new VigilError("illegal-state", "the plan is another applier's");
  }

  #own(claim: Claim, actionUuid: string | undefined): Row {
    this.#check(claim);
    const action = this.actions.find(({ uuid }) => uuid === actionUuid);
    if (action === undefined) throw new VigilError("not-found", `no action ${actionUuid}`);
    return action;
  }

  #set(action: Row, state: ActionState): void {
    if (action.state !== state) action.history.push(state);
    action.state = state;
  }
}

function claimOf({ applierId = "", token }: Claim) {
  return { applierId, token: BigInt(String(token)) };
}
