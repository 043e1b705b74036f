import type { LedgerEvent, Run } from "@vigil/proto";
import { timeText } from "./query.ts";
import { ownKeys, type Resource } from "./resource.ts";

/**
 * Bytes of bodies on one page of events (32 MiB: half of a message). Shared out evenly, so a page of 32 events
 * shows bodies of 1 MiB whole, which is the most a broker takes, and one of 1,000 their first 32 KiB.
 */
const PAGE_BODY_BYTES_MAX = 32 * 1024 * 1024;

export const EVENTS: Resource<LedgerEvent> = {
  title: "Event",
  table: "event e",
  joins: "left join audit a on a.id = e.audit_id left join run r on r.id = e.run_id",
  alias: "e",
  marker: "e.event_id",
  softDelete: false,
  columns: {
    id: "e.id::text",
    eventId: "e.event_id",
    auditUuid: "a.uuid",
    fate: "e.fate",
    reason: "e.reason",
    runId: "r.run_id",
    duplicateOf: "e.duplicate_of",
    occurrenceKey: "e.occurrence_key",
    requestId: "e.request_id",
    format: "e.format",
    bodyParse: "e.body_parse",
    current: "e.current",
    body: "e.body",
    senderJson: "e.sender::text",
    receivedAt: timeText("e.received_at"),
    arrivedAt: timeText("e.arrived_at"),
    replayOf: "e.replay_of",
    streamSequence: "e.stream_sequence::text",
    auditIdent: "e.audit_ident",
  },
  sortKeys: {
    ...ownKeys("e", "bigint", ["id"]),
    ...ownKeys("e", "uuid", ["event_id"]),
    ...ownKeys("e", "text", ["fate"]),
    ...ownKeys("e", "timestamptz", ["received_at", "arrived_at"]),
  },
};

/** Events for a page of so many rows at most. */
export function eventsOfPage(rowsMax: number): Resource<LedgerEvent> {
  const bodyBytesMax = Math.floor(PAGE_BODY_BYTES_MAX / rowsMax);
  return { ...EVENTS, columns: { ...EVENTS.columns, body: `substring(e.body for ${bodyBytesMax})` } };
}

const NULL = "null::text";

export const RUNS: Resource<Run> = {
  title: "Run",
  table: "run r",
  joins: "left join audit a on a.id = r.audit_id left join action_plan p on p.run_id = r.id",
  alias: "r",
  marker: "r.run_id",
  softDelete: false,
  columns: {
    id: "r.id::text",
    runId: "r.run_id",
    auditUuid: "a.uuid",
    state: "r.state",
    cause: "r.cause",
    attempts: "r.attempts",
    token: "r.token::text",
    workerId: "r.worker_id",
    seed: "r.seed::float8",
    snapshotHash: "r.snapshot_hash",
    strategyName: "r.strategy_name",
    strategyVersion: "r.strategy_version",
    actionPlanUuid: "p.uuid",
    error: "r.error",
    computeMs: "r.compute_ms",
    eventCount: "(select count(*)::int from event e where e.run_id = r.id)",
    createdAt: timeText("r.created_at"),
    startedAt: timeText("r.started_at"),
    finishedAt: timeText("r.finished_at"),
    explanationJson: "r.explanation::text",
    goalName: "r.goal_name",
    auditType: "r.audit_type",
    parametersJson: "r.parameters::text",
    scopeJson: "r.scope::text",
    historyJson: "r.history::text",
    optionsJson: "r.options::text",
  },
  sortKeys: {
    ...ownKeys("r", "bigint", ["id"]),
    ...ownKeys("r", "uuid", ["run_id"]),
    ...ownKeys("r", "text", ["state", "cause", "worker_id", "strategy_name"]),
    ...ownKeys("r", "timestamptz", ["created_at", "started_at", "finished_at", "due_at"]),
  },
};

/** JSON members that a list leaves out: those of a thousand runs would not fit one message. GetRun has them. */
const NOT_LISTED = {
  explanationJson: NULL,
  parametersJson: NULL,
  scopeJson: NULL,
  historyJson: NULL,
  optionsJson: NULL,
};

export const LISTED_RUNS: Resource<Run> = {
  ...RUNS,
  columns: { ...RUNS.columns, ...NOT_LISTED },
};
