/** What an event costs each part when each becomes a plan of its own, and what a worker host costs that has nothing to do. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "../../test/cluster/cluster.ts";
import { round } from "./rounds.ts";
import { difference, divided, type Spent, spentBy } from "./spent.ts";

const REST_S = 10;
const WORKERS = 4;
const ROUNDS = 4;

export interface Costs {
  /** Of one event and its plan, computing apart. */
  event: Spent;
  /** Of the cluster without workers, in a second without events. */
  rest: Spent;
  /** Of each worker host beyond that. */
  worker: Spent;
}

/** With workers of the release; the strategy (dummy) costs next to nothing. */
export async function costs(cluster: Cluster, audits: readonly string[]): Promise<Costs> {
  const rest = await secondAtRest(cluster);
  const workers = [];
  for (let n = 0; n < WORKERS; n++) workers.push(await cluster.joinWorker());
  await round(cluster, audits);
  const withWorkers = await secondAtRest(cluster);
  const begun = await spentBy(cluster);
  for (let n = 0; n < ROUNDS; n++) await round(cluster, audits);
  const spent = difference(begun, await spentBy(cluster), withWorkers);
  await cluster.remove(workers);
  return {
    event: divided(spent, ROUNDS * audits.length),
    rest,
    worker: divided(difference(rest, withWorkers), WORKERS),
  };
}

async function secondAtRest(cluster: Cluster): Promise<Spent> {
  const begun = await spentBy(cluster);
  await sleep(REST_S * 1_000);
  const spent = difference(begun, await spentBy(cluster));
  return divided(spent, spent.atS);
}
