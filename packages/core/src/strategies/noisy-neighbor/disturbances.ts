/** Nodes where a noisy instance takes the cache from a more important one. */

import type { Reasons } from "../../explanation.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import { shownInstance } from "../shown.ts";
import { immovable, migrationTypes } from "../soundness.ts";
import type { ChangeTest } from "./cache-use.ts";

export interface Disturbance {
  node: number;
  victim: number;
  noisy: number;
}

export interface Judgement {
  isVictim: ChangeTest;
  isNoisy: ChangeTest;
  priorityOf: (instance: number) => number;
}

/** One per disturbed node at most, in node order. */
export function findDisturbances(overlay: Overlay, judgement: Judgement, passedOver: Reasons): Disturbance[] {
  const refusalOf = moveRefusals(overlay);
  const found: Disturbance[] = [];
  for (let node = 0; node < overlay.takesPart.length; node++) {
    if (overlay.takesPart[node] === 0 || !holdsBoth(overlay, node, judgement)) continue;
    const pair = disturbanceOn(overlay, node, judgement, refusalOf, passedOver);
    if (pair !== null) found.push(pair);
  }
  return found;
}

/** Spares the sorting of almost all nodes. */
function holdsBoth(overlay: Overlay, node: number, { isVictim, isNoisy }: Judgement): boolean {
  let victim = false;
  let noisy = false;
  for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
    victim ||= isVictim(at);
    noisy ||= isNoisy(at);
  }
  return victim && noisy;
}

/** Why a noisy instance may not move away; null: it may. The reference asks for nothing of it. */
function moveRefusals(overlay: Overlay): (instance: number) => string | null {
  if (overlay.parity) return () => null;
  const typeOf = migrationTypes(overlay.model);
  return (instance) => {
    const bound = immovable(overlay, instance);
    if (bound !== null) return bound;
    if (overlay.model.nodes.up[overlay.nodeOf[instance] as number] === 0) return "its node is down";
    return typeOf(instance) === "live" ? null : "state cannot be live migrated";
  };
}

/** For the most important victim: the last in rank of the noisy instances ranked behind it. */
function disturbanceOn(
  overlay: Overlay,
  node: number,
  { isVictim, isNoisy, priorityOf }: Judgement,
  refusalOf: (instance: number) => string | null,
  passedOver: Reasons,
): Disturbance | null {
  const { model } = overlay;
  const ranked: number[] = [];
  for (let at = overlay.firstInstance(node); at !== NO_INSTANCE; at = overlay.nextInstance(at))
    ranked.push(at);
  ranked.sort((a, b) => priorityOf(a) - priorityOf(b));
  const victimAt = ranked.findIndex(isVictim);
  for (let at = ranked.length - 1; at > victimAt; at--) {
    const noisy = ranked[at] as number;
    if (!isNoisy(noisy)) continue;
    const refusal = refusalOf(noisy);
    if (refusal === null) return { node, victim: ranked[victimAt] as number, noisy };
    passedOver.add(refusal, () => ({ instance: shownInstance(model, noisy) }));
  }
  return null;
}
