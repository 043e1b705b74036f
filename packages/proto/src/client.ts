import {
  type ChannelOptions,
  Client,
  connectivityState,
  type MethodDefinition,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import type { TlsMaterial } from "@vigil/core";
import { type Context, endFailed } from "@vigil/tracing";
import { parseAddresses, targetOf } from "./addresses.ts";
import type { EditCalls, PlanCalls, RecordCalls, RunCalls, SystemCalls, VerifyCalls } from "./calls.ts";
import {
  editServiceDefinition,
  planServiceDefinition,
  recordServiceDefinition,
  runServiceDefinition,
  systemServiceDefinition,
  verifyServiceDefinition,
} from "./descriptor.ts";
import { fromServiceError } from "./errors.ts";
import {
  ANSWER_BYTES_MAX,
  CALL_ATTEMPTS_MAX,
  DEADLINES,
  type Deadlines,
  KEEPALIVE_AFTER_MS,
  KEEPALIVE_ANSWER_MS,
  MESSAGE_BYTES_MAX,
  RECONNECT_BACKOFF_FIRST_MS,
  RECONNECT_BACKOFF_MAX_MS,
  RETRY_BACKOFF_FIRST_S,
  RETRY_BACKOFF_MAX_S,
  RETRY_BUFFER_BYTES_MAX,
} from "./limits.ts";
import { channelCredentials, TLS_SERVER_NAME } from "./tls.ts";
import { outgoingCall } from "./trace.ts";

export interface ConnectStateOptions {
  /** host:port[,host:port...]. Several state processes share the calls in turn. */
  address: string;
  /** Authorities that state's certificate must come from, and the caller's own certificate. Left out: plain. */
  tls?: TlsMaterial | undefined;
  /** Overrides of DEADLINES, ms. */
  deadlines?: Partial<Deadlines>;
}

/** All services over one connection per state process. */
export interface StateClient {
  readonly runs: RunCalls;
  readonly records: RecordCalls;
  readonly edits: EditCalls;
  readonly plans: PlanCalls;
  readonly verify: VerifyCalls;
  readonly system: SystemCalls;
  /** Whether a connection stands. Asking makes an idle client connect. Never blocks. */
  ready(): boolean;
  /** Calls in flight end as `unavailable`. Nothing of the client keeps the process alive afterwards. */
  close(): void;
}

/**
 * A client of the state service. It connects at once and reconnects for ever; calls made while no state process
 * is reachable fail as `unavailable` after a few tries.
 * @throws VigilError invalid-input for an address, a certificate or a key that can't be read
 */
export function connectState(options: ConnectStateOptions): StateClient {
  const addresses = parseAddresses(options.address);
  const client = new Client(
    targetOf(addresses),
    channelCredentials(options.tls, addresses),
    channelOptions(options.tls !== undefined),
  );
  const channel = client.getChannel();
  channel.getConnectivityState(true);
  const deadlines = { ...DEADLINES, ...options.deadlines };
  const bind = { client, address: options.address, deadlines };
  return {
    runs: callsOf<RunCalls>(bind, runServiceDefinition),
    records: callsOf<RecordCalls>(bind, recordServiceDefinition),
    edits: callsOf<EditCalls>(bind, editServiceDefinition),
    plans: callsOf<PlanCalls>(bind, planServiceDefinition),
    verify: callsOf<VerifyCalls>(bind, verifyServiceDefinition),
    system: callsOf<SystemCalls>(bind, systemServiceDefinition),
    ready: () => channel.getConnectivityState(true) === connectivityState.READY,
    close: () => client.close(),
  };
}

function channelOptions(encrypted: boolean): ChannelOptions {
  const serviceConfig = {
    loadBalancingConfig: [{ round_robin: {} }],
    methodConfig: [
      {
        name: [{}],
        // UNAVAILABLE alone: it says that the call was not taken, or that nothing is known of it, and every
        // call may be repeated. Any other code is an answer.
        retryPolicy: {
          maxAttempts: CALL_ATTEMPTS_MAX,
          initialBackoff: `${RETRY_BACKOFF_FIRST_S}s`,
          maxBackoff: `${RETRY_BACKOFF_MAX_S}s`,
          backoffMultiplier: 2,
          retryableStatusCodes: ["UNAVAILABLE"],
        },
      },
    ],
  };
  return {
    "grpc.service_config": JSON.stringify(serviceConfig),
    "grpc.service_config_disable_resolution": 1,
    "grpc.max_receive_message_length": ANSWER_BYTES_MAX,
    "grpc.max_send_message_length": MESSAGE_BYTES_MAX,
    "grpc.per_rpc_retry_buffer_size": MESSAGE_BYTES_MAX,
    "grpc.retry_buffer_size": RETRY_BUFFER_BYTES_MAX,
    "grpc.keepalive_time_ms": KEEPALIVE_AFTER_MS,
    "grpc.keepalive_timeout_ms": KEEPALIVE_ANSWER_MS,
    "grpc.keepalive_permit_without_calls": 1,
    "grpc.initial_reconnect_backoff_ms": RECONNECT_BACKOFF_FIRST_MS,
    "grpc.max_reconnect_backoff_ms": RECONNECT_BACKOFF_MAX_MS,
    // Node follows http_proxy for gRPC as well; state is a neighbour, never behind the proxy.
    "grpc.enable_http_proxy": 0,
    // A pool of its own, so that close() really closes.
    "grpc.use_local_subchannel_pool": 1,
    ...(encrypted ? { "grpc.ssl_target_name_override": TLS_SERVER_NAME } : {}),
  };
}

interface Binding {
  client: Client;
  address: string;
  deadlines: Deadlines;
}

type AnyMethod = MethodDefinition<object, object>;

/** The one place where the run-time definition and the derived type meet. */
function callsOf<Calls>(binding: Binding, definition: ServiceDefinition): Calls {
  const calls = Object.entries(definition).map(([name, method]) => [
    name.charAt(0).toLowerCase() + name.slice(1),
    callOf(binding, name, method as AnyMethod),
  ]);
  return Object.fromEntries(calls) as Calls;
}

function callOf({ client, address, deadlines }: Binding, name: string, method: AnyMethod) {
  const deadlineMs = deadlineOf(name, deadlines);
  return (request: object, parent?: Context): Promise<object> =>
    new Promise((resolve, reject) => {
      const { metadata, open } = outgoingCall(method.path, parent);
      client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        metadata,
        { deadline: Date.now() + deadlineMs },
        (error, response) => {
          if (error) {
            const problem = fromServiceError(error, { method: name, address, deadlineMs });
            if (open) endFailed(open.span, problem);
            reject(problem);
          } else {
            open?.span.end();
            resolve(response as object);
          }
        },
      );
    });
}

const WHOLE_PLAN = new Set(["Complete", "ClaimPlans", "EndPlan"]);

function deadlineOf(method: string, deadlines: Deadlines): number {
  // A step of a walk looks at thousands of rows.
  if (WHOLE_PLAN.has(method) || method.startsWith("Verify")) return deadlines.completeMs;
  if (method.startsWith("Heartbeat")) return deadlines.heartbeatMs;
  return /^(Get|List)/.test(method) ? deadlines.readMs : deadlines.writeMs;
}
