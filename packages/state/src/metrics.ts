/** What a state process counts, and what it shows of the whole system. */

import { counter, gauge, histogram, QUICK_S } from "@vigil/service";

/** Of this process. */
export const OWN_METRICS = {
  calls: counter("vigil_grpc_server_calls_total", "Calls that state answered, by method and gRPC code", [
    "method",
    "code",
  ]),
  callSeconds: histogram("vigil_grpc_server_call_seconds", "Time that state took to answer", QUICK_S, [
    "method",
  ]),
  transactions: histogram(
    "vigil_database_transaction_seconds",
    "Time of a transaction with the wait for a connection, by outcome: commit or rollback",
    QUICK_S,
    ["outcome"],
  ),
  connections: gauge("vigil_database_connections", "Connections to PostgreSQL: busy or idle", ["state"]),
  connectionsMax: gauge(
    "vigil_database_connections_max",
    "Connections to PostgreSQL that this process may open",
  ),
  connectionsAwaited: gauge("vigil_database_connection_waiters", "Transactions that wait for a connection"),
  ingested: counter(
    "vigil_ingested_events_total",
    "Events that were brought to the ledger, by what became of them at once",
    ["outcome"],
  ),
  results: counter("vigil_run_results_total", "Results of runs that workers wrote, by what state answered", [
    "outcome",
  ]),
  leasesExpired: counter(
    "vigil_leases_expired_total",
    "Leases that ended because no heartbeat came, of runs and of plans",
    ["kind"],
  ),
  changes: counter(
    "vigil_changes_published_total",
    "Committed changes told to followers, by what changed and the state that it has since",
    ["kind", "state"],
  ),
} as const;

/**
 * Of the whole system: every state process shows the same, so look at the largest and never at the sum. Counts of rows
 * end at COUNTED_MAX.
 */
export const SYSTEM_METRICS = {
  events: gauge("vigil_ledger_events", "Events on the way: waiting for a run, or part of one (leased)", [
    "fate",
  ]),
  runs: gauge("vigil_ledger_runs", "Runs that are due, held back by a plan (blocked), or live", ["state"]),
  dueSeconds: gauge(
    "vigil_ledger_run_due_seconds",
    "How long the run that is due the longest has waited for a worker",
  ),
  plans: gauge(
    "vigil_ledger_plans",
    "Action plans that are recommended, launched (for appliers to take) or live",
    ["state"],
  ),
  launchedSeconds: gauge(
    "vigil_ledger_plan_launched_seconds",
    "How long the plan that was launched first has waited for an applier",
  ),
  deadLetters: gauge("vigil_dead_letters_open", "Dead letters that no operator has decided on"),
  outbox: gauge("vigil_outbox_rows", "Committed changes that are not published yet"),
  outboxSeconds: gauge("vigil_outbox_oldest_seconds", "Age of the oldest of them"),
  modelSeconds: gauge("vigil_model_age_seconds", "Time since the newest model was imported, by kind", [
    "kind",
  ]),
  processes: gauge(
    "vigil_processes",
    "Processes that gave a sign of life in the last three minutes, by role; edges have no way to",
    ["role"],
  ),
  streamMessages: gauge("vigil_stream_messages", "Messages in a stream", ["stream"]),
  streamBytes: gauge("vigil_stream_bytes", "Their bytes", ["stream"]),
  streamBytesMax: gauge("vigil_stream_bytes_max", "Room of a stream, where it has a limit", ["stream"]),
  streamReplicas: gauge("vigil_stream_replicas", "Copies that NATS keeps of a stream: wanted and current", [
    "stream",
    "state",
  ]),
  pending: gauge("vigil_events_pending", "Events in the stream that no worker has been given yet"),
  unacknowledged: gauge(
    "vigil_events_unacknowledged",
    "Events that workers were given and have not acknowledged",
  ),
  redelivered: gauge("vigil_events_redelivered", "Of those, the ones that were given more than once"),
} as const;

export const STATE_METRICS = { ...OWN_METRICS, ...SYSTEM_METRICS } as const;
