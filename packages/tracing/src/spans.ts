/** Spans that end, whatever comes. Parents are given: nothing of a trace is kept by the runtime beside the call. */

import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Link,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { VigilError } from "@vigil/core";
import { ATTRIBUTE } from "./attributes.ts";
import { spanContextOf } from "./trace-parent.ts";

/** A span that is open, and what belongs under it. */
export interface OpenSpan {
  readonly span: Span;
  readonly context: Context;
}

/**
 * Links of one span at most. Events of a flooded audit that wait for one run may be thousands; who looks at a trace
 * follows a few.
 */
export const LINKS_MAX = 32;

/** While tracing is off, its context is that of the parent. */
export function openSpan(tracer: Tracer, name: string, options: SpanOptions, parent: Context): OpenSpan {
  const span = tracer.startSpan(name, options, parent);
  return { span, context: isSpanContextValid(span.spanContext()) ? trace.setSpan(parent, span) : parent };
}

/**
 * Ends a span that failed. Its status has the kind of the error and not its message, which names what it is about; that is
 * for the log, which has the same ids.
 */
export function endFailed(span: Span, thrown: unknown, attributes: Attributes = {}): void {
  const { kind } = VigilError.from(thrown);
  span.setStatus({ code: SpanStatusCode.ERROR, message: kind });
  span.setAttributes({ [ATTRIBUTE.errorType]: kind, ...attributes });
  span.end();
}

/** The work's result, or what it throws, with a span around it. */
export async function inSpan<T>(
  tracer: Tracer,
  name: string,
  options: SpanOptions,
  parent: Context,
  work: (open: OpenSpan) => Promise<T>,
): Promise<T> {
  const open = openSpan(tracer, name, options, parent);
  try {
    const result = await work(open);
    open.span.end();
    return result;
  } catch (thrown) {
    endFailed(open.span, thrown);
    throw thrown;
  }
}

/** Links to what the contexts name, to LINKS_MAX of them. */
export function linksTo(contexts: readonly Context[]): Link[] {
  return contexts
    .slice(0, LINKS_MAX)
    .flatMap((context) => spanContextOf(context) ?? [])
    .map((context) => ({ context }));
}
