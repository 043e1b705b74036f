/** Events per second into the ledger, as workers bring them, by one state process and by two. */

import { randomUUID } from "node:crypto";
import { connectState } from "@vigil/proto";
import { ledgerEvent } from "@vigil/testkit";
import type { Cluster } from "../../test/cluster/cluster.ts";
import { PORTS } from "../../test/cluster/role-on-host.ts";
import { spentBy } from "./spent.ts";

const EVENTS = 6_000;
/** Of one audit in one call, as a worker's consumer hands them out in a flood. */
const PER_CALL = 64;

export interface StateRate {
  states: number;
  perCall: number;
  perSecond: number;
  /** Processors that the state processes, and PostgreSQL, used meanwhile. */
  stateCpus: number;
  postgresCpus: number;
}

/** With all state processes that are up. No worker must be: its claims would be counted with it. */
export async function stateRates(cluster: Cluster, audits: readonly string[]): Promise<StateRate[]> {
  const states = cluster.roles.filter(({ role }) => role === "state");
  const client = connectState({
    address: states.map(({ host }) => `${host.address}:${PORTS.state}`).join(","),
  });
  const bring = async (audit: string, count: number, perCall: number) => {
    for (let sent = 0; sent < count; sent += perCall) {
      const [event, ...more] = Array.from({ length: Math.min(perCall, count - sent) }, () =>
        ledgerEvent(audit),
      );
      await client.runs.ingest({ workerId: `bench:1:${randomUUID()}`, canRun: false, event, more });
    }
  };
  const rates: StateRate[] = [];
  try {
    // The first one warms up.
    for (const perCall of [PER_CALL, 1, PER_CALL]) {
      const before = await spentBy(cluster);
      await Promise.all(audits.map((audit) => bring(audit, Math.ceil(EVENTS / audits.length), perCall)));
      const after = await spentBy(cluster);
      const seconds = after.atS - before.atS;
      rates.push({
        states: states.length,
        perCall,
        perSecond: EVENTS / seconds,
        stateCpus: (after.cpuS.state - before.cpuS.state) / seconds,
        postgresCpus: (after.cpuS.postgres - before.cpuS.postgres) / seconds,
      });
    }
  } finally {
    client.close();
  }
  return rates.slice(1);
}
