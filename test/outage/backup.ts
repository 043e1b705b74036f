/** Backups of a system's database, and their return. */

import { until } from "@vigil/testkit";
import pg from "pg";
import type { System } from "../harness/system.ts";

/** Copies the database as it is now; the result puts the copy in its place. Everybody is cut off meanwhile. */
export async function backup(system: System): Promise<() => Promise<void>> {
  const url = new URL(system.databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = "/postgres";
  const alone = async (...statements: string[]) => {
    const admin = new pg.Client({ connectionString: url.href });
    await admin.connect();
    await admin.query(`alter database ${name} allow_connections false`);
    await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
    for (const statement of statements) await until(statement, () => admin.query(statement));
    await admin.query(`alter database ${name} allow_connections true`);
    await admin.end();
  };
  await alone(`create database ${name}_copy template ${name}`);
  return () =>
    alone(`alter database ${name} rename to ${name}_old`, `alter database ${name}_copy rename to ${name}`);
}
