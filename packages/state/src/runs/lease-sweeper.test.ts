import type { LeaseSample } from "@vigil/core";
import { createLogger, Metrics } from "@vigil/service";
import { until } from "@vigil/testkit";
import { expect, test } from "vitest";
import { StateCounts } from "../metrics/counts.ts";
import { LeaseSweeper } from "./lease-sweeper.ts";

const LEASE_MS = 20;

test("a lease is said to have expired by the state process that ended it, and by no other", async () => {
  const sample: LeaseSample = { id: "run-1", token: 7n, heartbeat: 3n };
  let isLive = true;
  const looks: string[] = [];
  const sweeper = (name: string, endsIt: boolean) => {
    const lines: string[] = [];
    const logger = createLogger({
      role: "state",
      level: "info",
      destination: { write: (l) => lines.push(l) },
    });
    const watch = new LeaseSweeper({
      kind: "run",
      leaseMs: LEASE_MS,
      logger,
      live: async () => (isLive ? [sample] : []),
      expire: async (dead) => {
        looks.push(name);
        if (endsIt) await until("the other's look", () => looks.includes("late"));
        if (endsIt) isLive = false;
        return endsIt ? dead.map(({ id }) => id) : [];
      },
      counts: new StateCounts(new Metrics()),
    });
    watch.start();
    return { watch, lines };
  };
  const first = sweeper("first", true);
  const late = sweeper("late", false);
  await until("the end of the lease", () => first.lines.length > 0);
  await Promise.all([first.watch.stop(), late.watch.stop()]);
  expect(first.lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ run: "run-1", lease: "7", msg: expect.stringContaining("lease expired") }),
  ]);
  expect(late.lines).toEqual([]);
});
