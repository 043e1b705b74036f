/** How PostgreSQL is set, where it matters to what is promised or to how much fits. */

import type { Database } from "@vigil/proto";
import { firstRow, type Sql } from "../database/transaction.ts";

/** Names in pg_settings; a release without one of them leaves it out. */
const SETTINGS = [
  "archive_mode",
  "fsync",
  "full_page_writes",
  "max_connections",
  "max_wal_size",
  "server_encoding",
  "shared_buffers",
  "superuser_reserved_connections",
  "synchronous_commit",
  "wal_level",
];

const FACTS = `
select current_setting('server_version') as version,
  (extract(epoch from clock_timestamp()) * 1000)::bigint::text as clock_ms,
  (select jsonb_object_agg(name, current_setting(name)) from pg_settings where name = any($1)) as settings,
  (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as connections,
  pg_database_size(current_database())::text as bytes`;

interface Row {
  version: string;
  clock_ms: string;
  settings: Record<string, string>;
  connections: number;
  bytes: string;
}

/** @param pool connections that this process may open */
export async function lookAtDatabase(sql: Sql, pool: number): Promise<Database> {
  const row = await firstRow<Row>(sql, FACTS, [SETTINGS]);
  if (row === undefined) throw new Error("a statement without a table gave no row");
  const { version, clock_ms, settings, connections, bytes } = row;
  return { version, clockMs: clock_ms, settings, connections, pool, bytes };
}
