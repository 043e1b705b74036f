/** Ends a plan: its state, what becomes of actions that did not end, and the runs that waited for it. */

import {
  ActionGraph,
  type ActionState,
  type ActionSweep,
  decideEndPlan,
  holdsPlan,
  type PlanEnd,
  type PlanEnding,
  type PlanState,
  VigilError,
  wasEndedBy,
} from "@vigil/core";
import { rows, type Sql } from "../database/transaction.ts";
import { toldOfPlans } from "../outbox/tell.ts";
import { unblockRuns } from "../runs/blocked.ts";
import type { EndPlanInput } from "./inputs.ts";
import { loadGraph } from "./load-actions.ts";
import { lockPlans, staleLease, unknownPlan } from "./locked-plan.ts";

/** A message that is there already tells why somebody other than a user cancelled the plan. */
const END = `
with ended as (
  update action_plan set state = $2, status_message = coalesce($3, status_message), applier_id = null,
    finished_at = clock_timestamp(), version = version + 1, updated_at = clock_timestamp()
  where id = $1 returning id, uuid, audit_id, run_id, state, version
)
${toldOfPlans("ended")}`;

const SWEEP = `
update action set state = $2, status_message = coalesce(nullif($3, ''), status_message), version = version + 1,
  updated_at = clock_timestamp()
where action_plan_id = $1 and state = any($4::text[])`;

export interface EndedPlan {
  state: PlanState;
  /** Runs waited for the plan and are due now. */
  due: boolean;
}

/**
 * @throws VigilError not-found, no such plan; illegal-state, the lease is another's, or the plan has actions that have
 *   yet to run or to end
 */
export async function endPlan(sql: Sql, input: EndPlanInput): Promise<EndedPlan> {
  const plan = (await lockPlans(sql, [input.planUuid])).get(input.planUuid);
  if (plan === undefined) throw unknownPlan(input.planUuid);
  if (!holdsPlan(plan, input)) {
    if (wasEndedBy(plan, input)) return { state: plan.state, due: false };
    throw staleLease(plan, input);
  }
  const end = decideEndPlan(plan.state, await readEnding(sql, plan.id, input.failure));
  if (end instanceof VigilError) throw end;
  return { state: end.state, due: await storeEnd(sql, plan.id, end) };
}

/** Returns whether runs waited for the plan and are due now. */
export async function storeEnd(sql: Sql, planDbId: string, end: PlanEnd): Promise<boolean> {
  for (const sweep of end.sweeps) await sweepActions(sql, planDbId, sweep);
  await rows(sql, END, [planDbId, end.state, end.statusMessage]);
  return unblockRuns(sql, [planDbId]);
}

async function sweepActions(
  sql: Sql,
  planDbId: string,
  { from, to, statusMessage }: ActionSweep,
): Promise<void> {
  await rows(sql, SWEEP, [planDbId, to, statusMessage, from]);
}

/** The graph is looked at only when actions are left: the rule ANY leaves some out, and ALWAYS none. */
async function readEnding(sql: Sql, planDbId: string, failure: string): Promise<PlanEnding> {
  const counted = await rows<{ state: ActionState; n: number }>(
    sql,
    "select state, count(*)::int as n from action where action_plan_id = $1 group by state",
    [planDbId],
  );
  const actions = Object.fromEntries(counted.map(({ state, n }) => [state, n]));
  const isLeft = failure === "" && (actions.PENDING ?? 0) > 0;
  const hasReadyActions =
    isLeft && new ActionGraph(await loadGraph(sql, planDbId), "ANY").takeReady(1).length > 0;
  return { actions, hasReadyActions, failure };
}
