/** The cluster as a checker plays a plan on it: plain objects and maps, nothing of the engine. */
import type { JsonObject, JsonValue } from "../json.ts";
import type { ClusterModelSource, InstanceSource, NodeSource } from "../model/source.ts";

export interface Action {
  actionType: string;
  inputParameters: JsonObject;
}

export const RESOURCES = ["vcpus", "memoryMiB", "diskGb"] as const;
export type Amount = Record<(typeof RESOURCES)[number], number>;

export function capacityOf(node: NodeSource): Amount {
  return {
    vcpus: (node.vcpus - node.vcpusReserved) * node.vcpuRatio,
    memoryMiB: (node.memoryMiB - node.memoryReservedMiB) * node.memoryRatio,
    diskGb: (node.diskGb - node.diskReservedGb) * node.diskRatio,
  };
}

/** "vcpus 9 of 8" for each resource that is used above its capacity. */
export function exceeds(used: Amount, capacity: Amount): string[] {
  return RESOURCES.filter((one) => used[one] > capacity[one]).map(
    (one) => `${one} ${used[one]} of ${capacity[one]}`,
  );
}

export function count(into: Amount, instance: InstanceSource, times: number): void {
  for (const resource of RESOURCES) into[resource] += times * instance[resource];
}

export class World {
  readonly source: ClusterModelSource;
  readonly hosts: ReadonlyMap<JsonValue | undefined, number>;
  readonly instances: ReadonlyMap<JsonValue | undefined, InstanceSource>;
  readonly capacity: readonly Amount[];
  /** By node, as played so far. */
  readonly used: readonly Amount[];
  readonly servers: number[];
  readonly status: ("enabled" | "disabled")[];
  readonly place: Map<InstanceSource, number | null>;

  constructor(source: ClusterModelSource) {
    this.source = source;
    // The first of several hosts with one name counts, as for the applier.
    this.hosts = new Map(source.nodes.map(({ hostname }, at) => [hostname, at] as const).reverse());
    this.instances = new Map(source.instances.map((one) => [one.uuid, one]));
    this.capacity = source.nodes.map(capacityOf);
    this.used = source.nodes.map(() => ({ vcpus: 0, memoryMiB: 0, diskGb: 0 }));
    this.servers = source.nodes.map(() => 0);
    this.status = source.nodes.map(({ status }) => status);
    this.place = new Map(source.instances.map((one) => [one, null]));
    for (const one of source.instances) this.put(one, one.nodeIndex);
  }

  /** @param to null: nowhere that is known */
  put(instance: InstanceSource, to: number | null): void {
    const from = this.place.get(instance) ?? null;
    if (from !== null) this.#change(from, instance, -1);
    if (to !== null) this.#change(to, instance, 1);
    this.place.set(instance, to);
  }

  hostOf(instance: InstanceSource): NodeSource | undefined {
    const at = this.place.get(instance) ?? null;
    return at === null ? undefined : this.source.nodes[at];
  }

  #change(at: number, instance: InstanceSource, times: number): void {
    count(this.used[at] as Amount, instance, times);
    this.servers[at] = (this.servers[at] as number) + times;
  }
}
