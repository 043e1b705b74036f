import type { StrategyNeeds } from "../../models/strategy-needs.ts";

/** Stands where Watcher names gnocchi or prometheus: strategies read metrics from the snapshot, whoever put them there. */
const DATASOURCE = "snapshot";

/** What a strategy needs and what of it there is (rest-api 4): four objects, in the order of Watcher. */
export function strategyStateView(name: string, { metricSource, metrics, models }: StrategyNeeds) {
  const datasource =
    metricSource === null
      ? "Datasource is not presented for this strategy"
      : `${DATASOURCE}: ${availability(metricSource)}`;
  const metricStates = metrics.map((metric) => ({ [metric.name]: availability(metric.available) }));
  const modelStates = models.map((model) => ({ [`${model.name}_model`]: availability(model.available) }));
  return [
    { type: "Datasource", state: datasource, mandatory: true, comment: "" },
    { type: "Metrics", state: metricStates, mandatory: false, comment: "" },
    { type: "CDM", state: modelStates, mandatory: true, comment: "" },
    { type: "Name", state: name, mandatory: "", comment: "" },
  ];
}

function availability(there: boolean): "available" | "not available" {
  return there ? "available" : "not available";
}
