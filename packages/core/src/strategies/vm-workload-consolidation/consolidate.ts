/**
 * Second phase: nodes with little load send their instances to nodes that rank higher, so that they become
 * empty. A node that can't be emptied whole gives nothing away: such moves would cost and free no node.
 */
import type { JsonObject } from "../../json.ts";
import { NO_PLACE } from "../../placement/first-fit-tree.ts";
import { immovable } from "../soundness.ts";
import { Receivers, type Refusal, rank } from "./receivers.ts";
import type { Bound, Trial } from "./trial.ts";

/** Told of each node that keeps its instances: the one that holds it, and, for want of room, why others refuse it. */
type OnKept = (node: number, bound: Bound, refusals: (() => JsonObject) | null) => void;

export function consolidate(trial: Trial, nodes: Int32Array, refusal: Refusal, onKept: OnKept): void {
  const { overlay, loads } = trial;
  if (overlay.parity) {
    spreadAll(trial, new Receivers(overlay, loads, rank(loads, nodes), refusal));
    return;
  }
  const { order, bounds } = rankFillable(trial, nodes);
  // Filling an empty node frees none: as many are in use afterwards.
  const receivers = new Receivers(overlay, loads, order, (node) =>
    overlay.instancesOn[node] === 0 ? "empty" : refusal(node),
  );
  const offloaded = overlay.movesSince(trial.start) > 0;
  for (let position = 0; position < nodes.length; position++) {
    const node = receivers.order[position] as number;
    if (overlay.instancesOn[node] === 0) continue;
    const bound = bounds[position] ?? empty(trial, receivers, position);
    if (bound === null) continue;
    const refusals = (): JsonObject => receivers.refusals(bound.instance, position);
    onKept(node, bound, bound.reason === NO_ROOM ? refusals : null);
    if (offloaded) sendHome(trial, receivers, position);
  }
}

/** Reason of an instance that may move, but finds no place. */
const NO_ROOM = "no room";

interface Ranking {
  order: Int32Array;
  /** By position: what holds the node in use; null: it can be emptied, given room. */
  bounds: (Bound | null)[];
}

/**
 * Watcher's order, but nodes that something holds in use come last, so that they are the first to be filled.
 * Ranked by their load alone, most of them would stay half empty: no one could ever release them.
 */
function rankFillable(trial: Trial, nodes: Int32Array): Ranking {
  const ranked = Array.from(rank(trial.loads, nodes), (node) => ({ node, bound: trial.boundOn(node) }));
  const order = [
    ...ranked.filter(({ bound }) => bound === null),
    ...ranked.filter(({ bound }) => bound !== null),
  ];
  return { order: Int32Array.from(order, ({ node }) => node), bounds: order.map(({ bound }) => bound) };
}

/** As in Watcher: what finds a place goes, whether its node becomes empty or not. */
function spreadAll(trial: Trial, receivers: Receivers): void {
  for (let position = 0; position < receivers.order.length; position++) {
    const node = receivers.order[position] as number;
    for (const instance of trial.instancesByCpu(node).reverse()) {
      if (immovable(trial.overlay, instance) !== null) continue;
      const place = receivers.find(instance, position);
      if (place === NO_PLACE || trial.typeOf(instance) === null) continue;
      send(trial, receivers, instance, node, place);
    }
    trial.commit(receivers);
  }
}

/** @returns null: the node is empty now; else it is as it was */
function empty(trial: Trial, receivers: Receivers, position: number): Bound | null {
  const node = receivers.order[position] as number;
  for (const instance of trial.instancesByCpu(node).reverse()) {
    const place = receivers.findOrRollback(instance, position);
    if (place === NO_PLACE) {
      trial.rollback(receivers);
      return { instance, reason: NO_ROOM };
    }
    send(trial, receivers, instance, node, place);
  }
  trial.commit(receivers);
  return null;
}

/**
 * What left an overloaded node and would find its place just there again goes back: one migration less,
 * whether its present node becomes empty or not.
 */
function sendHome(trial: Trial, receivers: Receivers, position: number): void {
  const node = receivers.order[position] as number;
  const home = trial.overlay.model.instances.node;
  for (const instance of trial.instancesByCpu(node).reverse()) {
    if (home[instance] === node) continue;
    const place = receivers.find(instance, position);
    if (place === NO_PLACE || receivers.order[place] !== home[instance]) continue;
    send(trial, receivers, instance, node, place);
  }
  trial.commit(receivers);
}

/** Receivers are not told of the source: it ranks lower than all sources to come, so nobody asks for it. */
function send(trial: Trial, receivers: Receivers, instance: number, from: number, place: number): void {
  const target = receivers.order[place] as number;
  trial.move(instance, from, target);
  receivers.update(target);
}
