/**
 * The border between NATS and Vigil: what the client or the server reports becomes a VigilError here and
 * nowhere else. Server codes: nats-server `server/errors.json`; client codes: `ErrorCode` of nats.js.
 */

import { type ErrorKind, VigilError } from "@vigil/core";
import { ErrorCode, NatsError } from "nats";

/** Codes of JetStream API errors (`err_code`) that Vigil tells apart. */
export const JETSTREAM_ERROR = {
  consumerNotFound: 10014,
  accountStorageFull: 10002,
  serverMemoryFull: 10028,
  messageNotFound: 10037,
  messageDeleteFailed: 10057,
  serverStorageFull: 10047,
  messageTooLarge: 10054,
  streamNameInUse: 10058,
  streamNotFound: 10059,
  subjectsOverlap: 10065,
  wrongLastSequence: 10071,
  replicasNeedCluster: 10074,
  notEnabled: 10076,
  /** The stream is full (max_bytes or max_msgs) and its policy is `discard: new`. */
  streamFull: 10077,
} as const;

/**
 * The error of a JetStream answer.
 * @param doing what was tried, as the start of the message: "publishing an event to VIGIL_EVENTS"
 */
export function jetStreamError(
  doing: string,
  answer: { code: number; err_code?: number; description: string },
  cause?: unknown,
): VigilError {
  const seen = `${doing}: the broker answered ${answer.code} (err_code ${answer.err_code ?? "none"}): ${answer.description}`;
  const build = (kind: ErrorKind, advice: string) => new VigilError(kind, `${seen}. ${advice}`, { cause });
  switch (answer.err_code) {
    case JETSTREAM_ERROR.streamFull:
      return build(
        "overloaded",
        "The stream is full: raise its max_bytes or find out why it is not drained.",
      );
    case JETSTREAM_ERROR.accountStorageFull:
    case JETSTREAM_ERROR.serverMemoryFull:
    case JETSTREAM_ERROR.serverStorageFull:
      return build("overloaded", "JetStream has no room left: raise max_file_store or free disk space.");
    case JETSTREAM_ERROR.messageTooLarge:
      return build("invalid-input", "The message is larger than the stream's max_msg_size.");
    case JETSTREAM_ERROR.wrongLastSequence:
      return build("conflict", "Somebody else wrote this key in the meantime: read it again.");
    case JETSTREAM_ERROR.streamNotFound:
    case JETSTREAM_ERROR.consumerNotFound:
      return build(
        "unavailable",
        "It was deleted, or no Vigil role has created it yet; a starting role does.",
      );
    case JETSTREAM_ERROR.notEnabled:
      return build("unavailable", "Start nats-server with JetStream (-js).");
    default:
      return build(answer.code >= 500 ? "unavailable" : "internal", "Look at the log of nats-server.");
  }
}

/**
 * Whatever a call of the NATS client threw, as a VigilError.
 * @param doing what was tried, as the start of the message
 */
export function busError(doing: string, thrown: unknown): VigilError {
  if (thrown instanceof VigilError) return thrown;
  if (!(thrown instanceof NatsError)) {
    return new VigilError(
      "internal",
      `${doing}: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      {
        cause: thrown,
      },
    );
  }
  const api = thrown.api_error;
  if (api !== undefined && api !== null) return jetStreamError(doing, api, thrown);
  const [kind, advice] = clientError(thrown.code);
  return new VigilError(kind, `${doing}: ${thrown.message} (${thrown.code}). ${advice}`, { cause: thrown });
}

function clientError(code: string): [ErrorKind, string] {
  switch (code) {
    case ErrorCode.Timeout:
      return ["deadline", "The broker did not answer in time: look at its load and at the network."];
    case ErrorCode.MaxPayloadExceeded:
      return ["invalid-input", "The message is larger than max_payload of nats-server."];
    case ErrorCode.NoResponders:
      return ["unavailable", "JetStream is off, has no leader, or the stream does not exist."];
    case ErrorCode.PermissionsViolation:
    case ErrorCode.AuthorizationViolation:
    case ErrorCode.BadAuthentication:
      return ["unavailable", "Check user, password and permissions of this role on nats-server."];
    case ErrorCode.BadHeader:
    case ErrorCode.BadPayload:
    case ErrorCode.BadSubject:
    case ErrorCode.BadJson:
      return ["internal", "Vigil built a message that NATS does not take."];
    default:
      return ["unavailable", "There is no working connection to nats-server; it is retried for ever."];
  }
}

/** The JetStream `err_code` of something thrown by the client; undefined when it has none. */
export function jetStreamErrorCode(thrown: unknown): number | undefined {
  return thrown instanceof NatsError ? (thrown.api_error?.err_code ?? undefined) : undefined;
}
