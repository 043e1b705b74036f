/**
 * Begins, aborts and ends of actions: one transaction for a batch of calls, of one plan or of many. Each that writes is a sign
 * of life of its applier, so it moves the heartbeat of the plan's lease as well: a busy applier, whose calls hold the
 * plan's row, can't lose its lease because its heartbeats pass over the row.
 */

import {
  type ActionState,
  type ActionView,
  type BeginVerdict,
  decideAbort,
  decideBegin,
  decideEndAction,
  FINAL_ACTION_STATES,
  holdsPlan,
  statusMessageOf,
  VigilError,
} from "@vigil/core";
import { rows, type Sql } from "../database/transaction.ts";
import { toldOfActions } from "../outbox/tell.ts";
import type { AbortActionInput, BeginActionInput, EndActionInput } from "./inputs.ts";
import { type LockedPlan, lockPlans, staleLease, unknownPlan } from "./locked-plan.ts";

export type ActionStep = BeginActionInput | AbortActionInput | EndActionInput;

/** One answer of a batch: an error of one call leaves the others alone. The verdict is that of a begin. */
export type Stepped = { verdict: BeginVerdict; state: ActionState } | VigilError;

/** An action under the lock of its plan, whose row guards it. */
interface LockedAction extends ActionView {
  id: string;
  planUuid: string;
}

interface ActionWrite {
  id: string;
  planDbId: string;
  state: ActionState;
  statusMessage: string | null;
  intent: string | null;
}

/** Answers in the order of the batch. Actions differ within a batch. */
export async function stepActions(sql: Sql, batch: readonly ActionStep[]): Promise<Stepped[]> {
  const plans = await lockPlans(sql, [...new Set(batch.map(({ planUuid }) => planUuid))]);
  const actions = await readActions(
    sql,
    batch.map(({ actionUuid }) => actionUuid),
  );
  const writes: ActionWrite[] = [];
  const answers = batch.map((step) =>
    stepAction(plans.get(step.planUuid), actions.get(step.actionUuid), step, writes),
  );
  await write(sql, writes);
  return answers;
}

function stepAction(
  plan: LockedPlan | undefined,
  action: LockedAction | undefined,
  step: ActionStep,
  writes: ActionWrite[],
): Stepped {
  if (plan === undefined) return unknownPlan(step.planUuid);
  if (!holdsPlan(plan, step)) return staleLease(plan, step);
  if (action?.planUuid !== plan.uuid) {
    return new VigilError("not-found", `action plan ${plan.uuid} has no action ${step.actionUuid}`);
  }
  if (step.step === "begin") {
    const verdict = decideBegin(plan.state, action);
    if (verdict instanceof VigilError) return verdict;
    if (verdict !== "GO" || action.state !== "PENDING") return { verdict, state: action.state };
    writes.push(writeOf(plan, action, "ONGOING", { intent: step.intentJson }));
    return { verdict, state: "ONGOING" };
  }
  if (step.step === "abort") {
    const verdict = decideAbort(plan.state, action);
    if (verdict instanceof VigilError) return verdict;
    if (verdict === "write") writes.push(writeOf(plan, action, "CANCELLING", {}));
    return { verdict: "CANCELLING", state: "CANCELLING" };
  }
  const verdict = decideEndAction(plan.state, action, step.state);
  if (verdict instanceof VigilError) return verdict;
  if (verdict === "write") {
    writes.push(writeOf(plan, action, step.state, { statusMessage: statusMessageOf(step.statusMessage) }));
  }
  return { verdict: "DONE", state: step.state };
}

function writeOf(
  plan: LockedPlan,
  action: LockedAction,
  state: ActionState,
  { statusMessage, intent }: { statusMessage?: string; intent?: string | undefined },
): ActionWrite {
  return {
    id: action.id,
    planDbId: plan.id,
    state,
    statusMessage: statusMessage || null,
    intent: intent ?? null,
  };
}

/** Parents are looked at of those alone that have not begun; whoever has, had none left to wait for. */
const READ = `
select action.id::text as id, action.uuid, action_plan.uuid as plan_uuid, action.state,
  action.state <> 'PENDING' or not exists (
    select from json_array_elements_text(action.parents) as named(uuid) join action parent on parent.uuid = named.uuid::uuid
    where parent.state <> all($2::text[])) as parents_are_over
from action join action_plan on action_plan.id = action.action_plan_id where action.uuid = any($1::uuid[])`;

async function readActions(sql: Sql, uuids: readonly string[]): Promise<Map<string, LockedAction>> {
  const found = await rows<{
    id: string;
    uuid: string;
    plan_uuid: string;
    state: ActionState;
    parents_are_over: boolean;
  }>(sql, READ, [uuids, FINAL_ACTION_STATES]);
  return new Map(
    found.map(({ id, uuid, plan_uuid: planUuid, state, parents_are_over: parentsAreOver }) => [
      uuid,
      { id, uuid, planUuid, state, parentsAreOver },
    ]),
  );
}

/** The ids of the actions come twice: the array says to the planner that they are few, a recordset counts as a hundred. */
const WRITE = `
with given as (
  select * from jsonb_to_recordset($1::jsonb) as x(id bigint, state text, "statusMessage" text, intent text)
), changed as (
  update action set state = given.state, status_message = given."statusMessage",
    intent = coalesce(given.intent::jsonb, action.intent), version = version + 1, updated_at = clock_timestamp()
  from given where action.id = given.id and action.id = any($2::bigint[])
  returning action.uuid, action.action_plan_id, action.state, action.version
), beaten as (
  update action_plan set heartbeat = heartbeat + 1,
    leases_lost = case when id = any($4::bigint[]) then 0 else leases_lost end
  where id = any($3::bigint[])
)
${toldOfActions("changed")}`;

async function write(sql: Sql, writes: readonly ActionWrite[]): Promise<void> {
  if (writes.length === 0) return;
  await rows(sql, WRITE, [
    JSON.stringify(writes),
    writes.map(({ id }) => id),
    plansOf(writes),
    plansOf(writes.filter(({ state }) => FINAL_ACTION_STATES.includes(state))),
  ]);
}

function plansOf(writes: readonly ActionWrite[]): string[] {
  return [...new Set(writes.map(({ planDbId }) => planDbId))];
}
