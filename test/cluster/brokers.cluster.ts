/** NATS nodes are lost: of three one may go unnoticed, and with two gone webhooks go to the spools. */

import { until } from "@vigil/testkit";
import { expect, it } from "vitest";
import type { Load, Target } from "../chaos/load.ts";
import type { Cluster } from "./cluster.ts";
import { countsText, expectNothingLost, latencyText, say } from "./report.ts";
import type { NatsNode } from "./servers.ts";
import { streamState } from "./streams.ts";
import { withCluster } from "./with-cluster.ts";

const PER_SECOND = 25;
/** Webhooks of a phase: some ten seconds of load. */
const WEBHOOKS = 10 * PER_SECOND;

const running = withCluster();
const loads: Load[] = [];
let targets: Target[] | undefined;

async function loaded(): Promise<{ cluster: Cluster; load: Load }> {
  const cluster = running();
  targets ??= await cluster.prepare([
    { count: 10, weight: 1, audit: {} },
    {
      count: 10,
      weight: 1,
      audit: { goal: "workload_balancing", strategy: "workload_balance", force: true },
    },
  ]);
  const load = cluster.load(targets, loads.length + 1);
  loads.push(load);
  load.start(PER_SECOND);
  await webhooks(load);
  return { cluster, load };
}

/** Waits for as many more webhooks; what their answers took. */
async function webhooks(load: Load): Promise<string> {
  const seen = load.latenciesMs.length;
  await until("webhooks", () => load.latenciesMs.length >= seen + WEBHOOKS, 60_000);
  return latencyText(load.latenciesMs.slice(seen));
}

/** From now to the next run that succeeds, ms. */
async function nextRun(cluster: Cluster): Promise<number> {
  const begun = performance.now();
  const done = async () => {
    const [row] = await cluster.system.rows<{ n: number }>(
      "select count(*)::int as n from run where state = 'SUCCEEDED'",
    );
    return row!.n;
  };
  const before = await done();
  await until("a run that succeeds", async () => (await done()) > before, 60_000);
  return Math.round(performance.now() - begun);
}

async function leader(cluster: Cluster): Promise<NatsNode> {
  const name = await until("a leader", async () => (await streamState(cluster)).leader);
  return cluster.nats.find(({ host }) => host.name === name)!;
}

/** Webhooks that lie in the edges' spools, as /readyz tells it. */
async function spooledEvents(cluster: Cluster): Promise<number> {
  const edges = cluster.roles.filter(({ role }) => role === "edge");
  const counts = edges.map(async ({ url }) => {
    const text = await (await fetch(`${url}/readyz`)).text();
    return Number(/(\d+) events wait for NATS/.exec(text)?.[1] ?? 0);
  });
  return (await Promise.all(counts)).reduce((sum, n) => sum + n, 0);
}

const wholeAgain = (cluster: Cluster) =>
  until(
    "all copies of the events are current",
    async () => (await streamState(cluster)).current === 3,
    120_000,
  );

async function loses(
  what: string,
  lose: (node: NatsNode) => Promise<void>,
  back: (node: NatsNode) => Promise<void>,
) {
  const { cluster, load } = await loaded();
  const node = await leader(cluster);
  await lose(node);
  const runMs = await nextRun(cluster);
  const meanwhile = await webhooks(load);
  await back(node);
  await wholeAgain(cluster);
  const after = await webhooks(load);
  await load.stop();
  const counted = await cluster.counted(loads);
  say(
    `${what} ${node.host.name}, which led the events: next run done after ${runMs} ms; 202s meanwhile ${meanwhile}, after it ${after}; ${countsText(counted, ...loads)}`,
  );
  expectNothingLost(counted, ...loads);
}

it("one node is killed: no webhook fails, nothing is lost", () =>
  loses(
    "kill -9 of",
    (node) => node.kill(),
    async (node) => {
      node.start();
      await node.ready();
    },
  ));

it("one node's cable is pulled: no webhook fails, nothing is lost", () =>
  loses(
    "cable pulled of",
    async (node) => node.host.cut(),
    async (node) => node.host.reconnect(),
  ));

it("two nodes are killed: edges spool, every webhook is answered 202, and it recovers", async () => {
  const { cluster, load } = await loaded();
  const lost = [await leader(cluster)];
  lost.push(cluster.nats.find((node) => !lost.includes(node))!);
  await Promise.all(lost.map((node) => node.kill()));
  const meanwhile = await webhooks(load);
  const spooled = await spooledEvents(cluster);
  for (const node of lost) node.start();
  await Promise.all(lost.map((node) => node.ready()));
  const runMs = await nextRun(cluster);
  await wholeAgain(cluster);
  await load.stop();
  const counted = await cluster.counted(loads);
  say(
    `kill -9 of two nodes: 202s meanwhile ${meanwhile}, ${spooled} waited in spools; with them back, next run done after ${runMs} ms; ${countsText(counted, ...loads)}`,
  );
  expect(spooled).toBeGreaterThan(0);
  expectNothingLost(counted, ...loads);
});
