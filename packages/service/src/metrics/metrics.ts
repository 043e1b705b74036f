/**
 * Where the roles of a process count, and what `/metrics` shows: one for each process, handed down as the logger is.
 * Without it (`new Metrics()`, which nobody looks at) a part counts all the same: no `if` stands where something is
 * counted.
 */

import { collectDefaultMetrics, type Metric, Registry } from "prom-client";
import {
  type CounterDefinition,
  type GaugeDefinition,
  gauge,
  type HistogramDefinition,
} from "./definition.ts";
import {
  CounterInstrument,
  HistogramInstrument,
  type Instrument,
  type LabelValues,
  labelsOf,
  type Sample,
} from "./instruments.ts";
import { Source, type SourceOptions } from "./source.ts";

export const SERVICE_METRICS = {
  sourceUp: gauge(
    "vigil_metrics_source_up",
    "1 when numbers that are asked of a database or broker came in time for this page, else 0 and they are missing",
    ["source"],
  ),
} as const;

/** A gauge with labels: its values by theirs. */
export type LabelledValue<L extends readonly string[]> = readonly [labels: LabelValues<L>, value: number];

/** What a gauge shows at the moment; undefined: nothing. */
export type Reading<L extends readonly string[]> = L extends readonly []
  ? number | undefined
  : Iterable<LabelledValue<L>> | undefined;

export class Metrics {
  readonly #registry = new Registry();
  readonly #instruments = new Map<string, Instrument>();
  readonly #sources: Source<unknown>[] = [];

  constructor() {
    this.gauge(SERVICE_METRICS.sourceUp, () =>
      this.#sources.map((source) => [[source.name], source.latest() === undefined ? 0 : 1] as const),
    );
  }

  /** The counter of this definition; roles of one process that use the same one share it. */
  counter<L extends readonly string[]>(definition: CounterDefinition<L>): CounterInstrument<L> {
    return this.#shared(definition.name, () => new CounterInstrument(definition));
  }

  histogram<L extends readonly string[]>(definition: HistogramDefinition<L>): HistogramInstrument<L> {
    return this.#shared(definition.name, () => new HistogramInstrument(definition));
  }

  /**
   * @param read called for each page; must answer at once from what is known. One that throws shows nothing.
   * @throws Error when the gauge has a reader already: two would show one name twice
   */
  gauge<L extends readonly string[]>(definition: GaugeDefinition<L>, read: () => Reading<L>): void {
    if (this.#instruments.has(definition.name)) throw new Error(`${definition.name} is read twice`);
    this.#add({ definition, samples: () => samplesOf(definition, read) });
  }

  /** Numbers that are asked for when a page is made, for gauges to show. */
  source<T>(options: SourceOptions<T>): Source<T> {
    const source = new Source(options);
    this.#sources.push(source);
    return source;
  }

  /** Memory, processor time, open files, event loop and garbage collection of this process, under prom-client's names. */
  addProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The page, in Prometheus' text format. Waits for sources, each within its limit. */
  async text(): Promise<string> {
    await Promise.all(this.#sources.map((source) => source.refresh()));
    return this.#registry.metrics();
  }

  #shared<I extends Instrument>(name: string, make: () => I): I {
    const known = this.#instruments.get(name);
    // Definitions are constants, so what has the name has the type.
    if (known !== undefined) return known as I;
    const made = make();
    this.#add(made);
    return made;
  }

  #add(instrument: Instrument): void {
    const { name, help, kind } = instrument.definition;
    this.#instruments.set(name, instrument);
    const metric = {
      name,
      help,
      get: async () => ({ name, help, type: kind, values: instrument.samples(), aggregator: "sum" }),
    };
    // All that a registry asks of a metric; its type names the four classes that the library brings.
    this.#registry.registerMetric(metric as unknown as Metric);
  }
}

function samplesOf<L extends readonly string[]>(
  { labels }: GaugeDefinition<L>,
  read: () => Reading<L>,
): Sample[] {
  try {
    const reading = read() as number | Iterable<LabelledValue<L>> | undefined;
    if (reading === undefined) return [];
    if (typeof reading === "number") return [{ labels: {}, value: reading }];
    return [...reading].map(([values, value]) => ({ labels: labelsOf(labels, values), value }));
  } catch {
    // One number less is better than no page; what is broken tells of itself elsewhere.
    return [];
  }
}
