/**
 * Room on nodes as a planner must count it: what arrives takes room when its migration starts, what
 * leaves frees room when its migration has finished. When is for the caller to say.
 */
import type { ClusterModel } from "../model/model.ts";
import { Overlay } from "../model/overlay.ts";

export class Rooms {
  readonly #start: Overlay;
  readonly #vcpus: Float64Array;
  readonly #memoryMiB: Float64Array;
  readonly #diskGb: Float64Array;

  /** Everything is where the model has it. */
  constructor(model: ClusterModel) {
    this.#start = new Overlay(model);
    this.#vcpus = new Float64Array(this.#start.vcpusUsed);
    this.#memoryMiB = new Float64Array(this.#start.memoryUsedMiB);
    this.#diskGb = new Float64Array(this.#start.diskUsedGb);
  }

  take(node: number, instance: number): void {
    this.#count(node, instance, 1);
  }

  free(node: number, instance: number): void {
    this.#count(node, instance, -1);
  }

  /** Compares as strategies do: what is free with what is needed. */
  fits(node: number, instance: number): boolean {
    const { model, vcpuCapacity, memoryCapacityMiB, diskCapacityGb } = this.#start;
    const { vcpus, memoryMiB, diskGb } = model.instances;
    return (
      (vcpuCapacity[node] as number) - (this.#vcpus[node] as number) >= (vcpus[instance] as number) &&
      (memoryCapacityMiB[node] as number) - (this.#memoryMiB[node] as number) >=
        (memoryMiB[instance] as number) &&
      (diskCapacityGb[node] as number) - (this.#diskGb[node] as number) >= (diskGb[instance] as number)
    );
  }

  #count(node: number, instance: number, sign: 1 | -1): void {
    const { vcpus, memoryMiB, diskGb } = this.#start.model.instances;
    this.#vcpus[node] = (this.#vcpus[node] as number) + sign * (vcpus[instance] as number);
    this.#memoryMiB[node] = (this.#memoryMiB[node] as number) + sign * (memoryMiB[instance] as number);
    this.#diskGb[node] = (this.#diskGb[node] as number) + sign * (diskGb[instance] as number);
  }
}
