/** Planned moves, as many as there may be, and their order by value. */

const ENTRIES_FIRST = 1024;
/** Which half of a double holds its least significant bits. */
const LOW_WORD = new Uint32Array(Float64Array.of(Number.MIN_VALUE).buffer)[0] === 1 ? 0 : 1;

export class Entries {
  instances = new Int32Array(ENTRIES_FIRST);
  /** Positions as in `Loads.nodes`. */
  targets = new Int32Array(ENTRIES_FIRST);
  /** Weighted deviation that the move alone would lead to, >= 0. */
  values = new Float64Array(ENTRIES_FIRST);
  count = 0;

  add(instance: number, target: number, value: number): void {
    if (this.count === this.values.length) this.#grow();
    this.instances[this.count] = instance;
    this.targets[this.count] = target;
    this.values[this.count] = value;
    this.count += 1;
  }

  /**
   * Indices of the entries, smallest value first, equals in order of appearance.
   *
   * Full search makes a million entries, and sorting indices with a comparing function costs five times as
   * much as sorting plain numbers. So each number carries its index in its last bits. That is too short for
   * a few neighbours, which are put right afterwards. What is sorted is the distance to the largest value:
   * values lie close together, and the first digits of them would be all the same.
   */
  sorted(): Uint32Array {
    const { values, count } = this;
    let largest = 0;
    for (let at = 0; at < count; at++) largest = Math.max(largest, values[at] as number);
    const keys = new Float64Array(count);
    const words = new Uint32Array(keys.buffer);
    const indexBits = 2 ** Math.ceil(Math.log2(Math.max(count, 2))) - 1;
    for (let at = 0; at < count; at++) {
      keys[at] = largest - (values[at] as number);
      const word = 2 * at + LOW_WORD;
      // Distances are read from the last on: the first of equals needs the largest index.
      words[word] = ((words[word] as number) & ~indexBits) | (indexBits - at);
    }
    keys.sort();
    const order = new Uint32Array(count);
    for (let at = 0; at < count; at++) {
      const word = words[2 * (count - 1 - at) + LOW_WORD] as number;
      order[at] = indexBits - (word & indexBits);
    }
    this.#settle(order);
    return order;
  }

  /** Insertion sort, which costs nothing where all but a few are in their places. */
  #settle(order: Uint32Array): void {
    const { values } = this;
    for (let at = 1; at < order.length; at++) {
      const entry = order[at] as number;
      const value = values[entry] as number;
      let place = at;
      for (; place > 0; place--) {
        const before = order[place - 1] as number;
        const other = values[before] as number;
        if (other < value || (other === value && before < entry)) break;
        order[place] = before;
      }
      order[place] = entry;
    }
  }

  #grow(): void {
    const length = this.count * 2;
    const instances = new Int32Array(length);
    instances.set(this.instances);
    this.instances = instances;
    const targets = new Int32Array(length);
    targets.set(this.targets);
    this.targets = targets;
    const values = new Float64Array(length);
    values.set(this.values);
    this.values = values;
  }
}
