/**
 * Where a span belongs, as text: a W3C `traceparent`. It crosses every border of Vigil: HTTP, NATS, gRPC, the spool and
 * the database. `tracestate`, its companion with notes of other vendors, is not passed on: it is up to half a kilobyte of a
 * stranger's text, and the specification leaves that open.
 */

import { type Context, propagation, ROOT_CONTEXT, type SpanContext, trace } from "@opentelemetry/api";

/** Characters of a `traceparent` of version 00, the only one there is. */
const TRACE_PARENT_LENGTH = 55;

/** Belongs to no trace. */
export const NO_TRACE: Context = ROOT_CONTEXT;

/** NO_TRACE for a text that is none, such as an empty one; and for all of them while tracing is off. */
export function traceOf(traceParent: string | undefined): Context {
  if (traceParent === undefined || traceParent.length !== TRACE_PARENT_LENGTH) return NO_TRACE;
  return propagation.extract(NO_TRACE, { traceparent: traceParent });
}

/** Empty where there is no trace, and while tracing is off. */
export function traceParentOf(context: Context): string {
  if (context === NO_TRACE) return "";
  const carrier: { traceparent?: string } = {};
  propagation.inject(context, carrier);
  return carrier.traceparent ?? "";
}

/** Whether the context belongs to a trace, recorded or not. */
export function isTraced(context: Context | undefined): context is Context {
  return context !== undefined && context !== NO_TRACE && spanContextOf(context) !== undefined;
}

/** For a link. */
export function spanContextOf(context: Context): SpanContext | undefined {
  return trace.getSpanContext(context);
}
