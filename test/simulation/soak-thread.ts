/** A thread of `soak`: runs the seeds it is told, and says what came of them. */

import { parentPort } from "node:worker_threads";
import type { PartAnswer } from "./soak.ts";
import { World } from "./world.ts";

parentPort?.on("message", ({ from, seeds }: { from: number; seeds: number }) => {
  parentPort?.postMessage(run(from, seeds));
});

function run(from: number, seeds: number): PartAnswer {
  const counts = new Map<string, number>();
  let steps = 0;
  try {
    for (let seed = from; seed < from + seeds; seed++) {
      const world = new World(seed, { counts });
      world.run();
      steps += world.agenda.steps;
    }
    return { seeds, steps, counts };
  } catch (thrown) {
    return { failure: (thrown as Error).message };
  }
}
