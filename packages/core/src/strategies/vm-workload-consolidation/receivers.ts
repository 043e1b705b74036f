/**
 * Where an instance may go: nodes in a frozen order, the last one that fits first, as if they were looked
 * at one by one.
 *
 * Looking has a memory, which decides ties: a node that was looked at, did not fit and is saturated is never
 * looked at again in the phase, even if a small instance would still fit. Nodes behind the one that was found
 * are those that were looked at, so it is enough to know the saturated ones not yet remembered, by position.
 */
import type { JsonObject } from "../../json.ts";
import type { Overlay } from "../../model/overlay.ts";
import { FirstFitTree, NO_PLACE } from "../../placement/first-fit-tree.ts";
import { PlacementIndex } from "../../placement/placement-index.ts";
import { pinOf, roomRefusal, zoneAllows } from "../soundness.ts";
import type { Loads } from "./loads.ts";

/** Room of a node: by allocation (vCPUs, MiB, GB), and by use (the same). */
const DIMENSIONS = 6;
/** A node counts as saturated with this much memory left, free or unused. */
const SATURATED_MEMORY_MIB = 128;
/** The index may take a node for fitting by so much: the exact test follows, on the sum itself. */
const ROUNDING = 1e-6;

const OPEN = 0;
const REFUSED = 1;
const REMEMBERED = 2;

/** Room of a node that waits to be remembered, and what is looked for. */
const WAITING = Float64Array.of(1);

/** Why a node takes nothing in the whole phase; null: it may. */
export type Refusal = (node: number) => string | null;

export class Receivers {
  /** Nodes by position. */
  readonly order: Int32Array;
  readonly #overlay: Overlay;
  readonly #loads: Loads;
  readonly #index: PlacementIndex;
  readonly #refusals: (string | null)[];
  /** By node: OPEN, REFUSED or REMEMBERED. */
  readonly #closed: Uint8Array;
  /** Places are positions; open: saturated, and not yet remembered. */
  readonly #saturated: FirstFitTree;
  /** By position, 1: open in `#saturated`. */
  readonly #isWaiting: Uint8Array;
  readonly #need = new Float64Array(DIMENSIONS);
  /** Nodes remembered since the last commit. */
  readonly #remembered: number[] = [];
  /** Since the last commit `findOrRollback` has looked at all nodes behind this position. */
  #lookedBehind: number;
  /** Positions that became saturated since the last commit, so `#lookedBehind` says nothing of them. */
  readonly #fresh = new Set<number>();

