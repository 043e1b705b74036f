/** How the L3 cache use of instances changed from the period before to the current one. */
import { findMetric, type MetricColumn } from "../../model/metrics.ts";
import type { ClusterModel } from "../../model/model.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import type { Coverage } from "../coverage.ts";

const CACHE_METRIC = "instance_l3_cache_usage";
/** Seconds between two measures of the series; Watcher's, and no parameter there. */
const GRANULARITY_S = 300;

/** Bytes, means over the current period and over that and the one before it together; NaN without a sample. */
export interface CacheUse {
  current: Float64Array;
  overBoth: Float64Array;
}

/** @throws VigilError not-found (MetricNotAvailable) when a window is not in the model */
export function cacheUse(model: ClusterModel, periodS: number): CacheUse {
  const column = (length: number): MetricColumn =>
    findMetric(model.metrics, {
      name: CACHE_METRIC,
      aggregate: "mean",
      periodS: length,
      granularityS: GRANULARITY_S,
    });
  return { current: column(periodS).values, overBoth: column(2 * periodS).values };
}

/** False without both samples. */
export function isMeasured({ current, overBoth }: CacheUse, instance: number): boolean {
  return !Number.isNaN(current[instance]) && !Number.isNaN(overBoth[instance]);
}

/** Mean over the period before the current one, from the mean over both; NaN unless measured. */
export function previousUse({ current, overBoth }: CacheUse, instance: number): number {
  return 2 * (overBoth[instance] as number) - (current[instance] as number);
}

export type ChangeTest = (instance: number) => boolean;

/** Use fell by more than the threshold: something takes the cache away. False unless measured. */
export function victimTest(use: CacheUse, thresholdPercent: number): ChangeTest {
  const share = 1 - thresholdPercent / 100;
  return (instance) => (use.current[instance] as number) < share * previousUse(use, instance);
}

/** Use rose by more than the threshold. False unless measured. */
export function noisyTest(use: CacheUse, thresholdPercent: number): ChangeTest {
  const share = 1 + thresholdPercent / 100;
  return (instance) => (use.current[instance] as number) > share * previousUse(use, instance);
}

/** Both windows are one metric: an instance counts as measured with both. */
export function cacheCoverage(overlay: Overlay, use: CacheUse): Coverage {
  const coverage = { wanted: 0, present: 0 };
  for (let node = 0; node < overlay.takesPart.length; node++) {
    if (overlay.takesPart[node] === 0) continue;
    coverage.wanted += overlay.instancesOn[node] as number;
    for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
      coverage.present += Number(isMeasured(use, at));
    }
  }
  return coverage;
}
