/**
 * From groups to placements: each source is emptied whole or left as it was.
 *
 * A destination is promised to one source, however little it takes there. Where every source went whole into
 * one destination and is emptied, that is as meant, and the round stands alone. Where a source was given
 * several destinations, or is left, more was promised than needed: the next audit would find more, and the
 * one after that. So the hosts are grouped again until a round empties none. The next audit's first grouping
 * is this one's last, and it finds nothing to do.
 *
 * Invariants: a host that was emptied, or was free, never takes an instance again; so the number of hosts in
 * use falls with each that is emptied, and rounds end. Hosts that are kept only gain: their use at the end
 * is their largest, so the migrations from where instances are to where they end are sound in any order.
 */
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import { targetRefusal } from "../soundness.ts";
import { Destinations, NO_DESTINATION } from "./destinations.ts";
import { type Grouping, groupHosts } from "./grouping.ts";
import type { Hosts } from "./hosts.ts";

/** A source that was left as it was, because of an instance that found no room. */
export interface LeftHost {
  host: number;
  instance: number;
  /** Where it was looked for. */
  destinations: readonly number[];
}

export interface Emptying {
  /** Hosts that are empty at the end, in the order in which they were emptied. */
  emptied: number[];
  /** Of the first round: what was free before, who was promised. */
  first: Grouping;
  /** Of the last round. */
  last: Grouping;
  rounds: number;
}

/**
 * @param onLeft told of each source that a round leaves, while the trial moves are still in the overlay
 * @param onRound told when another round starts: what `onLeft` was told before counts no more
 */
export function emptyHosts(
  overlay: Overlay,
  hosts: Hosts,
  onRound: () => void,
  onLeft: (left: LeftHost) => void,
): Emptying {
  const first = groupHosts(overlay, hosts);
  const result: Emptying = { emptied: [], first, last: first, rounds: 0 };
  for (;;) {
    result.rounds += 1;
    onRound();
    const { emptied, left } = emptySources(overlay, result.last, onLeft);
    // One by one: as arguments of a single push, the hosts of a very large cloud would not fit on the stack.
    for (const node of emptied) result.emptied.push(node);
    if (emptied.length === 0) return result;
    if (result.rounds === 1 && left === 0 && first.spread === 0) return result;
    result.last = groupHosts(overlay, hosts);
  }
}

function emptySources(
  overlay: Overlay,
  { sources, destinations }: Grouping,
  onLeft: (left: LeftHost) => void,
): { emptied: number[]; left: number } {
  const named = new Set(sources);
  const takes = (instance: number, node: number): boolean => targetRefusal(overlay, instance, node) === null;
  const row = new Destinations(overlay, destinations, takes);
  row.addAll(destinations.filter((node) => !named.has(node)));
  const emptied: number[] = [];
  const marks: number[] = [];
  for (const source of sources) {
    marks.length = 0;
    const stuck = moveAll(overlay, source, row, marks);
    if (stuck === NO_INSTANCE) {
      emptied.push(source);
      continue;
    }
    onLeft({ host: source, instance: stuck, destinations });
    takeBack(overlay, marks, row);
    // It is kept, so it may take what others hold, if it is a destination as well.
    row.add(source);
  }
  return { emptied, left: sources.length - emptied.length };
}

/**
 * @param marks gets one for each move
 * @returns the first instance that finds no room, NO_INSTANCE when all have moved
 */
function moveAll(overlay: Overlay, source: number, row: Destinations, marks: number[]): number {
  for (const instance of instancesOf(overlay, source)) {
    const target = row.find(instance, source);
    if (target === NO_DESTINATION) return instance;
    marks.push(overlay.mark());
    overlay.move(instance, source, target);
    row.update(target);
  }
  return NO_INSTANCE;
}

/** Most vCPUs first; equals in model order, as the next audit will read them. */
export function instancesOf(overlay: Overlay, host: number): number[] {
  const { vcpus } = overlay.model.instances;
  const held: number[] = [];
  for (let at = overlay.firstInstance(host); at !== NO_INSTANCE; at = overlay.nextInstance(at)) held.push(at);
  return held.sort((a, b) => (vcpus[b] as number) - (vcpus[a] as number) || a - b);
}

/** One by one: the row can put one changed host into its place, not several at once. */
function takeBack(overlay: Overlay, marks: readonly number[], row: Destinations): void {
  for (let n = marks.length - 1; n >= 0; n--) {
    const mark = marks[n] as number;
    const target = overlay.nodeOf[overlay.movedSince(mark, 0)] as number;
    overlay.rollback(mark);
    row.update(target);
  }
}
