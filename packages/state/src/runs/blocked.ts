/**
 * Runs that wait for an action plan to end: DUE with `blocked_by`, the plan's primary key. No worker gets one until
 * the plan is no longer under way.
 */

import { rows, type Sql } from "../database/transaction.ts";

/** By `blocked_by` alone, so without the locks of the runs' audits: nobody who holds one of those waits for the run. */
const UNBLOCK = `
update run set blocked_by = null, due_at = clock_timestamp()
where blocked_by = any($1::bigint[]) and state = 'DUE' returning id`;

/**
 * Makes the runs due that waited for these plans. To be called in the transaction that ends them, after it has locked
 * their rows: a run that finds a plan under way keeps it so, by a lock of its own, until it is known to wait for it.
 * @param planDbIds primary keys as decimal text
 * @returns true: a run became due, so workers should be woken after the commit
 */
export async function unblockRuns(sql: Sql, planDbIds: readonly string[]): Promise<boolean> {
  if (planDbIds.length === 0) return false;
  return (await rows(sql, UNBLOCK, [planDbIds])).length > 0;
}

/** A plan whose row is gone is over too. Runs of audits that may now run all the same need not wait any longer. */
const UNBLOCK_LEFTOVERS = `
update run set blocked_by = null, due_at = clock_timestamp()
where blocked_by is not null and state = 'DUE' and (
  not exists (select from action_plan p where p.id = run.blocked_by and p.state in ('ONGOING', 'CANCELLING'))
  or exists (select from audit a where a.id = run.audit_id and a.force)
) returning id`;

/**
 * Makes the runs due whose plan is no longer under way, however that came.
 * @returns true: a run became due, so workers should be woken after the commit
 */
export async function unblockLeftovers(sql: Sql): Promise<boolean> {
  return (await rows(sql, UNBLOCK_LEFTOVERS, [])).length > 0;
}
