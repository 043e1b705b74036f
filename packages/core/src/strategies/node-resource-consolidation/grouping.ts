/**
 * Which hosts are to be emptied, and which are to take what they hold: Watcher's grouping.
 *
 * Hosts are asked from the least used on. What one holds is packed, as a trial that moves nothing, into the
 * most used hosts that nobody has been promised to yet; each host that takes some of it is promised. Asking
 * ends at the first promised host. A host whose walk comes to itself with instances left is promised too.
 */
import { NO_TEXT } from "../../model/layout.ts";
import { NO_INSTANCE, type Overlay } from "../../model/overlay.ts";
import { PlacementIndex, type RoomOf } from "../../placement/placement-index.ts";
import { ALLOCATION_DIMENSIONS, allocationNeed, allocationRoom, pinOf, zoneAllows } from "../soundness.ts";
import type { Hosts } from "./hosts.ts";

export interface Grouping {
  /** To be emptied, in the order in which they were found. Some may be destinations as well. */
  sources: number[];
  /** In the order in which they were promised. */
  destinations: number[];
  /** Hosts of which no vCPU is in use. */
  free: number[];
  /** Hosts asked of which an instance may not move. Destinations, like those whose migrations failed. */
  held: number[];
  /** How many of the sources did not fit whole into one destination, so that several are promised to them. */
  spread: number;
}

export function groupHosts(overlay: Overlay, hosts: Hosts): Grouping {
  return new Grouper(overlay, hosts).run();
}

class Grouper {
  readonly #overlay: Overlay;
  readonly #hosts: Hosts;
  /** Least used first; equals in model order. */
  readonly #order: Int32Array;
  /** By node: 1 when it is a destination. */
  readonly #promised: Uint8Array;
  readonly #index: PlacementIndex;
  readonly #need = new Float64Array(ALLOCATION_DIMENSIONS);
  readonly #least = new Float64Array(ALLOCATION_DIMENSIONS);
  readonly #room = new Float64Array(ALLOCATION_DIMENSIONS);
  readonly #roomOf: RoomOf;
  readonly #grouping: Grouping = { sources: [], destinations: [], free: [], held: [], spread: 0 };
  /** Instances of the host at hand that are not packed yet. */
  readonly #left: number[] = [];

