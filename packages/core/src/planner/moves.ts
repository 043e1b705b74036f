/** The migrations of a solution by indices of the model, read once so that planning stays linear. */
import { UNMAPPED } from "../model/layout.ts";
import type { ClusterModel } from "../model/model.ts";
import type { SolutionAction } from "../strategies/solution.ts";

/** In `Moves`: no migration, an instance or a node that the model does not hold, or none given. */
export const UNKNOWN = -1;

/** Parallel to the actions. */
export interface Moves {
  instance: Int32Array;
  /** UNKNOWN also where the instance is not on the node that the action names: such a migration is skipped. */
  source: Int32Array;
  /** UNKNOWN also where Nova's scheduler chooses. */
  destination: Int32Array;
}

/** @param actions in the solution's order, which says where an instance that moves twice is */
export function readMoves(actions: readonly SolutionAction[], model: ClusterModel): Moves {
  const nodeOf = hostLookup(model);
  const instance = instancesOf(actions, model);
  const source = new Int32Array(actions.length).fill(UNKNOWN);
  const destination = new Int32Array(actions.length).fill(UNKNOWN);
  const movedTo = new Map<number, number>();
  for (let at = 0; at < actions.length; at++) {
    const moved = instance[at] as number;
    if (moved === UNKNOWN) continue;
    const { source_node: from, destination_node: to } = actions[at]?.inputParameters ?? {};
    const place = movedTo.get(moved) ?? (model.instances.node[moved] as number);
    if (place !== UNMAPPED && nodeOf(from) === place) source[at] = place;
    destination[at] = nodeOf(to);
    movedTo.set(moved, destination[at] as number);
  }
  return { instance, source, destination };
}

/** Each name is looked for once: a plan names the same hosts over and over. */
function hostLookup(model: ClusterModel): (hostname: unknown) => number {
  const known = new Map<unknown, number>();
  return (hostname) => {
    if (typeof hostname !== "string") return UNKNOWN;
    let node = known.get(hostname);
    if (node === undefined) {
      node = model.nodeByHostname(hostname);
      known.set(hostname, node);
    }
    return node;
  };
}

/** One pass over the instances for all actions: a search for each would be a pass for each. */
function instancesOf(actions: readonly SolutionAction[], model: ClusterModel): Int32Array {
  const found = new Int32Array(actions.length).fill(UNKNOWN);
  const byText = new Map<number, number>();
  for (let at = 0; at < actions.length; at++) {
    const id = actions[at]?.actionType === "migrate" ? actions[at]?.inputParameters.resource_id : null;
    if (typeof id !== "string") continue;
    const text = model.findText(id);
    if (text < 0) continue;
    byText.set(text, UNKNOWN);
    found[at] = text;
  }
  const { uuid, count } = model.instances;
  for (let instance = 0; instance < count; instance++) {
    const text = uuid[instance] as number;
    if (byText.has(text)) byText.set(text, instance);
  }
  return found.map((text) => (text === UNKNOWN ? UNKNOWN : (byText.get(text) ?? UNKNOWN)));
}
