/** A release is rolled out host by host under load: two releases and their wire formats are at work together. */

import { readFileSync } from "node:fs";
import { until } from "@vigil/testkit";
import { expect, it } from "vitest";
import { nextRelease } from "./releases.ts";
import { countsText, expectNothingLost, say } from "./report.ts";
import type { RoleOnHost } from "./role-on-host.ts";
import { withCluster } from "./with-cluster.ts";

const PER_SECOND = 20;
/** Webhooks between two hosts: some five seconds of load. */
const WEBHOOKS = 5 * PER_SECOND;
const READY_MS_MAX = 90_000;
/** So that each of edge, state and worker meets the other release's of each. */
const ORDER = ["worker-1", "front-1", "worker-2", "front-2", "worker-3"];

const running = withCluster();
it("an upgrade host by host under load fails no webhook, loses and doubles nothing", async () => {
  const cluster = running();
  const next = nextRelease(cluster.network.dir);
  const nop = (message: string) => ({ action_type: "nop", input_parameters: { message } });
  const targets = await cluster.prepare([
    { count: 8, weight: 3, audit: {} },
    { count: 8, weight: 2, audit: { goal: "workload_balancing", strategy: "workload_balance", force: true } },
    {
      count: 4,
      weight: 1,
      audit: {
        goal: "unclassified",
        strategy: "actuator",
        parameters: { actions: [nop("first"), nop("second")] },
        auto_trigger: true,
      },
    },
  ]);
  const load = cluster.load(targets);
  load.start(PER_SECOND);
  const webhooks = async () => {
    const seen = load.latenciesMs.length;
    await until("webhooks", () => load.latenciesMs.length >= seen + WEBHOOKS, READY_MS_MAX);
  };
  await webhooks();
  const stops: string[] = [];
  for (const name of ORDER) {
    const roles = cluster.on(name);
    const begun = performance.now();
    const ends = await Promise.all(roles.map((role) => role.stop()));
    stops.push(`${name} ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
    for (const [n, end] of ends.entries())
      expect(end, roles[n]!.process.log.slice(-20).join("\n")).toEqual({ code: 0, signal: null });
    await Promise.all(roles.map((role) => role.start(next)));
    await cluster.ready();
    await webhooks();
  }
  await load.stop();
  const counted = await cluster.counted([load]);
  const workers = cluster.roles.filter(({ role }) => role === "worker");
  const [old, young] = [runsOf(cluster.release.version, workers), runsOf(next.version, workers)];
  say(
    `upgraded ${ORDER.join(", ")} from ${cluster.release.version} to ${next.version}; SIGTERM to exit: ${stops.join(", ")}; ` +
      `runs by workers of the old: ${old}, of the new: ${young}; ${countsText(counted, load)}, ` +
      `actions ${counted.counts.actions} executed ${counted.counts.executions} times`,
  );
  expect(old).toBeGreaterThan(0);
  expect(young).toBeGreaterThan(0);
  expectNothingLost(counted, load);
});

/** Runs that workers of a release say they have ended. */
function runsOf(version: string, workers: readonly RoleOnHost[]): number {
  const lines = workers.flatMap(({ logFile }) => readFileSync(logFile, "utf8").split("\n"));
  return lines.filter((line) => line.includes(`"version":"${version}"`) && line.includes('"msg":"run ended"'))
    .length;
}
