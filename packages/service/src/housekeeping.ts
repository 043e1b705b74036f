/** What a role does once a minute beside its work. */

import { VigilError } from "@vigil/core";
import type { Logger } from "./logger.ts";

export interface HousekeepingTask {
  /** For the log. */
  name: string;
  run(): Promise<unknown>;
}

/** Clients take a service for failed when it was not seen for longer than this. */
const PERIOD_MS = 60_000;

/** Does the tasks one after the other, at once and then every minute; one that fails does not stop the others. */
export function startHousekeeping(tasks: readonly HousekeepingTask[], logger: Logger): { stop(): void } {
  const round = async () => {
    for (const { name, run } of tasks) {
      try {
        await run();
      } catch (thrown) {
        const { message } = VigilError.from(thrown);
        logger.warn({ what: name, problem: message }, "housekeeping failed, trying again in a minute");
      }
    }
  };
  void round();
  const timer = setInterval(() => void round(), PERIOD_MS);
  return { stop: () => clearInterval(timer) };
}
