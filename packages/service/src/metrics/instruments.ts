/**
 * Counters and histograms that are plain numbers while they count, and become samples of prom-client when somebody looks.
 * prom-client's own lost on the way of a webhook: each of its `inc` and `observe` builds a text of all labels, 0.4 to 1.4
 * microseconds, and a webhook has four of them.
 */

import type { MetricDefinition } from "./definition.ts";

/** One value for each name of a label. */
export type LabelValues<L extends readonly string[]> = { readonly [K in keyof L]: string };

/** A line of the page, but for names of `_bucket`, `_sum` and `_count`, which prom-client takes as it gets them. */
export interface Sample {
  labels: Record<string, string | number>;
  value: number;
  metricName?: string;
}

/** Series of one metric: far above any honest set of label values. Those beyond are counted as `other`. */
const SERIES_MAX = 2_000;

/** Children of a metric by their label values. */
class Series<L extends readonly string[], Child> {
  readonly #labels: L;
  readonly #make: () => Child;
  readonly #children = new Map<string, { values: readonly string[]; child: Child }>();

  constructor(labels: L, make: () => Child) {
    this.#labels = labels;
    this.#make = make;
  }

  of(values: readonly string[]): Child {
    const key = values.join("\n");
    const known = this.#children.get(key);
    if (known !== undefined) return known.child;
    if (this.#children.size >= SERIES_MAX && values.some((value) => value !== "other")) {
      return this.of(values.map(() => "other"));
    }
    const child = this.#make();
    this.#children.set(key, { values, child });
    return child;
  }

  *entries(): Generator<[labels: Record<string, string>, child: Child]> {
    for (const { values, child } of this.#children.values()) yield [labelsOf(this.#labels, values), child];
  }
}

/** Names and values together. */
export function labelsOf(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}

/** The counter of one set of label values. Keep it where it is used: finding it costs more than counting. */
export class BoundCounter {
  value = 0;

  inc(by = 1): void {
    this.value += by;
  }
}

/** The histogram of one set of label values. */
export class BoundHistogram {
  readonly #bounds: readonly number[];
  /** One for each bound, and one for what is above all. */
  readonly counts: Float64Array;
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** @param seconds what is negative, because a clock was set back, counts as 0 */
  observe(seconds: number): void {
    const value = seconds > 0 ? seconds : 0;
    let index = 0;
    while (index < this.#bounds.length && value > this.#bounds[index]!) index++;
    this.counts[index]!++;
    this.sum += value;
  }

  /** The time since a moment of `performance.now()`, ms. */
  observeSince(beganMs: number): void {
    this.observe((performance.now() - beganMs) / 1_000);
  }
}

/** A metric as the registry sees it. */
export interface Instrument {
  readonly definition: MetricDefinition;
  samples(): Sample[];
}

export class CounterInstrument<L extends readonly string[]> implements Instrument {
  readonly definition: MetricDefinition<L>;
  readonly #series: Series<L, BoundCounter>;

  constructor(definition: MetricDefinition<L>) {
    this.definition = definition;
    this.#series = new Series(definition.labels, () => new BoundCounter());
    // A counter without labels is there from the start: a rate needs its zero.
    if (definition.labels.length === 0) this.#series.of([]);
  }

  of(...values: LabelValues<L>): BoundCounter {
    return this.#series.of(values);
  }

  samples(): Sample[] {
    return [...this.#series.entries()].map(([labels, { value }]) => ({ labels, value }));
  }
}

export class HistogramInstrument<L extends readonly string[]> implements Instrument {
  readonly definition: MetricDefinition<L>;
  readonly #series: Series<L, BoundHistogram>;

  constructor(definition: MetricDefinition<L>) {
    this.definition = definition;
    this.#series = new Series(definition.labels, () => new BoundHistogram(definition.buckets));
    if (definition.labels.length === 0) this.#series.of([]);
  }

  of(...values: LabelValues<L>): BoundHistogram {
    return this.#series.of(values);
  }

  samples(): Sample[] {
    const { name, buckets } = this.definition;
    return [...this.#series.entries()].flatMap(([labels, { counts, sum }]) => {
      let count = 0;
      const lines = [...counts].map((inBucket, index): Sample => {
        count += inBucket;
        return {
          metricName: `${name}_bucket`,
          labels: { ...labels, le: buckets[index] ?? "+Inf" },
          value: count,
        };
      });
      lines.push({ metricName: `${name}_sum`, labels, value: sum });
      lines.push({ metricName: `${name}_count`, labels, value: count });
      return lines;
    });
  }
}
