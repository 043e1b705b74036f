/** Which instances leave which hot node: one, or all of them where the node itself seems to be in trouble. */

import type { Reasons } from "../../explanation.ts";
import type { MetricColumn } from "../../model/metrics.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import { firstToLeave } from "../node-heat.ts";
import { shownText } from "../shown.ts";
import { immovable, migrationTypes } from "../soundness.ts";

export interface Departure {
  node: number;
  /** In the order in which they are placed: most vCPUs first, equals in model order. */
  instances: number[];
  /** The node draws little power and takes in cool air, and still needs much air: it is emptied. */
  trouble: boolean;
}

export interface TroubleSigns {
  inlet: MetricColumn;
  power: MetricColumn;
  inletThreshold: number;
  powerThreshold: number;
}

/** From the first of the hot nodes that has instances to give; null when none has. */
export function chooseDeparture(
  overlay: Overlay,
  hot: readonly number[],
  signs: TroubleSigns,
  passedOver: Reasons,
): Departure | null {
  for (const node of hot) {
    if (overlay.instancesOn[node] === 0) continue;
    // A missing sample is NaN, and so below no threshold: no reason to empty a node.
    const trouble =
      (signs.power.values[node] as number) < signs.powerThreshold &&
      (signs.inlet.values[node] as number) < signs.inletThreshold;
    const instances = trouble ? allToLeave(overlay, node, passedOver) : oneToLeave(overlay, node, passedOver);
    if (instances.length > 0) return { node, instances, trouble };
  }
  return null;
}

function oneToLeave(overlay: Overlay, node: number, passedOver: Reasons): number[] {
  const instance = firstToLeave(overlay, node, passedOver);
  return instance === NO_INSTANCE ? [] : [instance];
}

/** Whatever can be migrated; the reference takes the rest too, and its migrations fail. */
function allToLeave(overlay: Overlay, node: number, passedOver: Reasons): number[] {
  const { uuid, vcpus } = overlay.model.instances;
  const typeOf = migrationTypes(overlay.model);
  const leaving: number[] = [];
  for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
    const reason = overlay.parity ? null : (immovable(overlay, at) ?? stateRefusal(typeOf(at)));
    if (reason === null) leaving.push(at);
    else passedOver.add(reason, () => ({ instance: shownText(overlay.model, uuid[at]) }));
  }
  return leaving.sort((a, b) => (vcpus[b] as number) - (vcpus[a] as number));
}

function stateRefusal(type: string | null): string | null {
  return type === null ? "state cannot be migrated" : null;
}
