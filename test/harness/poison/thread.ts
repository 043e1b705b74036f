/**
 * The compute thread, which does harm when the parameter `para2` of the dummy strategy says so:
 *   kill <file>   ends the whole process by SIGKILL as soon as the file is there
 *   wait <file>   computes as soon as the file is there
 *   spin          never ends
 * What it waits for is in the parameters: a process that computes a suspect has no environment.
 */

import { existsSync } from "node:fs";
import compute from "../../../packages/worker/src/compute-thread.ts";

type Task = Parameters<typeof compute>[0];

export default function poisoned(task: Task): ReturnType<typeof compute> {
  const [what, file = ""] = String(task.parameters.para2).split(" ");
  if (what === "spin") spinWhile(() => true);
  if (what === "kill" || what === "wait") spinWhile(() => !existsSync(file));
  if (what === "kill") {
    process.kill(process.pid, "SIGKILL");
    spinWhile(() => true);
  }
  return compute(task);
}

function spinWhile(goesOn: () => boolean): void {
  while (goesOn());
}
