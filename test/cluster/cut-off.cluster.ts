/** Hosts are cut off: their work goes to others, and they are harmless when they come back. */

import { readFileSync } from "node:fs";
import { until } from "@vigil/testkit";
import { expect, it } from "vitest";
import type { Load, Target } from "../chaos/load.ts";
import { type Cluster, LEASE_MS } from "./cluster.ts";
import { countsText, expectNothingLost, latencyText, say } from "./report.ts";
import type { RoleOnHost } from "./role-on-host.ts";
import { withCluster } from "./with-cluster.ts";

const PER_SECOND = 10;
/** Plans of a thousand actions, so that most of the time some run is computed, or its result on its way. */
const SLOW = { goal: "server_consolidation", strategy: "node_resource_consolidation", force: true };
const MODEL = { nodes: 200, instances: 4_000 };
/** Webhooks with a host gone, and again with it back: some ten seconds of load each. */
const WEBHOOKS = 10 * PER_SECOND;
const TAKEN_MS_MAX = 60_000;
/** Looks for a moment at which the host has a run. */
const CUTS_MAX = 20;

const running = withCluster();
const loads: Load[] = [];
let targets: Target[] | undefined;

async function loaded(): Promise<{ cluster: Cluster; load: Load }> {
  const cluster = running();
  targets ??= await cluster.prepare([{ count: 30, weight: 1, audit: SLOW }], MODEL);
  const load = cluster.load(targets, loads.length + 1);
  loads.push(load);
  load.start(PER_SECOND);
  await webhooks(load);
  return { cluster, load };
}

async function webhooks(load: Load): Promise<void> {
  const seen = load.occurrences.length;
  await until("webhooks", () => load.occurrences.length >= seen + WEBHOOKS);
}

interface Held {
  id: string;
  token: string;
}

/** Runs that the host holds now. */
const heldBy = ({ system }: Cluster, host: string) =>
  system.rows<Held>("select run_id as id, token::text from run where state = 'LIVE' and worker_id like $1", [
    `${host}:%`,
  ]);

/** Pulls the cable at a moment at which the host has runs, which it then can't end any more. */
async function cutInMidRun(cluster: Cluster, { host }: RoleOnHost): Promise<{ held: Held[]; atMs: number }> {
  for (let tries = 0; tries < CUTS_MAX; tries++) {
    await until(`a run on ${host.name}`, async () => (await heldBy(cluster, host.name)).length > 0);
    host.cut();
    const atMs = performance.now();
    // What it had sent by then is through when the database has answered this, and what another one asks after it.
    await cluster.system.rows("select count(*) from event");
    const held = await heldBy(cluster, host.name);
    if (held.length > 0) return { held, atMs };
    host.reconnect();
  }
  throw new Error(`${host.name} never had a run`);
}

/** Until each of the runs is another's, or has ended, from the cut on, ms. */
async function takenAfter(cluster: Cluster, held: readonly Held[], atMs: number): Promise<number[]> {
  const ids = held.map(({ id }) => id);
  const taken = new Map<string, number>();
  await until(
    "runs of the host that is cut off are others'",
    async () => {
      const now = await cluster.system.rows<Held & { open: boolean; worker: string | null }>(
        "select run_id as id, token::text, state = 'LIVE' as open, worker_id as worker from run where run_id = any($1)",
        [ids],
      );
      for (const { id, token, open } of now)
        if (!taken.has(id) && (!open || token !== held.find((one) => one.id === id)!.token))
          taken.set(id, performance.now() - atMs);
      return taken.size === held.length;
    },
    TAKEN_MS_MAX,
  );
  return [...taken.values()];
}

it("a worker host that is cut off loses its runs within the lease, and is harmless when it is back", async () => {
  const { cluster, load } = await loaded();
  const worker = cluster.role("worker", 3);
  const { held, atMs } = await cutInMidRun(cluster, worker);
  const takenMs = await takenAfter(cluster, held, atMs);
  await webhooks(load);
  const since = await cluster.lastRun();
  worker.host.reconnect();
  const backAt = performance.now();
  await until(`runs of ${worker.host.name}`, async () =>
    (await cluster.runsByHost(since)).has(worker.host.name),
  );
  const backMs = performance.now() - backAt;
  await load.stop();
  const counted = await cluster.counted(loads);
  const log = readFileSync(worker.logFile, "utf8").split("\n");
  const lines = (text: string) => log.filter((line) => line.includes(text)).length;
  say(
    `${worker.host.name} cut off with ${held.length} runs: others' after ${takenMs.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(", ")} (lease ${LEASE_MS / 1_000} s); ` +
      `it gave up ${lines("giving the run up")}, ${lines("state refused the result")} late results refused, ${lines("lease lost")} leases lost; ` +
      `${(backMs / 1_000).toFixed(1)} s after its return it ended a run; ${countsText(counted, load)}`,
  );
  for (const ms of takenMs) expect(ms).toBeGreaterThan(LEASE_MS * 0.5);
  expectNothingLost(counted, load);
});

it("a front host that is cut off is missed by senders for a moment, and nothing is lost", async () => {
  const { cluster, load } = await loaded();
  const { host } = cluster.role("edge", 2);
  host.cut();
  const seen = load.latenciesMs.length;
  const runsBefore = await cluster.lastRun();
  await webhooks(load);
  const meanwhile = latencyText(load.latenciesMs.slice(seen));
  const runs = (await cluster.lastRun()) - runsBefore;
  host.reconnect();
  await cluster.ready();
  await webhooks(load);
  await load.stop();
  const counted = await cluster.counted(loads);
  const failed = [...load.answers].filter(([answer]) => answer !== "202");
  say(
    `${host.name} (edge, api, state) cut off: 202s meanwhile ${meanwhile}, ${runs} runs begun; ` +
      `answers that were no 202: ${JSON.stringify(failed)}; ${countsText(counted, load)}`,
  );
  expect(runs).toBeGreaterThan(0);
  // Requests that were on their way through the host have no answer; their senders know nothing.
  expect(failed.reduce((sum, [, n]) => sum + n, 0)).toBeLessThan(PER_SECOND * 5);
  expectNothingLost(counted);
});
