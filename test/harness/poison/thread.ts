/**
 * The compute thread, which does harm when the parameter `para2` of the dummy strategy says so:
 *   kill <file>   ends the whole process by SIGKILL as soon as the file is there
 *   wait <file>   computes, somewhat later than that
 *   spin          never ends
 * What it waits for is in the parameters: a process that computes a suspect has no environment.
 */

import { existsSync } from "node:fs";
import compute from "../../../packages/worker/src/compute-thread.ts";

type Task = Parameters<typeof compute>[0];

/** Longer than a killer beside it takes. */
const LATER_MS = 500;

export default function poisoned(task: Task): ReturnType<typeof compute> {
  const [what, file = ""] = String(task.parameters.para2).split(" ");
  if (what === "spin") spinWhile(() => true);
  if (what === "kill" || what === "wait") spinWhile(() => !existsSync(file));
  if (what === "kill") {
    process.kill(process.pid, "SIGKILL");
    spinWhile(() => true);
  }
  if (what === "wait") {
    const end = performance.now() + LATER_MS;
    spinWhile(() => performance.now() < end);
  }
  return compute(task);
}

function spinWhile(goesOn: () => boolean): void {
  while (goesOn());
}
