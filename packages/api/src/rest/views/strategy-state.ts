import type { ModelSummary, StrategyDescription } from "@vigil/core";

/**
 * The source of metrics. Vigil's strategies read them from the model's snapshot, wherever a collector or an import
 * had them from; so this is the name that stands where Watcher names gnocchi or prometheus.
 */
const DATASOURCE = "snapshot";

type Availability = "available" | "not available";

/**
 * What a strategy needs and what of it there is (rest-api 4): four objects, in the order of Watcher.
 *
 * @param summary of the newest snapshot; undefined: there is none
 */
export function strategyStateView(
  { name, metrics }: Pick<StrategyDescription, "name" | "metrics">,
  summary: ModelSummary | undefined,
) {
  return [
    { type: "Datasource", state: datasourceState(metrics, summary), mandatory: true, comment: "" },
    { type: "Metrics", state: metricStates(metrics, summary), mandatory: false, comment: "" },
    { type: "CDM", state: modelStates(summary), mandatory: true, comment: "" },
    { type: "Name", state: name, mandatory: "", comment: "" },
  ];
}

/** Available as soon as the snapshot brings metrics at all; which ones is said one line below. */
function datasourceState(metrics: readonly string[], summary: ModelSummary | undefined): string {
  if (metrics.length === 0) return "Datasource is not presented for this strategy";
  return `${DATASOURCE}: ${availability(summary !== undefined && summary.metrics.length > 0)}`;
}

/** A metric is there when one sample of it is: a column may be missing for every host. */
function metricStates(
  metrics: readonly string[],
  summary: ModelSummary | undefined,
): Record<string, Availability>[] {
  const isHeld = (wanted: string) =>
    summary?.metrics.some(({ name, samples }) => name === wanted && samples > 0) ?? false;
  return metrics.map((name) => ({ [name]: availability(isHeld(name)) }));
}

function modelStates(summary: ModelSummary | undefined): Record<string, Availability>[] {
  return [
    { compute_model: availability(summary !== undefined) },
    { storage_model: availability(summary?.storage !== undefined) },
    { baremetal_model: availability(summary?.baremetal !== undefined) },
  ];
}

function availability(there: boolean): Availability {
  return there ? "available" : "not available";
}
