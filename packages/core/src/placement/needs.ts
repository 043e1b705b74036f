/**
 * Instances numbered by what they need of a node: those with the same flavor and zone pin have the same number.
 * Clouds have a dozen flavors and 10^5 instances, so what a search learns about one helps all of its number.
 */
import type { Overlay } from "../model/overlay.ts";

export interface Needs {
  /** By instance, 0 .. count - 1. */
  numberOf: Int32Array;
  count: number;
}

const EMPTY = -1;
const SLOTS_FIRST = 64;

/** @param pinOf zone that the instance may not leave, as an index into the text table */
export function numberNeeds({ model }: Overlay, pinOf: (instance: number) => number): Needs {
  const { vcpus, memoryMiB, diskGb, count } = model.instances;
  const numberOf = new Int32Array(count);
  // One instance of each number, and a hash table of numbers: texts as keys took longer than the search.
  const samples: number[] = [];
  let slots = new Int32Array(SLOTS_FIRST).fill(EMPTY);
  const slotOf = (instance: number): number => {
    const mask = slots.length - 1;
    let hash = Math.imul(vcpus[instance] as number, 0x9e3779b1);
    hash = Math.imul(hash ^ (memoryMiB[instance] as number), 0x85ebca6b);
    hash = Math.imul(hash ^ (diskGb[instance] as number), 0xc2b2ae35) ^ pinOf(instance);
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const number = slots[slot] as number;
      if (number === EMPTY || isSame(samples[number] as number, instance)) return slot;
      slot = (slot + 1) & mask;
    }
  };
  const isSame = (a: number, b: number): boolean =>
    vcpus[a] === vcpus[b] &&
    memoryMiB[a] === memoryMiB[b] &&
    diskGb[a] === diskGb[b] &&
    pinOf(a) === pinOf(b);
  for (let instance = 0; instance < count; instance++) {
    let slot = slotOf(instance);
    if (slots[slot] === EMPTY) {
      if (2 * samples.length >= slots.length) {
        slots = new Int32Array(2 * slots.length).fill(EMPTY);
        samples.forEach((sample, number) => {
          slots[slotOf(sample)] = number;
        });
        slot = slotOf(instance);
      }
      slots[slot] = samples.length;
      samples.push(instance);
    }
    numberOf[instance] = slots[slot] as number;
  }
  return { numberOf, count: samples.length };
}
