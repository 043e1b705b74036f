/** First phase: instances leave nodes whose CPU is overloaded, the smallest first, until it is not. */
import { NO_PLACE } from "../../placement/first-fit-tree.ts";
import { immovable } from "../soundness.ts";
import { Receivers, type Refusal, rank } from "./receivers.ts";
import type { Trial } from "./trial.ts";

export interface Offloaded {
  overloaded: number;
  stillOverloaded: number;
}

export function offload(trial: Trial, nodes: Int32Array, refusal: Refusal): Offloaded {
  const { loads } = trial;
  const receivers = new Receivers(trial.overlay, loads, rank(loads, nodes), refusal);
  const result = { overloaded: 0, stillOverloaded: 0 };
  for (let position = nodes.length - 1; position >= 0; position--) {
    const node = receivers.order[position] as number;
    if (!loads.isOverloaded(node)) continue;
    result.overloaded += 1;
    relieve(trial, receivers, node);
    if (loads.isOverloaded(node)) result.stillOverloaded += 1;
  }
  trial.commit(receivers);
  return result;
}

function relieve(trial: Trial, receivers: Receivers, node: number): void {
  const { overlay, loads } = trial;
  for (const instance of trial.instancesByCpu(node)) {
    if (immovable(overlay, instance) !== null) continue;
    // Watcher moves these too, but what uses no CPU relieves no node.
    if (!overlay.parity && loads.samples.cpu[instance] === 0) continue;
    // Those in a state that forbids migration look for a place too, as in Watcher: it is remembered what they saw.
    const place = receivers.find(instance, NO_PLACE);
    if (place === NO_PLACE || trial.typeOf(instance) === null) continue;
    const target = receivers.order[place] as number;
    trial.move(instance, node, target);
    receivers.update(node);
    receivers.update(target);
    if (!loads.isOverloaded(node)) return;
  }
}
