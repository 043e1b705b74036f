/** Gives a started plan to an applier. */

import { decideClaim } from "@vigil/core";
import type { PlanLease } from "@vigil/proto";
import { rows, type Sql } from "../database/transaction.ts";
import { toldOfPlans } from "../outbox/tell.ts";
import { hostOf } from "../runs/lease.ts";
import { loadActions } from "./load-actions.ts";
import { lockClaimablePlan } from "./locked-plan.ts";

export interface PlanLeaseTerms {
  leaseMs: number;
  heartbeatMs: number;
}

const LEASE = `
with leased as (
  update action_plan set state = $2, applier_id = $3, hostname = $4, token = token + 1, heartbeat = 0,
    started_at = coalesce(started_at, clock_timestamp()), version = version + 1, updated_at = clock_timestamp()
  where id = $1 returning id, uuid, audit_id, run_id, strategy_id, state, token, version,
    trace_parent
), told as (
  ${toldOfPlans("leased")}
)
select leased.token::text as token, audit.uuid as audit_uuid,
  coalesce(strategy.name, run.strategy_name, '') as strategy_name, leased.trace_parent
from leased join audit on audit.id = leased.audit_id join run on run.id = leased.run_id
  left join strategy on strategy.id = leased.strategy_id`;

interface LeasedRow {
  token: string;
  audit_uuid: string;
  strategy_name: string;
  trace_parent: string | null;
}

/**
 * One plan with its actions, in the states that an applier before has left them in; undefined when none waits. One in
 * a transaction: a huge plan keeps no other from being given away.
 */
export async function claimPlan(
  sql: Sql,
  applierId: string,
  terms: PlanLeaseTerms,
): Promise<PlanLease | undefined> {
  const plan = await lockClaimablePlan(sql);
  const state = plan && decideClaim(plan);
  if (plan === undefined || state === undefined) return undefined;
  const [leased] = await rows<LeasedRow>(sql, LEASE, [plan.id, state, applierId, hostOf(applierId)]);
  return {
    planUuid: plan.uuid,
    token: leased!.token,
    auditUuid: leased!.audit_uuid,
    strategyName: leased!.strategy_name,
    state,
    leaseMs: terms.leaseMs,
    heartbeatMs: terms.heartbeatMs,
    actions: await loadActions(sql, plan.id),
    traceParent: leased!.trace_parent ?? "",
  };
}
