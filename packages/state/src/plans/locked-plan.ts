/**
 * Rows of plans under their locks. Everything that happens to a started plan and its actions happens under the lock of
 * the plan's row: what appliers write, and what users change. Locks are taken in the order of ids, so that two batches
 * never wait for each other in a ring; they come after those of audits and before those of runs.
 */

import { type PlanLeaseClaim, type PlanState, type PlanView, VigilError } from "@vigil/core";
import { rows, type Sql } from "../database/transaction.ts";

export interface LockedPlan extends PlanView {
  /** Primary key as decimal text. */
  id: string;
  uuid: string;
  heartbeat: bigint;
  /** Leases that were lost since one of its actions came to an end. */
  leasesLost: number;
}

interface PlanRow {
  id: string;
  uuid: string;
  state: PlanState;
  is_launched: boolean;
  applier_id: string | null;
  token: string;
  heartbeat: string;
  leases_lost: number;
}

const COLUMNS = `id::text as id, uuid, state, launched_at is not null as is_launched, applier_id, token::text as token,
  heartbeat::text as heartbeat, leases_lost`;

/**
 * Locks plans, deleted ones too. By UUID.
 * @param held what becomes of rows that others hold: they are waited for, or passed over as if they were not there
 */
export async function lockPlans(
  sql: Sql,
  uuids: readonly string[],
  held: "wait" | "pass" = "wait",
): Promise<Map<string, LockedPlan>> {
  const locked = await rows<PlanRow>(
    sql,
    `select ${COLUMNS} from action_plan where uuid = any($1::uuid[]) order by action_plan.id
     for no key update ${held === "pass" ? "skip locked" : ""}`,
    [uuids],
  );
  return new Map(locked.map((row) => [row.uuid, lockedPlan(row)]));
}

/** Those whose appliers are gone come first: half of what they do is done. Each is looked up in an index of its own. */
const CLAIMABLE = [
  `state in ('ONGOING', 'CANCELLING') and applier_id is null order by action_plan.id`,
  `state in ('RECOMMENDED', 'PENDING') and launched_at is not null order by launched_at`,
];

/** Locks a plan that waits for an applier and that nobody else holds. */
export async function lockClaimablePlan(sql: Sql): Promise<LockedPlan | undefined> {
  for (const which of CLAIMABLE) {
    const text = `select ${COLUMNS} from action_plan where ${which} limit 1 for no key update skip locked`;
    const [row] = await rows<PlanRow>(sql, text, []);
    if (row !== undefined) return lockedPlan(row);
  }
  return undefined;
}

function lockedPlan(row: PlanRow): LockedPlan {
  return {
    id: row.id,
    uuid: row.uuid,
    state: row.state,
    isLaunched: row.is_launched,
    applierId: row.applier_id ?? undefined,
    token: BigInt(row.token),
    heartbeat: BigInt(row.heartbeat),
    leasesLost: row.leases_lost,
  };
}

export function unknownPlan(uuid: string): VigilError {
  const text = `action plan ${uuid} does not exist; the database may have been restored from a backup`;
  return new VigilError("not-found", text);
}

export function staleLease(plan: LockedPlan, { applierId, token }: PlanLeaseClaim): VigilError {
  const holder = plan.applierId === undefined ? "no applier" : `applier ${plan.applierId}`;
  return new VigilError(
    "illegal-state",
    `token ${token} of action plan ${plan.uuid} is not ${applierId}'s any more: the plan is ${plan.state} with token ` +
      `${plan.token} and ${holder}; stop working on it`,
  );
}
