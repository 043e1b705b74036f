/** A thread module that does what its task's strategy name, or the task's parameter `do`, says. */

import type { ComputeOutcome, ComputeTask } from "../compute-task.ts";

/** Longer than any test waits. */
const FOREVER_MS = 3_600_000;
const MIB = 1_048_576;

export default function misbehave(task: ComputeTask): ComputeOutcome {
  const bytes = new Uint8Array(task.snapshot);
  switch (task.strategyName) {
    case "spin":
      spin(FOREVER_MS);
      break;
    case "fill memory": {
      const rows: string[][] = [];
      for (;;) rows.push(Array.from({ length: 10_000 }, (_, n) => `row ${rows.length} ${n}`));
    }
    case "fill buffers": {
      const buffers: Uint8Array[] = [];
      for (;;) {
        buffers.push(new Uint8Array(8 * MIB).fill(1));
        // As fast as a strategy that also computes.
        spin(2);
      }
    }
    case "huge result":
      return { ok: true, solution: { strategyName: "x".repeat(Number(task.parameters.bytes)) } };
    case "throw":
      throw new RangeError("thrown in the thread");
    case "exit":
      process.exit(3);
      break;
    case "kill":
      process.kill(process.pid, "SIGKILL");
      spin(FOREVER_MS);
      break;
    case "refuse":
      return { ok: false, error: { kind: "illegal-state", message: "refused", details: { a: 1 } } };
    case "write":
      bytes[0] = 42;
      break;
    case "pid":
      return { ok: true, solution: { strategyName: String(process.pid), computeMs: bytes[0] } };
  }
  return { ok: true, solution: { strategyName: task.strategyName, computeMs: bytes[0] } };
}

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
