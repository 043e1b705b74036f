/**
 * First fit without a scan: a segment tree over a fixed row of places, each with room in some dimensions.
 * A node of the tree holds the most room of its places, per dimension, so a search passes over whole
 * stretches in which nothing can fit. A search costs O(log n) unless room is spread so that no single
 * place has all of it; a change costs O(log n). Nothing is allocated by either.
 */

/** No place fits. */
export const NO_PLACE = -1;

export class FirstFitTree {
  readonly #dimensions: number;
  /** Leaves, a power of two; place p is leaf p. */
  readonly #leaves: number;
  /** Tree node t (root 1) and dimension d: room[t * dimensions + d]. */
  readonly #room: Float64Array;

  /** All places are closed until `set`. */
  constructor(places: number, dimensions: number) {
    this.#dimensions = dimensions;
    let leaves = 1;
    while (leaves < places) leaves *= 2;
    this.#leaves = leaves;
    this.#room = new Float64Array(2 * leaves * dimensions).fill(Number.NEGATIVE_INFINITY);
  }

  /** Sets the room of a place, one value per dimension, from `rooms[at]` on. Call `build` after setting many. */
  put(place: number, rooms: Float64Array, at = 0): void {
    const start = (this.#leaves + place) * this.#dimensions;
    for (let d = 0; d < this.#dimensions; d++) this.#room[start + d] = rooms[at + d] as number;
  }

  build(): void {
    for (let node = this.#leaves - 1; node >= 1; node--) this.#pull(node);
  }

  /** Sets the room of one place of a built tree. */
  set(place: number, rooms: Float64Array, at = 0): void {
    this.put(place, rooms, at);
    for (let node = (this.#leaves + place) >> 1; node >= 1; node >>= 1) this.#pull(node);
  }

  /** Nothing fits there any more. */
  close(place: number): void {
    const start = (this.#leaves + place) * this.#dimensions;
    this.#room.fill(Number.NEGATIVE_INFINITY, start, start + this.#dimensions);
    for (let node = (this.#leaves + place) >> 1; node >= 1; node >>= 1) this.#pull(node);
  }

  /** First place >= from with at least the needed room in every dimension; NO_PLACE without one. */
  findFirst(from: number, need: Float64Array): number {
    if (from >= this.#leaves) return NO_PLACE;
    // Up to the first stretch that begins at or after `from` and has room, then down to its first place.
    let node = this.#leaves + Math.max(from, 0);
    for (;;) {
      if (this.#fits(node, need)) {
        if (node >= this.#leaves) return node - this.#leaves;
        node *= 2;
        continue;
      }
      // Next stretch to the right: leave all subtrees of which this was the last part.
      while ((node & 1) === 1) node >>= 1;
      if (node === 0) return NO_PLACE;
      node += 1;
    }
  }

  /** Last place <= from with at least the needed room in every dimension; NO_PLACE without one. */
  findLast(from: number, need: Float64Array): number {
    if (from < 0) return NO_PLACE;
    let node = this.#leaves + Math.min(from, this.#leaves - 1);
    for (;;) {
      if (this.#fits(node, need)) {
        if (node >= this.#leaves) return node - this.#leaves;
        node = node * 2 + 1;
        continue;
      }
      while ((node & 1) === 0) node >>= 1;
      if (node === 1) return NO_PLACE;
      node -= 1;
    }
  }

  #fits(node: number, need: Float64Array): boolean {
    const start = node * this.#dimensions;
    for (let d = 0; d < this.#dimensions; d++) {
      if ((this.#room[start + d] as number) < (need[d] as number)) return false;
    }
    return true;
  }

  #pull(node: number): void {
    const dimensions = this.#dimensions;
    const start = node * dimensions;
    const left = 2 * start;
    for (let d = 0; d < dimensions; d++) {
      const a = this.#room[left + d] as number;
      const b = this.#room[left + dimensions + d] as number;
      this.#room[start + d] = a > b ? a : b;
    }
  }
}
