/**
 * Utilisation of nodes as instances are moved on trial: the larger of what their instances use together
 * and what the host reported, corrected by what has moved since. Moves can be taken back, the last first.
 */
import type { Overlay } from "../../model/overlay.ts";
import type { Samples } from "./samples.ts";

/** Share of the capacity that utilisation may take, per resource. */
export const COEFFICIENTS = { cpu: 1, ram: 1, disk: 1 };

/** Per node: use by its instances (vCPUs, MiB, GB), and what moves changed in the host's own report. */
const STRIDE = 5;
const [CPU, RAM, DISK, HOST_CPU_DELTA, HOST_RAM_DELTA] = [0, 1, 2, 3, 4];
/** Numbers that the journal keeps of a move: node and its values, for source and destination. */
const JOURNAL_STRIDE = 2 * (STRIDE + 1);
const JOURNAL_MOVES_FIRST = 256;

export class Loads {
  readonly samples: Samples;
  /** By node: utilisation may come up to here. vCPUs, MiB, GB. */
  readonly cpuLimit: Float64Array;
  readonly ramLimitMiB: Float64Array;
  readonly diskLimitGb: Float64Array;
  readonly #overlay: Overlay;
  readonly #values: Float64Array;
  readonly #atStart: Float64Array;
  #journal = new Float64Array(JOURNAL_MOVES_FIRST * JOURNAL_STRIDE);
  #journalLength = 0;

  constructor(overlay: Overlay, samples: Samples) {
    const { nodes, instances } = overlay.model;
    this.#overlay = overlay;
    this.samples = samples;
    this.#values = new Float64Array(nodes.count * STRIDE);
    // Watcher allows use up to the overcommitted capacity. Real load beyond the real machine is no room.
    this.cpuLimit = limits(overlay.vcpuCapacity, overlay.parity ? null : nodes.vcpus, COEFFICIENTS.cpu);
    this.ramLimitMiB = limits(
      overlay.memoryCapacityMiB,
      overlay.parity ? null : nodes.memoryMiB,
      COEFFICIENTS.ram,
    );
    this.diskLimitGb = limits(overlay.diskCapacityGb, null, COEFFICIENTS.disk);
    for (let instance = 0; instance < instances.count; instance++) {
      const node = overlay.nodeOf[instance] as number;
      if (node >= 0) this.#count(instance, node, 1);
    }
    this.#atStart = this.#values.slice();
  }

  /** Back to the placement that it was made for. */
  reset(): void {
    this.#values.set(this.#atStart);
    this.#journalLength = 0;
  }

  /** vCPUs; 0 or more. */
  cpu(node: number): number {
    const sum = this.#values[node * STRIDE + CPU] as number;
    return this.#larger(sum, this.samples.hostCpu[node] as number, node * STRIDE + HOST_CPU_DELTA);
  }

  ramMiB(node: number): number {
    const sum = this.#values[node * STRIDE + RAM] as number;
    return this.#larger(sum, this.samples.hostRamMiB[node] as number, node * STRIDE + HOST_RAM_DELTA);
  }

  diskGb(node: number): number {
    return this.#values[node * STRIDE + DISK] as number;
  }

  /** What the instances alone use: it depends on which are there, not on how they came. */
  instancesCpu(node: number): number {
    return this.#values[node * STRIDE + CPU] as number;
  }

  instancesRamMiB(node: number): number {
    return this.#values[node * STRIDE + RAM] as number;
  }

  /** @param coefficient share of the CPU capacity from which on a node is overloaded */
  isOverloaded(node: number, coefficient = COEFFICIENTS.cpu): boolean {
    return this.cpu(node) > (this.#overlay.vcpuCapacity[node] as number) * coefficient;
  }

  move(instance: number, from: number, to: number): void {
    this.#remember(from, to);
    this.#count(instance, from, -1);
    this.#count(instance, to, 1);
    const memory = this.#overlay.model.instances.memoryMiB[instance] as number;
    const cpu = this.samples.cpu[instance] as number;
    this.#add(from * STRIDE + HOST_CPU_DELTA, -cpu);
    this.#add(to * STRIDE + HOST_CPU_DELTA, cpu);
    this.#add(from * STRIDE + HOST_RAM_DELTA, -memory);
    this.#add(to * STRIDE + HOST_RAM_DELTA, memory);
  }

  /** Moves so far stay: `rollback` comes back to here. */
  commit(): void {
    this.#journalLength = 0;
  }

  /** To the very numbers of the last commit: taking away what was added would leave rounding behind. */
  rollback(): void {
    while (this.#journalLength > 0) {
      this.#journalLength -= STRIDE + 1;
      const node = this.#journal[this.#journalLength] as number;
      for (let value = 0; value < STRIDE; value++) {
        this.#values[node * STRIDE + value] = this.#journal[this.#journalLength + 1 + value] as number;
      }
    }
  }

  /** A host that reports nothing, or 0, has only the sum. */
  #larger(sum: number, reported: number, delta: number): number {
    if (!(reported > 0)) return sum;
    const corrected = reported + (this.#values[delta] as number);
    return corrected > sum ? corrected : sum;
  }

  #count(instance: number, node: number, sign: 1 | -1): void {
    const { cpu, ramMiB, diskGb } = this.samples;
    const start = node * STRIDE;
    this.#addToSum(start + CPU, sign * (cpu[instance] as number));
    this.#addToSum(start + RAM, sign * (ramMiB[instance] as number));
    this.#addToSum(start + DISK, sign * (diskGb[instance] as number));
  }

  /** An instance whose use is not known is in the host's report only. */
  #addToSum(at: number, amount: number): void {
    if (Number.isNaN(amount)) return;
    const sum = (this.#values[at] as number) + amount;
    this.#values[at] = sum > 0 ? sum : 0;
  }

  #add(at: number, amount: number): void {
    this.#values[at] = (this.#values[at] as number) + amount;
  }

  #remember(from: number, to: number): void {
    if (this.#journalLength === this.#journal.length) {
      const longer = new Float64Array(this.#journal.length * 2);
      longer.set(this.#journal);
      this.#journal = longer;
    }
    this.#rememberNode(from);
    this.#rememberNode(to);
  }

  #rememberNode(node: number): void {
    this.#journal[this.#journalLength] = node;
    for (let value = 0; value < STRIDE; value++) {
      this.#journal[this.#journalLength + 1 + value] = this.#values[node * STRIDE + value] as number;
    }
    this.#journalLength += STRIDE + 1;
  }
}

function limits(capacity: Float64Array, real: Uint32Array | null, coefficient: number): Float64Array {
  return capacity.map((value, node) => {
    const limit = value * coefficient;
    return real === null ? limit : Math.min(limit, real[node] as number);
  });
}
