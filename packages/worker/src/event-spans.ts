/** Spans of events on their way into the ledger. */

import { EVENTS_CONSUMER, EVENTS_STREAM } from "@vigil/bus";
import type { Event } from "@vigil/proto";
import {
  ATTRIBUTE,
  type Context,
  endFailed,
  linksTo,
  NO_TRACE,
  type OpenSpan,
  openSpan,
  SpanKind,
  trace,
  traceOf,
  traceParentOf,
} from "@vigil/tracing";

const tracer = trace.getTracer("@vigil/worker");

/**
 * One span for each event, below the one that published it. All of them share one call to state, whose span is below the
 * first; the others have links to that one, so that no trace ends without a way to its commit.
 * @param work gets the events as they are to be recorded, each with its own span for what answers it, and the call's parent
 */
export async function inEventSpans(
  events: readonly Event[],
  work: (events: readonly Event[], parent: Context) => Promise<void>,
): Promise<void> {
  const spans: OpenSpan[] = [];
  for (const event of events) spans.push(openEvent(event, events.length, spans[0]));
  const placed = events.map((event, index) => {
    const traceParent = traceParentOf(spans[index]?.context ?? NO_TRACE);
    return traceParent === "" ? event : { ...event, traceParent };
  });
  try {
    await work(placed, spans[0]?.context ?? NO_TRACE);
    for (const { span } of spans) span.end();
  } catch (thrown) {
    for (const { span } of spans) endFailed(span, thrown);
    throw thrown;
  }
}

function openEvent(event: Event, count: number, first: OpenSpan | undefined): OpenSpan {
  const attributes = {
    [ATTRIBUTE.messagingSystem]: "nats",
    [ATTRIBUTE.messagingOperation]: "process",
    [ATTRIBUTE.messagingOperationType]: "process",
    [ATTRIBUTE.messagingDestination]: EVENTS_STREAM,
    [ATTRIBUTE.messagingConsumerGroup]: EVENTS_CONSUMER,
    [ATTRIBUTE.streamSequence]: Number(event.streamSequence),
    [ATTRIBUTE.eventCount]: count,
    [ATTRIBUTE.eventId]: event.eventId,
    [ATTRIBUTE.auditUuid]: event.auditUuid || undefined,
  };
  const links = first === undefined ? [] : linksTo([first.context]);
  const options = { kind: SpanKind.CONSUMER, attributes, links };
  return openSpan(tracer, `process ${EVENTS_STREAM}`, options, traceOf(event.traceParent));
}
