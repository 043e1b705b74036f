/** The moves of the plan as actions; a disabled node is enabled before the first that goes there. */
import { addMigration, addServiceState } from "../actions.ts";
import type { Solution } from "../solution.ts";
import { type Move, play, reduce, triedSince } from "./sequence.ts";
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
  const { once, joined } = reduce(overlay, trial.start);
  const joinedToDisabled = joined.filter(({ to }) => overlay.enabled[to] === 0).length;
  const toDisabled = trial.movesToDisabled + joinedToDisabled;
  const planned = [...once, ...joined];
  if (overlay.parity) {
    addAsTried(trial, once, joined, solution);
    return { made: planned, toDisabled, heldBack: 0 };
  }
  overlay.rollback(trial.start);
  loads.reset();
  const made = play(overlay, loads, planned);
  for (const move of made) add(trial, move, solution);
  return { made, toDisabled, heldBack: planned.length - made.length };
}

/** As in Watcher: nodes are enabled for moves that are dropped later too, and nothing waits for its room. */
function addAsTried(trial: Trial, once: readonly Move[], joined: readonly Move[], solution: Solution): void {
  const single = new Map(once.map((move) => [move.instance, move]));
  for (const { instance, to } of triedSince(trial.overlay, trial.start)) {
    const move = single.get(instance);
    if (move === undefined) enable(trial, to, solution);
    else add(trial, move, solution);
  }
  for (const move of joined) add(trial, move, solution);
}

function add(trial: Trial, move: Move, solution: Solution): void {
  const { instance, from, to } = move;
  enable(trial, to, solution);
  const type = trial.typeOf(instance);
  if (type !== null) {
    addMigration(solution, trial.overlay.model, { instance, type, source: from, destination: to });
  }
}

function enable({ overlay }: Trial, node: number, solution: Solution): void {
  if (overlay.enabled[node] === 0) addServiceState(solution, overlay.model, node, { state: "enabled" });
}
