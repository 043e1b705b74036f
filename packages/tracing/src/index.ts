export {
  type Context,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
export { ATTRIBUTE } from "./attributes.ts";
export { SpanClock } from "./span-clock.ts";
export { endFailed, inSpan, LINKS_MAX, linksTo, type OpenSpan, openSpan } from "./spans.ts";
export { isTraced, NO_TRACE, traceOf, traceParentOf } from "./trace-parent.ts";
