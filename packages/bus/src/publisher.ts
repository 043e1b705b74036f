/** Publishes events to VIGIL_EVENTS. */

import type { AcceptedEvent } from "@vigil/core";
import { ATTRIBUTE, inSpan, SpanKind, trace, traceOf, traceParentOf } from "@vigil/tracing";
import { AckMultiplexer, type PublishAck, type PublishLimits } from "./ack-multiplexer.ts";
import type { Bus } from "./connection.ts";
import { encodeEvent } from "./envelope.ts";
import { EVENTS_STREAM } from "./names.ts";

export interface EventPublisher {
  /**
   * Resolves when JetStream has stored the event. Its id in the stream is the occurrence key.
   * @throws VigilError unavailable (no connection, no stream), deadline, overloaded (stream full, or too
   *   many publishes in flight), invalid-input (larger than the broker takes)
   */
  publish(event: AcceptedEvent, body: Uint8Array): Promise<PublishAck>;
  /** Publishes that wait for their acknowledgement. */
  inFlight(): number;
  /** Fails what is in flight and ends the subscription. Idempotent. */
  close(): void;
}

/**
 * Two seconds: the edge's client waits meanwhile. 32 in flight saturate a broker; the rest is room for a
 * pause of it.
 */
const LIMITS: PublishLimits = {
  deadlineMs: 2_000,
  inFlightMax: 4_096,
  inFlightBytesMax: 64 * 1024 * 1024,
};

const tracer = trace.getTracer("@vigil/bus");

/** A worker's span is below this one, also when the event comes from a spool, long after its request. */
function publishTraced(
  acks: AckMultiplexer,
  event: AcceptedEvent,
  traceParent: string,
  body: Uint8Array,
): Promise<PublishAck> {
  const attributes = {
    [ATTRIBUTE.messagingSystem]: "nats",
    [ATTRIBUTE.messagingOperation]: "publish",
    [ATTRIBUTE.messagingOperationType]: "send",
    [ATTRIBUTE.messagingDestination]: EVENTS_STREAM,
    [ATTRIBUTE.messagingId]: event.occurrenceKey,
    [ATTRIBUTE.messagingBodySize]: body.length,
    [ATTRIBUTE.eventId]: event.eventId,
  };
  const options = { kind: SpanKind.PRODUCER, attributes };
  return inSpan(
    tracer,
    `publish ${EVENTS_STREAM}`,
    options,
    traceOf(traceParent),
    async ({ span, context }) => {
      // With tracing off, a record of a spool from before keeps what it says.
      const { subject, headers } = encodeEvent(event, traceParentOf(context) || traceParent);
      const ack = await acks.publish(subject, headers, body);
      span.setAttributes({
        [ATTRIBUTE.streamSequence]: ack.sequence,
        [ATTRIBUTE.eventDuplicate]: ack.duplicate,
      });
      return ack;
    },
  );
}

export function createEventPublisher(bus: Bus, limits: Partial<PublishLimits> = {}): EventPublisher {
  const acks = new AckMultiplexer(bus, EVENTS_STREAM, "an event", { ...LIMITS, ...limits });
  return {
    publish(event, body) {
      if (event.traceParent !== undefined) return publishTraced(acks, event, event.traceParent, body);
      const { subject, headers } = encodeEvent(event);
      return acks.publish(subject, headers, body);
    },
    inFlight: () => acks.inFlight(),
    close: () => acks.close(),
  };
}
