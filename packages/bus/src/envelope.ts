/**
 * An event as a NATS message: the payload is the sender's body, byte for byte; what the edge found out
 * about it travels in headers. So the body needs no second encoding (base64 in JSON costs a third more and
 * a copy each way), and `nats stream view` shows it as it came.
 */

import { ACCEPTED_EVENT_SCHEMA, type AcceptedEvent } from "@vigil/core";
import { type Msg, type MsgHdrs, headers as newHeaders } from "nats";
import { MESSAGE_ID_HEADER } from "./ack-multiplexer.ts";
import { eventSubject } from "./names.ts";

/** AcceptedEvent as compact JSON in ASCII (header values are text without a declared encoding). */
const EVENT_HEADER = "Vigil-Event";
/** As the W3C has it, in its case: NATS compares names of headers byte by byte. */
const TRACE_HEADER = "traceparent";

export interface EventMessage {
  subject: string;
  headers: MsgHdrs;
}

/** What a message of VIGIL_EVENTS turned out to be. */
export type DecodedEvent =
  | { form: "event"; event: AcceptedEvent }
  /** Written by a newer Vigil: to be left for a newer worker. */
  | { form: "too-new"; schema: number }
  | { form: "invalid"; reason: string };

/** @param traceParent of the span that publishes it; empty: it is not traced */
export function encodeEvent(event: AcceptedEvent, traceParent = ""): EventMessage {
  const headers = newHeaders();
  headers.set(MESSAGE_ID_HEADER, event.occurrenceKey);
  headers.set(
    EVENT_HEADER,
    asciiJson(event.traceParent === undefined ? event : { ...event, traceParent: undefined }),
  );
  if (traceParent !== "") headers.set(TRACE_HEADER, traceParent);
  return { subject: eventSubject(event.auditUuid), headers };
}

export function decodeEvent(message: Pick<Msg, "headers">): DecodedEvent {
  const text = message.headers?.get(EVENT_HEADER) ?? "";
  if (text === "") return { form: "invalid", reason: `no header ${EVENT_HEADER}` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { form: "invalid", reason: `header ${EVENT_HEADER} is not JSON` };
  }
  if (!isRecord(value)) return { form: "invalid", reason: `header ${EVENT_HEADER} is not a JSON object` };
  const { schema } = value;
  if (typeof schema !== "number" || !Number.isInteger(schema) || schema < 1) {
    return {
      form: "invalid",
      reason: `schema of the event is ${JSON.stringify(schema)}, not a version number`,
    };
  }
  if (schema > ACCEPTED_EVENT_SCHEMA) return { form: "too-new", schema };
  const fault = memberFault(value);
  if (fault !== undefined) return { form: "invalid", reason: fault };
  const event = value as unknown as AcceptedEvent;
  const traceParent = message.headers?.get(TRACE_HEADER) ?? "";
  if (traceParent !== "") event.traceParent = traceParent;
  return { form: "event", event };
}

const TEXT_MEMBERS = [
  "eventId",
  "auditUuid",
  "auditIdent",
  "occurrenceKey",
  "baseHash",
  "requestId",
  "format",
  "bodyParse",
  "current",
  "contentType",
] as const satisfies readonly (keyof AcceptedEvent)[];

/** The first member that is not of its type, in words; undefined when all are. */
function memberFault(value: Record<string, unknown>): string | undefined {
  for (const member of TEXT_MEMBERS) {
    if (typeof value[member] !== "string") return `member ${member} of the event is not a string`;
  }
  if (value.eventId === "" || value.occurrenceKey === "")
    return "eventId or occurrenceKey of the event is empty";
  if (typeof value.exact !== "boolean") return "member exact of the event is not a boolean";
  if (!Number.isSafeInteger(value.receivedAtMs)) return "member receivedAtMs of the event is not an integer";
  if (!isRecord(value.sender)) return "member sender of the event is not an object";
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NOT_ASCII = /[\u007f-\uffff]/g;

/** JSON in ASCII only: everything else as \uXXXX, which JSON.parse turns back. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    NOT_ASCII,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
