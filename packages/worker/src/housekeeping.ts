/** What a worker does once a minute beside its work. */

import { type Bus, makeRoomForEvents } from "@vigil/bus";
import { VigilError } from "@vigil/core";
import type { StateClient } from "@vigil/proto";
import type { Logger } from "@vigil/service";

export interface HousekeepingOptions {
  bus: Bus;
  state: StateClient;
  host: string;
  logger: Logger;
}

/** Clients take a service for failed when it was not seen for longer than this. */
const PERIOD_MS = 60_000;
/** The name under which clients of the reference look for what computes plans. */
const SERVICE_NAME = "watcher-decision-engine";

/** Reports this worker in the list of services, and keeps room in the event stream. */
export function startHousekeeping(options: HousekeepingOptions): { stop(): void } {
  const { bus, state, host, logger } = options;
  const attempt = async (what: string, call: () => Promise<unknown>) => {
    try {
      await call();
    } catch (thrown) {
      logger.warn(
        { what, problem: VigilError.from(thrown).message },
        "housekeeping failed, trying again in a minute",
      );
    }
  };
  const round = async () => {
    await attempt("report", () => state.records.reportService({ name: SERVICE_NAME, host }));
    if (bus.status().connected) await attempt("room for events", () => makeRoomForEvents(bus));
  };
  void round();
  const timer = setInterval(() => void round(), PERIOD_MS);
  return { stop: () => clearInterval(timer) };
}
