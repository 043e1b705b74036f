import { hash, randomUUID } from "node:crypto";
import {
  ACCEPTED_EVENT_SCHEMA,
  type AcceptedEvent,
  type EventSender,
  identifyOccurrence,
  readAlarmBody,
} from "@vigil/core";
import { HttpFault, type Identity } from "@vigil/http";
import { CONTENT_TYPE_LENGTH_MAX } from "./limits.ts";

/** What the edge knows about a webhook when it has read all of it. */
export interface Received {
  ident: string;
  /** Empty where the audit index could not be asked. */
  auditUuid: string;
  identity: Identity;
  remoteAddress: string;
  requestId: string;
  idempotencyKey: string;
  contentType: string;
  body: Uint8Array;
}

/** Of this process. */
const PROCESS_ID = randomUUID();

/**
 * The event to publish.
 *
 * @param receivedAtMs wall clock, ms since 1970
 * @param steadyMs performance.timeOrigin + performance.now()
 * @throws HttpFault 415 for a body of another media type that is no JSON either
 */
export function acceptedEvent(received: Received, receivedAtMs: number, steadyMs: number): AcceptedEvent {
  const { ident, auditUuid, body, requestId, contentType } = received;
  const alarm = readAlarmBody(body);
  if (alarm.parse === "failed" && !mayHoldJson(contentType)) {
    throw new HttpFault(415, `Unknown mimetype: ${contentType.slice(0, CONTENT_TYPE_LENGTH_MAX)}`);
  }
  const occurrence = identifyOccurrence(
    {
      audit: auditUuid || ident,
      body: alarm,
      bytes: body,
      requestId,
      idempotencyKey: received.idempotencyKey,
      userId: received.identity.userId,
      clock: { processId: PROCESS_ID, wallMs: receivedAtMs, steadyMs },
      nonce: randomUUID(),
    },
    sha256,
  );
  return {
    schema: ACCEPTED_EVENT_SCHEMA,
    eventId: occurrence.eventId,
    auditUuid,
    auditIdent: ident,
    occurrenceKey: occurrence.occurrenceKey,
    baseHash: occurrence.baseHash,
    exact: occurrence.exact,
    receivedAtMs,
    requestId,
    format: alarm.format,
    bodyParse: alarm.parse,
    current: alarm.current,
    sender: senderOf(received.identity, received.remoteAddress),
    contentType: contentType.slice(0, CONTENT_TYPE_LENGTH_MAX),
  };
}

function sha256(data: string | Uint8Array): string {
  return hash("sha256", data, "hex");
}

/** JSON by name, or not named at all: what then can't be read is an alarm that came damaged. */
function mayHoldJson(contentType: string): boolean {
  return contentType === "" || /^\s*application\/(?:[^;\s]+\+)?json\s*(?:;|$)/i.test(contentType);
}

function senderOf(identity: Identity, remoteAddress: string): EventSender {
  const sender: EventSender = { remoteAddress };
  if (identity.userId !== "") sender.userId = identity.userId;
  if (identity.projectId !== "") sender.projectId = identity.projectId;
  if (identity.trustId !== undefined) sender.trustId = identity.trustId;
  if (identity.trusteeUserId !== undefined) sender.trusteeUserId = identity.trusteeUserId;
  return sender;
}
