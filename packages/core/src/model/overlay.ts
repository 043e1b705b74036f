/**
 * A trial placement on top of a model: where instances would be, what nodes would have used, and what
 * the audit's scope leaves out. The model itself is never written.
 *
 * Invariants: used sums are those of the instances linked to a node; each mapped instance is in exactly
 * one list. Moves cost O(1) and allocate nothing; making an overlay costs one pass over the instances.
 * Moves can be taken back, the last one first: try, look, `rollback`.
 */
import { VigilError } from "../errors.ts";
import { UNMAPPED } from "./layout.ts";
import type { ClusterModel, NodeColumns } from "./model.ts";

/** Ends a list of instances. */
export const NO_INSTANCE = -1;

/** Bytes of an overlay per node and per instance, all its arrays together. */
const NODE_BYTES = 2 + 6 * 8 + 3 * 4;
const INSTANCE_BYTES = 1 + 3 * 4;
/**
 * Memory of one overlay. Array buffers are outside of what a thread's heap limit counts, so a model of absurd
 * size would take the whole worker down and not just its run. 100 times the largest clouds known.
 */
const OVERLAY_BYTES_MAX = 512 * 2 ** 20;

/** Numbers that the journal keeps of a move: instance, node it left, instance it stood behind there. */
const JOURNAL_STRIDE = 3;
const JOURNAL_MOVES_FIRST = 256;

export class Overlay {
  readonly model: ClusterModel;
  /** Locks and zone pins are not looked at, as in the reference (option `strategyParity`). */
  readonly parity: boolean;
  /** 1: the node belongs to the audit's scope. What hangs on the others does not exist for it. */
  readonly takesPart: Uint8Array;
  /** 1: the instance counts in load and capacity and never moves (watcher_exclude). */
  readonly excluded: Uint8Array;
  /** 1: enabled in the model or by an earlier action of the plan. */
  readonly enabled: Uint8Array;
  /** Node of each instance now, UNMAPPED without one. */
  readonly nodeOf: Int32Array;
  /** (total - reserved) * allocation ratio, not rounded; negative when more is reserved than there is. */
  readonly vcpuCapacity: Float64Array;
  readonly memoryCapacityMiB: Float64Array;
  readonly diskCapacityGb: Float64Array;
  /** Sums of the flavors of a node's instances, whatever their state. */
  readonly vcpusUsed: Float64Array;
  readonly memoryUsedMiB: Float64Array;
  readonly diskUsedGb: Float64Array;
  /** How many instances a node holds. */
  readonly instancesOn: Uint32Array;
  // Doubly linked lists: a moved instance goes to the end of its new node's list (the order that
  // decides ties), and leaving a list must not cost its length.
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  #journal = new Int32Array(JOURNAL_MOVES_FIRST * JOURNAL_STRIDE);
  #journalLength = 0;

  /** @throws VigilError overloaded for a model that is too large to try placements on */
  constructor(model: ClusterModel, parity = false) {
    const { nodes, instances } = model;
    checkSize(nodes.count, instances.count);
    this.model = model;
    this.parity = parity;
    this.takesPart = new Uint8Array(nodes.count).fill(1);
    this.excluded = new Uint8Array(instances.watcherExclude);
    this.enabled = new Uint8Array(nodes.enabled);
    this.nodeOf = new Int32Array(instances.count).fill(UNMAPPED);
    this.vcpuCapacity = capacity(nodes.vcpus, nodes.vcpusReserved, nodes.vcpuRatio);
    this.memoryCapacityMiB = capacity(nodes.memoryMiB, nodes.memoryReservedMiB, nodes.memoryRatio);
    this.diskCapacityGb = capacity(nodes.diskGb, nodes.diskReservedGb, nodes.diskRatio);
    this.vcpusUsed = new Float64Array(nodes.count);
    this.memoryUsedMiB = new Float64Array(nodes.count);
    this.diskUsedGb = new Float64Array(nodes.count);
    this.instancesOn = new Uint32Array(nodes.count);
    this.#first = new Int32Array(nodes.count).fill(NO_INSTANCE);
    this.#last = new Int32Array(nodes.count).fill(NO_INSTANCE);
    this.#next = new Int32Array(instances.count).fill(NO_INSTANCE);
    this.#previous = new Int32Array(instances.count).fill(NO_INSTANCE);
    this.#linkAll(nodes);
  }

