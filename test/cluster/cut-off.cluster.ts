/** Hosts are cut off: their work goes to others, and they are harmless when they come back. */

import { readFileSync } from "node:fs";
import { until } from "@vigil/testkit";
import { expect, it } from "vitest";
import type { Load, Target } from "../chaos/load.ts";
import { type Cluster, LEASE_MS } from "./cluster.ts";
import { countsText, expectNothingLost, latencyText, say } from "./report.ts";
import type { RoleOnHost } from "./role-on-host.ts";
import { withCluster } from "./with-cluster.ts";

/** Less than the machine can do: else all that a host has are results that wait for their turn at state. */
const PER_SECOND = 4;
/** Plans of a thousand actions, so that most of the time some run is computed, or its result on its way. */
const SLOW = { goal: "server_consolidation", strategy: "node_resource_consolidation", force: true };
const MODEL = { nodes: 200, instances: 4_000 };
/** Webhooks with a host gone, and again with it back: some ten seconds of load each. */
const WEBHOOKS = 10 * PER_SECOND;
const TAKEN_MS_MAX = 60_000;
/** Looks for a moment at which the host computes a run, or sends its result. */
const CUTS_MAX = 100;

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

interface Gone {
  /** From the cut until another lease held the run, ms. */
  takenMs: number[];
  /** Runs that ended with the host's own result: it was in the hands of state at the cut. */
  ownResults: number;
}

/** Until each of the runs is another's, or has ended. */
async function goneAfter(cluster: Cluster, held: readonly Held[], atMs: number): Promise<Gone> {
  const tokens = new Map(held.map(({ id, token }) => [id, token]));
  const gone: Gone = { takenMs: [], ownResults: 0 };
  await until(
    "runs of the host that is cut off are others'",
    async () => {
      const now = await cluster.system.rows<Held & { open: boolean }>(
        "select run_id as id, token::text, state in ('DUE', 'LIVE') as open from run where run_id = any($1)",
        [[...tokens.keys()]],
      );
      for (const { id, token, open } of now) {
        const isTaken = token !== tokens.get(id);
        if (!isTaken && open) continue;
        if (isTaken) gone.takenMs.push(performance.now() - atMs);
        else gone.ownResults++;
        tokens.delete(id);
      }
      return tokens.size === 0;
    },
    TAKEN_MS_MAX,
  );
  return gone;
}

/** Pulls the cable at a moment at which the host has runs, until that costs it one, and leaves it so. */
async function cutInMidRun(cluster: Cluster, { host }: RoleOnHost): Promise<Gone & { held: number }> {
  for (let tries = 0; tries < CUTS_MAX; tries++) {
    await until(`a run on ${host.name}`, async () => (await heldBy(cluster, host.name)).length > 0);
    host.cut();
    const atMs = performance.now();
    const held = await heldBy(cluster, host.name);
    const gone = await goneAfter(cluster, held, atMs);
    if (gone.takenMs.length > 0) return { held: held.length, ...gone };
    host.reconnect();
  }
  throw new Error(`${host.name} never lost a run`);
}

it("a worker host that is cut off loses its runs within the lease, and is harmless when it is back", async () => {
  const { cluster, load } = await loaded();
  const worker = cluster.role("worker", 3);
  const { held, takenMs, ownResults } = await cutInMidRun(cluster, worker);
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
    `${worker.host.name} cut off with ${held} runs, the results of ${ownResults} of them with state already; the others taken over after ${takenMs.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(", ")} (lease ${LEASE_MS / 1_000} s); ` +
      `it gave up ${lines("giving the run up")}, ${lines("state refused the result")} late results refused, ${lines("lease lost")} leases lost; ` +
      `${(backMs / 1_000).toFixed(1)} s after its return it ended a run; ${countsText(counted, load)}`,
  );
  for (const ms of takenMs) {
    expect(ms).toBeGreaterThan(LEASE_MS * 0.5);
    // The lease may have been renewed just before the cut; the rest is for looks of state and a busy machine.
    expect(ms).toBeLessThan(LEASE_MS * 1.5);
  }
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
