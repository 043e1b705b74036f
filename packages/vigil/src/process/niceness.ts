/**
 * Which process goes first on a machine that has more to do than processors. An alarm that is answered late may never
 * come again, a plan that is computed late is only late: so edges go before everybody, and workers after. On a machine of
 * its own a worker gets all of it, whatever its niceness.
 */

import { readdirSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import type { Logger, RoleName } from "@vigil/service";

/**
 * Steps of Linux, each about a tenth of a processor's time against a process that is one step below. State stands
 * between: what waits for it are users of the API and the workers. It holds up no alarm.
 */
const NICENESS: Readonly<Record<RoleName, number>> = { edge: 0, api: 0, state: 5, applier: 5, worker: 10 };

/** Of a process with these roles: that of the one that has to go first. */
export function nicenessOf(roles: readonly RoleName[]): number {
  return Math.min(...roles.map((role) => NICENESS[role]));
}

/**
 * Sets this process back to `niceness`, all its threads and those to come. A process that was started with a higher one
 * keeps it: only root may go forward. What fails is said and harms nobody.
 */
export function standBack(niceness: number, logger: Logger): void {
  try {
    if (getPriority() >= niceness) return;
    for (const thread of threads()) setPriority(thread, niceness);
  } catch (error) {
    logger.warn({ err: error, niceness }, "the process could not be set back behind others of this machine");
  }
}

/** Linux sets single threads; others take their niceness from the thread that makes them. */
function threads(): number[] {
  if (process.platform !== "linux") return [0];
  return readdirSync("/proc/self/task").map(Number);
}
