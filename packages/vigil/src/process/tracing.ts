/**
 * Spans of this process to a collector, by OTLP over HTTP. Loaded only where an endpoint is set: until then the tracers
 * of all packages are OpenTelemetry's own, which do nothing.
 *
 * No role waits for it: spans go to a queue, and what does not fit is dropped.
 */

import { validateHeaderName, validateHeaderValue } from "node:http";
import { propagation, trace } from "@opentelemetry/api";
import { parseKeyPairsIntoRecord, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { VigilError } from "@vigil/core";
import { type Logger, type ProcessIdentity, type RoleName, within } from "@vigil/service";
import type { Config } from "../config/settings.ts";
import { ToldExporter } from "./told-exporter.ts";

export interface Tracing {
  /** Sends what it has, as far as the collector takes it in time. */
  stop(): Promise<void>;
}

export interface TracingParts {
  roles: readonly RoleName[];
  config: Config;
  identity: ProcessIdentity;
  logger: Logger;
}

/** Where a collector takes traces, behind its address. */
const PATH = "/v1/traces";
/** Spans that wait; some 3 KiB each, and the work of a second on a busy process. */
const QUEUE_SPANS_MAX = 8_192;
/** Spans in one request, some 300 KiB of JSON. */
const BATCH_SPANS_MAX = 512;
/** Longest wait of a span for others to share its request, ms. */
const BATCH_DELAY_MS = 1_000;
/**
 * For a request and its one repetition, ms. The queue fills meanwhile, and a process that stops has to wait for it: the
 * exporter can't be interrupted.
 */
const EXPORT_TIMEOUT_MS = 1_500;
/** Requests at once: one under way and those of the stop. */
const EXPORTS_MAX = 1 + QUEUE_SPANS_MAX / BATCH_SPANS_MAX;
/** For the last spans when the process stops, ms. Just above what an export takes that fails. */
const STOP_MS_MAX = 1_800;

/** @throws VigilError invalid-input: headers that can't be sent */
export function startTracing(endpoint: string, { roles, config, identity, logger }: TracingParts): Tracing {
  const url = `${endpoint.replace(/\/+$/, "")}${PATH}`;
  const exporter = new OTLPTraceExporter({
    url,
    headers: readHeaders(config.tracingOtlpHeaders ?? ""),
    timeoutMillis: EXPORT_TIMEOUT_MS,
    concurrencyLimit: EXPORTS_MAX,
  });
  const processor = new BatchSpanProcessor({
    exporter: new ToldExporter(exporter, url, logger),
    maxQueueSize: QUEUE_SPANS_MAX,
    maxExportBatchSize: BATCH_SPANS_MAX,
    scheduledDelayMillis: BATCH_DELAY_MS,
  });
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        "service.name": roles.length === 1 ? `vigil-${roles[0]}` : "vigil",
        "service.version": identity.version,
        "service.instance.id": identity.instance,
        "host.name": identity.host,
      }),
    ),
    // A trace is recorded as a whole or not at all: whoever comes later does as the first one decided.
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.tracingRatio) }),
    spanProcessors: [processor],
  });
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  logger.info({ endpoint: url, ratio: config.tracingRatio }, "spans go to a collector");
  return { stop: async () => void (await within(provider.shutdown(), STOP_MS_MAX)) };
}

/** `name=value,name=value`, percent-encoded where needed: the form of OTEL_EXPORTER_OTLP_HEADERS. */
function readHeaders(text: string): Record<string, string> {
  const headers = parseKeyPairsIntoRecord(text);
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
  } catch {
    throw unreadable();
  }
  if (text.trim() !== "" && Object.keys(headers).length === 0) throw unreadable();
  return headers;
}

/** Without what was seen: it is a secret. */
function unreadable(): VigilError {
  return new VigilError(
    "invalid-input",
    "VIGIL_TRACING_OTLP_HEADERS can't be read; wanted name=value, several separated by commas, percent-encoded where needed",
  );
}
