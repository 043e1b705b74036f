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
  /** Index of the migration before that moved the same instance; UNKNOWN for nearly all. */
  previous: Int32Array;
}

/** @param actions in the solution's order, which says where an instance that moves twice is */
export function readMoves(actions: readonly SolutionAction[], model: ClusterModel): Moves {
  const nodeOf = hostLookup(model);
  const instance = Int32Array.from(actions, ({ move }) => move?.instance ?? UNKNOWN);
  findInstances(actions, model, instance);
  const source = new Int32Array(actions.length).fill(UNKNOWN);
  const destination = new Int32Array(actions.length).fill(UNKNOWN);
  const previous = new Int32Array(actions.length).fill(UNKNOWN);
  const last = new Map<number, number>();
  for (let at = 0; at < actions.length; at++) {
    const moved = instance[at] as number;
    if (moved === UNKNOWN) continue;
    const { move, inputParameters: given } = actions[at] as SolutionAction;
    const from = move === undefined ? nodeOf(given.source_node) : move.source;
    const before = last.get(moved);
    last.set(moved, at);
    if (before !== undefined) previous[at] = before;
    const place = (before === undefined ? model.instances.node[moved] : destination[before]) as number;
    if (place !== UNMAPPED && from === place) source[at] = place;
    destination[at] = move === undefined ? nodeOf(given.destination_node) : (move.destination ?? UNKNOWN);
  }
  return { instance, source, destination, previous };
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

/**
 * Instances of migrations that are given by name alone: one pass over all instances, as a search for each
 * would be a pass for each.
 */
function findInstances(actions: readonly SolutionAction[], model: ClusterModel, found: Int32Array): void {
  const named = new Map<number, number[]>();
  actions.forEach(({ actionType, move, inputParameters: { resource_id: uuid } }, at) => {
    if (actionType !== "migrate" || move !== undefined || typeof uuid !== "string") return;
    const text = model.findText(uuid);
    if (text < 0) return;
    const same = named.get(text);
    if (same === undefined) named.set(text, [at]);
    else same.push(at);
  });
  if (named.size === 0) return;
  const { uuid, count } = model.instances;
  for (let instance = 0; instance < count; instance++) {
    for (const at of named.get(uuid[instance] as number) ?? []) found[at] = instance;
  }
}
