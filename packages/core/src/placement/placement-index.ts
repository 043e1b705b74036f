/**
 * First fit over nodes in an order of the strategy's choosing, zone pins respected: one tree over all
 * nodes and one per zone, so that a pinned instance does not wade through nodes of other zones.
 */
import { NO_TEXT } from "../model/layout.ts";
import type { ClusterModel } from "../model/model.ts";
import { FirstFitTree, NO_PLACE } from "./first-fit-tree.ts";

/** Writes the room of a node, one value per dimension; a closed node gets -Infinity. */
export type RoomOf = (node: number, into: Float64Array) => void;

interface Zone {
  tree: FirstFitTree;
  /** Position of each of its places in the whole order, ascending. */
  positions: number[];
}

export class PlacementIndex {
  readonly #order: Int32Array;
  readonly #model: ClusterModel;
  readonly #roomOf: RoomOf;
  readonly #room: Float64Array;
  readonly #all: FirstFitTree;
  readonly #zones = new Map<number, Zone>();
  /** By position: its place in the tree of its zone. */
  readonly #placeInZone: Int32Array;
  /** By node: position in the order, NO_PLACE for nodes that are not in it. */
  readonly positionOf: Int32Array;

  /**
   * @param order nodes, each at most once; positions are indices into it
   * @param dimensions how many values `roomOf` writes
   */
  constructor(model: ClusterModel, order: Int32Array, dimensions: number, roomOf: RoomOf) {
    this.#order = order;
    this.#model = model;
    this.#roomOf = roomOf;
    this.#room = new Float64Array(dimensions);
    this.#all = new FirstFitTree(order.length, dimensions);
    this.#placeInZone = new Int32Array(order.length);
    this.positionOf = new Int32Array(model.nodes.count).fill(NO_PLACE);
    const positionsByZone = new Map<number, number[]>();
    for (let position = 0; position < order.length; position++) {
      const node = order[position] as number;
      this.positionOf[node] = position;
      const zone = model.nodes.zone[node] as number;
      const positions = positionsByZone.get(zone) ?? [];
      if (positions.length === 0) positionsByZone.set(zone, positions);
      this.#placeInZone[position] = positions.length;
      positions.push(position);
    }
    for (const [zone, positions] of positionsByZone) {
      this.#zones.set(zone, { tree: new FirstFitTree(positions.length, dimensions), positions });
    }
    this.refresh();
  }

  /** Reads the room of all nodes again. */
  refresh(): void {
    for (let position = 0; position < this.#order.length; position++) {
      const node = this.#order[position] as number;
      this.#roomOf(node, this.#room);
      this.#all.put(position, this.#room);
      this.#zoneOf(node).tree.put(this.#placeInZone[position] as number, this.#room);
    }
    this.#all.build();
    for (const { tree } of this.#zones.values()) tree.build();
  }

  /** Reads the room of one node again; nodes that are not in the order are ignored. */
  update(node: number): void {
    const position = this.positionOf[node] as number;
    if (position === NO_PLACE) return;
    this.#roomOf(node, this.#room);
    this.#all.set(position, this.#room);
    this.#zoneOf(node).tree.set(this.#placeInZone[position] as number, this.#room);
  }

  nodeAt(position: number): number {
    return this.#order[position] as number;
  }

  /**
   * First position >= from whose node has the needed room and is where the pin allows.
   * @param pin zone as an index into the text table, NO_TEXT for none; nodes of unknown zone take any pin
   */
  findFirst(from: number, need: Float64Array, pin: number): number {
    if (pin === NO_TEXT) return this.#all.findFirst(from, need);
    const pinned = this.#firstInZone(pin, from, need);
    const unknown = this.#firstInZone(NO_TEXT, from, need);
    if (pinned === NO_PLACE) return unknown;
    return unknown === NO_PLACE ? pinned : Math.min(pinned, unknown);
  }

  /** Last position <= from; otherwise as `findFirst`. */
  findLast(from: number, need: Float64Array, pin: number): number {
    if (pin === NO_TEXT) return this.#all.findLast(from, need);
    return Math.max(this.#lastInZone(pin, from, need), this.#lastInZone(NO_TEXT, from, need));
  }

  #zoneOf(node: number): Zone {
    return this.#zones.get(this.#model.nodes.zone[node] as number) as Zone;
  }

  #firstInZone(zone: number, from: number, need: Float64Array): number {
    const found = this.#zones.get(zone);
    if (found === undefined) return NO_PLACE;
    const place = found.tree.findFirst(countBelow(found.positions, from), need);
    return place === NO_PLACE ? NO_PLACE : (found.positions[place] as number);
  }

  #lastInZone(zone: number, from: number, need: Float64Array): number {
    const found = this.#zones.get(zone);
    if (found === undefined) return NO_PLACE;
    const place = found.tree.findLast(countBelow(found.positions, from + 1) - 1, need);
    return place === NO_PLACE ? NO_PLACE : (found.positions[place] as number);
  }
}

/** How many of the ascending positions are below the limit. */
function countBelow(positions: readonly number[], limit: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((positions[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
