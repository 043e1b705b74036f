import { Metadata, type ServiceError, type StatusObject, status } from "@grpc/grpc-js";
import { type ErrorData, type ErrorKind, isErrorKind, VigilError } from "@vigil/core";
import { ERROR_DETAILS_BYTES_MAX, ERROR_TEXT_CHARACTERS_MAX } from "./limits.ts";

/**
 * VigilError to gRPC status and back: the only place where the two meet.
 *
 * The status code is for other tools; the kind travels in metadata, because several kinds could share a code.
 */

/** Metadata entry with {kind, details} as JSON. The suffix makes gRPC carry it as bytes. */
const ERROR_METADATA_KEY = "vigil-error-bin";

/** Fixed: what went wrong inside may hold SQL, paths or data of others, so it stays in state's log. */
export const INTERNAL_ERROR_TEXT = "Internal error in the state service. Its log has the cause.";

export function statusOfKind(kind: ErrorKind): status {
  switch (kind) {
    case "invalid-input":
      return status.INVALID_ARGUMENT;
    case "unauthenticated":
      return status.UNAUTHENTICATED;
    case "forbidden":
      return status.PERMISSION_DENIED;
    case "not-found":
      return status.NOT_FOUND;
    case "conflict":
      return status.ABORTED;
    case "illegal-state":
      return status.FAILED_PRECONDITION;
    case "overloaded":
      return status.RESOURCE_EXHAUSTED;
    case "unavailable":
      return status.UNAVAILABLE;
    case "deadline":
      return status.DEADLINE_EXCEEDED;
    case "internal":
      return status.INTERNAL;
  }
}

/** Kind of a status that came without ours: from gRPC itself, or from something between. */
function kindOfStatus(code: status): ErrorKind {
  switch (code) {
    case status.INVALID_ARGUMENT:
    case status.OUT_OF_RANGE:
      return "invalid-input";
    case status.UNAUTHENTICATED:
      return "unauthenticated";
    case status.PERMISSION_DENIED:
      return "forbidden";
    case status.NOT_FOUND:
      return "not-found";
    case status.ABORTED:
    case status.ALREADY_EXISTS:
      return "conflict";
    case status.FAILED_PRECONDITION:
      return "illegal-state";
    case status.RESOURCE_EXHAUSTED:
      // gRPC itself says this of a message above the limit only; sending it again can't help.
      return "invalid-input";
    case status.UNAVAILABLE:
    case status.CANCELLED:
      // CANCELLED: the channel was closed under the call, or the server was forced down.
      return "unavailable";
    case status.DEADLINE_EXCEEDED:
      return "deadline";
    default:
      return "internal";
  }
}

/** The status that carries this error. Details that don't fit are left out, a text that doesn't is cut. */
export function toStatus(error: VigilError): Partial<StatusObject> {
  const metadata = new Metadata();
  const text = error.kind === "internal" ? INTERNAL_ERROR_TEXT : error.message;
  const details = error.kind === "internal" ? undefined : error.details;
  metadata.set(ERROR_METADATA_KEY, encodeDetails(error.kind, details));
  return { code: statusOfKind(error.kind), details: text.slice(0, ERROR_TEXT_CHARACTERS_MAX), metadata };
}

function encodeDetails(kind: ErrorKind, details: ErrorData["details"]): Buffer {
  const full = Buffer.from(JSON.stringify({ kind, details }));
  return full.byteLength <= ERROR_DETAILS_BYTES_MAX ? full : Buffer.from(JSON.stringify({ kind }));
}

/** What a failed call is told about, so that its error can say where it failed. */
export interface FailedCall {
  /** Such as Complete. */
  method: string;
  /** The addresses as configured. */
  address: string;
  deadlineMs: number;
}

/** The error of a failed call: state's own where state answered, else one that says what the caller can do. */
export function fromServiceError(thrown: ServiceError, call: FailedCall): VigilError {
  const sent = readDetails(thrown.metadata);
  if (sent) {
    return new VigilError(sent.kind, thrown.details, {
      cause: thrown,
      ...(sent.details ? { details: sent.details } : {}),
    });
  }
  const kind = kindOfStatus(thrown.code);
  return new VigilError(kind, localText(kind, thrown, call), { cause: thrown });
}

function readDetails(metadata: Metadata | undefined): Omit<ErrorData, "message"> | undefined {
  const value = metadata?.get(ERROR_METADATA_KEY)[0];
  if (!Buffer.isBuffer(value)) return undefined;
  try {
    const parsed = JSON.parse(value.toString("utf8")) as Partial<ErrorData>;
    // A kind this version doesn't know comes from a newer state: the status code then decides.
    if (typeof parsed.kind !== "string" || !isErrorKind(parsed.kind)) return undefined;
    return { kind: parsed.kind, ...(parsed.details ? { details: parsed.details } : {}) };
  } catch {
    return undefined;
  }
}

function localText(kind: ErrorKind, thrown: ServiceError, call: FailedCall): string {
  switch (kind) {
    case "unavailable":
      return `No state process at ${call.address} took the call ${call.method} (${thrown.details}). Start one, or correct the address.`;
    case "deadline":
      return `The state process at ${call.address} did not answer ${call.method} within ${call.deadlineMs} ms. See its log; PostgreSQL may be slow or locked.`;
    default:
      return `The call ${call.method} to the state process at ${call.address} failed: ${thrown.details}. Maybe the two run different releases.`;
  }
}
