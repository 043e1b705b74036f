/** SystemService: one look at everything, and who is there. */

import type { MikroORM } from "@mikro-orm/postgresql";
import { type Bus, lookAtBroker } from "@vigil/bus";
import { VigilError } from "@vigil/core";
import type { Broker, EdgeSpool, SystemServiceImpl } from "@vigil/proto";
import { autoCommit, type Sql } from "../database/transaction.ts";
import { verifySpools } from "../verify/spools.ts";
import { countAll } from "./counts.ts";
import { lookAtDatabase } from "./database-facts.ts";
import { listProcesses, reportProcess } from "./processes.ts";

export interface SystemServiceParts {
  orm: MikroORM;
  bus: Bus;
  /** Release of this process. */
  version: string;
  /** Connections to PostgreSQL at most. */
  pool: number;
}

export function createSystemService({ orm, bus, version, pool }: SystemServiceParts): SystemServiceImpl {
  const sql = autoCommit(orm);
  return {
    getSystem: async () => {
      const [database, processes, counts, broker] = await Promise.all([
        lookAtDatabase(sql, pool),
        listProcesses(sql),
        countAll(sql),
        askBroker(bus, sql),
      ]);
      return { version, clockMs: Date.now(), database, processes, ...counts, ...broker };
    },
    reportProcess: (request) => reportProcess(sql, request),
  };
}

/** A broker that is away is a thing to show, not a reason to show nothing. */
async function askBroker(
  bus: Bus,
  sql: Sql,
): Promise<{ broker?: Broker; brokerProblem?: string; spools?: EdgeSpool[] }> {
  try {
    const [{ consumer, clockMs: _, ...broker }, { spools = [] }] = await Promise.all([
      lookAtBroker(bus),
      verifySpools(bus, sql),
    ]);
    return { broker: { ...broker, ...(consumer && { consumer }) }, spools };
  } catch (thrown) {
    const { kind, message } = VigilError.from(thrown);
    if (kind === "internal") throw thrown;
    return { brokerProblem: message };
  }
}