  constructor(overlay: Overlay, hosts: Hosts) {
    const { vcpusUsed } = overlay;
    this.#overlay = overlay;
    this.#hosts = hosts;
    this.#order = Int32Array.from(hosts.all).sort(
      (a, b) => (vcpusUsed[a] as number) - (vcpusUsed[b] as number) || a - b,
    );
    this.#promised = new Uint8Array(overlay.model.nodes.count);
    this.#roomOf = overlay.parity ? roomByTheLetter(overlay) : roomOfHostsInUse(overlay);
    const promised = this.#promised;
    const roomOf = this.#roomOf;
    this.#index = new PlacementIndex(overlay.model, this.#order, ALLOCATION_DIMENSIONS, (node, into) => {
      if (promised[node] === 1) into.fill(Number.NEGATIVE_INFINITY);
      else roomOf(node, into);
    });
  }

  run(): Grouping {
    const { failed, heldBy } = this.#hosts;
    const { enabled, vcpusUsed, parity } = this.#overlay;
    for (let position = 0; position < this.#order.length; position++) {
      const host = this.#order[position] as number;
      if (this.#promised[host] === 1) break;
      const held = !parity && heldBy[host] !== NO_INSTANCE;
      if (failed[host] === 0 && vcpusUsed[host] === 0) this.#grouping.free.push(host);
      else if (failed[host] === 1 || held) {
        if (failed[host] === 0) this.#grouping.held.push(host);
        if (enabled[host] === 1) this.#promise(host);
      } else if (this.#walk(host, position)) this.#grouping.sources.push(host);
    }
    return this.#grouping;
  }

  #promise(host: number): void {
    this.#promised[host] = 1;
    this.#grouping.destinations.push(host);
    this.#index.update(host);
  }

  /**
   * Packs what the host holds into the most used hosts first. The walk of a disabled host, which can be no
   * destination, does not end at itself but goes on below, as in the reference.
   * @returns whether any instance was packed
   */
  #walk(host: number, position: number): boolean {
    const enabled = this.#overlay.enabled[host] === 1;
    let takers = 0;
    let from = this.#order.length - 1;
    this.#gather(host);
    while (this.#left.length > 0) {
      const pin = this.#leastNeed();
      const found = this.#index.findLast(from, this.#least, pin);
      if (enabled ? found <= position : found < 0) {
        if (enabled) this.#promise(host);
        break;
      }
      const target = this.#index.nodeAt(found);
      if (this.#pack(target)) {
        this.#promise(target);
        takers += 1;
      }
      from = found - 1;
    }
    if (takers > 1 || (takers === 1 && this.#left.length > 0)) this.#grouping.spread += 1;
    return takers > 0;
  }

  /** In model order, whatever was moved where before: so the next audit, which reads the model anew, sees the same. */
  #gather(host: number): void {
    const left = this.#left;
    left.length = 0;
    const overlay = this.#overlay;
    for (let at = overlay.firstInstance(host); at !== NO_INSTANCE; at = overlay.nextInstance(at))
      left.push(at);
    left.sort((a, b) => a - b);
  }

  /**
   * The least of what is left in each dimension: a host without that much room takes none of it, so the
   * search may pass over it.
   * @returns the zone that all are pinned to, NO_TEXT if there is no such zone
   */
  #leastNeed(): number {
    this.#least.fill(Number.POSITIVE_INFINITY);
    let pin: number | null = null;
    for (const instance of this.#left) {
      this.#readNeed(instance);
      for (let d = 0; d < ALLOCATION_DIMENSIONS; d++) {
        this.#least[d] = Math.min(this.#least[d] as number, this.#need[d] as number);
      }
      const own = pinOf(this.#overlay, instance);
      pin = pin === null || pin === own ? own : NO_TEXT;
    }
    return pin ?? NO_TEXT;
  }

  #readNeed(instance: number): void {
    allocationNeed(this.#overlay, instance, this.#need);
    if (this.#overlay.parity) this.#need[2] = 0;
  }

  /**
   * Takes out what fits. The element right behind a taken one is not looked at: Watcher removes from the
   * list that it walks, and which hosts get promised to whom follows from that.
   */
  #pack(target: number): boolean {
    const left = this.#left;
    const before = left.length;
    this.#roomOf(target, this.#room);
    let kept = 0;
    for (let at = 0; at < before; at++) {
      const instance = left[at] as number;
      if (!this.#takes(instance, target)) left[kept++] = instance;
      else if (at + 1 < before) left[kept++] = left[++at] as number;
    }
    left.length = kept;
    return kept < before;
  }

  /** Whether the instance fits into what is left of the target's room; takes it off there if so. */
  #takes(instance: number, target: number): boolean {
    const room = this.#room;
    const need = this.#need;
    this.#readNeed(instance);
    for (let d = 0; d < ALLOCATION_DIMENSIONS; d++)
      if ((need[d] as number) > (room[d] as number)) return false;
    if (!zoneAllows(this.#overlay, instance, target)) return false;
    for (let d = 0; d < ALLOCATION_DIMENSIONS; d++) room[d] = (room[d] as number) - (need[d] as number);
    return true;
  }
}

/** As `allocationRoom`; free hosts are closed: freeing one host by filling another gains nothing. */
function roomOfHostsInUse(overlay: Overlay): RoomOf {
  const room = allocationRoom(overlay);
  return (node, into) => {
    if (overlay.vcpusUsed[node] === 0) into.fill(Number.NEGATIVE_INFINITY);
    else room(node, into);
  };
}

/** The reference looks at the status only, and not at disks. */
function roomByTheLetter(overlay: Overlay): RoomOf {
  return (node, into) => {
    const open = overlay.enabled[node] === 1;
    into[0] = open ? overlay.vcpusFree(node) : Number.NEGATIVE_INFINITY;
    into[1] = open ? overlay.memoryFreeMiB(node) : Number.NEGATIVE_INFINITY;
    into[2] = 0;
  };
}
