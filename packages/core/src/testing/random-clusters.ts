/**
 * Random clusters with everything in them, for properties of all strategies: grown from a seed, since a
 * few hundred arbitraries for each cluster take longer than the strategies. Shrinking makes them smaller.
 */
import fc from "fast-check";
import type { JsonObject } from "../json.ts";
import { METRICS } from "../model/metrics.ts";
import type { ClusterModelSource, InstanceSource, MetricSource, NodeSource } from "../model/source.ts";
import { cluster, instance, node } from "./clusters.ts";
import { Dice } from "./dice.ts";
import { randomBaremetal, randomStorage } from "./random-storage.ts";
import { capacityOf, RESOURCES } from "./world.ts";

export interface ClusterShape {
  seed: number;
  nodes: number;
  instances: number;
  /** 0..1: share of nodes and instances with something in the way: states, locks, pins, exclusions. */
  obstacles: number;
  /** 0..1: share of samples that are missing. */
  missing: number;
  /** 0..1: share of instances placed without looking at capacity. */
  careless: number;
  /** Hosts are so many times as large as usual. */
  scale: number;
  /** Overloaded hosts report 100 % of CPU use, as real ones do, whatever their instances ask for. */
  capped: boolean;
}

export const anyShape: fc.Arbitrary<ClusterShape> = fc.record({
  seed: fc.nat(0xffffffff),
  nodes: fc.nat(8),
  instances: fc.nat(36),
  obstacles: fc.constantFrom(0, 0.05, 0.2),
  missing: fc.constantFrom(0, 0, 0.05, 0.3, 1),
  careless: fc.constantFrom(0, 0, 0.3),
  scale: fc.constantFrom(1, 1, 3),
  capped: fc.boolean(),
});

/** Always the same for the same shape. Nodes are host-n0, host-n1 ...; instances i0, i1 ... */
export function randomCluster(shape: ClusterShape): ClusterModelSource {
  const dice = new Dice(shape.seed);
  const nodes = Array.from({ length: shape.nodes }, (_, at) => randomNode(dice, at, shape));
  const instances = randomInstances(dice, nodes, shape);
  const uuids = instances.map(({ uuid }) => uuid);
  const hosts = nodes.map(({ hostname }) => hostname);
  return cluster({
    nodes,
    instances,
    aggregates: [
      { id: 1, name: "even", zone: "a", hosts: hosts.filter((_, at) => at % 2 === 0) },
      { id: 2, name: "tail", zone: null, hosts: [...hosts.slice(-2), "host-gone"] },
    ],
    serverGroups: [{ uuid: "g1", name: "pair", members: [...uuids.slice(0, 2), "gone"] }],
    metrics: randomMetrics(dice, nodes, instances, shape),
    storage: randomStorage(dice, instances),
    baremetal: randomBaremetal(dice, nodes),
  });
}

/** Sizes of real flavors: vCPUs, MiB, GB. */
const FLAVORS = [
  { vcpus: 1, memoryMiB: 2048, diskGb: 20 },
  { vcpus: 2, memoryMiB: 4096, diskGb: 40 },
  { vcpus: 4, memoryMiB: 8192, diskGb: 80 },
  { vcpus: 4, memoryMiB: 32768, diskGb: 0 },
  { vcpus: 8, memoryMiB: 8192, diskGb: 200 },
];

function randomNode(dice: Dice, at: number, { obstacles, scale }: ClusterShape): NodeSource {
  return node(`n${at}`, {
    status: dice.chance(obstacles) ? "disabled" : "enabled",
    state: dice.chance(obstacles) ? "down" : "up",
    disabledReason: dice.pick([null, "watcher_maintaining", "watcher_disabled"]),
    zone: dice.pick(["a", "a", "b", null]),
    vcpus: scale * dice.pick([8, 16, 32]),
    vcpusReserved: dice.pick([0, 0, 2]),
    vcpuRatio: dice.pick([1, 1.5, 4]),
    memoryMiB: scale * dice.pick([32_768, 65_536, 131_072]),
    memoryReservedMiB: dice.pick([0, 512, 4096]),
    memoryRatio: dice.pick([1, 1, 1.1]),
    diskGb: scale * dice.pick([200, 500, 2000]),
    diskReservedGb: dice.pick([0, 10]),
    diskRatio: dice.chance(obstacles / 4) ? 0 : 1,
  });
}

