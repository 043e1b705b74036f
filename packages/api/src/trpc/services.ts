import { type Bus, createEventPublisher, createModelStore } from "@vigil/bus";
import type { EventMode } from "@vigil/core";
import type { Policy } from "@vigil/http";
import type { StateClient } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import { createNewestModel } from "../models/newest-model.ts";
import type { Services } from "./context.ts";

export interface ServiceOptions {
  state: StateClient;
  bus: Bus;
  policy: Policy;
  eventMode: EventMode;
  logger: Logger;
}

/** What the procedures of one process work with. Close the publisher at the end. */
export function createServices({ state, bus, policy, eventMode, logger }: ServiceOptions): Services {
  const models = createModelStore(bus);
  return {
    records: state.records,
    edits: state.edits,
    verify: state.verify,
    system: state.system,
    policy,
    bus,
    publisher: createEventPublisher(bus),
    models,
    newest: createNewestModel(models),
    subscriptions: { open: 0 },
    downloads: { open: 0 },
    eventMode,
    logger,
    nowMs: Date.now,
  };
}
