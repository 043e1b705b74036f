/** What a process counts itself, whichever roles it runs. */

import { counter, gauge, histogram, QUICK_S } from "@vigil/service";

export const PROCESS_METRICS = {
  buildInfo: gauge(
    "vigil_build_info",
    "Always 1, once for each role of the process; the labels say what runs",
    ["role", "version", "node"],
  ),
  ready: gauge("vigil_part_ready", "1 when this part of a role is ready, as /readyz has it, else 0", [
    "role",
    "part",
  ]),
  natsConnected: gauge("vigil_nats_connected", "1 while the process has a connection to NATS, else 0"),
  grpcCalls: counter(
    "vigil_grpc_client_calls_total",
    "Calls of this role to state, by method and gRPC code, its own repetitions counted once",
    ["role", "method", "code"],
  ),
  grpcSeconds: histogram(
    "vigil_grpc_client_call_seconds",
    "Time of calls to state as the caller sees it",
    QUICK_S,
    ["role", "method"],
  ),
  httpRequests: counter(
    "vigil_api_requests_total",
    "Requests of REST and tRPC, by status; alarms are counted by vigil_webhooks_total",
    ["surface", "method", "code"],
  ),
  httpSeconds: histogram(
    "vigil_api_request_seconds",
    "Time to the end of the answer, without subscriptions",
    QUICK_S,
    ["surface"],
  ),
} as const;
