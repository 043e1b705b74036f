/** Gives a started plan to an applier. */

import { decideClaim, type LivePlanState } from "@vigil/core";
import type { PlanLease } from "@vigil/proto";
import { rows, type Sql } from "../database/transaction.ts";
import { toldOfPlans } from "../outbox/tell.ts";
import { hostOf } from "../runs/lease.ts";
import { loadActions } from "./load-actions.ts";
import { type LockedPlan, lockClaimablePlan, lockPlans } from "./locked-plan.ts";

export interface PlanLeaseTerms {
  leaseMs: number;
  heartbeatMs: number;
}

/** An applier's question for plans. */
export interface PlanClaim {
  applierId: string;
  /** UUID that a repetition of the question has too; empty: it is not repeated. */
  claimId: string;
}

const LEASE = `
with leased as (
  update action_plan set state = $2, applier_id = $3, hostname = $4, token = token + 1, heartbeat = 0, claim_id = $5,
    started_at = coalesce(started_at, clock_timestamp()), version = version + 1, updated_at = clock_timestamp()
  where id = $1 returning id, uuid, audit_id, run_id, strategy_id, state, token, version,
    trace_parent
), told as (
  ${toldOfPlans("leased")}
)
${leaseOf("leased")}`;

/** What an applier is told of plans, by the name of what they are selected from. */
function leaseOf(plans: string): string {
  return `select leased.token::text as token, audit.uuid as audit_uuid,
  coalesce(strategy.name, run.strategy_name, '') as strategy_name, leased.trace_parent
from ${plans} as leased join audit on audit.id = leased.audit_id join run on run.id = leased.run_id
  left join strategy on strategy.id = leased.strategy_id`;
}

/** A lease that is there already, as fresh as any: an applier that hears of it late has its whole time. */
const HELD = `
with leased as (
  update action_plan set heartbeat = heartbeat + 1 where id = $1
  returning audit_id, run_id, strategy_id, token, trace_parent
)
${leaseOf("leased")}`;

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
  { applierId, claimId }: PlanClaim,
  terms: PlanLeaseTerms,
): Promise<PlanLease | undefined> {
  const plan = await lockClaimablePlan(sql);
  const state = plan && decideClaim(plan);
  if (plan === undefined || state === undefined) return undefined;
  const values = [plan.id, state, applierId, hostOf(applierId), claimId || null];
  const [leased] = await rows<LeasedRow>(sql, LEASE, values);
  return leaseFor(sql, plan, state, leased!, terms);
}

/**
 * What the question has brought already, when its answer got lost. The lock makes a repetition wait for the transaction
 * of the first call, should that still be at work.
 */
export async function plansClaimedBefore(
  sql: Sql,
  { applierId, claimId }: PlanClaim,
  terms: PlanLeaseTerms,
): Promise<PlanLease[]> {
  if (claimId === "") return [];
  await rows(sql, "select pg_advisory_xact_lock(hashtextextended($1, 0))", [`claim ${claimId}`]);
  const brought = await rows<{ uuid: string }>(
    sql,
    `select uuid from action_plan
     where state in ('ONGOING', 'CANCELLING') and claim_id = $1 and applier_id = $2`,
    [claimId, applierId],
  );
  const plans = await lockPlans(
    sql,
    brought.map(({ uuid }) => uuid),
  );
  const leases: PlanLease[] = [];
  for (const plan of plans.values()) {
    // It may have been lost while this waited for its row.
    if (plan.applierId !== applierId || (plan.state !== "ONGOING" && plan.state !== "CANCELLING")) continue;
    const [held] = await rows<LeasedRow>(sql, HELD, [plan.id]);
    leases.push(await leaseFor(sql, plan, plan.state, held!, terms));
  }
  return leases;
}

async function leaseFor(
  sql: Sql,
  plan: LockedPlan,
  state: LivePlanState,
  leased: LeasedRow,
  terms: PlanLeaseTerms,
): Promise<PlanLease> {
  return {
    planUuid: plan.uuid,
    token: leased.token,
    auditUuid: leased.audit_uuid,
    strategyName: leased.strategy_name,
    state,
    leaseMs: terms.leaseMs,
    heartbeatMs: terms.heartbeatMs,
    actions: await loadActions(sql, plan.id),
    traceParent: leased.trace_parent ?? "",
  };
}