function randomInstances(dice: Dice, nodes: readonly NodeSource[], shape: ClusterShape): InstanceSource[] {
  const free = nodes.map(capacityOf);
  const states = ["active", "paused", "stopped", "suspended", "error", "building"];
  // Some strategies move active instances alone: on half of the clusters nothing else keeps a host.
  const usual = dice.chance(0.5) ? ["active"] : ["active", "active", "active", "paused", "stopped"];
  return Array.from({ length: shape.instances }, (_, at) => {
    const flavor = dice.pick(FLAVORS);
    const place = findPlace(dice, free, flavor, shape.careless);
    const hindered = dice.chance(shape.obstacles);
    return instance(`i${at}`, place, {
      ...flavor,
      name: dice.pick(["", "web", "db"]),
      state: dice.pick(hindered ? states : usual),
      locked: hindered && dice.chance(0.3),
      watcherExclude: hindered && dice.chance(0.3),
      pinnedAz: dice.chance(shape.obstacles) ? dice.pick(["a", "b", ""]) : null,
      projectId: dice.pick([null, "p1", "p2"]),
      metadata: dice.pick<JsonObject>([
        {},
        { optimize: "true" },
        { optimize: false },
        { "watcher-priority": String(dice.below(9)) },
      ]),
      created: dice.pick([null, "2025-01-01T00:00:00Z", `2026-01-0${1 + dice.below(9)}T00:00:00Z`]),
    });
  });
}

/** One of a few random nodes that has room, so that most placements are within capacity. */
function findPlace(
  dice: Dice,
  free: ReturnType<typeof capacityOf>[],
  need: ReturnType<typeof capacityOf>,
  careless: number,
): number | null {
  const blindly = dice.chance(careless);
  for (let tries = 0; tries < 6 && free.length > 0; tries++) {
    const at = dice.below(free.length);
    const room = free[at] as ReturnType<typeof capacityOf>;
    if (!blindly && RESOURCES.some((one) => room[one] < need[one])) continue;
    for (const one of RESOURCES) room[one] -= need[one];
    return at;
  }
  return null;
}

type Values = (number | null)[];

/** Loads of instances; those of hosts are their sums and a little more. */
function randomMetrics(
  dice: Dice,
  nodes: readonly NodeSource[],
  instances: readonly InstanceSource[],
  { missing, capped }: ClusterShape,
): MetricSource[] {
  const heat = nodes.map(() => dice.pick([5, 20, 60, 100]));
  const cpu = instances.map(({ nodeIndex }) => dice.below(10 * ((heat[nodeIndex ?? -1] ?? 50) + 1)) / 10);
  const ram = instances.map(({ memoryMiB }) => dice.below(memoryMiB + 1));
  const sumOn = (host: number, load: (one: InstanceSource, at: number) => number): number =>
    instances.reduce((sum, one, at) => (one.nodeIndex === host ? sum + load(one, at) : sum), 0);
  const cache = instances.map(() => 10_000 * (1 + dice.below(9)));
  const columns: Record<string, Values> = {
    instance_cpu_usage: cpu,
    instance_ram_usage: ram,
    instance_ram_allocated: instances.map(({ memoryMiB }) => memoryMiB),
    instance_root_disk_size: instances.map(({ diskGb }) => diskGb),
    host_cpu_usage: nodes.map(({ vcpus }, host) =>
      Math.min(
        capped ? 100 : Number.POSITIVE_INFINITY,
        2 + sumOn(host, (one, at) => (one.vcpus * (cpu[at] as number)) / vcpus),
      ),
    ),
    host_ram_usage: nodes.map((_, host) => 1024 * (512 + sumOn(host, (_one, at) => ram[at] as number))),
    host_outlet_temp: nodes.map(() => 20 + dice.below(300) / 10),
    host_inlet_temp: nodes.map(() => 15 + dice.below(200) / 10),
    host_airflow: nodes.map(() => 200 + dice.below(400)),
    host_power: nodes.map(() => 150 + dice.below(400)),
  };
  const gaps = (values: Values): Values => values.map((value) => (dice.chance(missing) ? null : value));
  const metrics = Object.entries(columns).map(([name, values]) => metric(name, gaps(values), null));
  const before = cache.map((value) => dice.pick([value, 2 * value, value / 3]));
  const both = cache.map((value, at) => (value + (before[at] as number)) / 2);
  metrics.push(metric("instance_l3_cache_usage", gaps(cache), 100));
  metrics.push(metric("instance_l3_cache_usage", gaps(both), 200));
  return metrics;
}

function metric(name: string, values: Values, periodS: number | null): MetricSource {
  return { name, unit: METRICS.get(name)?.unit ?? "", aggregate: null, periodS, granularityS: null, values };
}
