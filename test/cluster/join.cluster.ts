/** A worker host joins by being started, and work spreads over all of them. */

import { until } from "@vigil/testkit";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { Cluster, say } from "./cluster.ts";
import { makeRelease, type Release, removeRelease } from "./releases.ts";

const PER_SECOND = 25;
/** Runs that are looked at, enough for each host to have had its chance many times. */
const RUNS = 200;

let release: Release;
let cluster: Cluster;

beforeAll(async () => {
  release = makeRelease();
  cluster = await Cluster.start({ release });
});

afterEach((context) => {
  if (context.task.result?.state === "fail") cluster?.keep();
});

afterAll(async () => {
  await cluster?.stop();
  removeRelease(release);
});

it("a fourth worker host joins by starting it, and work spreads over all four", async () => {
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
  const { counts, contradictions, verified } = await cluster.counted([load]);
  say(`runs per host, three: ${show(before)}; four: ${show(after)}; ${JSON.stringify(counts)}`);

  expect(after.get(joined.host.name)).toBeGreaterThan(0);
  expect([...load.answers.keys()]).toEqual(["202"]);
  expect(contradictions).toEqual([]);
  expect(verified).toMatchObject({ status: 0 });
  expect(counts.completed + counts.deadLetters).toBe(counts.acknowledged);
});

function show(map: ReadonlyMap<string, number>): string {
  return [...map].map(([name, n]) => `${name} ${n}`).join(", ");
}
