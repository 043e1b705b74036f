export type { PublishAck, PublishLimits } from "./ack-multiplexer.ts";
export { type AskTopic, answerAll, answerOne, ask, askAll } from "./ask.ts";
export {
  type AuditIndex,
  type AuditIndexOptions,
  type AuditLookup,
  auditIndexMark,
  completeAuditIndex,
  openAuditIndex,
  writeAuditIndex,
} from "./audit-index.ts";
export { readAuditIndex } from "./audit-index-copy.ts";
export type { AuditIndexEntry } from "./audit-map.ts";
export { type BrokerFacts, lookAtBroker } from "./broker-facts.ts";
export {
  type Change,
  type ChangePublisher,
  type ChangesOptions,
  createChangePublisher,
  type SequencedChange,
  subscribeChanges,
} from "./changes.ts";
export { changesPosition } from "./changes-position.ts";
export {
  type Bus,
  type BusLogger,
  type BusOptions,
  type BusStatus,
  connectBus,
  type Stoppable,
} from "./connection.ts";
export {
  consumeEvents,
  type EventConsumer,
  type EventConsumerOptions,
  type EventDelivery,
  type PoisonMessage,
  type ReceivedEvent,
} from "./consumer.ts";
export { makeRoomByLedger, makeRoomForEvents } from "./events-room.ts";
export { type EventsPosition, eventsPosition, type WalkedEvent, walkEvents } from "./events-walk.ts";
export {
  deliverEventsAgain,
  eventStoredAt,
  type HandledMessage,
  type LedgerSign,
  ledgerOwner,
  readLedgerSign,
  type StreamSign,
  streamsMade,
  writeLedgerCount,
} from "./ledger-sign.ts";
export { onMissing } from "./missing.ts";
export {
  hasSnapshot,
  modelStoreRoom,
  readSnapshot,
  removeSnapshot,
  restoreSnapshot,
  storedSnapshots,
} from "./model-archive.ts";
export {
  createModelStore,
  MODEL_KINDS,
  type ModelHead,
  type ModelKind,
  type ModelStore,
  type ModelStoreOptions,
} from "./model-store.ts";
export { EVENTS_CONSUMER, EVENTS_STREAM, HEADS_STREAM } from "./names.ts";
export {
  ACCOUNTS,
  type AccountRole,
  inboxPrefixOf,
  type Permissions,
  permissionsConfig,
  permissionsName,
  permissionsOf,
} from "./permissions.ts";
export { createEventPublisher, type EventPublisher } from "./publisher.ts";
export { ensureTopology, type TopologyOptions } from "./topology.ts";
export { tryPermissions } from "./try-permissions.ts";
export { undeliveredForMs } from "./undelivered.ts";
export { onWake, type WakeListener, type WakeTopic, wake } from "./wake.ts";
