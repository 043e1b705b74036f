/** Action plans that appliers have begun and not ended: they keep runs of overlapping audits from starting. */

import { blockerOf, type EventMode, type JsonValue, type PlanUnderWay } from "@vigil/core";
import { rows, type Sql } from "../database/transaction.ts";
import type { LockedAudit } from "./locked-audit.ts";

/** Whether there is any plan under way, as SQL: one look at an index that holds no others. */
export const PLAN_IS_UNDER_WAY = `exists (select from action_plan where state in ('ONGOING', 'CANCELLING'))`;

/**
 * Which plan keeps which audit from running, by the audit's primary key. Until the end of the transaction those plans
 * stay as they are, so that whoever ends one afterwards finds the runs that wait for it.
 *
 * Plans are looked at first and locked then, and only those that block: the applier's heartbeats need the rows of all.
 * One that ended in between blocks no more, and one that a user cancels may not, so their audits are held against the
 * plans anew.
 */
export async function lockBlockers(
  sql: Sql,
  audits: readonly LockedAudit[],
  eventMode: EventMode,
): Promise<Map<string, PlanUnderWay>> {
  const locked = new Set<string>();
  const scopes = audits.map((audit) => JSON.parse(audit.scopeJson) as JsonValue);
  let plans = await plansUnderWay(sql);
  for (;;) {
    const blockers = new Map<string, PlanUnderWay>();
    for (const [n, audit] of audits.entries()) {
      const blocker = blockerOf(audit, scopes[n]!, plans, eventMode);
      if (blocker !== undefined) blockers.set(audit.id, blocker);
    }
    const wanted = [...new Set([...blockers.values()].map(({ id }) => id))].filter((id) => !locked.has(id));
    if (wanted.length === 0) return blockers;
    const held = await lockPlans(sql, wanted);
    for (const id of wanted) locked.add(id);
    plans = plans
      .filter(({ id }) => held.has(id) || !wanted.includes(id))
      .map((plan) => ({ ...plan, state: held.get(plan.id) ?? plan.state }));
  }
}

/** Oldest first: few at a time, one or two for each applier. */
function plansUnderWay(sql: Sql): Promise<PlanUnderWay[]> {
  return rows<PlanUnderWay>(
    sql,
    `select p.id::text as id, p.uuid, p.state, r.scope from action_plan p join run r on r.id = p.run_id
     where p.state in ('ONGOING', 'CANCELLING') order by p.id`,
    [],
  );
}

/** The states of those that are under way still, once their rows could be locked. */
async function lockPlans(sql: Sql, ids: readonly string[]): Promise<Map<string, PlanUnderWay["state"]>> {
  const held = await rows<Pick<PlanUnderWay, "id" | "state">>(
    sql,
    `select id::text as id, state from action_plan where id = any($1::bigint[]) and state in ('ONGOING', 'CANCELLING')
     order by action_plan.id for share`,
    [ids],
  );
  return new Map(held.map(({ id, state }) => [id, state]));
}
