/**
 * The life of a started action plan, as appliers live it. What users may do with plans and actions is decided in the
 * edits; both happen under the lock of the plan's row.
 *
 * A plan that is ONGOING or CANCELLING is either leased by one applier or waits for one. Losing a lease changes no
 * state: the next applier goes on where the one before was, because half a plan is worse than a late one. A plan that
 * loses appliers again and again, while none of its actions comes to an end, kills them itself: it ends.
 *
 * Invariants that every decision keeps (plan-simulation.test.ts checks them after each step):
 *  P1  A plan has at most one lease, and only its holder with the newest token writes.
 *  P2  An effect begins only after its action is ONGOING in the database, and after all its parents are over.
 *  P3  An action that is over stays as it is: it never begins again.
 *  P4  A plan that is over has no action ONGOING, and with one FAILED it is not SUCCEEDED.
 *  P5  Of a plan that a user cancels nothing begins any more.
 *  P6  An action is CANCELLING only while its plan is, and stays so until it is over.
 */

import { VigilError } from "../errors.ts";
import { type ActionState, FINAL_ACTION_STATES, type PlanState } from "./plan-terms.ts";
import { statusMessageOf } from "./status-message.ts";

/** Clients know by this very text that the plan did less than it says (rest-api 7.4). */
const SOME_SKIPPED = "One or more actions were skipped.";

/** States of a plan that has an applier, or waits for the next one. */
export type LivePlanState = "ONGOING" | "CANCELLING";

/** What decisions look at of a plan. */
export interface PlanView {
  state: PlanState;
  /** Given to appliers, by a user or by auto_trigger. */
  isLaunched: boolean;
  /** The holder of the lease. */
  applierId: string | undefined;
  /** Newest fencing token; 0: it never had an applier. */
  token: bigint;
}

/** What decisions look at of an action. */
export interface ActionView {
  uuid: string;
  state: ActionState;
  /** Whether all its parents are over. */
  parentsAreOver: boolean;
}

export interface PlanLeaseClaim {
  applierId: string;
  token: bigint;
}

function isLive(state: PlanState): state is LivePlanState {
  return state === "ONGOING" || state === "CANCELLING";
}

/**
 * The state of the plan under a new lease, undefined when it is not to be had: never started, over, or with an
 * applier that lives.
 */
export function decideClaim(plan: PlanView): LivePlanState | undefined {
  if (isLive(plan.state)) return plan.applierId === undefined ? plan.state : undefined;
  const isWaiting = plan.state === "RECOMMENDED" || plan.state === "PENDING";
  return isWaiting && plan.isLaunched ? "ONGOING" : undefined;
}

/** Whether this applier may write to the plan. */
export function holdsPlan<Plan extends PlanView>(
  plan: Plan,
  claim: PlanLeaseClaim,
): plan is Plan & { state: LivePlanState } {
  return isLive(plan.state) && plan.applierId === claim.applierId && plan.token === claim.token;
}

/**
 * Whether this lease ended the plan: it is answered again, for its answer may have been lost. Users end only plans that
 * no applier has taken, and 0 is no lease's token.
 */
export function wasEndedBy(plan: PlanView, claim: PlanLeaseClaim): boolean {
  return !isLive(plan.state) && plan.token === claim.token && claim.token > 0n;
}

export type BeginVerdict = "GO" | "DONE" | "CANCELLING";

/**
 * Whether an effect may begin. After GO the action is ONGOING; it may have been before, when the answer got lost or an
 * applier died, so the effect may have begun as well.
 * @returns VigilError illegal-state when a parent is not over: the caller does not follow the graph
 */
export function decideBegin(planState: LivePlanState, action: ActionView): BeginVerdict | VigilError {
  if (FINAL_ACTION_STATES.includes(action.state)) return "DONE";
  if (planState === "CANCELLING") return "CANCELLING";
  if (action.state !== "PENDING" || action.parentsAreOver) return "GO";
  const text = `action ${action.uuid} can't begin yet: a parent of it is not over; begin it when all are`;
  return new VigilError("illegal-state", text);
}

/**
 * Leases that a plan may lose without one of its actions coming to an end between them. An applier that dies says
 * nothing about why. Machines that are rebooted, killed or cut off one after the other during a long migration take some;
 * twenty take at least four minutes, in which nothing else of the cloud's plans is executed by those that die.
 */
export const DEFAULT_PLAN_LEASES_LOST_MAX = 20;

/**
 * What becomes of a plan whose applier was lost: undefined, it waits for the next one; or it ends.
 * @param lostBefore leases that it lost since one of its actions came to an end, without this one
 */
export function decidePlanLeaseLost(
  lostBefore: number,
  leasesLostMax: number = DEFAULT_PLAN_LEASES_LOST_MAX,
): PlanEnd | undefined {
  const lost = lostBefore + 1;
  if (lost < leasesLostMax) return undefined;
  return failedPlan(
    `${lost} appliers were lost one after the other, and none of its actions ended meanwhile. Look at the appliers' logs and at their memory.`,
  );
}

