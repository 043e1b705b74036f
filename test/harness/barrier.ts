/** Holds the lock of an audit's row, so that a test decides when everything that needs it goes on. */

import { until } from "@vigil/testkit";
import pg from "pg";
import type { System } from "./system.ts";

export interface Barrier {
  /** Waits until `n` other connections of this database queue for a lock. */
  waiters(n: number): Promise<void>;
  /** Lets them go, in the order in which they came. */
  open(): Promise<void>;
}

export async function lockAuditRow(system: System, audit: string): Promise<Barrier> {
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  await client.query("begin");
  await client.query("select 1 from audit where uuid = $1 for update", [audit]);
  return {
    async waiters(n) {
      await until(`${n} transactions that wait for the audit's lock`, async () => {
        const [row] = await system.rows<{ n: number }>(
          `select count(*)::int as n from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return row!.n >= n;
      });
    },
    async open() {
      await client.query("commit");
      await client.end();
    },
  };
}
