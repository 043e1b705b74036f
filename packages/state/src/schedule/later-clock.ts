/** CONTINUOUS audits after the database's clock was set back. */

import { rows, type Sql } from "../database/transaction.ts";

/** A clock that is corrected by less delays a run by less, ms. */
const STEP_MS_MIN = 10_000;

/**
 * A row that was written in the future says that the clock was set back since, and that its next run was counted from
 * that future. Forgotten, it is counted anew at the next look: an interval in seconds runs at once, which is one run too
 * many at the most, and a cron expression at its next time. Rows that others hold are passed over until next time.
 */
const FORGET = `
with ahead as (
  select id from audit
  where audit_type = 'CONTINUOUS' and deleted_at is null and state in ('PENDING', 'ONGOING')
    and next_run_time > statement_timestamp()
    and updated_at > statement_timestamp() + $1 * interval '1 millisecond'
  order by id for no key update skip locked
)
update audit set next_run_time = null, version = version + 1, updated_at = clock_timestamp()
from ahead where audit.id = ahead.id returning audit.id`;

/** @returns number of audits whose next run was counted by a clock that has been set back since */
export async function forgetLaterTimes(sql: Sql): Promise<number> {
  return (await rows(sql, FORGET, [STEP_MS_MIN])).length;
}
