/**
 * Third step: one move per instance, and an order in which every move finds its room.
 *
 * An instance that moved several times goes once, from its first node to its last, after those that moved
 * once. It leaves its first node later then than it did on trial, so others may have to wait for it.
 */
import type { Overlay } from "../../model/overlay.ts";
import type { Loads } from "./loads.ts";

export interface Move {
  instance: number;
  from: number;
  to: number;
}

export interface Reduced {
  /** Moves of instances that moved once, in the order tried. */
  once: Move[];
  /** One for each that moved more often, in order of first appearance; none for those that came home. */
  joined: Move[];
}

/** The moves on trial since the mark, from where the plan starts to where the overlay stands now. */
export function reduce(overlay: Overlay, mark: number): Reduced {
  const { instances } = overlay.model;
  const count = overlay.movesSince(mark);
  const times = new Uint32Array(instances.count);
  for (let n = 0; n < count; n++) {
    const instance = overlay.movedSince(mark, n);
    times[instance] = (times[instance] as number) + 1;
  }
  const reduced: Reduced = { once: [], joined: [] };
  for (let n = 0; n < count; n++) {
    const instance = overlay.movedSince(mark, n);
    const move = {
      instance,
      from: instances.node[instance] as number,
      to: overlay.nodeOf[instance] as number,
    };
    if (times[instance] === 1) reduced.once.push(move);
    else if (times[instance] !== 0 && move.from !== move.to) reduced.joined.push(move);
    times[instance] = 0;
  }
  return reduced;
}

/** All moves on trial since the mark, one by one. */
export function triedSince(overlay: Overlay, mark: number): Move[] {
  const moves: Move[] = [];
  const leftLater = new Map<number, number>();
  for (let n = overlay.movesSince(mark) - 1; n >= 0; n--) {
    const instance = overlay.movedSince(mark, n);
    const from = overlay.leftSince(mark, n);
    moves.push({ instance, from, to: leftLater.get(instance) ?? (overlay.nodeOf[instance] as number) });
    leftLater.set(instance, from);
  }
  return moves.reverse();
}

/** Share of a limit by which a sum may be over it: sums of the same numbers in another order differ. */
const ROUNDING = 1e-9;

/**
 * Plays the moves on the overlay, which stands where the plan starts. A move that does not fit yet waits at
 * its target and goes as soon as others have left; what waits in a ring to the end is not made.
 * @returns the moves made, in that order
 */
export function play(overlay: Overlay, loads: Loads, moves: Iterable<Move>): Move[] {
  const made: Move[] = [];
  const waitingAt = new Map<number, Move[]>();
  const left: number[] = [];
  const tryOut = (move: Move): boolean => {
    if (!fits(overlay, loads, move)) return false;
    overlay.move(move.instance, move.from, move.to);
    loads.move(move.instance, move.from, move.to);
    made.push(move);
    left.push(move.from);
    return true;
  };
  for (const move of moves) {
    if (!tryOut(move)) append(waitingAt, move);
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      const waiting = waitingAt.get(node);
      if (waiting !== undefined)
        waitingAt.set(
          node,
          waiting.filter((waits) => !tryOut(waits)),
        );
    }
    loads.commit();
  }
  return made;
}

function append(waitingAt: Map<number, Move[]>, move: Move): void {
  const waiting = waitingAt.get(move.to);
  if (waiting === undefined) waitingAt.set(move.to, [move]);
  else waiting.push(move);
}

/**
 * Room by allocation, and by what the instances there use together. Not by the host's own report: corrected
 * by flavors, it would depend on the order in which they came.
 */
function fits(overlay: Overlay, loads: Loads, { instance, to }: Move): boolean {
  const { vcpus, memoryMiB, diskGb } = overlay.model.instances;
  const { cpu, ramMiB } = loads.samples;
  return (
    overlay.vcpusFree(to) >= (vcpus[instance] as number) &&
    overlay.memoryFreeMiB(to) >= (memoryMiB[instance] as number) &&
    overlay.diskFreeGb(to) >= (diskGb[instance] as number) &&
    isWithin(loads.instancesCpu(to) + (cpu[instance] as number), loads.cpuLimit[to] as number) &&
    isWithin(loads.instancesRamMiB(to) + (ramMiB[instance] as number), loads.ramLimitMiB[to] as number)
  );
}

function isWithin(use: number, limit: number): boolean {
  return use <= limit + Math.abs(limit) * ROUNDING;
}
