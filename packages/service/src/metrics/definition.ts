/**
 * What a metric is called and means, apart from who counts it. Each package lists its own in `src/metrics.ts`;
 * docs/metrics.md is held against those lists by a test.
 */

export interface MetricDefinition<Labels extends readonly string[] = readonly string[]> {
  readonly kind: "counter" | "gauge" | "histogram";
  /** `vigil_...`, base units, a counter ends in `_total`. */
  readonly name: string;
  readonly help: string;
  /** Names of the labels. Their values come from small closed sets: never an id, a host, a user or a text of others. */
  readonly labels: Labels;
  /** Of a histogram: upper bounds, growing; the last bucket, without a bound, is not among them. */
  readonly buckets: readonly number[];
}

export interface CounterDefinition<L extends readonly string[] = readonly string[]>
  extends MetricDefinition<L> {
  readonly kind: "counter";
}

export interface GaugeDefinition<L extends readonly string[] = readonly string[]>
  extends MetricDefinition<L> {
  readonly kind: "gauge";
}

export interface HistogramDefinition<L extends readonly string[] = readonly string[]>
  extends MetricDefinition<L> {
  readonly kind: "histogram";
}

/** For what takes milliseconds: answers, calls, transactions. Seconds. */
export const QUICK_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
/** For what may take minutes: computing, waiting, actions. Seconds. */
export const LONG_S = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600] as const;

export function counter<const L extends readonly string[] = []>(
  name: `vigil_${string}_total`,
  help: string,
  labels?: L,
): CounterDefinition<L> {
  return { kind: "counter", name, help, labels: labels ?? ([] as unknown as L), buckets: [] };
}

export function gauge<const L extends readonly string[] = []>(
  name: `vigil_${string}`,
  help: string,
  labels?: L,
): GaugeDefinition<L> {
  return { kind: "gauge", name, help, labels: labels ?? ([] as unknown as L), buckets: [] };
}

export function histogram<const L extends readonly string[] = []>(
  name: `vigil_${string}_seconds`,
  help: string,
  buckets: readonly number[],
  labels?: L,
): HistogramDefinition<L> {
  return { kind: "histogram", name, help, labels: labels ?? ([] as unknown as L), buckets };
}
