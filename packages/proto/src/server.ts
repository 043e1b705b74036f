import {
  type handleUnaryCall,
  type MethodDefinition,
  Server,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { type TlsMaterial, VigilError } from "@vigil/core";
import { type Context, endFailed } from "@vigil/tracing";
import type {
  EditServiceImpl,
  PlanServiceImpl,
  RecordServiceImpl,
  RunServiceImpl,
  SystemServiceImpl,
  VerifyServiceImpl,
} from "./calls.ts";
import {
  editServiceDefinition,
  planServiceDefinition,
  recordServiceDefinition,
  runServiceDefinition,
  systemServiceDefinition,
  verifyServiceDefinition,
} from "./descriptor.ts";
import { toStatus } from "./errors.ts";
import {
  ANSWER_BYTES_MAX,
  KEEPALIVE_AFTER_MS,
  KEEPALIVE_ANSWER_MS,
  MESSAGE_BYTES_MAX,
  SHUTDOWN_GRACE_MS,
  STREAMS_PER_CONNECTION_MAX,
} from "./limits.ts";
import { serverCredentials } from "./tls.ts";
import { incomingCall } from "./trace.ts";

/** The part of a logger that this border needs; pino's has it. */
export interface BorderLogger {
  error(fields: object, message: string): void;
}

/** A gRPC server with the limits of this border. Register services, then listen. */
export function createStateServer(): Server {
  return new Server({
    "grpc.max_receive_message_length": MESSAGE_BYTES_MAX,
    "grpc.max_send_message_length": ANSWER_BYTES_MAX,
    "grpc.keepalive_time_ms": KEEPALIVE_AFTER_MS,
    "grpc.keepalive_timeout_ms": KEEPALIVE_ANSWER_MS,
    "grpc.max_concurrent_streams": STREAMS_PER_CONNECTION_MAX,
  });
}

export function registerRunService(server: Server, impl: RunServiceImpl, logger: BorderLogger): void {
  register(server, runServiceDefinition, impl, logger);
}

export function registerRecordService(server: Server, impl: RecordServiceImpl, logger: BorderLogger): void {
  register(server, recordServiceDefinition, impl, logger);
}

export function registerEditService(server: Server, impl: EditServiceImpl, logger: BorderLogger): void {
  register(server, editServiceDefinition, impl, logger);
}

export function registerPlanService(server: Server, impl: PlanServiceImpl, logger: BorderLogger): void {
  register(server, planServiceDefinition, impl, logger);
}

export function registerVerifyService(server: Server, impl: VerifyServiceImpl, logger: BorderLogger): void {
  register(server, verifyServiceDefinition, impl, logger);
}

export function registerSystemService(server: Server, impl: SystemServiceImpl, logger: BorderLogger): void {
  register(server, systemServiceDefinition, impl, logger);
}

function register(
  server: Server,
  definition: ServiceDefinition,
  impl:
    | RunServiceImpl
    | RecordServiceImpl
    | EditServiceImpl
    | PlanServiceImpl
    | VerifyServiceImpl
    | SystemServiceImpl,
  logger: BorderLogger,
): void {
  const methods = impl as unknown as Record<string, Handle>;
  const handlers: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(definition)) {
    const key = name.charAt(0).toLowerCase() + name.slice(1);
    handlers[name] = handlerOf(method, (request, trace) => methods[key]!(request, trace), logger);
  }
  server.addService(definition, handlers);
}

type Handle = (request: object, trace?: Context) => Promise<object>;

function handlerOf(
  method: MethodDefinition<object, object>,
  handle: Handle,
  logger: BorderLogger,
): handleUnaryCall<object, object> {
  return (call, callback) => {
    // async: a handler that throws before its first await rejects too, instead of ending the process.
    const open = incomingCall(method.path, call.metadata);
    const answer = async () => handle(call.request, open?.context);
    answer().then(
      (response) => {
        open?.span.end();
        callback(null, response);
      },
      (thrown: unknown) => {
        const error = VigilError.from(thrown);
        if (open) endFailed(open.span, error);
        if (error.kind === "internal") {
          logger.error({ method: method.path, err: error.cause ?? error }, "A call failed by a bug");
        }
        callback(toStatus(error));
      },
    );
  };
}

export interface ListeningServer {
  /** The port in use, also when 0 was asked for. */
  readonly port: number;
  /** Takes no more calls, lets those in flight end within SHUTDOWN_GRACE_MS, then cuts them. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts serving. Port 0 takes a free one.
 * @param at `tls` left out: plain, for loopback. With its `ca`, callers need a certificate by that authority.
 * @throws VigilError unavailable when the port can't be had, invalid-input when the certificate can't be used
 */
export async function listenStateServer(
  server: Server,
  at: { host: string; port: number; graceMs?: number; tls?: TlsMaterial | undefined },
): Promise<ListeningServer> {
  const address = `${at.host.includes(":") ? `[${at.host}]` : at.host}:${at.port}`;
  const credentials = serverCredentials(at.tls);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, credentials, (error, bound) => {
      if (error === null) return resolve(bound);
      // The library wraps the reason: "No address added out of total 1 resolved errors: [listen EADDRINUSE ...]".
      const reason = /errors: \[(.*)\]$/.exec(error.message)?.[1] ?? error.message;
      const text = `The state service can't listen on ${address}: ${reason}. Free it or set VIGIL_STATE_PORT and VIGIL_STATE_HOST to another.`;
      reject(new VigilError("unavailable", text, { cause: error }));
    });
  });
  let stopping: Promise<void> | undefined;
  return { port, stop: () => (stopping ??= shutdown(server, at.graceMs ?? SHUTDOWN_GRACE_MS)) };
}

function shutdown(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, graceMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
