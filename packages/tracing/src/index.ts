export {
  type Attributes,
  type Context,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
export { ATTRIBUTE } from "./attributes.ts";
export { SpanClock } from "./span-clock.ts";
export { endFailed, inSpan, LINKS_MAX, linksTo, type OpenSpan, openSpan } from "./spans.ts";
export { isTraced, NO_TRACE, TRACE_PARENT_LENGTH, traceOf, traceParentOf } from "./trace-parent.ts";
