/** Reads the actions of a plan as its applier needs them. */

import type { ActionNode, ActionState } from "@vigil/core";
import type { PlanAction } from "@vigil/proto";
import { rows, type Sql } from "../database/transaction.ts";

interface ActionRow {
  uuid: string;
  action_type: string;
  input: string;
  parents: string[];
  state: ActionState;
  intent: string | null;
}

/** In plan order. Input parameters and intents stay the text that they are. */
export async function loadActions(sql: Sql, planDbId: string): Promise<PlanAction[]> {
  const found = await rows<ActionRow>(
    sql,
    `select uuid, action_type, input_parameters::text as input, parents, state, intent::text as intent
     from action where action_plan_id = $1 and deleted_at is null order by id`,
    [planDbId],
  );
  const parentsOf = indexParents(found);
  return found.map((row) => ({
    uuid: row.uuid,
    actionType: row.action_type,
    inputParametersJson: row.input,
    parents: parentsOf(row),
    state: row.state,
    intentJson: row.intent ?? "",
  }));
}

/** States and parents alone: what the graph is made of. */
export async function loadGraph(sql: Sql, planDbId: string): Promise<ActionNode[]> {
  const found = await rows<Pick<ActionRow, "uuid" | "parents" | "state">>(
    sql,
    `select uuid, parents, state from action where action_plan_id = $1 and deleted_at is null order by id`,
    [planDbId],
  );
  const parentsOf = indexParents(found);
  return found.map((row) => ({ state: row.state, parents: parentsOf(row) }));
}

/**
 * Parents by their place in the plan. One that is not there gets the place after the last: no graph can be made of it,
 * so the applier ends the plan with a failure that says so, instead of running it in a wrong order.
 */
function indexParents(found: readonly { uuid: string }[]): (row: { parents: string[] }) => number[] {
  const places = new Map(found.map(({ uuid }, place) => [uuid, place]));
  return ({ parents }) => parents.map((parent) => places.get(parent) ?? found.length);
}
