/**
 * `make soak`: the simulation of test/simulation over many seeds, on all processors. Stops at the first failure and
 * prints the line that replays it.
 *
 *   node tools/soak.ts --seeds 1000000 --from 1
 *   node tools/soak.ts --seed 1234 --trace
 */

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { neverHappened, soak } from "../test/simulation/soak.ts";
import { World } from "../test/simulation/world.ts";

/** Seeds without which nothing is said of what never happened: with few, much does not. */
const SEEDS_FOR_ALL = 10_000;
const PROGRESS_EVERY_MS = 10_000;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "100000" },
    from: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
  },
});

try {
  if (values.seed !== undefined) runOne(Number(values.seed));
  else await runMany(Number(values.from), Number(values.seeds));
} catch (thrown) {
  say(values.seed === undefined ? (thrown as Error).message : ((thrown as Error).stack ?? ""));
  process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function runOne(seed: number): void {
  const world = new World(seed, values.trace ? { trace: say } : {});
  world.run();
  say(`seed ${seed} holds: ${world.agenda.steps} steps in ${world.agenda.nowMs} ms of simulated time`);
}

async function runMany(from: number, seeds: number): Promise<void> {
  const begunMs = performance.now();
  let toldMs = begunMs;
  const onProgress = (done: number) => {
    if (performance.now() - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = performance.now();
    say(`${done} of ${seeds} seeds, ${((toldMs - begunMs) / done).toFixed(2)} ms each`);
  };
  const { steps, counts } = await soak({ from, seeds, jobs: availableParallelism(), onProgress });
  for (const [what, count] of [...counts].sort()) say(`${String(count).padStart(12)}  ${what}`);
  const seconds = (performance.now() - begunMs) / 1_000;
  const cpuMs = process.cpuUsage().user / 1_000 / seeds;
  say(`${seeds} seeds hold, ${steps} steps, ${seconds.toFixed(0)} s, ${cpuMs.toFixed(2)} ms of CPU each`);
  const missing = seeds < SEEDS_FOR_ALL ? [] : neverHappened(counts);
  if (missing.length > 0) throw new Error(`never happened in ${seeds} seeds: ${missing.join(", ")}`);
}
