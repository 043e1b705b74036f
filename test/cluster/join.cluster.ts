/** A worker host joins by being started, and work spreads over all of them. */

import { until } from "@vigil/testkit";
import { expect, it } from "vitest";
import { countsText, expectNothingLost, say } from "./report.ts";
import { withCluster } from "./with-cluster.ts";

const PER_SECOND = 25;
/** Runs that are looked at, enough for each host to have had its chance many times. */
const RUNS = 200;

const running = withCluster();

it("a fourth worker host joins by starting it, and work spreads over all four", async () => {
  const cluster = running();
  const balance = { goal: "workload_balancing", strategy: "workload_balance", force: true };
  const targets = await cluster.prepare([
    { count: 20, weight: 1, audit: {} },
    { count: 20, weight: 1, audit: balance },
  ]);
  const load = cluster.load(targets);
  load.start(PER_SECOND);
  const runs = async (since: number, hosts: number) =>
    until(`${RUNS} runs of ${hosts} hosts`, async () => {
      const by = await cluster.runsByHost(since);
      const all = [...by.values()].reduce((sum, n) => sum + n, 0);
      return all >= RUNS && by.size === hosts && by;
    });
  const before = await runs(0, 3);
  const joined = await cluster.joinWorker();
  const after = await runs(await cluster.lastRun(), 4);
  await load.stop();
  const counted = await cluster.counted([load]);
  say(`runs per host, three: ${show(before)}; four: ${show(after)}; ${countsText(counted, load)}`);

  expect(after.get(joined.host.name)).toBeGreaterThan(0);
  expectNothingLost(counted, load);
});

function show(map: ReadonlyMap<string, number>): string {
  return [...map].map(([name, n]) => `${name} ${n}`).join(", ");
}
