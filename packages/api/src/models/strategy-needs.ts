import type { ModelSummary, StrategyDescription } from "@vigil/core";

/** What a strategy reads, and what of it the newest snapshot has. */
export interface StrategyNeeds {
  /** Whether metrics can be had at all; null: the strategy reads none. */
  metricSource: boolean | null;
  /** In the strategy's order. */
  metrics: { name: string; available: boolean }[];
  /** All kinds of models, those included that the strategy does without. */
  models: { name: "compute" | "storage" | "baremetal"; needed: boolean; available: boolean }[];
}

/**
 * Vigil's strategies read metrics from the model's snapshot, wherever a collector or an import had them from.
 *
 * @param summary of the newest snapshot; undefined: there is none
 */
export function strategyNeeds(
  { metrics, models }: Pick<StrategyDescription, "metrics" | "models">,
  summary: ModelSummary | undefined,
): StrategyNeeds {
  const model = (name: StrategyNeeds["models"][number]["name"], part: object | undefined) => ({
    name,
    needed: models.includes(name),
    available: part !== undefined,
  });
  return {
    metricSource: metrics.length === 0 ? null : summary !== undefined && summary.metrics.length > 0,
    metrics: metrics.map((name) => ({ name, available: hasSamples(summary, name) })),
    models: [
      model("compute", summary),
      model("storage", summary?.storage),
      model("baremetal", summary?.baremetal),
    ],
  };
}

/** One sample will do: a column may be there and miss a value for every host. */
function hasSamples(summary: ModelSummary | undefined, wanted: string): boolean {
  return summary?.metrics.some(({ name, samples }) => name === wanted && samples > 0) ?? false;
}
