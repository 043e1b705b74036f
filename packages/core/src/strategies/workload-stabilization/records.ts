/**
 * Full search without trying every host for every instance.
 *
 * Of two hosts of the same size the one with more load is never the better target, whatever the instance.
 * So a host that comes, in order of uuid, after one of its size that has room and no more load by any
 * metric can't set a new best. What is left are the records: some ln(hosts) per size where uuids are
 * random. They are the same for all instances with the same needs, and worked out once per need: what is
 * found is what trying all would find, to the last bit.
 */
import { NO_PLACE } from "../../placement/first-fit-tree.ts";
import type { MetricLoads } from "./loads.ts";
import type { Room } from "./room.ts";
import type { TargetChoice } from "./targets.ts";

/** The records that instances of one need see, and those seen from one of these records. */
interface Seen {
  records: Int32Array;
  /** `source` is one of the records, and no target of its own instances. */
  source: number;
  withoutSource: Int32Array;
}

export class RecordTargets implements TargetChoice {
  readonly #room: Room;
  readonly #metrics: readonly MetricLoads[];
  /** By position: hosts of the same number have the same size by every metric. */
  readonly #sizeClass: Int32Array;
  readonly #classes: number;
  readonly #seen = new Map<string, Seen>();
  #list: Int32Array = new Int32Array(0);
  #source = NO_PLACE;

  constructor(room: Room, metrics: readonly MetricLoads[]) {
    this.#room = room;
    this.#metrics = metrics;
    const classes = new Map<string, number>();
    this.#sizeClass = new Int32Array(metrics[0]?.size.length ?? 0);
    for (let position = 0; position < this.#sizeClass.length; position++) {
      const key = metrics.map(({ size }) => size[position]).join(" ");
      const known = classes.get(key) ?? classes.size;
      classes.set(key, known);
      this.#sizeClass[position] = known;
    }
    this.#classes = classes.size;
  }

  get list(): Int32Array {
    return this.#list;
  }

  leave(source: number): void {
    this.#source = source;
  }

  choose(instance: number): number {
    const key = this.#room.keyOf(instance);
    let seen = this.#seen.get(key);
    if (seen === undefined) {
      seen = { records: this.#search(instance, NO_PLACE), source: NO_PLACE, withoutSource: this.#list };
      this.#seen.set(key, seen);
    }
    if (!seen.records.includes(this.#source)) this.#list = seen.records;
    else {
      // Few hosts are records. Their instances come one after the other: one list is enough to keep.
      if (seen.source !== this.#source) {
        seen.source = this.#source;
        seen.withoutSource = this.#search(instance, this.#source);
      }
      this.#list = seen.withoutSource;
    }
    return this.#list.length;
  }

  #search(instance: number, without: number): Int32Array {
    const byClass: number[][] = Array.from({ length: this.#classes }, () => []);
    const all: number[] = [];
    for (let position = 0; position < this.#sizeClass.length; position++) {
      const records = byClass[this.#sizeClass[position] as number] as number[];
      if (position === without || this.#isOutdone(position, records)) continue;
      if (!this.#room.fits(instance, position)) continue;
      records.push(position);
      all.push(position);
    }
    return Int32Array.from(all);
  }

  #isOutdone(position: number, records: readonly number[]): boolean {
    // The latest record is the one with the least load of one metric: the likeliest to outdo.
    for (let at = records.length - 1; at >= 0; at--) {
      if (this.#hasNoMore(records[at] as number, position)) return true;
    }
    return false;
  }

  #hasNoMore(record: number, position: number): boolean {
    for (const { share } of this.#metrics) {
      if ((share[record] as number) > (share[position] as number)) return false;
    }
    return true;
  }
}
