/** Planned moves, as many as there may be, and their order by value. */

const ENTRIES_FIRST = 1024;
/** A double's bits are sorted a byte at a time. */
const DIGITS = 8;
const DIGIT_VALUES = 256;

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
   * Indices of the entries, smallest value first, equals in order of appearance. A radix sort, since full
   * search makes millions of entries and sorting indices with a comparing function takes ten times as long.
   */
  sorted(): Uint32Array {
    let from = Uint32Array.from({ length: this.count }, (_, at) => at);
    let to = new Uint32Array(this.count);
    // Bits of doubles >= 0 are in the order of the doubles.
    const bytes = bytesOf(this.values.subarray(0, this.count));
    const starts = new Uint32Array(DIGIT_VALUES + 1);
    for (let digit = 0; digit < DIGITS; digit++) {
      starts.fill(0);
      for (let at = 0; at < this.count; at++) {
        const value = bytes[at * DIGITS + digit] as number;
        starts[value + 1] = (starts[value + 1] as number) + 1;
      }
      if (starts.includes(this.count)) continue;
      for (let value = 0; value < DIGIT_VALUES; value++) {
        starts[value + 1] = (starts[value + 1] as number) + (starts[value] as number);
      }
      for (const entry of from) {
        const value = bytes[entry * DIGITS + digit] as number;
        const place = starts[value] as number;
        starts[value] = place + 1;
        to[place] = entry;
      }
      [from, to] = [to, from];
    }
    return from;
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

/** Least significant byte first, whatever the machine's order. */
function bytesOf(values: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * DIGITS));
  for (let at = 0; at < values.length; at++) view.setFloat64(at * DIGITS, values[at] as number, true);
  return new Uint8Array(view.buffer);
}
