/** VerifyService: the steps of the walk through stream, spools and ledger. They change nothing. */

import type { MikroORM } from "@mikro-orm/postgresql";
import type { Bus } from "@vigil/bus";
import type { VerifyServiceImpl } from "@vigil/proto";
import { autoCommit } from "../database/transaction.ts";
import { verifyLedger } from "./ledger-step.ts";
import { verifySpools } from "./spools.ts";
import { verifyStream } from "./stream-step.ts";

export function createVerifyService({ orm, bus }: { orm: MikroORM; bus: Bus }): VerifyServiceImpl {
  const sql = autoCommit(orm);
  return {
    verifyLedger: (request) => verifyLedger(orm, request),
    verifyStream: (request) => verifyStream(bus, sql, request),
    verifySpools: () => verifySpools(bus, sql),
  };
}
