/** What came of the earlier plans of audits, for the runs whose strategies decide by it. */

import { defaultStrategy, findStrategy, historyJson, VigilError } from "@vigil/core";
import { rows, type Sql } from "../database/transaction.ts";
import type { LockedAudit } from "./locked-audit.ts";

/**
 * Instances of one history, those that failed last first. An instance beyond is tried again, which is what would
 * happen to it without a history; a thousand of them make 40 KB of the lease, and of each run's row.
 */
export const HISTORY_INSTANCES_MAX = 1_000;

/**
 * Failed migrations are few and have an index of their own, so this looks at few rows of however many plans an audit
 * has. One entry for each instance, at its newest failure.
 */
const FAILED_MIGRATIONS = `
select wanted.id::text as audit_id, (
  select coalesce(json_agg(instance order by newest desc), '[]') from (
    select x.input_parameters ->> 'resource_id' as instance, max(x.id) as newest
    from action x join action_plan p on p.id = x.action_plan_id
    where p.audit_id = wanted.id and x.state = 'FAILED' and x.action_type = 'migrate'
      and x.input_parameters ->> 'resource_id' is not null
    group by 1 order by 2 desc limit ${HISTORY_INSTANCES_MAX}
  ) as failed
) as instances
from unnest($1::bigint[]) as wanted(id)`;

/** History as JSON text by the primary key of the audit; an audit whose strategy looks at none has no entry. */
export type Histories = ReadonlyMap<string, string>;

/** Costs nothing for audits whose strategies look at no history, which is most. */
export async function historiesOf(sql: Sql, audits: readonly LockedAudit[]): Promise<Histories> {
  const ids = audits.filter(needsHistory).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const found = await rows<{ audit_id: string; instances: string[] }>(sql, FAILED_MIGRATIONS, [ids]);
  return new Map(
    found.map((row) => [row.audit_id, JSON.stringify(historyJson({ failedMigrations: row.instances }))]),
  );
}

/** An audit of a strategy that this release lacks has none: its run fails with a message that says so. */
function needsHistory({ strategyName, goalName }: LockedAudit): boolean {
  try {
    const strategy = strategyName === "" ? defaultStrategy(goalName) : findStrategy(strategyName);
    return strategy.needsHistory === true;
  } catch (thrown) {
    if (VigilError.from(thrown).kind === "not-found") return false;
    throw thrown;
  }
}
