/** Rounds of one event for each of many audits: as many plans as events. */

import { randomUUID } from "node:crypto";
import { until } from "@vigil/testkit";
import type { Cluster } from "../../test/cluster/cluster.ts";
import { closedLoop } from "../http-load.ts";

const SENDERS = 16;
const DONE_MS_MAX = 120_000;
/** Of the runs of a round, at each end: at the first the workers are waking up, at the last some have nothing to do. */
const EDGE_SHARE = 0.1;

/**
 * Sends one event to each of these audits, and waits for a plan of each.
 * @returns plans per second while all workers had work
 */
export async function round(cluster: Cluster, audits: readonly string[]): Promise<number> {
  const { system } = cluster;
  const since = await cluster.lastRun();
  const headers = { "x-auth-token": system.token, "content-type": "application/json" };
  const shot = (n: number) => ({
    path: `/v1/webhooks/${audits[n]}`,
    headers: { ...headers, "idempotency-key": randomUUID() },
    body: "{}",
  });
  const { refused } = await closedLoop(cluster.url, SENDERS, audits.length, shot);
  if (refused > 0) throw new Error(`${refused} webhooks were refused`);
  await until(
    "a plan of each audit",
    async () => {
      const [row] = await system.rows<{ n: number }>(
        "select count(*)::int as n from run where id > $1 and state = 'SUCCEEDED'",
        [since],
      );
      return row!.n >= audits.length;
    },
    DONE_MS_MAX,
  );
  const rows = await system.rows<{ at: number }>(
    "select extract(epoch from finished_at)::float8 as at from run where id > $1 order by finished_at",
    [since],
  );
  const first = Math.floor(rows.length * EDGE_SHARE);
  const last = rows.length - 1 - first;
  return (last - first) / (rows[last]!.at - rows[first]!.at);
}
