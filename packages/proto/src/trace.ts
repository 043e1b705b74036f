/** Spans of calls, and the header by which the caller's reaches the server. */

import { Metadata } from "@grpc/grpc-js";
import {
  ATTRIBUTE,
  type Context,
  isTraced,
  type OpenSpan,
  openSpan,
  SpanKind,
  trace,
  traceOf,
  traceParentOf,
} from "@vigil/tracing";

const tracer = trace.getTracer("@vigil/proto");
const HEADER = "traceparent";

/** What a call sends along, and its span if it has one. */
export interface OutgoingCall {
  metadata: Metadata;
  open: OpenSpan | undefined;
}

/** Polls and heartbeats belong to nobody's trace: without a parent there is no span. */
export function outgoingCall(path: string, parent: Context | undefined): OutgoingCall {
  const metadata = new Metadata();
  if (!isTraced(parent)) return { metadata, open: undefined };
  const open = openSpan(tracer, nameOf(path), { kind: SpanKind.CLIENT, attributes: about(path) }, parent);
  metadata.set(HEADER, traceParentOf(open.context));
  return { metadata, open };
}

/** The span of a call that came, where its caller has one. */
export function incomingCall(path: string, metadata: Metadata): OpenSpan | undefined {
  const [header] = metadata.get(HEADER);
  if (typeof header !== "string") return undefined;
  const parent = traceOf(header);
  if (!isTraced(parent)) return undefined;
  return openSpan(tracer, nameOf(path), { kind: SpanKind.SERVER, attributes: about(path) }, parent);
}

/** `vigil.v1.RunService/Ingest`. */
function nameOf(path: string): string {
  return path.slice(1);
}

function about(path: string) {
  return { [ATTRIBUTE.rpcSystem]: "grpc", [ATTRIBUTE.rpcMethod]: nameOf(path) };
}
