/** Every metric that a part of Vigil defines, under the heading by which docs/metrics.md tells of it. */
import { APPLIER_METRICS } from "../../packages/applier/src/metrics.ts";
import { EDGE_METRICS } from "../../packages/edge/src/metrics.ts";
import { type MetricDefinition, SERVICE_METRICS } from "../../packages/service/src/index.ts";
import { OWN_METRICS, SYSTEM_METRICS } from "../../packages/state/src/metrics.ts";
import { PROCESS_METRICS } from "../../packages/vigil/src/metrics.ts";
import { WORKER_METRICS } from "../../packages/worker/src/metrics.ts";

export const DEFINED: ReadonlyMap<string, readonly MetricDefinition[]> = new Map<
  string,
  readonly MetricDefinition[]
>([
  ["edge", Object.values(EDGE_METRICS)],
  ["worker", Object.values(WORKER_METRICS)],
  ["applier", Object.values(APPLIER_METRICS)],
  ["state", Object.values(OWN_METRICS)],
  ["system", Object.values(SYSTEM_METRICS)],
  ["process", [...Object.values(PROCESS_METRICS), ...Object.values(SERVICE_METRICS)]],
]);

/** Names as they stand on a page and in expressions: a histogram has three. */
export function seriesNames(definition: MetricDefinition): string[] {
  const { kind, name } = definition;
  return kind === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}
