/**
 * What the edge publishes for one accepted POST, beside the body's bytes. It crosses the stream to the
 * worker and the ledger; members are only ever added, and `schema` grows when an old reader would
 * misunderstand a new message.
 */

/** Version of `AcceptedEvent` that this code writes, and the newest that it can read. */
export const ACCEPTED_EVENT_SCHEMA = 1;

/** How the body was understood. `generic` is any body that no known sender makes, also none at all. */
export type BodyFormat = "aodh" | "generic";

/**
 * How reading the body as JSON went. `repaired`: bare NaN or Infinity became null first.
 * `failed`: not JSON even then; the event counts all the same, its bytes are kept as evidence.
 */
export type BodyParse = "ok" | "repaired" | "failed" | "empty";

/** Who sent the event. Ids only: never a token, never a name that an operator would have to protect. */
export interface EventSender {
  userId?: string;
  projectId?: string;
  /** Trust through which an alarm service acts for `userId`. */
  trustId?: string;
  /** The alarm service's own user. */
  trusteeUserId?: string;
  remoteAddress?: string;
}

export interface AcceptedEvent {
  schema: typeof ACCEPTED_EVENT_SCHEMA;
  /** UUID made from `occurrenceKey`: a repetition carries the id of the first. */
  eventId: string;
  /** UUID of the audit; empty when the audit index could not be asked, then the ledger resolves `auditIdent`. */
  auditUuid: string;
  /** What stood in the URL, percent-decoded: UUID, name or integer id. */
  auditIdent: string;
  /** Hex SHA-256; one per occurrence as far as one message can tell. The stream's message id. */
  occurrenceKey: string;
  /** Hex SHA-256 without time and audit; the ledger compares those of one audit within its window. */
  baseHash: string;
  /** True: equal base hashes are the same occurrence for a day, not only for the window. */
  exact: boolean;
  /** Wall clock of the edge, ms since 1970. */
  receivedAtMs: number;
  /** The sender's x-openstack-request-id; empty when absent or not of the form `req-<uuid>`. */
  requestId: string;
  format: BodyFormat;
  bodyParse: BodyParse;
  /** State of the alarm that the body reports (`ok`, `alarm`, `insufficient data`); `alarm` for generic bodies. */
  current: string;
  sender: EventSender;
  /** As sent; empty when absent. */
  contentType: string;
  /**
   * W3C traceparent of the edge's span; absent: it is not traced. On NATS it is a header of its own, under which other tools
   * look for it.
   */
  traceParent?: string;
}
