/**
 * Seeded synthetic clusters in the cluster JSON format (`vigil-bench-cluster`, version 1), for
 * benchmarks and whole-path tests: same size and seed, same cluster.
 *
 * Load is skewed on purpose: every tenth host is hot, so that balancing strategies find work.
 */

export interface ClusterSize {
  nodes: number;
  instances: number;
  seed: number;
}

const FLAVORS = [
  { name: "m1.small", vcpus: 1, memory_mb: 2_048, disk_gb: 20 },
  { name: "m1.medium", vcpus: 2, memory_mb: 4_096, disk_gb: 40 },
  { name: "m1.large", vcpus: 4, memory_mb: 8_192, disk_gb: 80 },
] as const;

const VCPUS_PER_NODE = 64;
const MEMORY_MB_PER_NODE = 512 * 1_024;
const DISK_GB_PER_NODE = 8_000;
const CREATED = "2026-01-01T00:00:00Z";

/** Throws RangeError when the instances could not fit even at the smallest flavor. */
export function syntheticCluster({ nodes, instances, seed }: ClusterSize): Record<string, unknown> {
  if (instances > nodes * VCPUS_PER_NODE) {
    throw new RangeError(
      `${instances} instances do not fit on ${nodes} nodes; at most ${nodes * VCPUS_PER_NODE} do`,
    );
  }
  const random = mulberry32(seed);
  const zones = ["az1", "az2"];
  const nodeRows = Array.from({ length: nodes }, (_, index) => ({
    uuid: uuidFrom(random),
    hostname: `compute-${String(index + 1).padStart(5, "0")}`,
    status: "enabled",
    state: "up",
    disabled_reason: null,
    vcpus: VCPUS_PER_NODE,
    vcpu_reserved: 0,
    vcpu_ratio: 4,
    memory_mb: MEMORY_MB_PER_NODE,
    memory_mb_reserved: 4_096,
    memory_ratio: 1,
    disk_gb: DISK_GB_PER_NODE,
    disk_gb_reserved: 0,
    disk_ratio: 1,
    availability_zone: zones[index % zones.length],
    aggregates: [1],
  }));
  const instanceRows = Array.from({ length: instances }, (_, index) => {
    const flavor = FLAVORS[Math.floor(random() * FLAVORS.length)]!;
    return {
      uuid: uuidFrom(random),
      name: `vm-${index}`,
      node: index % nodes,
      project_id: "5f0f0f1cd5ba4fbe9c1a1f9a2f3c4d5e",
      flavor: flavor.name,
      vcpus: flavor.vcpus,
      memory_mb: flavor.memory_mb,
      disk_gb: flavor.disk_gb,
      state: random() < 0.95 ? "active" : "stopped",
      locked: false,
      metadata: {},
      created: CREATED,
      pinned_az: null,
    };
  });
  const cpu = instanceRows.map((row) => {
    const isHot = row.node % 10 === 0;
    return row.state === "active" ? Math.round((isHot ? 60 + random() * 40 : random() * 20) * 10) / 10 : null;
  });
  return {
    schema: "vigil-bench-cluster",
    version: 1,
    name: `n${nodes}-m${instances}-s${seed}`,
    parameters: { nodes, instances, seed },
    availability_zones: zones,
    projects: ["5f0f0f1cd5ba4fbe9c1a1f9a2f3c4d5e"],
    aggregates: [
      {
        id: 1,
        name: "all",
        availability_zone: "az1",
        metadata: {},
        hosts: nodeRows.map((row) => row.hostname),
      },
    ],
    flavors: FLAVORS,
    nodes: nodeRows,
    instances: instanceRows,
    metrics: {
      node: {},
      instance: {
        instance_cpu_usage: cpu,
        instance_ram_usage: instanceRows.map((row, i) =>
          cpu[i] === null ? null : Math.round(row.memory_mb / 2),
        ),
      },
    },
  };
}

/** Small, fast and good enough for shapes; see the same name in the literature on 32-bit generators. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function uuidFrom(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
