/** The moves of the plan as actions; a disabled node is enabled before the first that goes there. */
import { addMigration, addServiceState } from "../actions.ts";
import type { Solution } from "../solution.ts";
import { type Move, movesSince, play, type Reduced, reduce } from "./sequence.ts";
import type { Trial } from "./trial.ts";

export interface PlannedMoves {
  made: readonly Move[];
  /** Moves, those that were joined later too, to nodes that are disabled in the model. */
  toDisabled: number;
  /** Moves that would each have to wait for the other. */
  heldBack: number;
}

/** Afterwards the overlay stands where the plan ends. */
export function addMoves(trial: Trial, solution: Solution): PlannedMoves {
  const { overlay, loads } = trial;
  const tried = movesSince(overlay, trial.start);
  const reduced = reduce(tried);
  const joinedToDisabled = reduced.joined.filter(({ to }) => overlay.enabled[to] === 0).length;
  const toDisabled = trial.movesToDisabled + joinedToDisabled;
  if (overlay.parity) {
    return { made: addAsTried(trial, tried, reduced, solution), toDisabled, heldBack: 0 };
  }
  const planned = [...reduced.once, ...reduced.joined];
  overlay.rollback(trial.start);
  loads.reset();
  const made = play(overlay, loads, planned);
  for (const move of made) {
    enable(trial, move.to, solution);
    migrate(trial, move, solution);
  }
  return { made, toDisabled, heldBack: planned.length - made.length };
}

/** As in Watcher: nodes are enabled for moves that are dropped later too, and nothing waits for its room. */
function addAsTried(
  trial: Trial,
  tried: readonly Move[],
  { once, joined }: Reduced,
  solution: Solution,
): Move[] {
  for (const move of tried) {
    enable(trial, move.to, solution);
    if (once.has(move)) migrate(trial, move, solution);
  }
  for (const move of joined) {
    enable(trial, move.to, solution);
    migrate(trial, move, solution);
  }
  return [...once, ...joined];
}

function enable({ overlay }: Trial, node: number, solution: Solution): void {
  if (overlay.enabled[node] === 0) addServiceState(solution, overlay.model, node, { state: "enabled" });
}

function migrate({ overlay, typeOf }: Trial, { instance, from, to }: Move, solution: Solution): void {
  const type = typeOf(instance);
  if (type === null) return;
  addMigration(solution, overlay.model, { instance, type, source: from, destination: to });
}
