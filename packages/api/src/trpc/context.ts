import type { Bus, EventPublisher, ModelStore } from "@vigil/bus";
import type { EventMode } from "@vigil/core";
import type { Identity, Policy } from "@vigil/http";
import type { EditCalls, RecordCalls, SystemCalls, VerifyCalls } from "@vigil/proto";
import type { Logger } from "@vigil/service";
import type { NewestModel } from "../models/newest-model.ts";

/** What procedures work with; one set per process. */
export interface Services {
  records: RecordCalls;
  edits: EditCalls;
  verify: VerifyCalls;
  system: SystemCalls;
  policy: Policy;
  bus: Bus;
  publisher: EventPublisher;
  models: ModelStore;
  /** The newest of them, opened; REST reads it as well. */
  newest: NewestModel;
  /** Subscriptions that are open now. */
  subscriptions: { open: number };
  /** Snapshots that are being downloaded now. */
  downloads: { open: number };
  /** Which states of an audit take events. */
  eventMode: EventMode;
  logger: Logger;
  /** Wall clock, ms since 1970. */
  nowMs(): number;
}

/** What one request adds. */
export interface Context {
  services: Services;
  identity: Identity;
  /** Empty when the socket is gone already. */
  remoteAddress: string;
}
