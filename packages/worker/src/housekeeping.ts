/** What a worker does once a minute beside its work: it is seen in the list of services, and keeps room for events. */

import { type Bus, makeRoomForEvents } from "@vigil/bus";
import type { StateClient } from "@vigil/proto";
import type { HousekeepingTask } from "@vigil/service";

export interface HousekeepingOptions {
  bus: Bus;
  state: StateClient;
  host: string;
}

/** The name under which clients of the reference look for what computes plans. */
const SERVICE_NAME = "watcher-decision-engine";

export function workerTasks({ bus, state, host }: HousekeepingOptions): HousekeepingTask[] {
  return [
    { name: "report", run: () => state.records.reportService({ name: SERVICE_NAME, host }) },
    {
      name: "room for events",
      run: async () => {
        if (bus.status().connected) await makeRoomForEvents(bus);
      },
    },
  ];
}
