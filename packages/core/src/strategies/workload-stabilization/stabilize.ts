/** The second half of a run: makes the planned moves one by one, for as long as they are still a gain. */

import { Listing, Reasons } from "../../explanation.ts";
import type { JsonObject } from "../../json.ts";
import type { Overlay } from "../../model/overlay.ts";
import { addMigration } from "../actions.ts";
import { shownNode, shownText } from "../shown.ts";
import type { Solution } from "../solution.ts";
import { targetRefusal } from "../soundness.ts";
import type { Entries } from "./entries.ts";
import type { Loads } from "./loads.ts";
import { isGain, type Spread } from "./spread.ts";

/**
 * Watcher's start value of its search for the least weighted deviation. One of 1 or more is never improved on by
 * it; two metrics come there, and so does one whose loads count above 100 %, so we start from what is if that is more.
 */
const LEAST_AT_FIRST = 1;

export interface Stabilized {
  moves: number;
  /** Weighted deviation after the last move; 0 without one. */
  after: number;
  /** By position: the host lost or got an instance. */
  changed: Uint8Array;
  explanation: JsonObject;
}

export function stabilize(
  overlay: Overlay,
  loads: Loads,
  spread: Spread,
  entries: Entries,
  solution: Solution,
): Stabilized {
  const { model, nodeOf } = overlay;
  const { nodes } = loads;
  const { uuid } = model.instances;
  const positionOf = new Int32Array(model.nodes.count);
  nodes.forEach((node, position) => {
    positionOf[node] = position;
  });
  const changed = new Uint8Array(nodes.length);
  const moved = new Listing();
  const passedOver = new Reasons();
  const hostname = (node: number): string => shownNode(model, node);
  let instance = 0;
  let target = 0;
  // Made once: full search passes over millions of entries.
  const entry = () => ({ instance: shownText(model, uuid[instance]), to: hostname(target) });
  let moves = 0;
  let least = overlay.parity ? LEAST_AT_FIRST : Math.max(LEAST_AT_FIRST, spread.weighted());
  for (const at of entries.sorted()) {
    instance = entries.instances[at] as number;
    const to = entries.targets[at] as number;
    target = nodes[to] as number;
    const refusal = entryRefusal(overlay, instance, target);
    if (refusal !== null) {
      passedOver.add(refusal, entry);
      continue;
    }
    const source = nodeOf[instance] as number;
    const from = positionOf[source] as number;
    const value = spread.caseOf(instance, from, to);
    if (isGain(value, least)) {
      least = value;
      moves += 1;
      spread.move(instance, from, to);
      changed[from] = 1;
      changed[to] = 1;
      overlay.move(instance, source, target);
      addMigration(solution, model, { instance, type: "live", source, destination: target });
      moved.add(() => ({ ...entry(), from: hostname(source), deviationAfter: value }));
    } else passedOver.add("no further gain", entry);
    if (isBalanced(loads, spread)) break;
  }
  const explanation = { moved: moved.toJson(), passedOver: passedOver.toJson() };
  return { moves, after: moves === 0 ? 0 : spread.weightedExactly(), changed, explanation };
}

/** Whether the last case, made or not, would bring one metric below its threshold: enough for Watcher. */
function isBalanced({ metrics }: Loads, { caseDeviations }: Spread): boolean {
  for (let m = 0; m < metrics.length; m++) {
    if ((caseDeviations[m] as number) < (metrics[m]?.threshold as number)) return true;
  }
  return false;
}

function entryRefusal(overlay: Overlay, instance: number, target: number): string | null {
  const { instances, nodes } = overlay.model;
  // Watcher plans it again from the host that it has left, and fails.
  if (overlay.nodeOf[instance] !== instances.node[instance]) return "moved already";
  if (!overlay.parity) return targetRefusal(overlay, instance, target);
  return (instances.diskGb[instance] as number) > (nodes.diskGb[target] as number) ? "no room: disk" : null;
}
