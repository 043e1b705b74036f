/** RECOMMENDED action plans that nobody started in time become SUPERSEDED: the cloud has long changed. */

import { rows, type Sql } from "../database/transaction.ts";
import { toldOfPlans } from "../outbox/tell.ts";

/**
 * Oldest first, passing over plans that somebody holds: they are being started, or cancelled. One that was given to
 * appliers is not forgotten and stays. The state alone changes; actions stay PENDING, as in Watcher.
 */
const SUPERSEDE = `
with expired as (
  select id from action_plan
  where state = 'RECOMMENDED' and created_at < statement_timestamp() - $1 * interval '1 hour' and launched_at is null
  order by created_at limit $2 for no key update skip locked
), superseded as (
  update action_plan set state = 'SUPERSEDED', version = version + 1, updated_at = clock_timestamp()
  from expired where action_plan.id = expired.id
  returning action_plan.id, uuid, audit_id, run_id, version, state
), told as (
  ${toldOfPlans("superseded")}
)
select count(*)::int as n from superseded`;

/**
 * One transaction's worth.
 * @param expiryHours 1 or more
 * @returns number of plans, `max` when there may be more
 */
export async function supersedeExpired(sql: Sql, expiryHours: number, max: number): Promise<number> {
  const [superseded] = await rows<{ n: number }>(sql, SUPERSEDE, [expiryHours, max]);
  return superseded?.n ?? 0;
}
