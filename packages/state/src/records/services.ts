import { VigilError } from "@vigil/core";
import { rows, type Sql } from "../database/transaction.ts";

/** Characters, as wide as Watcher's columns. */
const NAME_LENGTH_MAX = 255;

/** Update first: an upsert alone would draw an id for every report. */
const REPORT = `
with seen as (
  update service set last_seen_up = clock_timestamp(), updated_at = clock_timestamp(), deleted_at = null
  where name = $1 and host = $2 returning id
)
insert into service (name, host, last_seen_up)
select $1, $2, clock_timestamp() where not exists (select 1 from seen)
on conflict (name, host) do update set last_seen_up = clock_timestamp(), updated_at = clock_timestamp()`;

/**
 * Notes that a process of this name lives on this host now.
 * @throws VigilError invalid-input
 */
export async function reportService(sql: Sql, report: { name: string; host: string }): Promise<void> {
  for (const [member, value] of Object.entries({ name: report.name, host: report.host })) {
    if (value !== "" && value.length <= NAME_LENGTH_MAX && !value.includes("\0")) continue;
    throw new VigilError(
      "invalid-input",
      `The service's ${member} has ${value.length} characters; wanted 1 to ${NAME_LENGTH_MAX}, none of them U+0000.`,
    );
  }
  await rows(sql, REPORT, [report.name, report.host]);
}
