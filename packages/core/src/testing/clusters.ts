/** Clusters for tests: builders with defaults, and random ones for properties. Production never imports this. */
import fc from "fast-check";
import type { JsonObject } from "../json.ts";
import { encodeSnapshot, shareSnapshot } from "../model/encode.ts";
import { METRICS } from "../model/metrics.ts";
import type { ClusterModelSource, InstanceSource, MetricSource, NodeSource } from "../model/source.ts";

export function node(uuid: string, members: Partial<NodeSource> = {}): NodeSource {
  return {
    uuid,
    hostname: `host-${uuid}`,
    status: "enabled",
    state: "up",
    disabledReason: null,
    zone: null,
    vcpus: 40,
    vcpusReserved: 0,
    vcpuRatio: 1,
    memoryMiB: 132,
    memoryReservedMiB: 0,
    memoryRatio: 1,
    diskGb: 250,
    diskReservedGb: 0,
    diskRatio: 1,
    ...members,
  };
}

export function instance(
  uuid: string,
  nodeIndex: number | null,
  members: Partial<InstanceSource> = {},
): InstanceSource {
  return {
    uuid,
    name: `name-${uuid}`,
    nodeIndex,
    state: "active",
    vcpus: 10,
    memoryMiB: 32,
    diskGb: 20,
    metadata: {},
    projectId: null,
    locked: false,
    host: null,
    hypervisorHostname: null,
    created: null,
    watcherExclude: false,
    flavorExtraSpecs: {},
    pinnedAz: null,
    ...members,
  };
}

/** A column that matches any aggregate, period and granularity. */
export function samples(name: string, values: readonly (number | null)[]): MetricSource {
  const unit = METRICS.get(name)?.unit ?? "";
  return { name, unit, aggregate: null, periodS: null, granularityS: null, values };
}

export function cluster(members: Partial<ClusterModelSource>): ClusterModelSource {
  return {
    takenAt: null,
    nodes: [],
    instances: [],
    aggregates: [],
    serverGroups: [],
    metrics: [],
    storage: null,
    baremetal: null,
    ...members,
  };
}

export function snapshotOf(source: ClusterModelSource): SharedArrayBuffer {
  return shareSnapshot(encodeSnapshot(source));
}

const zone = fc.constantFrom("a", "b", null);

/** Mostly the first, now and then one of the others. */
function mostly<const T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

/** Room for many instances, or hardly for one. */
function size(roomy: number): fc.Arbitrary<number> {
  const plenty = fc.integer({ min: Math.floor(roomy / 2), max: roomy });
  return fc.oneof({ weight: 5, arbitrary: plenty }, { weight: 1, arbitrary: fc.nat(Math.floor(roomy / 8)) });
}

const anyNode = fc.record({
  status: mostly("enabled" as const, "disabled" as const),
  state: mostly("up" as const, "down" as const),
  disabledReason: fc.constantFrom(null, "watcher_maintaining", "watcher_disabled"),
  zone,
  vcpus: size(64),
  vcpusReserved: fc.nat(4),
  vcpuRatio: fc.constantFrom(1, 1.5, 4),
  memoryMiB: size(400),
  memoryReservedMiB: fc.nat(16),
  memoryRatio: fc.constantFrom(1, 1.5),
  diskGb: size(600),
  diskReservedGb: fc.nat(20),
});

const anyInstance = fc.record({
  name: fc.constantFrom("", "web", "db"),
  state: mostly("active", "paused", "stopped", "suspended", "error", "other"),
  vcpus: fc.nat(12),
  memoryMiB: fc.nat(48),
  diskGb: fc.nat(60),
  locked: mostly(false, true),
  watcherExclude: mostly(false, true),
  pinnedAz: mostly<string | null>(null, "a", "b"),
  projectId: fc.constantFrom(null, "p1", "p2"),
  metadata: fc.constantFrom<JsonObject>({}, { optimize: "true" }, { optimize: false, tier: "gold" }),
});

/** Mostly present: with more than a fifth missing, strategies plan nothing. */
function column(length: number, max: number): fc.Arbitrary<(number | null)[]> {
  const sample = fc.integer({ min: 0, max: 10 * max }).map((value) => value / 10);
  return fc.array(fc.option(sample, { freq: 20 }), { minLength: length, maxLength: length });
}

/** Up to 6 nodes and 24 instances; every kind of obstacle, nodes over capacity among them. */
export const anyCluster: fc.Arbitrary<ClusterModelSource> = fc
  .tuple(
    fc.array(anyNode, { maxLength: 6, size: "max" }),
    fc.array(anyInstance, { maxLength: 24, size: "max" }),
  )
  .chain(([nodes, instances]) =>
    fc.record({
      nodes: fc.constant(nodes),
      instances: fc.constant(instances),
      places: fc.array(fc.integer({ min: -1, max: nodes.length - 1 }), {
        minLength: instances.length,
        maxLength: instances.length,
      }),
      cpu: column(instances.length, 100),
      ram: column(instances.length, 60),
    }),
  )
  .map(({ nodes, instances, places, cpu, ram }) =>
    cluster({
      nodes: nodes.map((members, index) => node(`n${index}`, members)),
      instances: instances.map((members, index) => {
        const place = places[index] ?? -1;
        return instance(`i${index}`, place < 0 ? null : place, members);
      }),
      metrics: [samples("instance_cpu_usage", cpu), samples("instance_ram_usage", ram)],
    }),
  );

/** The cluster with a random column more for each metric; values run from 0 to the given one. */
export function withColumns(
  source: ClusterModelSource,
  largest: Readonly<Record<string, number>>,
): fc.Arbitrary<ClusterModelSource> {
  const columns = Object.entries(largest).map(([name, max]) => {
    const elements = METRICS.get(name)?.subject === "node" ? source.nodes : source.instances;
    return column(elements.length, max).map((values) => samples(name, values));
  });
  return fc.tuple(...columns).map((added) => ({ ...source, metrics: [...source.metrics, ...added] }));
}
