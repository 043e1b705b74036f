/** Which hosts may take an instance, by position, as things are before the first move. */
import { NO_TEXT } from "../../model/layout.ts";
import type { Overlay } from "../../model/overlay.ts";
import { NO_PLACE } from "../../placement/first-fit-tree.ts";
import { PlacementIndex } from "../../placement/placement-index.ts";
import { ALLOCATION_DIMENSIONS, allocationNeed, allocationRoom, pinOf, targetRefusal } from "../soundness.ts";

export class Room {
  readonly #overlay: Overlay;
  readonly #nodes: Int32Array;
  /** Null: any host takes any instance, as the reference has it until the very move. */
  readonly #index: PlacementIndex | null;
  readonly #need = new Float64Array(ALLOCATION_DIMENSIONS);

  /** @param checked false: any host takes any instance */
  constructor(overlay: Overlay, nodes: Int32Array, checked: boolean) {
    this.#overlay = overlay;
    this.#nodes = nodes;
    this.#index = checked
      ? new PlacementIndex(overlay.model, nodes, ALLOCATION_DIMENSIONS, allocationRoom(overlay))
      : null;
  }

  fits(instance: number, position: number): boolean {
    if (this.#index === null) return true;
    return targetRefusal(this.#overlay, instance, this.#nodes[position] as number) === null;
  }

  /** First position >= from, other than `without`, that may take the instance; NO_PLACE without one. */
  firstFit(instance: number, from: number, without: number): number {
    const first = this.#first(instance, from);
    return first === without ? this.#first(instance, without + 1) : first;
  }

  /** Instances of the same key fit on the same hosts. */
  keyOf(instance: number): string {
    if (this.#index === null) return "";
    const { vcpus, memoryMiB, diskGb } = this.#overlay.model.instances;
    const pin = pinOf(this.#overlay, instance);
    return `${vcpus[instance]} ${memoryMiB[instance]} ${diskGb[instance]} ${pin === NO_TEXT ? "" : pin}`;
  }

  #first(instance: number, from: number): number {
    if (from >= this.#nodes.length) return NO_PLACE;
    if (this.#index === null) return from;
    allocationNeed(this.#overlay, instance, this.#need);
    return this.#index.findFirst(from, this.#need, pinOf(this.#overlay, instance));
  }
}
