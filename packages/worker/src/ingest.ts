/** Events from the stream as the state service takes them. */

import { createHash } from "node:crypto";
import type { PoisonMessage, ReceivedEvent } from "@vigil/bus";
import { type EventSender, misfitKey, type Sha256, uuidOfHash } from "@vigil/core";
import type { Event } from "@vigil/proto";

export function eventMessage({ event, body, delivery }: ReceivedEvent): Event {
  return {
    eventId: event.eventId,
    auditUuid: event.auditUuid,
    auditIdent: event.auditIdent,
    occurrenceKey: event.occurrenceKey,
    baseHash: event.baseHash,
    exact: event.exact,
    receivedAtMs: event.receivedAtMs,
    streamSequence: delivery.sequence,
    streamTimeMs: delivery.timeMs,
    requestId: event.requestId,
    format: event.format,
    bodyParse: event.bodyParse,
    current: event.current,
    body,
    senderJson: senderJson(event.sender),
    traceParent: event.traceParent ?? "",
  };
}

function senderJson(sender: EventSender): string {
  return JSON.stringify({
    user_id: sender.userId,
    project_id: sender.projectId,
    trust_id: sender.trustId,
    trustee_user_id: sender.trusteeUserId,
    remote_address: sender.remoteAddress,
  });
}

const sha256: Sha256 = (data) => createHash("sha256").update(data).digest("hex");

/** Such as state takes: one that it refused as an event it would refuse as a dead letter, again and again. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** Longest ident that state takes, characters. */
const IDENT_LENGTH_MAX = 1_024;

/**
 * A message that can't be handled, in a form that state takes: an event for an audit that can't exist, so
 * that the ledger makes a dead letter of it, with the reason where the audit's name would stand and the
 * body as it came. Its identity is its own, as far as it can be read, so that an edge's journal finds it; else its place
 * in the stream. Either way a repetition is the same dead letter.
 */
export function poisonEvent(message: PoisonMessage, reason: string): Event {
  const key = misfitKey(message.sequence, message.timeMs, sha256);
  const ident = `(message ${message.sequence} on ${message.subject} could not be handled: ${reason})`;
  const own = message.event?.eventId ?? "";
  return {
    eventId: UUID.test(own) ? own : uuidOfHash(key),
    auditUuid: "",
    auditIdent: ident.slice(0, IDENT_LENGTH_MAX),
    occurrenceKey: key,
    baseHash: key,
    exact: true,
    receivedAtMs: message.timeMs,
    streamSequence: message.sequence,
    streamTimeMs: message.timeMs,
    requestId: "",
    format: "generic",
    bodyParse: "failed",
    current: "",
    body: message.body,
    senderJson: message.event === undefined ? "{}" : senderJson(message.event.sender),
    traceParent: message.event?.traceParent ?? "",
  };
}
