/** A thread module that does what its task's strategy name says. */

import type { ComputeOutcome, ComputeTask } from "../compute-task.ts";

/** Longer than any test waits. */
const FOREVER_MS = 3_600_000;

export default function misbehave(task: ComputeTask): ComputeOutcome {
  const bytes = new Uint8Array(task.snapshot);
  switch (task.strategyName) {
    case "spin": {
      const end = performance.now() + FOREVER_MS;
      while (performance.now() < end);
      break;
    }
    case "fill memory": {
      const rows: string[][] = [];
      for (;;) rows.push(Array.from({ length: 10_000 }, (_, n) => `row ${rows.length} ${n}`));
    }
    case "throw":
      throw new RangeError("thrown in the thread");
    case "exit":
      process.exit(3);
      break;
    case "refuse":
      return { ok: false, error: { kind: "illegal-state", message: "refused", details: { a: 1 } } };
    case "write":
      bytes[0] = 42;
      break;
  }
  return { ok: true, solution: { strategyName: task.strategyName, computeMs: bytes[0] } };
}
