/** How long plans take in the database alone. Printed, and only checked for being right. */

import { ActionGraph, type ActionNode } from "@vigil/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APPLIER, openPlanWorld, type PlanWorld } from "./testing/plan-world.ts";

let world: PlanWorld;
beforeAll(async () => {
  world = await openPlanWorld(60_000);
});
afterAll(() => world.close());

/** As the weight planner makes them: each layer waits for the whole layer before. */
const layers = (count: number, width: number) =>
  Array.from({ length: count }, (_, index) => {
    const start = index - (index % width) - width;
    return start < 0 ? [] : Array.from({ length: width }, (_, n) => start + n);
  });

function print(what: string, begunMs: number): void {
  process.stdout.write(`${what}: ${(performance.now() - begunMs).toFixed(0)} ms\n`);
}

describe("time", () => {
  it("of 1,000 actions, eight at once, from the claim to the end", async () => {
    const uuid = await world.newPlan(layers(1_000, 8));
    await world.start(uuid);
    const begun = performance.now();
    const plan = (await world.claim())!;
    print("claim of 1,000 actions", begun);
    const graph = new ActionGraph(plan.lease.actions! as ActionNode[]);
    const runAll = async () => {
      const ready = graph.takeReady(8);
      await Promise.all(
        ready.map(async (index) => {
          await plan.begin(index);
          await plan.end(index, "SUCCEEDED");
          graph.finish(index, "SUCCEEDED");
        }),
      );
    };
    while (!graph.isDone) await runAll();
    expect(await plan.endPlan()).toBe("SUCCEEDED");
    print("1,000 actions, eight at once", begun);
  });

  it("of 20,000 actions: claim, cancel, end", { timeout: 60_000 }, async () => {
    const uuid = await world.newPlan(layers(20_000, 2));
    await world.start(uuid);
    const claiming = performance.now();
    const plan = (await world.claim(APPLIER))!;
    print("claim of 20,000 actions", claiming);
    expect(plan.lease.actions).toHaveLength(20_000);
    await world.cancel(uuid);
    const ending = performance.now();
    expect(await plan.endPlan()).toBe("CANCELLED");
    print("cancel of 20,000 actions", ending);
  });
});