  /** @param refusal asked once per node, now */
  constructor(overlay: Overlay, loads: Loads, order: Int32Array, refusal: Refusal) {
    this.order = order;
    this.#lookedBehind = order.length;
    this.#overlay = overlay;
    this.#loads = loads;
    this.#refusals = Array.from(order, (node) => refusal(node));
    this.#closed = new Uint8Array(overlay.model.nodes.count);
    for (let position = 0; position < order.length; position++) {
      if (this.#refusals[position] !== null) this.#closed[order[position] as number] = REFUSED;
    }
    this.#saturated = new FirstFitTree(order.length, WAITING.length);
    this.#isWaiting = new Uint8Array(order.length);
    this.#index = new PlacementIndex(overlay.model, order, DIMENSIONS, (node, room) => {
      this.#roomOf(node, room);
    });
    for (let position = 0; position < order.length; position++) this.#watch(position);
    this.#fresh.clear();
  }

  /** @returns the last position behind `after` whose node fits, NO_PLACE without one */
  find(instance: number, after: number): number {
    const found = this.#search(instance, after);
    this.#rememberBehind(found === NO_PLACE ? after : found);
    return found;
  }

  /**
   * As `find`, for callers that roll back when there is no place. Until the commit it is only noted how far was
   * looked: in a full cloud, remembering would be for nearly all nodes, and be taken back, for each node that
   * can't be emptied.
   */
  findOrRollback(instance: number, after: number): number {
    const found = this.#search(instance, after);
    if (found === NO_PLACE) return NO_PLACE;
    this.#lookedBehind = Math.min(this.#lookedBehind, found);
    for (const position of this.#fresh) if (position > found) this.#remember(position);
    return found;
  }

  /** To be called when a node has gained or lost instances. */
  update(node: number): void {
    this.#index.update(node);
    this.#watch(this.#index.positionOf[node] as number);
  }

  commit(): void {
    this.#rememberLookedAt();
    this.#remembered.length = 0;
    this.#startAnew();
  }

  /** Forgets the nodes remembered since the commit. Nodes whose instances changed are to be updated besides. */
  rollback(): void {
    for (const node of this.#remembered) {
      this.#closed[node] = OPEN;
      this.update(node);
    }
    this.#remembered.length = 0;
    this.#startAnew();
  }

  #startAnew(): void {
    this.#lookedBehind = this.order.length;
    this.#fresh.clear();
  }

  /** How many nodes refuse the instance now, by reason. Looks at all of them: for what an explanation shows. */
  refusals(instance: number, after: number): JsonObject {
    const counts: Record<string, number> = {};
    for (let position = 0; position < this.order.length; position++) {
      if (position === after) continue;
      const reason = position < after ? "ranks lower" : this.#whyNot(instance, position);
      counts[reason] = (counts[reason] ?? 0) + 1;
    }
    return counts;
  }

  #whyNot(instance: number, position: number): string {
    const node = this.order[position] as number;
    if (this.#closed[node] === REMEMBERED) return "saturated";
    const refusal = this.#refusals[position] ?? null;
    if (refusal !== null) return refusal;
    if (!zoneAllows(this.#overlay, instance, node)) return "other zone than pinned";
    const room = roomRefusal(this.#overlay, instance, node);
    return room ?? (this.#fitsByUse(instance, node) ? "fits" : "no room: what is in use");
  }

  #search(instance: number, after: number): number {
    const { vcpus, memoryMiB, diskGb } = this.#overlay.model.instances;
    const use = this.#loads.samples;
    const need = this.#need;
    need[0] = vcpus[instance] as number;
    need[1] = memoryMiB[instance] as number;
    need[2] = diskGb[instance] as number;
    need[3] = (use.cpu[instance] as number) - ROUNDING;
    need[4] = (use.ramMiB[instance] as number) - ROUNDING;
    need[5] = (use.diskGb[instance] as number) - ROUNDING;
    const pin = pinOf(this.#overlay, instance);
    let position = this.order.length;
    do position = this.#index.findLast(position - 1, need, pin);
    while (
      position > after &&
      (this.#isLookedAt(position) || !this.#fitsByUse(instance, this.order[position] as number))
    );
    return position > after ? position : NO_PLACE;
  }

  /** Saturated, and looked at since the last commit: about to be remembered. */
  #isLookedAt(position: number): boolean {
    return position > this.#lookedBehind && this.#isWaiting[position] === 1 && !this.#fresh.has(position);
  }

  #fitsByUse(instance: number, node: number): boolean {
    const loads = this.#loads;
    const { cpu, ramMiB, diskGb } = loads.samples;
    return (
      (cpu[instance] as number) + loads.cpu(node) <= (loads.cpuLimit[node] as number) &&
      (ramMiB[instance] as number) + loads.ramMiB(node) <= (loads.ramLimitMiB[node] as number) &&
      (diskGb[instance] as number) + loads.diskGb(node) <= (loads.diskLimitGb[node] as number)
    );
  }

  #roomOf(node: number, room: Float64Array): void {
    if (this.#closed[node] !== OPEN) {
      room.fill(Number.NEGATIVE_INFINITY);
      return;
    }
    const overlay = this.#overlay;
    const loads = this.#loads;
    room[0] = overlay.vcpusFree(node);
    room[1] = overlay.memoryFreeMiB(node);
    room[2] = overlay.diskFreeGb(node);
    room[3] = (loads.cpuLimit[node] as number) - loads.cpu(node);
    room[4] = (loads.ramLimitMiB[node] as number) - loads.ramMiB(node);
    room[5] = (loads.diskLimitGb[node] as number) - loads.diskGb(node);
  }

  #isSaturated(node: number): boolean {
    const overlay = this.#overlay;
    const loads = this.#loads;
    return (
      overlay.vcpusFree(node) <= 0 ||
      overlay.memoryFreeMiB(node) <= SATURATED_MEMORY_MIB ||
      overlay.diskFreeGb(node) <= 0 ||
      loads.cpu(node) >= (loads.cpuLimit[node] as number) ||
      loads.ramMiB(node) >= (loads.ramLimitMiB[node] as number) - SATURATED_MEMORY_MIB ||
      loads.diskGb(node) >= (loads.diskLimitGb[node] as number)
    );
  }

  #watch(position: number): void {
    const node = this.order[position] as number;
    const waits = this.#closed[node] === OPEN && this.#isSaturated(node) ? 1 : 0;
    if (this.#isWaiting[position] === waits) return;
    this.#isWaiting[position] = waits;
    if (waits === 1) {
      this.#saturated.set(position, WAITING);
      this.#fresh.add(position);
    } else {
      this.#saturated.close(position);
      this.#fresh.delete(position);
    }
  }

  #rememberBehind(end: number): void {
    for (;;) {
      const position = this.#saturated.findLast(this.order.length - 1, WAITING);
      if (position <= end) return;
      this.#remember(position);
    }
  }

  #rememberLookedAt(): void {
    let position = this.order.length;
    for (;;) {
      position = this.#saturated.findLast(position - 1, WAITING);
      if (position <= this.#lookedBehind) return;
      if (!this.#fresh.has(position)) this.#remember(position);
    }
  }

  #remember(position: number): void {
    const node = this.order[position] as number;
    this.#closed[node] = REMEMBERED;
    this.#remembered.push(node);
    this.update(node);
  }
}

/** Order in which Watcher ranks nodes: by CPU in use, ascending; equals in model order. */
export function rank(loads: Loads, nodes: Int32Array): Int32Array {
  const cpu = new Float64Array(loads.cpuLimit.length);
  for (const node of nodes) cpu[node] = loads.cpu(node);
  return Int32Array.from(nodes).sort((a, b) => (cpu[a] as number) - (cpu[b] as number) || a - b);
}
