import type { MikroORM } from "@mikro-orm/postgresql";
import { type Catalogue, type CatalogueSync, syncCatalogue } from "./catalogue.ts";
import { type Retirement, retireStrategies } from "./retire.ts";
import { inTransaction, rows } from "./transaction.ts";

/**
 * Advisory lock that several starting state processes take in turn. Any constant will do, as long as nobody else
 * uses the database: "vigl" in ASCII.
 */
const START_LOCK = 0x7669676c;

/** Wait for another process that migrates, ms; bounded, so that a process can stop meanwhile. The caller tries again. */
const START_LOCK_WAIT_MS = 5_000;

/** What starting has changed beside the schema. */
export interface Preparation extends CatalogueSync, Retirement {}

/**
 * Brings schema and catalogue up to date, and cancels what was made for strategies that are no longer as they were.
 * Processes that start together wait for each other; the second finds nothing left to do.
 * @throws the database's error, a lock timeout when another process takes long over its migrations
 */
export function prepareDatabase(orm: MikroORM, catalogue: Catalogue): Promise<Preparation> {
  return inTransaction(orm, async (sql) => {
    // This transaction idles while the migrator works on connections of its own.
    await rows(
      sql,
      "select set_config('idle_in_transaction_session_timeout', '0', true), set_config('lock_timeout', $1, true)",
      [String(START_LOCK_WAIT_MS)],
    );
    await rows(sql, "select pg_advisory_xact_lock($1)", [START_LOCK]);
    await orm.migrator.up();
    const sync = await syncCatalogue(sql, catalogue);
    return { ...sync, ...(await retireStrategies(sql, sync.retired)) };
  });
}
