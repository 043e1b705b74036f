/** Holds what others need in the database, so that a test decides when they go on. */

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

/** Whatever number: nothing else takes it. */
const ABORTS = 4_815_162;

/** No action that is CANCELLING gets an end before it is opened. */
export async function holdAborts(system: System): Promise<Pick<Barrier, "open">> {
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  await client.query(`select pg_advisory_lock(${ABORTS})`);
  await client.query(
    `create function hold_aborts() returns trigger language plpgsql as $$
     begin perform pg_advisory_xact_lock_shared(${ABORTS}); return new; end $$;
     create trigger hold_aborts before update on action for each row when (old.state = 'CANCELLING')
     execute function hold_aborts()`,
  );
  return {
    async open() {
      await client.query(`select pg_advisory_unlock(${ABORTS})`);
      await client.query("drop function hold_aborts() cascade");
      await client.end();
    },
  };
}
