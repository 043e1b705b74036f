/**
 * An exporter whose failures are told to the log once per outage, and to nobody else: the SDK would tell each batch, or by
 * its default nothing at all. Spans that could not be sent are gone.
 */

import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import type { Logger } from "@vigil/service";

export class ToldExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #endpoint: string;
  readonly #logger: Logger;
  /** Spans lost in the outage that goes on; undefined: none does. */
  #lost: number | undefined;

  /** @param endpoint for the log */
  constructor(exporter: SpanExporter, endpoint: string, logger: Logger) {
    this.#exporter = exporter;
    this.#endpoint = endpoint;
    this.#logger = logger;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      if (result.code === ExportResultCode.SUCCESS) this.#sent();
      else this.#failed(spans.length, result.error);
      done({ code: ExportResultCode.SUCCESS });
    });
  }

  #sent(): void {
    if (this.#lost === undefined) return;
    this.#logger.info({ lost: this.#lost }, "the collector of traces takes spans again");
    this.#lost = undefined;
  }

  #failed(spans: number, error: Error | undefined): void {
    const isFirst = this.#lost === undefined;
    this.#lost = (this.#lost ?? 0) + spans;
    if (!isFirst) return;
    const fields = { endpoint: this.#endpoint, reason: error?.message ?? "no reason given" };
    const text =
      "the collector of traces does not take spans, they are lost until it does; nothing else is affected";
    this.#logger.warn(fields, text);
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}
