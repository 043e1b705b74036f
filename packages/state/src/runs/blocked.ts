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
