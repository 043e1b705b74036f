/**
 * Which migrations must wait for which others, where nothing else keeps them apart: those that need
 * room that others free.
 *
 * Per host, room is counted as if nothing ever left it, until an arrival does not fit that way. Then the
 * first departures that make it fit become its parents, and those of every later arrival at that host:
 * it could take that room first otherwise. So whatever runs first, an arrival finds its room: those
 * before it in the solution's order are counted, and those behind it wait for at least as much.
 */
import type { ClusterModel } from "../model/model.ts";
import type { SolutionAction } from "../strategies/solution.ts";
import { readMoves, UNKNOWN } from "./moves.ts";
import { Rooms } from "./rooms.ts";

/** Shared by all that wait for nothing. */
const NOTHING: number[] = [];

/** What leaves a host, in the solution's order, and how much of it arrivals wait for. */
interface Departures {
  actions: number[];
  /** The first so many are parents of every further arrival. */
  credited: number;
}

/**
 * @param actions in the solution's order, in which every migration finds its room
 * @returns per action those (indices, smaller than its own) that it must wait for; empty for most. A
 *   migration that does not fit in the solution's order either waits for nothing more: it can't be helped.
 */
export function roomParents(actions: readonly SolutionAction[], model: ClusterModel): number[][] {
  const parents = actions.map(() => NOTHING);
  const { instance, source, destination, previous } = readMoves(actions, model);
  const rooms = new Rooms(model);
  const departures = new Map<number, Departures>();
  for (let at = 0; at < actions.length; at++) {
    const moved = instance[at] as number;
    if (moved === UNKNOWN) continue;
    const to = destination[at] as number;
    const waits = to === UNKNOWN ? NOTHING : arrive(to, moved, departures.get(to), rooms, instance);
    // An instance that moves twice has to arrive first.
    const earlier = previous[at] as number;
    parents[at] =
      earlier === UNKNOWN || waits.includes(earlier) ? waits : [...waits, earlier].sort((a, b) => a - b);
    const from = source[at] as number;
    if (from !== UNKNOWN) remember(departures, from, at);
  }
  return parents;
}

/** Counts an arrival. @returns the departures that it waits for */
function arrive(
  node: number,
  moved: number,
  leaving: Departures | undefined,
  rooms: Rooms,
  instanceOf: Int32Array,
): number[] {
  if (leaving !== undefined && !rooms.fits(node, moved)) credit(node, moved, leaving, rooms, instanceOf);
  rooms.take(node, moved);
  return leaving === undefined || leaving.credited === 0
    ? NOTHING
    : leaving.actions.slice(0, leaving.credited);
}

/** Counts further departures as gone until the instance fits; if all of them do not help, none. */
function credit(
  node: number,
  moved: number,
  leaving: Departures,
  rooms: Rooms,
  instanceOf: Int32Array,
): void {
  const { actions } = leaving;
  const gone = (index: number): number => instanceOf[actions[index] as number] as number;
  let count = leaving.credited;
  while (count < actions.length && !rooms.fits(node, moved)) rooms.free(node, gone(count++));
  if (rooms.fits(node, moved)) {
    leaving.credited = count;
    return;
  }
  while (count > leaving.credited) rooms.take(node, gone(--count));
}

function remember(departures: Map<number, Departures>, node: number, action: number): void {
  const known = departures.get(node);
  if (known === undefined) departures.set(node, { actions: [action], credited: 0 });
  else known.actions.push(action);
}