/**
 * Whether an action becomes CANCELLING, which is written before its abort; "repeat" when it is so already: an answer got
 * lost, or an applier died while it aborted.
 * @returns VigilError illegal-state: nobody cancels its plan, or there is nothing to abort
 */
export function decideAbort(planState: LivePlanState, action: ActionView): "write" | "repeat" | VigilError {
  const problem = abortProblem(planState, action);
  if (problem === undefined) return action.state === "CANCELLING" ? "repeat" : "write";
  const text = `action ${action.uuid} is ${action.state} and can't become CANCELLING: ${problem}`;
  return new VigilError("illegal-state", text);
}

function abortProblem(planState: LivePlanState, { state }: ActionView): string | undefined {
  if (FINAL_ACTION_STATES.includes(state)) return "it is over, and the first end stands";
  if (planState !== "CANCELLING") return "nobody cancels its plan";
  return state === "PENDING" ? "it was never begun; end it instead" : undefined;
}

/** States that an applier may give to an action. */
export const ACTION_END_STATES = ["SUCCEEDED", "FAILED", "SKIPPED", "CANCELLED"] as const;
export type ActionEndState = (typeof ACTION_END_STATES)[number];

/**
 * Whether what an applier says became of an action is written; "repeat" when it is there already.
 * @returns VigilError illegal-state: it ended otherwise, or could not come to this end
 */
export function decideEndAction(
  planState: LivePlanState,
  action: ActionView,
  end: ActionEndState,
): "write" | "repeat" | VigilError {
  if (action.state === end) return "repeat";
  const problem = endProblem(planState, action, end);
  if (problem === undefined) return "write";
  const text = `action ${action.uuid} is ${action.state} and can't become ${end}: ${problem}`;
  return new VigilError("illegal-state", text);
}

function endProblem(planState: LivePlanState, action: ActionView, end: ActionEndState): string | undefined {
  if (FINAL_ACTION_STATES.includes(action.state)) return "it is over, and the first end stands";
  if (end === "CANCELLED") return planState === "CANCELLING" ? undefined : "nobody cancels its plan";
  if (action.state !== "PENDING") return undefined;
  // A check before the effect may end it; an effect without an intent would be one that nobody knows of.
  if (end === "SUCCEEDED") return "it was never begun; begin it first";
  return action.parentsAreOver ? undefined : "a parent of it is not over";
}

/** Number of actions of a plan by state; a state that none has may be left out. */
export type ActionCounts = Partial<Record<ActionState, number>>;

export interface PlanEnding {
  actions: ActionCounts;
  /** Whether one of the PENDING actions would still run, under whatever execution rule. */
  hasReadyActions: boolean;
  /** Why the plan could not be executed; empty: its actions tell what became of it. */
  failure: string;
}

/** Actions that end with their plan. */
export interface ActionSweep {
  from: readonly ActionState[];
  to: ActionState;
  statusMessage: string;
}

export interface PlanEnd {
  state: "SUCCEEDED" | "FAILED" | "CANCELLED";
  /** null: none. */
  statusMessage: string | null;
  sweeps: readonly ActionSweep[];
}

const UNDER_WAY: readonly ActionState[] = ["ONGOING", "CANCELLING"];

/**
 * How a plan ends. A failure comes before a cancel: something did not work, and somebody has to look. Nobody watches
 * an action that is under way when its plan ends by one of the two; it ends too, and says that its effect may go on.
 * @returns VigilError illegal-state: there is something left to do or to wait for
 */
export function decideEndPlan(planState: LivePlanState, ending: PlanEnding): PlanEnd | VigilError {
  if (ending.failure !== "") return failedPlan(ending.failure);
  if (planState === "CANCELLING") return CANCELLED_PLAN;
  const { actions } = ending;
  const underWay = UNDER_WAY.reduce((sum, state) => sum + (actions[state] ?? 0), 0);
  if (underWay > 0 || ending.hasReadyActions) {
    const left =
      underWay > 0 ? `${underWay} of its actions are under way` : "some of its actions have yet to run";
    return new VigilError("illegal-state", `the plan can't end: ${left}; end them first`);
  }
  return {
    state: (actions.FAILED ?? 0) > 0 ? "FAILED" : "SUCCEEDED",
    statusMessage: (actions.SKIPPED ?? 0) > 0 ? SOME_SKIPPED : null,
    sweeps: [],
  };
}

/** Actions that were not begun stay PENDING, as the reference leaves them. */
function failedPlan(failure: string): PlanEnd {
  const statusMessage = statusMessageOf(`The action plan ended while this was under way: ${failure}`);
  return {
    state: "FAILED",
    statusMessage: statusMessageOf(failure),
    sweeps: [{ from: UNDER_WAY, to: "FAILED", statusMessage }],
  };
}

const CANCELLED_PLAN: PlanEnd = {
  state: "CANCELLED",
  statusMessage: null,
  sweeps: [
    { from: ["PENDING"], to: "CANCELLED", statusMessage: "" },
    {
      from: UNDER_WAY,
      to: "CANCELLED",
      statusMessage: "The action plan was cancelled while this was under way; its effect may go on.",
    },
  ],
};
