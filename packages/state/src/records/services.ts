import { VigilError } from "@vigil/core";
import type { Service } from "@vigil/proto";
import { rows, type Sql } from "../database/transaction.ts";
import { timeText } from "./query.ts";
import { ownKeys, type Resource, timestampColumns } from "./resource.ts";

/**
 * A service that has not reported for longer shows FAILED, s. Watcher's service_down_time: services report each
 * minute, so that one report may come late.
 */
const SERVICE_DOWN_TIME_S = 90;

/** The database's clock wrote last_seen_up and compares it: clocks of hosts don't matter. */
const SILENT_S =
  "extract(epoch from clock_timestamp() - coalesce(v.last_seen_up, v.updated_at, v.created_at))";

export const SERVICES: Resource<Service> = {
  title: "Service",
  missingText: (asked) => `The service ${asked} cannot be found.`,
  table: "service v",
  joins: "",
  alias: "v",
  marker: "v.id",
  softDelete: true,
  columns: {
    id: "v.id::text",
    name: "v.name",
    host: "v.host",
    status: `case when abs(${SILENT_S}) <= ${SERVICE_DOWN_TIME_S} then 'ACTIVE' else 'FAILED' end`,
    lastSeenUp: timeText("v.last_seen_up"),
    ...timestampColumns("v"),
  },
  sortKeys: {
    ...ownKeys("v", "bigint", ["id"]),
    ...ownKeys("v", "text", ["name", "host"]),
    ...ownKeys("v", "timestamptz", ["last_seen_up", "created_at", "updated_at", "deleted_at"]),
  },
};

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
