/** Destinations by free vCPUs, the fewest first; equals in the order in which they were promised. */
import type { Overlay } from "../../model/overlay.ts";

/** No destination takes it. */
export const NO_DESTINATION = -1;

/** Whether the node may take the instance now. */
type Takes = (instance: number, node: number) => boolean;

const NOT_HELD = -1;

/** Places of a block, as a power of two: 32. Twice or half as many cost the same within a tenth. */
const BLOCK_BITS = 5;

/**
 * A sorted row. A move changes a host's free vCPUs by little, so its new place is near: shifting what lies
 * between costs less than a balanced tree, and nothing is allocated.
 *
 * Hosts with vCPUs to spare and no memory pile up at the front, so a search looks at blocks first. A block
 * knows bounds of the most free memory and disk in it: raised when a host is put there, lowered to the truth
 * when a search has looked through all of it in vain. Without them a search at 10,000 hosts looks at 250.
 */
export class Destinations {
  readonly #overlay: Overlay;
  readonly #takes: Takes;
  readonly #row: Int32Array;
  #length = 0;
  /** By node: its place in the row, and its rank among equals. */
  readonly #placeOf: Int32Array;
  readonly #rankOf: Int32Array;
  /** By place: what its host has free. Beside each other, since a search reads all of a block. */
  readonly #memoryFree: Float64Array;
  readonly #diskFree: Float64Array;
  /** By block: no host in it has more free. */
  readonly #memoryBound: Float64Array;
  readonly #diskBound: Float64Array;

  /** @param ranked every node that may be added, in the order that decides ties */
  constructor(overlay: Overlay, ranked: readonly number[], takes: Takes) {
    this.#overlay = overlay;
    this.#takes = takes;
    this.#row = new Int32Array(ranked.length);
    this.#memoryFree = new Float64Array(ranked.length);
    this.#diskFree = new Float64Array(ranked.length);
    this.#placeOf = new Int32Array(overlay.model.nodes.count).fill(NOT_HELD);
    this.#rankOf = new Int32Array(overlay.model.nodes.count).fill(NOT_HELD);
    const blocks = (ranked.length >> BLOCK_BITS) + 1;
    this.#memoryBound = new Float64Array(blocks).fill(Number.NEGATIVE_INFINITY);
    this.#diskBound = new Float64Array(blocks).fill(Number.NEGATIVE_INFINITY);
    ranked.forEach((node, rank) => {
      this.#rankOf[node] = rank;
    });
  }

  /** Adds many at once. */
  addAll(nodes: readonly number[]): void {
    for (const node of nodes) this.#row[this.#length++] = node;
    this.#row.subarray(0, this.#length).sort((a, b) => this.#compare(a, b));
    for (let place = 0; place < this.#length; place++) this.#put(place, this.#row[place] as number);
  }

  /** Adds one, if it is among the ranked. */
  add(node: number): void {
    if (this.#rankOf[node] === NOT_HELD) return;
    this.#put(this.#length++, node);
    this.update(node);
  }

  /** To be called when what the node has free has changed. */
  update(node: number): void {
    let place = this.#placeOf[node] as number;
    if (place === NOT_HELD) return;
    for (; place > 0 && this.#compare(this.#row[place - 1] as number, node) > 0; place--) {
      this.#put(place, this.#row[place - 1] as number);
    }
    for (; place + 1 < this.#length && this.#compare(this.#row[place + 1] as number, node) < 0; place++) {
      this.#put(place, this.#row[place + 1] as number);
    }
    this.#put(place, node);
  }

  /** First one other than the source that takes the instance, NO_DESTINATION without one. */
  find(instance: number, source: number): number {
    const { vcpus, memoryMiB, diskGb } = this.#overlay.model.instances;
    const memory = memoryMiB[instance] as number;
    // The reference does not look at disks.
    const disk = this.#overlay.parity ? Number.NEGATIVE_INFINITY : (diskGb[instance] as number);
    for (let place = this.#firstWith(vcpus[instance] as number); place < this.#length; ) {
      const block = place >> BLOCK_BITS;
      const end = Math.min(this.#length, (block + 1) << BLOCK_BITS);
      const mayFit =
        (this.#memoryBound[block] as number) >= memory && (this.#diskBound[block] as number) >= disk;
      if (mayFit) {
        const found = this.#searchBlock(place, end, instance, source, memory, disk);
        if (found !== NO_DESTINATION) return found;
      }
      place = end;
    }
    return NO_DESTINATION;
  }

  #searchBlock(
    from: number,
    end: number,
    instance: number,
    source: number,
    memory: number,
    disk: number,
  ): number {
    let memoryMost = Number.NEGATIVE_INFINITY;
    let diskMost = Number.NEGATIVE_INFINITY;
    for (let place = from; place < end; place++) {
      const memoryFree = this.#memoryFree[place] as number;
      const diskFree = this.#diskFree[place] as number;
      if (memoryFree >= memory && diskFree >= disk) {
        const node = this.#row[place] as number;
        if (node !== source && this.#takes(instance, node)) return node;
      }
      if (memoryFree > memoryMost) memoryMost = memoryFree;
      if (diskFree > diskMost) diskMost = diskFree;
    }
    const block = from >> BLOCK_BITS;
    if (from === block << BLOCK_BITS) {
      this.#memoryBound[block] = memoryMost;
      this.#diskBound[block] = diskMost;
    }
    return NO_DESTINATION;
  }

  #put(place: number, node: number): void {
    this.#row[place] = node;
    this.#placeOf[node] = place;
    const block = place >> BLOCK_BITS;
    const memoryFree = this.#overlay.memoryFreeMiB(node);
    const diskFree = this.#overlay.diskFreeGb(node);
    this.#memoryFree[place] = memoryFree;
    this.#diskFree[place] = diskFree;
    if (memoryFree > (this.#memoryBound[block] as number)) this.#memoryBound[block] = memoryFree;
    if (diskFree > (this.#diskBound[block] as number)) this.#diskBound[block] = diskFree;
  }

  #compare(a: number, b: number): number {
    const overlay = this.#overlay;
    const byFree = overlay.vcpusFree(a) - overlay.vcpusFree(b);
    return byFree === 0 ? (this.#rankOf[a] as number) - (this.#rankOf[b] as number) : byFree;
  }

  /** First place with at least as many free vCPUs. */
  #firstWith(vcpus: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#overlay.vcpusFree(this.#row[middle] as number) < vcpus) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
