import { ACCEPTED_EVENT_SCHEMA, type AcceptedEvent, uuidOfHash } from "@vigil/core";

/** An event that is valid in every member; each number is an occurrence of its own, received in their order. */
export function numberedEvent(n: number, over: Partial<AcceptedEvent> = {}): AcceptedEvent {
  const occurrenceKey = n.toString(16).padStart(64, "0");
  return {
    schema: ACCEPTED_EVENT_SCHEMA,
    eventId: uuidOfHash(occurrenceKey.split("").reverse().join("")),
    auditUuid: "10f40b96-0bcb-4bd9-8aa4-1b3a4a9d1e26",
    auditIdent: "audit",
    occurrenceKey,
    baseHash: occurrenceKey,
    exact: true,
    receivedAtMs: FIRST_RECEIVED_AT_MS + n,
    requestId: "",
    format: "generic",
    bodyParse: "ok",
    current: "alarm",
    sender: {},
    contentType: "application/json",
    ...over,
  };
}

const FIRST_RECEIVED_AT_MS = 1_700_000_000_000;

/** The number of such an event. */
export function numberOf(event: AcceptedEvent): number {
  return event.receivedAtMs - FIRST_RECEIVED_AT_MS;
}
