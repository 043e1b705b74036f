/**
 * Every attribute of Vigil's spans. Names of OpenTelemetry's semantic conventions (1.45) where they have one; written down
 * here, since their package takes 10 MB and calls most of these incubating, to be copied. Those of Vigil begin with
 * `vigil.`: ids and numbers, never the name of a host, an instance, a user or an audit, nor a text of others.
 */
export const ATTRIBUTE = {
  /** Kind of a VigilError, or the answer's status; semantic conventions, general. */
  errorType: "error.type",

  httpMethod: "http.request.method",
  httpRoute: "http.route",
  httpStatus: "http.response.status_code",
  /** The sender's, such as Aodh's. A list, as the conventions have it for headers. */
  httpSenderRequestId: "http.request.header.x-openstack-request-id",
  /** The one Vigil answered with. A list as well. */
  httpOwnRequestId: "http.response.header.x-openstack-request-id",

  messagingSystem: "messaging.system.name",
  /** The stream. */
  messagingDestination: "messaging.destination.name",
  messagingOperation: "messaging.operation.name",
  messagingOperationType: "messaging.operation.type",
  /** By which the stream knows a message that comes again. */
  messagingId: "messaging.message.id",
  /** Bytes. */
  messagingBodySize: "messaging.message.body.size",
  messagingConsumerGroup: "messaging.consumer.group.name",

  rpcSystem: "rpc.system.name",
  /** `vigil.v1.RunService/Ingest`. */
  rpcMethod: "rpc.method",

  dbSystem: "db.system.name",

  eventId: "vigil.event.id",
  /** Whether the stream, or the ledger, knew the occurrence already. */
  eventDuplicate: "vigil.event.duplicate",
  /** aodh or generic. */
  eventFormat: "vigil.event.format",
  /** Events that were taken to the ledger in one call. */
  eventCount: "vigil.event.count",
  auditUuid: "vigil.audit.uuid",
  /** Place in the stream. */
  streamSequence: "vigil.stream.sequence",

  runId: "vigil.run.id",
  goal: "vigil.goal",
  strategy: "vigil.strategy",
  /** 1 for the first. */
  runAttempt: "vigil.run.attempt",
  /** Whether it was computed in a process of its own. */
  runAlone: "vigil.run.alone",
  /** RECORDED, DISCARDED, RETRY_LATER, FAILED as state answered; refused; or why the run was given up. */
  runOutcome: "vigil.run.outcome",
  /** Snapshot of the cloud's model, by its content. */
  modelHash: "vigil.model.hash",
  /** Of a stage inside the thread, ms; `.model`, `.strategy`, `.planner` or `.write` follows. */
  threadMs: "vigil.compute.thread_ms",
  planUuid: "vigil.plan.uuid",
  planActions: "vigil.plan.actions",
  /** How the plan ended, or left the applier. */
  planOutcome: "vigil.plan.outcome",
  actionUuid: "vigil.action.uuid",
  actionType: "vigil.action.type",
  /** The state it ended in. */
  actionState: "vigil.action.state",
  /** Calls that shared the transaction. */
  transactionCalls: "vigil.transaction.calls",
} as const;
