/** `/metrics` of a process. */

import type { Logger } from "../logger.ts";
import type { Metrics } from "./metrics.ts";

export const METRICS_PATH = "/metrics";

/** One page is made in this time at most, ms: whoever asks more often, on a port that is open to all, gets it again. */
const PAGE_FRESH_MS = 1_000;

export interface MetricsAnswer {
  status: 200 | 500;
  contentType: string;
  body: string;
}

export class MetricsPage {
  readonly #metrics: Metrics;
  readonly #logger: Pick<Logger, "error">;
  #madeAtMs = Number.NEGATIVE_INFINITY;
  #page: Promise<MetricsAnswer> | undefined;

  constructor(metrics: Metrics, logger: Pick<Logger, "error">) {
    this.#metrics = metrics;
    this.#logger = logger;
  }

  /** Never rejects. */
  answer(): Promise<MetricsAnswer> {
    if (this.#page === undefined || performance.now() - this.#madeAtMs >= PAGE_FRESH_MS) {
      this.#madeAtMs = performance.now();
      this.#page = this.#make();
    }
    return this.#page;
  }

  async #make(): Promise<MetricsAnswer> {
    try {
      const body = await this.#metrics.text();
      return { status: 200, contentType: this.#metrics.contentType, body };
    } catch (error) {
      this.#logger.error({ err: error }, "the page of metrics could not be made");
      const body = "The page of metrics could not be made; the log of this process says why.\n";
      return { status: 500, contentType: "text/plain; charset=utf-8", body };
    }
  }
}
