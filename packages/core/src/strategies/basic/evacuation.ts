/**
 * Trying to empty one host: its instances, busiest first, each onto the busiest ranked host with room.
 * All or nothing: a host that cannot be emptied whole is left as it was.
 *
 * Hosts are asked from the end of the ranking on and are closed as targets when their turn has come, so a
 * host that has been emptied is never filled again.
 */
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import { NO_PLACE } from "../../placement/first-fit-tree.ts";
import { numberNeeds } from "../../placement/needs.ts";
import { PlacementIndex } from "../../placement/placement-index.ts";
import { ALLOCATION_DIMENSIONS, allocationNeed, allocationRoom, immovable, pinOf } from "../soundness.ts";
import type { UseOf } from "./ranking.ts";

/** Why an instance cannot leave, and with it its host cannot be emptied. */
export type Stay =
  | "excluded"
  | "locked"
  | "not active"
  | "metadata does not allow it"
  | "no sample"
  | "no room on any ranked host";

/** The first instance found that holds its host. */
export interface Hold {
  instance: number;
  why: Stay;
}

export class Evacuation {
  readonly #overlay: Overlay;
  readonly #ranked: Int32Array;
  readonly #scoreOf: UseOf;
  readonly #mayMove: (instance: number) => boolean;
  readonly #active: number;
  readonly #index: PlacementIndex;
  /** By node: 1 when its turn has come. */
  readonly #closed: Uint8Array;
  readonly #need = new Float64Array(ALLOCATION_DIMENSIONS);
  readonly #numberOf: Int32Array;
  /**
   * By number of needs: no ranked host before this position has room. Room only shrinks, so it only grows;
   * without it each search would wade anew through the hosts that are full, which come first.
   */
  readonly #searchedTo: Int32Array;
  /** What `searchedTo` was before the moves that may be taken back: number, position, in turns. */
  readonly #before: number[] = [];
  readonly #candidates: number[] = [];

  /** @param mayMove what the operator's option lets take part */
  constructor(overlay: Overlay, ranked: Int32Array, scoreOf: UseOf, mayMove: (instance: number) => boolean) {
    this.#overlay = overlay;
    this.#ranked = ranked;
    this.#scoreOf = scoreOf;
    this.#mayMove = mayMove;
    this.#active = overlay.model.findText("active");
    this.#closed = new Uint8Array(overlay.model.nodes.count);
    const { numberOf, count } = numberNeeds(overlay, (instance) => pinOf(overlay, instance));
    this.#numberOf = numberOf;
    this.#searchedTo = new Int32Array(count);
    const closed = this.#closed;
    const room = overlay.parity ? roomWhateverStatus(overlay) : allocationRoom(overlay);
    this.#index = new PlacementIndex(overlay.model, ranked, ALLOCATION_DIMENSIONS, (node, into) => {
      if (closed[node] === 1) into.fill(Number.NEGATIVE_INFINITY);
      else room(node, into);
    });
  }

  /**
   * Moves what it can. Not null: the host is not empty, and the moves made so far are for `takeBack`; with
   * `strategyParity` the search goes on after an instance that holds the host.
   */
  empty(source: number): Hold | null {
    const overlay = this.#overlay;
    this.#closed[source] = 1;
    this.#index.update(source);
    this.#before.length = 0;
    let hold = this.#gather(source);
    if (hold !== null && !overlay.parity) return hold;
    for (const instance of this.#candidates) {
      const target = this.#targetOf(instance);
      if (target !== NO_PLACE) {
        overlay.move(instance, source, target);
        this.#index.update(target);
      } else {
        hold ??= { instance, why: "no room on any ranked host" };
        if (!overlay.parity) return hold;
      }
    }
    return hold;
  }

  /** Takes back the moves since the mark. */
  takeBack(mark: number): void {
    const overlay = this.#overlay;
    const targets = new Set<number>();
    for (let n = overlay.movesSince(mark) - 1; n >= 0; n--) {
      targets.add(overlay.nodeOf[overlay.movedSince(mark, n)] as number);
    }
    overlay.rollback(mark);
    for (const target of targets) this.#index.update(target);
    const before = this.#before;
    while (before.length > 0) {
      const position = before.pop() as number;
      this.#searchedTo[before.pop() as number] = position;
    }
  }

  /** Hosts that could still be targets: for explanations. */
  *openTargets(): Generator<number> {
    for (const node of this.#ranked) if (this.#closed[node] === 0) yield node;
  }

  /** Fills the candidates; one instance that may not leave ends it, since then none has to. */
  #gather(source: number): Hold | null {
    const candidates = this.#candidates;
    const overlay = this.#overlay;
    candidates.length = 0;
    let hold: Hold | null = null;
    for (let at = overlay.firstInstance(source); at !== NO_INSTANCE; at = overlay.nextInstance(at)) {
      const why = this.#stay(at);
      if (why === null) candidates.push(at);
      else {
        hold ??= { instance: at, why };
        if (!overlay.parity) return hold;
      }
    }
    candidates.sort((a, b) => this.#scoreOf(b) - this.#scoreOf(a));
    return hold;
  }

  #stay(instance: number): Stay | null {
    const bound = immovable(this.#overlay, instance);
    if (bound !== null) return bound;
    if (this.#overlay.model.instances.state[instance] !== this.#active) return "not active";
    if (!this.#mayMove(instance)) return "metadata does not allow it";
    return Number.isNaN(this.#scoreOf(instance)) ? "no sample" : null;
  }

  /** The first ranked host with room, NO_PLACE without one. */
  #targetOf(instance: number): number {
    allocationNeed(this.#overlay, instance, this.#need);
    const number = this.#numberOf[instance] as number;
    const from = this.#searchedTo[number] as number;
    const position = this.#index.findFirst(from, this.#need, pinOf(this.#overlay, instance));
    if (position === NO_PLACE) return NO_PLACE;
    if (position > from) {
      this.#before.push(number, from);
      this.#searchedTo[number] = position;
    }
    return this.#index.nodeAt(position);
  }
}

/** As `allocationRoom`, but disabled hosts take part, as in the reference. */
function roomWhateverStatus(overlay: Overlay): (node: number, into: Float64Array) => void {
  return (node, into) => {
    into[0] = overlay.vcpusFree(node);
    into[1] = overlay.memoryFreeMiB(node);
    into[2] = overlay.diskFreeGb(node);
  };
}
