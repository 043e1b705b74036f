/** Memory of runs, measured in a process of its own. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { MemoryOfRuns } from "./testing/memory-of-runs.ts";

const PROGRAM = fileURLToPath(new URL("./testing/memory-of-runs.ts", import.meta.url));

/** For code that is compiled later than other code. A hundred kept overlays would be ten times as much. */
const GROWTH_MIB_MAX = 2;

const RUNS = 100;

test("of 100 runs over all strategies nothing stays", async () => {
  const args = ["--expose-gc", PROGRAM, "200", "4000", String(RUNS)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { settledMiB, endMiB, snapshotMiB, plans } = JSON.parse(stdout) as MemoryOfRuns;
  expect(snapshotMiB).toBeGreaterThan(0.2);
  // Of errors alone nothing would stay either.
  expect(plans).toBeGreaterThan(RUNS / 2);
  expect(endMiB - settledMiB, stdout).toBeLessThan(GROWTH_MIB_MAX);
});
