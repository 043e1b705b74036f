/** Nodes told apart by one of their own metrics, and which instance leaves a hot one: the thermal strategies. */

import type { Reasons } from "../explanation.ts";
import type { MetricColumn } from "../model/metrics.ts";
import { NO_INSTANCE, type Overlay } from "../model/overlay.ts";
import type { Coverage } from "./coverage.ts";
import { shownText } from "./shown.ts";
import { immovable, isAvailable } from "./soundness.ts";

export interface NodeHeat {
  /** Nodes at or above the threshold, the highest value first; equals in model order. */
  hot: number[];
  /** Nodes below it, in model order. */
  cool: number[];
  /** Available nodes left out for want of a sample. */
  withoutSamples: number;
  coverage: Coverage;
}

/** Splits the available nodes (up and enabled, in scope) by a metric of nodes. */
export function nodeHeat(overlay: Overlay, { values }: MetricColumn, threshold: number): NodeHeat {
  const heat: NodeHeat = { hot: [], cool: [], withoutSamples: 0, coverage: { wanted: 0, present: 0 } };
  for (let node = 0; node < overlay.model.nodes.count; node++) {
    if (!isAvailable(overlay, node)) continue;
    const value = values[node] as number;
    heat.coverage.wanted += 1;
    if (Number.isNaN(value)) heat.withoutSamples += 1;
    else if (value >= threshold) heat.hot.push(node);
    else heat.cool.push(node);
  }
  heat.coverage.present = heat.coverage.wanted - heat.withoutSamples;
  heat.hot.sort((a, b) => (values[b] as number) - (values[a] as number));
  return heat;
}

/**
 * First instance of the node that is active and may move; NO_INSTANCE when there is none.
 * @param passedOver is told of those before it
 */
export function firstToLeave(overlay: Overlay, node: number, passedOver: Reasons): number {
  const { state, uuid } = overlay.model.instances;
  const active = overlay.model.findText("active");
  for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
    const reason = immovable(overlay, at) ?? (state[at] === active ? null : "not active");
    if (reason === null) return at;
    passedOver.add(reason, () => ({ instance: shownText(overlay.model, uuid[at]) }));
  }
  return NO_INSTANCE;
}
