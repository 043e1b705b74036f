import { propagation, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { VigilError } from "@vigil/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inSpan, LINKS_MAX, linksTo, openSpan } from "./spans.ts";
import { isTraced, NO_TRACE, traceOf, traceParentOf } from "./trace-parent.ts";

const tracer = trace.getTracer("test");
const PARENT = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;

describe("while tracing is off", () => {
  test("nothing has a trace, whatever comes from outside", async () => {
    expect(traceOf(PARENT)).toBe(NO_TRACE);
    const { span, context } = openSpan(tracer, "x", {}, NO_TRACE);
    expect([span.isRecording(), context]).toEqual([false, NO_TRACE]);
    expect(traceParentOf(context)).toBe("");
    expect(await inSpan(tracer, "x", {}, NO_TRACE, async () => 7)).toBe(7);
  });
});

describe("while tracing is on", () => {
  const exporter = new InMemorySpanExporter();
  beforeEach(() => {
    exporter.reset();
    trace.setGlobalTracerProvider(
      new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    );
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  });
  afterEach(() => {
    trace.disable();
    propagation.disable();
  });

  test("a span is below the parent that a text names, and is itself named by one", () => {
    const parent = traceOf(PARENT);
    expect(traceParentOf(parent)).toBe(PARENT);
    const { span, context } = openSpan(trace.getTracer("test"), "x", {}, parent);
    const { traceId, spanId } = span.spanContext();
    expect(traceId).toBe("a".repeat(32));
    expect(traceParentOf(context)).toBe(`00-${traceId}-${spanId}-01`);
    span.end();
    expect(exporter.getFinishedSpans()[0]?.parentSpanContext?.spanId).toBe("b".repeat(16));
  });

  test.each([
    "",
    "x",
    PARENT.slice(1),
    `${PARENT}0`,
    PARENT.replace("-01", "-0x"),
    PARENT.replace(/^00/, "ff"),
    `00-${"0".repeat(32)}-${"b".repeat(16)}-01`,
  ])("a text that names none is no parent: %j", (text) => {
    expect(isTraced(traceOf(text))).toBe(false);
  });

  test("one that failed has the kind of its error, and not the text", async () => {
    const failing = inSpan(trace.getTracer("test"), "x", {}, NO_TRACE, async () => {
      throw new VigilError("not-found", "audit of somebody");
    });
    await expect(failing).rejects.toThrow("audit of somebody");
    const [span] = exporter.getFinishedSpans();
    expect(span).toMatchObject({
      status: { message: "not-found" },
      attributes: { "error.type": "not-found" },
    });
    expect(span?.events).toEqual([]);
  });

  test("links are bounded", () => {
    const many = Array.from({ length: LINKS_MAX + 5 }, (_, n) =>
      traceOf(`00-${"a".repeat(32)}-${String(n + 1).padStart(16, "0")}-01`),
    );
    expect(linksTo([NO_TRACE])).toEqual([]);
    expect(linksTo(many)).toHaveLength(LINKS_MAX);
  });
});
