/**
 * The span of one webhook. It begins when the sender is known, with the time at which the request came: below the sender's
 * own span, if its `traceparent` names one. Who is not known can neither fill a collector nor join a trace.
 */

import type { IncomingMessage } from "node:http";
import type { AcceptedEvent } from "@vigil/core";
import { senderRequestId } from "@vigil/http";
import {
  ATTRIBUTE,
  NO_TRACE,
  type OpenSpan,
  openSpan,
  SpanClock,
  SpanKind,
  SpanStatusCode,
  trace,
  traceOf,
  traceParentOf,
} from "@vigil/tracing";

const tracer = trace.getTracer("@vigil/edge");

/** The audit's own name is left out: names may be those of people or customers. */
const ROUTE = "/v1/webhooks/{audit}";
const SERVER_ERROR = 500;

export interface WebhookSpan extends OpenSpan {
  readonly clock: SpanClock;
}

/** @param cameAtMs of `performance.now()` */
export function openWebhook(request: IncomingMessage, requestId: string, cameAtMs: number): WebhookSpan {
  const { traceparent } = request.headers;
  const parent = typeof traceparent === "string" ? traceOf(traceparent) : NO_TRACE;
  const method = request.method ?? "";
  const clock = new SpanClock();
  const options = { kind: SpanKind.SERVER, startTime: clock.at(cameAtMs) };
  const open = { ...openSpan(tracer, `${method} ${ROUTE}`, options, parent), clock };
  if (!open.span.isRecording()) return open;
  const senders = senderRequestId(request);
  open.span.setAttributes({
    [ATTRIBUTE.httpMethod]: method,
    [ATTRIBUTE.httpRoute]: ROUTE,
    [ATTRIBUTE.httpOwnRequestId]: [requestId],
    ...(senders === "" ? {} : { [ATTRIBUTE.httpSenderRequestId]: [senders] }),
  });
  open.span.addEvent("authenticated", clock.at());
  return open;
}

/** Puts the event where the span is. */
export function traceEvent(event: AcceptedEvent, open: OpenSpan): void {
  const traceParent = traceParentOf(open.context);
  if (traceParent === "") return;
  event.traceParent = traceParent;
  if (!open.span.isRecording()) return;
  open.span.setAttributes({
    [ATTRIBUTE.eventId]: event.eventId,
    [ATTRIBUTE.eventFormat]: event.format,
    ...(event.auditUuid === "" ? {} : { [ATTRIBUTE.auditUuid]: event.auditUuid }),
  });
}

/** The answer ends the span. A refusal that is the sender's fault is none of the span's, by HTTP's conventions. */
export function endWebhook(open: WebhookSpan | undefined, status: number, duplicate = false): void {
  if (!open?.span.isRecording()) return;
  const { span, clock } = open;
  span.setAttribute(ATTRIBUTE.httpStatus, status);
  if (duplicate) span.setAttribute(ATTRIBUTE.eventDuplicate, true);
  if (status >= SERVER_ERROR) {
    span.setAttribute(ATTRIBUTE.errorType, String(status));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(clock.at());
}
