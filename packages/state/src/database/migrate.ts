import type { MikroORM } from "@mikro-orm/postgresql";
import { inTransaction, rows } from "../runs/transaction.ts";
import { type Catalogue, syncCatalogue } from "./catalogue.ts";

/**
 * Advisory lock that several starting state processes take in turn. Any constant will do, as long as nobody else
 * uses the database: "vigl" in ASCII.
 */
const START_LOCK = 0x7669676c;

/**
 * Brings schema and catalogue up to date. Processes that start together wait for each other; the second finds
 * nothing left to do.
 */
export function prepareDatabase(orm: MikroORM, catalogue: Catalogue): Promise<void> {
  return inTransaction(orm, async (sql) => {
    // The lock may be long in coming, and this transaction idles while the migrator works on connections of its own.
    await rows(sql, "select set_config(name, '0', true) from unnest($1::text[]) as name", [
      ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"],
    ]);
    await rows(sql, "select pg_advisory_xact_lock($1)", [START_LOCK]);
    await orm.migrator.up();
    await syncCatalogue(sql, catalogue);
  });
}