  /** Links each node's instances in model order: as `#link` would, without its reads of what it wrote. */
  #linkAll({ count, instances, instanceStart }: NodeColumns): void {
    for (let node = 0; node < count; node++) {
      const end = instanceStart[node + 1] as number;
      let last = NO_INSTANCE;
      for (let at = instanceStart[node] as number; at < end; at++) {
        const instance = instances[at] as number;
        if (last === NO_INSTANCE) this.#first[node] = instance;
        else this.#next[last] = instance;
        this.#previous[instance] = last;
        this.nodeOf[instance] = node;
        this.#count(instance, node, 1);
        last = instance;
      }
      this.#last[node] = last;
    }
  }

  /** First instance of a node's list, NO_INSTANCE when it is empty. */
  firstInstance(node: number): number {
    return this.#first[node] as number;
  }

  /** The next one in its node's list. Read it before moving the instance. */
  nextInstance(instance: number): number {
    return this.#next[instance] as number;
  }

  /** Capacity less use; negative on a node over capacity. */
  vcpusFree(node: number): number {
    return (this.vcpuCapacity[node] as number) - (this.vcpusUsed[node] as number);
  }

  memoryFreeMiB(node: number): number {
    return (this.memoryCapacityMiB[node] as number) - (this.memoryUsedMiB[node] as number);
  }

  diskFreeGb(node: number): number {
    return (this.diskCapacityGb[node] as number) - (this.diskUsedGb[node] as number);
  }

  /**
   * Moves an instance; it becomes the last of its new node's list.
   * @returns false, and nothing changes, when both nodes are the same or the instance is not on `from`
   */
  move(instance: number, from: number, to: number): boolean {
    if (from === to || this.nodeOf[instance] !== from) return false;
    this.#remember(instance, from);
    this.#unlink(instance, from);
    this.#link(instance, to);
    return true;
  }

  /** What `rollback` comes back to. */
  mark(): number {
    return this.#journalLength;
  }

  /** How many moves were made since the mark. */
  movesSince(mark: number): number {
    return (this.#journalLength - mark) / JOURNAL_STRIDE;
  }

  /** Instance of the n-th move since the mark, n from 0. */
  movedSince(mark: number, n: number): number {
    return this.#journal[mark + n * JOURNAL_STRIDE] as number;
  }

  /** Node that the n-th move since the mark left. */
  leftSince(mark: number, n: number): number {
    return this.#journal[mark + n * JOURNAL_STRIDE + 1] as number;
  }

  /**
   * Takes back all moves since the mark, places in the lists included.
   * @param mark from `mark()`, not older than the last rollback's
   */
  rollback(mark: number): void {
    while (this.#journalLength > mark) {
      this.#journalLength -= JOURNAL_STRIDE;
      const at = this.#journalLength;
      const instance = this.#journal[at] as number;
      this.#unlink(instance, this.nodeOf[instance] as number);
      this.#linkBehind(this.#journal[at + 2] as number, instance, this.#journal[at + 1] as number);
    }
  }

  #remember(instance: number, from: number): void {
    if (this.#journalLength === this.#journal.length) {
      const longer = new Int32Array(this.#journal.length * 2);
      longer.set(this.#journal);
      this.#journal = longer;
    }
    const at = this.#journalLength;
    this.#journal[at] = instance;
    this.#journal[at + 1] = from;
    this.#journal[at + 2] = this.#previous[instance] as number;
    this.#journalLength = at + JOURNAL_STRIDE;
  }

  /**
   * Sets watcher_exclude. Watcher re-maps such an instance, so it becomes the last of its list. Only before
   * the first move: rollback would not find the lists as it left them.
   */
  exclude(instance: number): void {
    this.excluded[instance] = 1;
    const node = this.nodeOf[instance] as number;
    if (node === UNMAPPED) return;
    this.#unlink(instance, node);
    this.#link(instance, node);
  }

  #link(instance: number, node: number): void {
    this.#linkBehind(this.#last[node] as number, instance, node);
  }

  /** @param previous NO_INSTANCE: to the front */
  #linkBehind(previous: number, instance: number, node: number): void {
    const next = previous === NO_INSTANCE ? (this.#first[node] as number) : (this.#next[previous] as number);
    this.#previous[instance] = previous;
    this.#next[instance] = next;
    if (previous === NO_INSTANCE) this.#first[node] = instance;
    else this.#next[previous] = instance;
    if (next === NO_INSTANCE) this.#last[node] = instance;
    else this.#previous[next] = instance;
    this.nodeOf[instance] = node;
    this.#count(instance, node, 1);
  }

  #unlink(instance: number, node: number): void {
    const previous = this.#previous[instance] as number;
    const next = this.#next[instance] as number;
    if (previous === NO_INSTANCE) this.#first[node] = next;
    else this.#next[previous] = next;
    if (next === NO_INSTANCE) this.#last[node] = previous;
    else this.#previous[next] = previous;
    this.nodeOf[instance] = UNMAPPED;
    this.#count(instance, node, -1);
  }

  /** Integers below 2^53 throughout: adding and taking away leaves no rounding behind. */
  #count(instance: number, node: number, sign: 1 | -1): void {
    const { vcpus, memoryMiB, diskGb } = this.model.instances;
    this.vcpusUsed[node] = (this.vcpusUsed[node] as number) + sign * (vcpus[instance] as number);
    this.memoryUsedMiB[node] = (this.memoryUsedMiB[node] as number) + sign * (memoryMiB[instance] as number);
    this.diskUsedGb[node] = (this.diskUsedGb[node] as number) + sign * (diskGb[instance] as number);
    this.instancesOn[node] = (this.instancesOn[node] as number) + sign;
  }

  /** Instances that exist for the audit: all but those on nodes outside its scope; unmapped ones too. */
  countInstances(): number {
    let count = this.model.instances.count;
    for (let node = 0; node < this.takesPart.length; node++) {
      if (this.takesPart[node] === 0) count -= this.instancesOn[node] as number;
    }
    return count;
  }

  /** Node of that hostname in the audit's scope, -1 without one. */
  nodeByHostname(hostname: string): number {
    const node = this.model.nodeByHostname(hostname);
    return node >= 0 && this.takesPart[node] === 1 ? node : -1;
  }
}

function checkSize(nodes: number, instances: number): void {
  const bytes = nodes * NODE_BYTES + instances * INSTANCE_BYTES;
  if (bytes <= OVERLAY_BYTES_MAX) return;
  const inMiB = (value: number): number => Math.ceil(value / 2 ** 20);
  throw new VigilError(
    "overloaded",
    `Trying placements of ${instances} instances on ${nodes} nodes would take ${inMiB(bytes)} MiB, at most ${inMiB(OVERLAY_BYTES_MAX)} are allowed; split the model`,
  );
}

function capacity(total: Uint32Array, reserved: Uint32Array, ratio: Float64Array): Float64Array {
  return Float64Array.from(
    ratio,
    (value, node) => ((total[node] as number) - (reserved[node] as number)) * value,
  );
}
