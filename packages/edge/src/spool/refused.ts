/** What becomes of an event that was accepted and that the broker then refuses for good. */

import type { AcceptedEvent, VigilError } from "@vigil/core";
import type { SpooledEvent } from "./record.ts";

/** Of the body, in the message in its stead; enough to see what it was. */
const KEPT_BODY_BYTES = 4_096;
/** Of the broker's words; the ledger takes no longer ident than 1,024 characters. */
const REASON_LENGTH_MAX = 600;

/** Whether trying again is in vain. */
export function isRefusal(error: VigilError): boolean {
  return error.kind === "invalid-input" || error.kind === "internal";
}

/**
 * The event in a form that the broker takes and of which the ledger makes a dead letter: it is for no audit, says why
 * where the audit's name would stand, and has the beginning of its body. Its ids are the event's own, so that the
 * sender's Vigil-Event-Id leads to it, and a repetition is the same dead letter.
 */
export function inItsStead({ event, body }: SpooledEvent, error: VigilError): SpooledEvent {
  const audit = event.auditUuid === "" ? event.auditIdent.slice(0, 255) : event.auditUuid;
  const reason = error.message.slice(0, REASON_LENGTH_MAX);
  const substitute: AcceptedEvent = {
    ...event,
    auditUuid: "",
    auditIdent: `(refused by the broker, event for audit ${audit} with ${body.length} bytes: ${reason})`,
  };
  return { event: substitute, body: body.subarray(0, KEPT_BODY_BYTES) };
}

/** The whole event for a file: its description on the first line, then the body as it came. */
export function refusedFile({ event, body }: SpooledEvent): { name: string; bytes: Uint8Array } {
  const head = Buffer.from(`${JSON.stringify(event)}\n`);
  return { name: `${event.eventId.replace(/[^\w-]/g, "_")}.event`, bytes: Buffer.concat([head, body]) };
}
