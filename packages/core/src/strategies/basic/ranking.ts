/** Hosts by CPU use: which take part in the consolidation, and in which order. */
import type { MetricColumn } from "../../model/metrics.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import type { Coverage } from "../coverage.ts";

/** What Watcher takes a missing sample for; only under `strategyParity`. */
const PARITY_MISSING_PERCENT = 100;

/** Percent in use by node or instance, NaN without a sample. */
export type UseOf = (at: number) => number;

export interface Ranking {
  /** Hosts that hold instances and have a sample, busiest first; equals in model order. */
  ranked: Int32Array;
  /** Enabled hosts that are up: what the strategy reports as the number of compute nodes. */
  enabled: number;
  empty: number;
  withoutSamples: number;
  coverage: Coverage;
}

/**
 * Watcher's score is a third of used / all vCPUs (its memory and disk terms are always 0), so that it orders
 * as the percentage does; without vCPUs it divides by zero, here such a node or instance scores 0.
 */
export function scoreOf(column: MetricColumn, vcpus: Uint32Array, parity: boolean): UseOf {
  const { values } = column;
  return (at) => {
    const value = values[at] as number;
    const use = parity && Number.isNaN(value) ? PARITY_MISSING_PERCENT : value;
    return vcpus[at] === 0 && !Number.isNaN(use) ? 0 : use;
  };
}

export function rankNodes(overlay: Overlay, scoreOfNode: UseOf, instances: MetricColumn): Ranking {
  const { nodes } = overlay.model;
  const ranking: Ranking = {
    ranked: new Int32Array(0),
    enabled: 0,
    empty: 0,
    withoutSamples: 0,
    coverage: { wanted: 0, present: 0 },
  };
  const taking: number[] = [];
  for (let node = 0; node < nodes.count; node++) {
    if (overlay.takesPart[node] === 0 || nodes.up[node] === 0) continue;
    ranking.enabled += overlay.enabled[node] as number;
    if (overlay.instancesOn[node] === 0) {
      ranking.empty += 1;
      continue;
    }
    const measured = !Number.isNaN(scoreOfNode(node));
    if (measured) taking.push(node);
    else ranking.withoutSamples += 1;
    countSamples(overlay, node, measured, instances, ranking.coverage);
  }
  taking.sort((a, b) => scoreOfNode(b) - scoreOfNode(a));
  ranking.ranked = Int32Array.from(taking);
  return ranking;
}

/** One value of the host, one of each of its instances. */
function countSamples(
  overlay: Overlay,
  node: number,
  measured: boolean,
  { values }: MetricColumn,
  coverage: Coverage,
): void {
  coverage.wanted += 1 + (overlay.instancesOn[node] as number);
  coverage.present += Number(measured);
  for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
    coverage.present += Number(!Number.isNaN(values[at] as number));
  }
}
